"""The record that a message becomes."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from atproto_client import models
from atproto_client.models.blob_ref import BlobRef
from atproto_client.utils import detect_facets, detect_mentions

from nowroom.channels.base import Image, Message

COLLECTION = "app.bsky.feed.post"

Resolve = Callable[[str], str | None]
"""The DID of a handle, or None where nobody has it."""

Upload = Callable[[Image], BlobRef]


def post_record(message: Message, *, resolve: Resolve, upload: Upload, now: datetime) -> dict[str, Any]:
    """An `app.bsky.feed.post` record as JSON. A handle that nobody has stays plain text."""
    record = models.AppBskyFeedPost.Record(
        text=message.text,
        created_at=now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        langs=[message.language] if message.language else None,
        facets=_facets(message.text, resolve) or None,
        embed=_embed(message, upload),
        tags=list(message.hashtags) or None,
    )
    plain: dict[str, Any] = models.get_model_as_dict(record)
    return plain


def mentioned_handles(text: str) -> Mapping[str, tuple[int, int]]:
    """The handles in the text, in lower case, each with the character offsets of its first mention."""
    encoded = text.encode()
    found: dict[str, tuple[int, int]] = {}
    for mention in detect_mentions(text):
        start, end = (len(encoded[:position].decode()) for position in (mention.byte_start, mention.byte_end))
        found.setdefault(mention.handle.lower(), (start, end))
    return found


def _facets(text: str, resolve: Resolve) -> list[models.AppBskyRichtextFacet.Main]:
    """Links, hashtags and mentions, with offsets in bytes of UTF-8 as the lexicon has them."""
    dids = {handle: resolve(handle) for handle in mentioned_handles(text)}
    facets = detect_facets(text)
    for mention in detect_mentions(text):
        did = dids[mention.handle.lower()]
        if did is not None:
            index = models.AppBskyRichtextFacet.ByteSlice(byte_start=mention.byte_start, byte_end=mention.byte_end)
            feature = models.AppBskyRichtextFacet.Mention(did=did)
            facets.append(models.AppBskyRichtextFacet.Main(features=[feature], index=index))
    return sorted(facets, key=lambda facet: facet.index.byte_start)


def _embed(
    message: Message, upload: Upload
) -> models.AppBskyEmbedImages.Main | models.AppBskyEmbedExternal.Main | None:
    if message.images:
        return models.AppBskyEmbedImages.Main(images=[_image(image, upload) for image in message.images])
    if message.links:
        link = message.links[0]
        external = models.AppBskyEmbedExternal.External(
            uri=link.url, title=link.title or link.url, description=link.description
        )
        return models.AppBskyEmbedExternal.Main(external=external)
    return None


def _image(image: Image, upload: Upload) -> models.AppBskyEmbedImages.Image:
    ratio = None
    if image.width and image.height:
        ratio = models.AppBskyEmbedDefs.AspectRatio(width=image.width, height=image.height)
    return models.AppBskyEmbedImages.Image(alt=image.alt, image=upload(image), aspect_ratio=ratio)
