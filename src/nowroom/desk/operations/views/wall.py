"""The command wall, whole and tile by tile; and go on what is loaded."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from nowroom.desk.operations.heard import newest_mentions
from nowroom.desk.operations.plays import loaded_of, posted_keys
from nowroom.desk.operations.pulse import read_pulse
from nowroom.desk.operations.views.back import back
from nowroom.desk.operations.wall import TILES, Wall
from nowroom.lib.errors import Refused
from nowroom.people.models import Person
from nowroom.people.web import BrandRequest
from nowroom.publishing import actions
from nowroom.publishing.models import Delivery


@require_GET
def wall(request: BrandRequest) -> HttpResponse:
    """Everything at once."""
    # Before anything is read: what changes while the page is made is announced to it again, never missed.
    pulse = read_pulse(request.brand.pk)
    return render(request, "desk/operations/wall.html", {"wall": _wall(request), "pulse": pulse})


@require_GET
def tile(request: BrandRequest, name: str) -> HttpResponse:
    """One tile, for a page that is open while it changes."""
    if name not in TILES:
        raise Http404
    return render(request, f"desk/operations/tiles/{name}.html", {"wall": _wall(request)})


@require_GET
def mentions(request: BrandRequest) -> HttpResponse:
    """Posts that came after the newest one on the page: they wait there behind a button."""
    after = request.GET.get("after", "")
    newer = newest_mentions(request.brand, after=int(after) if after.isdecimal() and len(after) < 19 else 1)  # noqa: PLR2004 - what a database integer holds
    return render(request, "desk/operations/_new_mentions.html", {"mentions": newer})


@require_POST
def play(request: BrandRequest) -> HttpResponse:
    """Say go on loaded deliveries together. Each goes or says why not; one refusal stops no other."""
    asked = loaded_of(request.brand, posted_keys(request.POST.getlist("delivery")))
    go_together(request, asked)
    return back(request, "desk:wall", request.brand.slug)


def go_together(request: BrandRequest, deliveries: list[Delivery]) -> int:
    """Say go on each, tell the person what went and what did not, and return how many went."""
    gone = 0
    for delivery in deliveries:
        try:
            actions.go(delivery, by=request.actor, now=request.now)
        except Refused as refused:
            messages.error(request, f"{delivery.passage.label}: {refused.message}")
        else:
            gone += 1
    if gone:
        said = ngettext("%(count)s post goes out now.", "%(count)s posts go out now.", gone)
        messages.success(request, said % {"count": gone})
    elif not deliveries:
        messages.error(request, _("Nothing of this waits for a go any more. Look at the queue."))
    return gone


def _wall(request: BrandRequest) -> Wall:
    return Wall(request.brand, cast("Person", request.user), request.now)
