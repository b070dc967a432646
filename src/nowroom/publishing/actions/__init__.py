"""Every write about deliveries: what people decide, and what senders report."""

from nowroom.publishing.actions.deciding import (
    connect,
    decide,
    drop,
    go,
    load,
    release,
    reschedule,
    revise,
    settle_by_hand,
    take_down,
)
from nowroom.publishing.actions.sending import (
    claim_next,
    expire,
    note_absent,
    note_not_removed,
    note_published,
    note_rejected,
    note_removed,
    note_try_again,
    note_unclear,
    note_unknown,
    recover,
)
from nowroom.publishing.rules import LEASE

__all__ = [
    "LEASE", "claim_next", "connect", "decide", "drop", "expire", "go", "load", "note_absent", "note_not_removed",
    "note_published", "note_rejected", "note_removed", "note_try_again", "note_unclear", "note_unknown", "recover",
    "release", "reschedule", "revise", "settle_by_hand", "take_down",
]  # fmt: skip
