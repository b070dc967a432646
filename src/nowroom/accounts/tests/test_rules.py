import pytest

from nowroom.accounts.rules import seal, unseal
from tests.asserts import refused

SECRET = {"handle": "stride.test", "password": "Größe zählt"}


def test_what_was_sealed_opens_with_the_same_key() -> None:
    assert unseal(seal(SECRET, key="one"), key="one") == SECRET


def test_nothing_of_the_credentials_is_readable_when_sealed() -> None:
    sealed = seal(SECRET, key="one")
    assert b"stride" not in sealed
    assert "Größe".encode() not in sealed


def test_the_same_credentials_are_sealed_differently_each_time() -> None:
    assert seal(SECRET, key="one") != seal(SECRET, key="one")


def test_it_refuses_to_open_with_another_key() -> None:
    with refused("credentials.sealed_otherwise"):
        unseal(seal(SECRET, key="one"), key="two")


@pytest.mark.parametrize("broken", [b"not sealed at all", seal(SECRET, key="one")[:-3]])
def test_it_refuses_to_open_what_was_damaged(broken: bytes) -> None:
    with refused("credentials.sealed_otherwise"):
        unseal(broken, key="one")


def test_nothing_sealed_is_no_credentials() -> None:
    assert unseal(b"", key="one") == {}
