"""What an entry's digest covers."""

import hashlib
from datetime import UTC

import orjson

from nowroom.audit.models import Entry


def digest(entry: Entry) -> str:
    """The SHA-256, in hex, over the previous digest and every column of the entry in a canonical form."""
    body = orjson.dumps(
        {
            "brand": entry.brand_id,
            "number": entry.number,
            "at": entry.at.astimezone(UTC).isoformat(),
            "actor": [entry.actor_kind, entry.actor_id, entry.actor_name],
            "verb": entry.verb,
            "object": [entry.object_type, entry.object_id],
            "facts": entry.facts,
            "previous": entry.previous,
        },
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.sha256(body).hexdigest()
