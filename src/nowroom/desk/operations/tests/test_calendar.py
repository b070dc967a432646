"""The calendar: moments by month, and their steps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from nowroom.desk.operations.months import Month
from nowroom.desk.operations.tests.conftest import Desk
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from nowroom.planning.models import Moment, MomentState
from tests.cast import Cast

TYPED: dict[str, Any] = {
    "name": "Super Bowl",
    "time_zone": "America/New_York",
    "starts": "2027-02-07T18:30",
    "ends": "2027-02-07T22:30",
    "places": "Las Vegas, Boston",
    "hashtags": "#bowl",
    "sensitivity": "none",
    "scenarios": "We win\nThe lights go out\n",
}


@pytest.fixture
def moment(cast: Cast) -> Moment:
    """A moment of this month."""
    return plan_moment(
        cast.brand,
        name="City marathon",
        starts_at=cast.now + timedelta(minutes=1),
        ends_at=cast.now + timedelta(hours=5),
        time_zone="America/New_York",
        by=actor_for(cast.strategist),
        now=cast.now,
    )


def test_a_month_lists_its_moments_with_what_is_ready(cast: Cast, moment: Moment, desk: Desk) -> None:
    cast.delivery(cast.asset(moment=moment), due_in=None)
    text = desk.main("calendar")
    assert "City marathon" in text
    assert "1 loaded" in text
    assert "New York" in text
    assert "No moment in this month" in desk.main("calendar", query={"month": "2031-05"})


def test_a_moment_is_added_by_the_clock_of_its_place(cast: Cast, desk: Desk) -> None:
    text = desk.post("moment_add", **TYPED).text
    made = Moment.objects.for_brand(cast.brand).get()
    assert made.starts_at == datetime(2027, 2, 7, 23, 30, tzinfo=UTC)
    assert made.places == ["Las Vegas", "Boston"]
    assert made.hashtags == ["bowl"]
    assert [s.name for s in made.scenarios.order_by("pk")] == ["We win", "The lights go out"]
    assert "February 2027" in text


@pytest.mark.parametrize(
    ("typed", "starts"),
    [
        # 02:30 does not exist that night: the first instant after the gap
        ("2027-03-14T02:30", datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        # 01:30 exists twice that night: the first of the two
        ("2027-11-07T01:30", datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
    ],
)
def test_the_two_odd_hours_of_the_year_are_taken_as_promised(
    cast: Cast, desk: Desk, typed: str, starts: datetime
) -> None:
    desk.post("moment_add", **{**TYPED, "starts": typed, "ends": "2027-12-01T00:00"})
    assert Moment.objects.for_brand(cast.brand).get().starts_at == starts


def test_what_was_typed_is_kept_beside_the_sentence(cast: Cast, desk: Desk) -> None:
    answer = desk.post("moment_add", **{**TYPED, "ends": "2027-02-07T10:00"})
    assert answer.status_code == 422
    assert "The moment ends before it starts." in answer.text
    assert "Las Vegas, Boston" in answer.text
    assert not Moment.objects.for_brand(cast.brand).exists()


def test_a_moment_moves_on_and_a_pass_needs_its_reason(cast: Cast, moment: Moment, desk: Desk) -> None:
    desk.post("moment_move", moment.pk, to="ready")
    refused = desk.post("moment_move", moment.pk, to="passed")
    assert refused.status_code == 409
    assert "Say in a sentence why the brand does not take part." in refused.text
    assert "is now: Passed." in desk.post("moment_move", moment.pk, to="passed", reason="A tragedy").text
    moment.refresh_from_db()
    assert moment.state == MomentState.PASSED
    assert desk.post("moment_move", moment.pk, to="nowhere").status_code == 409


def test_who_does_not_plan_sees_no_steps_and_is_refused(
    cast: Cast, moment: Moment, desk_of: Callable[[Person], Desk]
) -> None:
    desk = desk_of(cast.executive)
    assert "Mark as" not in desk.main("calendar")
    assert desk.post("moment_move", moment.pk, to="ready").status_code == 409


def test_outsiders_and_strangers_see_no_calendar(
    cast: Cast, moment: Moment, desk_of: Callable[[Person], Desk], client: Client
) -> None:
    assert desk_of(cast.outsider).get("calendar").status_code == 404
    assert desk_of(cast.outsider).post("moment_move", moment.pk, to="ready").status_code == 404
    assert client.get(reverse("desk:calendar", args=[cast.brand.slug])).status_code == 302


def test_a_month_begins_and_ends_by_the_viewers_clock_whatever_its_offset() -> None:
    month = Month.read("2026-03", zone=ZoneInfo("Europe/Berlin"), now=datetime(2026, 1, 1, tzinfo=UTC))
    assert month.starts == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
    assert month.ends == datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    assert (month.previous, month.following) == ("2026-02", "2026-04")


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "0000-01", "２０２６-03", "9999-12"])
def test_an_address_that_names_no_month_means_this_one(text: str) -> None:
    month = Month.read(text, zone=ZoneInfo("Asia/Kolkata"), now=datetime(2026, 3, 31, 20, 0, tzinfo=UTC))
    assert month.first.isoformat() == "2026-04-01"
