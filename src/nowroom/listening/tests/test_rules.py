"""From what is queued to what is listened for, and from a signal to a sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from nowroom.content.queries import newest_revision
from nowroom.engine.detect import Signal as Heard
from nowroom.engine.detect.signal import Verdict
from nowroom.lib.errors import Refused
from nowroom.listening.rules import Watch, parsed, sentence, spell, watch_for, watch_for_place
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from tests.cast import Cast


def _watch(cast: Cast, **asset: object) -> Watch | None:
    made = cast.asset("Lamps", **asset).asset  # type: ignore[arg-type] # handed on as they came
    return watch_for([(made, list(newest_revision(made).variants.all()))])


def test_an_asset_is_listened_for_by_its_places_tags_and_hashtags(cast: Cast) -> None:
    found = _watch(cast, text="Lamps on #NightRun", places=["Averin"], tags=["night", "run"])
    assert found is not None
    assert found.origin.startswith("asset:")
    assert found.name == "Lamps"
    assert found.places == ("Averin",)
    assert 'place:"averin"' in found.query
    assert "#nightrun" in found.query.casefold()
    assert [(kind, label) for kind, _value, label in found.scope] == [("asset", "Lamps"), ("tag", "#NightRun")]
    parsed(found.query)


def test_without_anything_to_go_by_there_is_nothing_to_listen_for(cast: Cast) -> None:
    assert _watch(cast, text="and so it goes") is None


def test_the_assets_of_a_moment_share_its_topic_and_its_scope(cast: Cast) -> None:
    moment = plan_moment(
        cast.brand,
        name="Lantern Run",
        starts_at=cast.now,
        ends_at=cast.now + timedelta(hours=1),
        time_zone="Europe/Berlin",
        places=["Averin"],
        hashtags=["LanternRun"],
        by=actor_for(cast.strategist),
        now=cast.now,
    )
    assets = [cast.asset(name, moment=moment, text=f"{name} #Mine{name}").asset for name in ("One", "Two")]
    found = watch_for([(asset, list(newest_revision(asset).variants.all())) for asset in assets])
    assert found is not None
    assert (found.origin, found.name, found.places) == (f"moment:{moment.pk}", "Lantern Run", ("Averin",))
    assert [part[0] for part in found.scope] == ["moment", "tag", "tag"]
    assert '"lantern run"' in found.query


def test_two_spellings_of_a_place_are_one_topic() -> None:
    one, other = watch_for_place("New Averin"), watch_for_place(" new averin ")
    assert one.origin == other.origin == "place:new averin"
    assert one.scope == [("place", "new averin", "New Averin")]


def test_a_malformed_query_is_refused_with_its_place_and_what_was_expected() -> None:
    with pytest.raises(Refused, match="column 7") as caught:
        parsed("lamps )")
    assert caught.value.code == "query.syntax"
    assert "expected" in caught.value.message


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 s"), (10, "10 s"), (119, "119 s"), (120, "2 min"), (600, "10 min"), (7199, "120 min"), (7200, "2 h")],
)
def test_a_span_is_said_in_the_unit_that_says_it(seconds: int, words: str) -> None:
    assert spell(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("verdict", "expected", "words"),
    [
        ("threat", 0.01, "12 posts in 60 s about Averin speak of something terrible; none expected."),
        ("opportunity", 1.25, "12 posts in 60 s about Averin, 1.2 expected; most are glad."),
        ("noise", 9.4, "12 posts in 60 s about Averin, 9 expected."),
    ],
)
def test_a_signal_is_one_sentence(verdict: Verdict, expected: float, words: str) -> None:
    heard = Heard("burst", "place:averin", datetime(2026, 3, 2, tzinfo=UTC), 60.0, 12, expected, 99.0, verdict, ("a",))
    assert sentence(heard, "Averin") == words
