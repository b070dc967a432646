"""The key of a delivery on a channel: chosen by us before the first try, the same for every try."""

from datetime import UTC, datetime, timedelta

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK_IDS = 1024


def delivery_key(created: datetime, delivery_id: int) -> str:
    """The key of one delivery: a valid TID (AT Protocol record key), 13 characters, sorted by time.

    A TID is microseconds times 1,024 plus a clock identifier. The delivery's number is added to the whole, so that it
    may exceed the identifier: numbers that grow with their creation time never meet, even in one transaction.

    Args:
        created: when the delivery was created, aware.
        delivery_id: the delivery's number in our database, not negative.

    """
    microseconds = (created - _EPOCH) // timedelta(microseconds=1)
    return _encode(microseconds * _CLOCK_IDS + delivery_id)


def _encode(value: int) -> str:
    if not 0 <= value < 1 << 63:
        raise ValueError(f"a TID holds 63 bits, not {value}")
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
