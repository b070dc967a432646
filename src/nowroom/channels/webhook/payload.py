"""The JSON that a receiver gets. Documented in the channel's `doc.md`; fields are only ever added."""

import base64
import json
from datetime import datetime

from nowroom.channels.base import Image, Message


def publish_body(message: Message, *, key: str, now: datetime) -> bytes:
    """The request's body: `type`, `timestamp` and `data`, as the Standard Webhooks specification recommends."""
    body = {
        "type": "post.publish",
        "timestamp": now.isoformat(),
        "data": {
            "key": key,
            "text": message.text,
            "language": message.language,
            "links": [
                {"url": link.url, "title": link.title, "description": link.description} for link in message.links
            ],
            "images": [_image(image) for image in message.images],
            "hashtags": list(message.hashtags),
            "subject": message.subject,
            "html": message.html,
        },
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _image(image: Image) -> dict[str, str | int | None]:
    return {
        "mime": image.mime,
        "alt": image.alt,
        "width": image.width,
        "height": image.height,
        "data": base64.b64encode(image.data).decode(),
    }
