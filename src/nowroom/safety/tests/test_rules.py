import unicodedata

import pytest

from nowroom.safety.models import ScopeKind
from nowroom.safety.rules import distinct, term

PLACE, TAG = ScopeKind.PLACE, ScopeKind.TAG


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (PLACE, "Boston", " bOSTON "),
        (PLACE, "Weißenfels", "WEISSENFELS"),
        (PLACE, unicodedata.normalize("NFC", "Zürich"), unicodedata.normalize("NFD", "zürich")),
        (PLACE, "New  York", "new\u00a0york"),
        (TAG, "#BostonMarathon", "bostonmarathon"),
        (TAG, "＃東京", "東京"),
        (ScopeKind.REGION, "DE", "de"),
        (ScopeKind.ACCOUNT, 7, "7"),
    ],
)
def test_two_ways_of_writing_are_one_key(kind: ScopeKind, one: object, other: object) -> None:
    assert term(kind, one).key == term(kind, other).key


def test_different_kinds_of_the_same_word_are_two_keys() -> None:
    assert term(PLACE, "boston").key != term(TAG, "boston").key


def test_the_label_stays_as_it_was_written() -> None:
    assert term(PLACE, " Boston ").label == "Boston"
    assert term(ScopeKind.ACCOUNT, 7, "bluesky:stride").label == "bluesky:stride"


def test_a_scope_has_each_key_once_and_no_empty_one() -> None:
    scope = distinct([term(PLACE, "Boston"), term(TAG, " "), term(PLACE, "BOSTON"), term(TAG, "#"), term(TAG, "run")])
    assert [t.key for t in scope] == [("place", "boston"), ("tag", "run")]
