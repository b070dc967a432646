"""What tests say often."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nowroom.audit.models import Entry
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused with exactly this code."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.message.endswith(".")


def verbs(brand: Brand, *, since: int = 0) -> list[str]:
    """What the brand's log says, oldest first, after the entry of the number `since`."""
    return list(
        Entry.objects.for_brand(brand).filter(number__gt=since).order_by("number").values_list("verb", flat=True)
    )
