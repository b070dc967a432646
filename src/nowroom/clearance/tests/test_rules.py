"""What a yes binds to: every byte that would be public, where, and when."""

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowroom.accounts.models import Account
from nowroom.clearance.models import ApprovalRequest, Cue, PlannedDelivery
from nowroom.clearance.rules import LONGEST_WINDOW, Plan, Verdict, check_plan, digest, new_token, token_hash
from nowroom.content.models import Image, Variant
from tests.asserts import refused

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Shown:
    """Everything that the approval page shows, as plain values."""

    revision: int = 1
    scenario: int | None = None
    valid_from: datetime = NOW
    valid_until: datetime = LATER
    account: int = 1
    variant: int = 1
    channel: str = "bluesky"
    language: str = "en"
    subject: str = ""
    text: str = "Run!"
    link: str = ""
    images: tuple[tuple[str, bytes, str], ...] = (("image/png", b"one", "two runners"),)
    cue: str = Cue.TIME
    due_at: datetime | None = NOW + timedelta(hours=1)
    window: timedelta = timedelta(minutes=30)


_TIMES = st.datetimes(timezones=st.just(UTC), min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1))  # noqa: DTZ001 - given a zone beside
_IMAGES = st.tuples(st.sampled_from(["image/png", "image/gif"]), st.binary(max_size=4), st.text(max_size=6))
_SHOWN = st.builds(
    Shown,
    revision=st.integers(1, 3),
    scenario=st.none() | st.integers(1, 3),
    valid_from=_TIMES,
    valid_until=_TIMES,
    account=st.integers(1, 3),
    variant=st.integers(1, 3),
    channel=st.sampled_from(["bluesky", "webhook"]),
    language=st.sampled_from(["en", "de"]),
    subject=st.text(max_size=6),
    text=st.text(max_size=6),
    link=st.text(max_size=6),
    images=st.lists(_IMAGES, max_size=2).map(tuple),
    cue=st.sampled_from([Cue.TIME.value, Cue.GO.value]),
    due_at=st.none() | _TIMES,
    window=st.timedeltas(timedelta(0), timedelta(days=7)),
)


_EDITS = st.sampled_from([f.name for f in fields(Shown)])


def _digest(shown: Shown) -> str:
    variant = Variant(
        pk=shown.variant,
        channel=shown.channel,
        language=shown.language,
        subject=shown.subject,
        text=shown.text,
        link=shown.link,
    )
    images = [Image(mime=mime, body=body, alt=alt) for mime, body, alt in shown.images]
    variant.__dict__["_prefetched_objects_cache"] = {"images": images}  # as prefetch_related leaves them
    planned = PlannedDelivery(
        variant=variant, account_id=shown.account, cue=shown.cue, due_at=shown.due_at, window=shown.window
    )
    request = ApprovalRequest(
        revision_id=shown.revision,
        scenario_id=shown.scenario,
        valid_from=shown.valid_from,
        valid_until=shown.valid_until,
    )
    return digest(request, [planned])


@given(shown=_SHOWN, other=_SHOWN, edited=_EDITS)
def test_any_edit_of_what_was_shown_is_another_digest(shown: Shown, other: Shown, edited: str) -> None:
    after = replace(shown, **{edited: getattr(other, edited)})
    assert (_digest(shown) == _digest(after)) == (shown == after)


@pytest.mark.parametrize(
    "edit",
    [
        {"text": "Run?"},
        {"images": (("image/png", b"two", "two runners"),)},
        {"images": (("image/png", b"one", "two walkers"),)},
        {"images": ()},
        {"account": 2},
        {"due_at": NOW + timedelta(hours=1, microseconds=1)},
        {"window": timedelta(minutes=31)},
        {"valid_until": LATER + timedelta(seconds=1)},
        {"scenario": 1},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_the_digest_binds(edit: dict[str, Any]) -> None:
    assert _digest(Shown()) != _digest(replace(Shown(), **edit))


def test_the_same_instant_in_another_zone_is_the_same_digest() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    elsewhere = replace(
        Shown(), valid_from=NOW.astimezone(berlin), due_at=(NOW + timedelta(hours=1)).astimezone(berlin)
    )
    assert _digest(Shown()) == _digest(elsewhere)


def _check(plan: Plan) -> None:
    check_plan(plan, valid_from=NOW, valid_until=LATER, now=NOW)


def _plan(**changes: Any) -> Plan:
    given = {"due_at": NOW + timedelta(hours=1)} | changes
    return Plan(Variant(channel="bluesky"), Account(channel="bluesky", handle="stride.test"), **given)


@pytest.mark.parametrize(
    "plan",
    [
        _plan(),
        _plan(due_at=NOW + timedelta(microseconds=1)),
        _plan(window=LONGEST_WINDOW),
        _plan(cue=Cue.GO, due_at=None),
    ],
)
def test_a_sound_plan_passes(plan: Plan) -> None:
    _check(plan)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (replace(_plan(), account=Account(channel="email", handle="list")), "plan.channel"),
        (_plan(due_at=NOW), "plan.past"),
        (_plan(due_at=NOW - timedelta(days=1)), "plan.past"),
        (_plan(due_at=None), "plan.past"),
        (_plan(due_at=LATER), "plan.validity"),
        (_plan(window=timedelta(0)), "plan.window"),
        (_plan(window=timedelta(minutes=-5)), "plan.window"),
        (_plan(window=LONGEST_WINDOW + timedelta(seconds=1)), "plan.window"),
        (_plan(cue=Cue.GO), "plan.go_at_a_time"),
    ],
)
def test_it_refuses_a_plan_that_cannot_be_cleared(plan: Plan, code: str) -> None:
    with refused(code):
        _check(plan)


def test_it_refuses_a_due_time_before_the_yes_would_be_valid() -> None:
    with refused("plan.validity"):
        check_plan(_plan(), valid_from=NOW + timedelta(hours=2), valid_until=LATER, now=NOW)


def test_a_token_is_stored_as_its_hash_only() -> None:
    token = new_token("nonce")
    assert token_hash(token) == hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize(
    "forged", ["", "nonce", "nonce:", "nonce:AAAA", new_token("nonce")[:-1], new_token("nonce") + "x"]
)
def test_it_refuses_a_forged_link(forged: str) -> None:
    with refused("link.forged"):
        token_hash(forged)


def test_an_answer_is_clean_only_with_all_three_sentences() -> None:
    every = Verdict(yes=True, no_unneeded_risk=True, hurts_nobody=True, grandmother_may_read=True)
    assert every.clean
    assert not replace(every, no_unneeded_risk=False).clean
    assert not replace(every, hurts_nobody=False).clean
    assert not replace(every, grandmother_may_read=False).clean
