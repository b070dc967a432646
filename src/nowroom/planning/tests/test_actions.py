from datetime import timedelta

import pytest

from nowroom.people.queries import actor_for
from nowroom.planning import actions
from nowroom.planning.models import Moment, MomentState
from nowroom.planning.queries import calendar
from nowroom.planning.rules import NEXT
from tests.asserts import refused, verbs
from tests.cast import Cast


def _moment(cast: Cast, **changes: object) -> Moment:
    given: dict[str, object] = {
        "name": " City marathon ",
        "starts_at": cast.now + timedelta(days=1),
        "ends_at": cast.now + timedelta(days=2),
        "time_zone": "Europe/Berlin",
        "by": actor_for(cast.strategist),
        "now": cast.now,
    }
    return actions.plan_moment(cast.brand, **(given | changes))  # type: ignore[arg-type]  # each test names its change


def _move(cast: Cast, moment: Moment, to: MomentState, reason: str = "") -> None:
    actions.move_moment(moment, to=to, reason=reason, by=actor_for(cast.strategist), now=cast.now)


def test_a_planned_moment_is_in_the_calendar_with_its_scenarios(cast: Cast) -> None:
    moment = _moment(cast, scenarios=["It is dry", " Rain ", "Rain", ""])
    (found,) = calendar(cast.brand, since=cast.now, until=cast.now + timedelta(days=7))
    assert (found.pk, found.name, found.state) == (moment.pk, "City marathon", MomentState.PLANNED)
    assert [s.name for s in found.scenarios.all()] == ["It is dry", "Rain"]
    assert verbs(cast.brand)[-1] == "moment.planned"


def test_the_calendar_shows_what_overlaps_and_nothing_else(cast: Cast) -> None:
    _moment(cast)
    day = timedelta(days=1)
    for since, until, shown in [(0, 1, 0), (0, 1.1, 1), (1.5, 1.6, 1), (2, 3, 1), (2.1, 3, 0)]:
        assert calendar(cast.brand, since=cast.now + since * day, until=cast.now + until * day).count() == shown
    assert not calendar(cast.other_brand, since=cast.now, until=cast.now + 7 * day).exists()


def test_it_refuses_an_end_before_the_start(cast: Cast) -> None:
    with refused("moment.ends_early"):
        _moment(cast, ends_at=cast.now + timedelta(days=1))


def test_it_refuses_an_unknown_zone(cast: Cast) -> None:
    with refused("zone.unknown"):
        _moment(cast, time_zone="Europe/Atlantis")


def test_it_refuses_a_moment_without_a_name(cast: Cast) -> None:
    with refused("moment.name"):
        _moment(cast, name="  ")


@pytest.mark.parametrize("who", ["creator", "executive", "duty_editor", "outsider"])
def test_only_planners_plan(cast: Cast, who: str) -> None:
    with refused("permission.missing"):
        _moment(cast, by=actor_for(getattr(cast, who)))


def test_a_pass_needs_its_reason_and_is_on_the_record(cast: Cast) -> None:
    moment = _moment(cast)
    with refused("moment.pass_reason"):
        _move(cast, moment, MomentState.PASSED, "  ")
    _move(cast, moment, MomentState.PASSED, "Not our place.")
    assert Moment.objects.for_brand(cast.brand).get(pk=moment.pk).state == MomentState.PASSED
    assert verbs(cast.brand)[-1] == "moment.moved"


@pytest.mark.parametrize("to", sorted(set(MomentState) - NEXT[MomentState.PLANNED]))
def test_it_refuses_a_step_that_is_none(cast: Cast, to: MomentState) -> None:
    with refused("moment.step"):
        _move(cast, _moment(cast), to, "because")


def test_whoever_looks_at_an_old_page_moves_nothing(cast: Cast) -> None:
    moment = _moment(cast)
    old_page = Moment.objects.for_brand(cast.brand).get(pk=moment.pk)
    _move(cast, moment, MomentState.PASSED, "Not our place.")
    with refused("moment.moved"):
        _move(cast, old_page, MomentState.LIVE)


def test_what_is_closed_stays_closed() -> None:
    assert NEXT[MomentState.CLOSED] == frozenset()
    assert set(NEXT) == set(MomentState)
