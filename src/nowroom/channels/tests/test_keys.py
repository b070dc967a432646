from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowroom.channels.keys import delivery_key

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.integers(0, 230 * 365 * 86_400_000_000), st.integers(0, 10**12))
def test_a_key_is_a_valid_tid(microseconds: int, delivery_id: int) -> None:
    key = delivery_key(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds), delivery_id)

    assert len(key) == 13
    assert key[0] in "234567abcdefghij"
    assert set(key) <= set(_ALPHABET)


def test_a_key_is_its_time_and_its_number() -> None:
    value = 0
    for character in delivery_key(_CREATED, 7):
        value = value * 32 + _ALPHABET.index(character)

    assert divmod(value, 1024) == (1_772_366_400_000_000, 7)


def test_ten_thousand_deliveries_of_one_transaction_have_different_keys() -> None:
    assert len({delivery_key(_CREATED, number) for number in range(10_000)}) == 10_000


def test_keys_sort_by_time() -> None:
    assert delivery_key(_CREATED, 9) < delivery_key(_CREATED + timedelta(microseconds=1), 10)


def test_a_time_before_1970_has_no_key() -> None:
    with pytest.raises(ValueError, match="63 bits"):
        delivery_key(datetime(1969, 1, 1, tzinfo=UTC), 1)
