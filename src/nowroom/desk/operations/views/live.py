"""The stream that tells open pages which of their fragments are old. Pages fetch those: one way to render each."""

import asyncio
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from nowroom.desk.operations.feed import HEARTBEAT_SECONDS, Change, Feed, catch_up
from nowroom.desk.operations.pulse import Pulse
from nowroom.people.web import BrandRequest

# One feed per brand and process; all pages of a process are served by one event loop.
_feeds: dict[int, Feed] = {}


@require_GET
async def live(request: BrandRequest) -> HttpResponse | StreamingHttpResponse:
    """Server-sent events named after fragments. The middleware has checked membership, as on every (re)connect."""
    last = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    response = StreamingHttpResponse(_events(request.brand.pk, Pulse.parse(last)), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy must not collect events before passing them on
    return response


async def _events(brand_id: int, last: Pulse | None) -> AsyncIterator[bytes]:
    """Events until the page goes, is too slow, or the server stops."""
    # This lasts for hours: give back the connection that the middleware looked with, in its thread.
    await sync_to_async(connections.close_all)()
    feed = _feeds.setdefault(brand_id, Feed(brand_id))
    async with feed.subscribed() as changes:
        yield b"retry: 2000\n\n"
        missed = await catch_up(brand_id, last) if last else None
        if missed:
            yield _written(missed)
        while True:
            try:
                change = await asyncio.wait_for(changes.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if change is None:
                return
            yield _written(change)


def _written(change: Change) -> bytes:
    """One event per fragment; all carry the id to go on from."""
    lines = (f"event: {name}\nid: {change.pulse}\ndata: {change.pulse}\n\n" for name in sorted(change.fragments))
    return "".join(lines).encode()
