"""Every write about listening, with the outsider playing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from nowroom.engine.batch import posts as batch_of
from nowroom.engine.detect import Signal as Heard
from nowroom.engine.pipeline import Pipeline
from nowroom.engine.pipeline import Topic as EngineTopic
from nowroom.lib.errors import Refused
from nowroom.listening import actions
from nowroom.listening.actions import Hearing, Helping
from nowroom.listening.models import (
    Alert,
    AlertAnswer,
    EngineState,
    Mention,
    Signal,
    Source,
    SourceKind,
    Topic,
    TopicCount,
)
from nowroom.listening.queries import parsed
from nowroom.listening.rules import Watch
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from tests.asserts import refused, verbs
from tests.cast import Cast

MINUTE = timedelta(minutes=1)


def _add(cast: Cast, name: str = "town", by: Person | None = None) -> Source:
    return actions.add_source(
        cast.brand,
        kind=SourceKind.FEED,
        name=name,
        address=" https://town.example/feed ",
        by=actor_for(by or cast.duty_editor),
        now=cast.now,
    )


def _topic(cast: Cast, query: str = "coffee", by: Person | None = None) -> Topic:
    return actions.add_topic(cast.brand, name="coffee", query=query, by=actor_for(by or cast.duty_editor), now=cast.now)


def _post(of: Source, name: str, at: datetime, text: str = "good coffee") -> dict[str, Any]:
    return {"id": name, "ts": at, "text": text, "source": of.name}


def _signal(topic: str, at: datetime, verdict: Any, evidence: Sequence[str]) -> Heard:
    return Heard("burst", topic, at, 60.0, len(evidence), 0.1, 99.0, verdict, tuple(evidence))


def _hear(
    cast: Cast,
    of: Source,
    topic: Topic,
    rows: list[dict[str, Any]],
    *,
    cursor: str = "7",
    signals: Sequence[Heard] = (),
) -> list[Signal]:
    pipeline = Pipeline()
    pipeline.add_topic(EngineTopic("t", parsed(topic.query)))
    hearing = Hearing(pipeline.process(batch_of(rows)).matched, signals, {"t": topic}, b"state")
    return actions.hear(cast.brand, helpings=[Helping(of, rows, cursor)], hearing=hearing, now=cast.now)


def _now(of: Source) -> Source:
    return Source.objects.for_brand(of.brand_id).get(pk=of.pk)


def test_a_source_is_added_once_by_name(cast: Cast) -> None:
    of = _add(cast)
    assert (of.address, of.is_active, of.cursor) == ("https://town.example/feed", True, "")
    with refused("source.name"):
        _add(cast, " town ")
    assert verbs(cast.brand).count("source.added") == 1


@pytest.mark.parametrize("who", ["outsider", "executive", "legal"])
def test_who_may_not_listen_changes_nothing(cast: Cast, who: str) -> None:
    of, topic, person = _add(cast), _topic(cast), getattr(cast, who)
    before = verbs(cast.brand)
    by = actor_for(person)
    with refused("permission.missing"):
        _add(cast, "theirs", by=person)
    with refused("permission.missing"):
        _topic(cast, by=person)
    with refused("permission.missing"):
        actions.set_source_active(of, active=False, by=by, now=cast.now)
    with refused("permission.missing"):
        actions.correct_source(of, address="https://elsewhere.example", by=by, now=cast.now)
    with refused("permission.missing"):
        actions.edit_topic(topic, query="tea", active=True, by=by, now=cast.now)
    assert verbs(cast.brand) == before


def test_a_source_is_paused_and_goes_on_and_each_is_logged_once(cast: Cast) -> None:
    of, by = _add(cast), actor_for(cast.duty_editor)
    for active in (False, False, True, True):
        actions.set_source_active(of, active=active, by=by, now=cast.now)
    assert verbs(cast.brand)[-2:] == ["source.paused", "source.resumed"]


def test_another_address_is_read_from_its_beginning_and_without_the_old_trouble(cast: Cast) -> None:
    of = _add(cast)
    _hear(cast, of, _topic(cast), [_post(of, "a", cast.now)])
    actions.note_trouble(of, message="Gone.", now=cast.now)
    actions.correct_source(of, address=" https://new.example ", by=actor_for(cast.duty_editor), now=cast.now)
    assert (_now(of).address, _now(of).cursor, _now(of).trouble) == ("https://new.example", "", "")
    _hear(cast, of, _topic(cast), [_post(of, "b", cast.now)], cursor="9")  # read at the old address until now
    assert _now(of).cursor == ""


def test_a_malformed_query_is_refused_with_its_position_and_nothing_is_kept(cast: Cast) -> None:
    with pytest.raises(Refused, match=r"column \d+"):
        _topic(cast, "coffee AND (tea")
    assert not Topic.objects.for_brand(cast.brand).exists()
    topic = _topic(cast)
    with refused("query.syntax"):
        actions.edit_topic(topic, query='"tea', active=True, by=actor_for(cast.duty_editor), now=cast.now)
    topic.refresh_from_db()
    assert topic.query == "coffee"


def _watch(query: str = "lamps", origin: str = "asset:1") -> Watch:
    return Watch(origin, "Lamps", query, [("asset", "1", "Lamps")], ())


def test_derived_topics_begin_rest_and_wake_with_what_is_queued(cast: Cast) -> None:
    def states() -> list[tuple[str, bool, bool]]:
        rows = Topic.objects.for_brand(cast.brand).order_by("origin")
        return [(topic.origin, topic.is_active, topic.resting) for topic in rows]

    actions.watch(cast.brand, watches=[_watch(), _watch(origin="place:averin")], now=cast.now)
    assert states() == [("asset:1", True, False), ("place:averin", True, False)]
    actions.watch(cast.brand, watches=[_watch(origin="place:averin")], now=cast.now)
    assert states() == [("asset:1", False, True), ("place:averin", True, False)]
    actions.watch(cast.brand, watches=[_watch("lamps OR lights")], now=cast.now)
    assert states() == [("asset:1", True, False), ("place:averin", False, True)]
    assert Topic.objects.for_brand(cast.brand).get(origin="asset:1").query == "lamps OR lights"
    assert verbs(cast.brand).count("topic.derived") == 2


def test_what_a_person_edited_or_stopped_stays_as_they_left_it(cast: Cast) -> None:
    by = actor_for(cast.duty_editor)
    actions.watch(cast.brand, watches=[_watch()], now=cast.now)
    topic = Topic.objects.for_brand(cast.brand).get()
    actions.edit_topic(topic, query="lamps NOT sale", active=False, by=by, now=cast.now)
    for watches in ([_watch("lamps OR lights")], [], [_watch("lamps OR lights")]):
        actions.watch(cast.brand, watches=watches, now=cast.now)
    topic.refresh_from_db()
    assert (topic.query, topic.derived, topic.is_active) == ("lamps NOT sale", "lamps OR lights", False)


def test_what_a_person_stopped_while_it_rested_does_not_wake(cast: Cast) -> None:
    actions.watch(cast.brand, watches=[_watch()], now=cast.now)
    actions.watch(cast.brand, watches=[], now=cast.now)
    topic = Topic.objects.for_brand(cast.brand).get()
    actions.edit_topic(topic, query="lamps", active=False, by=actor_for(cast.duty_editor), now=cast.now)
    actions.watch(cast.brand, watches=[_watch()], now=cast.now)
    topic.refresh_from_db()
    assert not topic.is_active


def test_a_persons_own_topic_is_left_alone(cast: Cast) -> None:
    topic = _topic(cast)
    actions.watch(cast.brand, watches=[], now=cast.now)
    topic.refresh_from_db()
    assert (topic.is_active, topic.resting) == (True, False)


def test_what_matched_is_kept_with_its_topics_and_counted_by_the_minute_of_the_event(cast: Cast) -> None:
    of, topic = _add(cast), _topic(cast)
    start = cast.now - timedelta(hours=5)
    rows = [_post(of, f"p{n}", start + n * 20 * timedelta(seconds=1)) for n in range(4)]
    rows.append(_post(of, "tea", start, "only tea"))
    _hear(cast, of, topic, rows)
    mentions = Mention.objects.for_brand(cast.brand).order_by("at")
    assert [mention.external_id for mention in mentions] == ["p0", "p1", "p2", "p3"]
    assert all(list(mention.topics.all()) == [topic] for mention in mentions)
    counts = TopicCount.objects.for_brand(cast.brand).order_by("minute").values_list("minute", "posts")
    assert list(counts) == [(start, 3), (start + MINUTE, 1)]
    kept = _now(of)
    assert (kept.posts, kept.cursor, kept.heard_at) == (5, "7", start + MINUTE)
    assert bytes(EngineState.objects.for_brand(cast.brand).get().snapshot) == b"state"
    _hear(cast, of, topic, [_post(of, "late", start)])
    assert list(counts.all()) == [(start, 4), (start + MINUTE, 1)]


def test_a_mention_heard_twice_is_kept_once(cast: Cast) -> None:
    of, topic = _add(cast), _topic(cast)
    for _again in range(2):
        _hear(cast, of, topic, [_post(of, "a", cast.now)])
    assert Mention.objects.for_brand(cast.brand).count() == 1


def test_ids_and_texts_that_do_not_fit_are_kept_all_the_same(cast: Cast) -> None:
    of, topic = _add(cast), _topic(cast)
    names = [f"https://town.example/{'x' * 400}/{n}" for n in range(2)]
    rows = [_post(of, name, cast.now, "good coffee\0here") for name in names]
    (raised,) = _hear(cast, of, topic, rows, signals=[_signal("t", cast.now, "threat", names)])
    kept = Mention.objects.for_brand(cast.brand)
    assert kept.count() == 2
    assert set(raised.evidence.all()) == set(kept)
    assert {mention.text for mention in kept} == {"good coffeehere"}


def test_all_of_a_helping_is_kept_or_none(cast: Cast) -> None:
    of, topic = _add(cast), _topic(cast)
    broken = [_signal("t", cast.now, "threat", ["a"]), _signal("unknown", cast.now, "threat", ["a"])]
    with pytest.raises((KeyError, DatabaseError)):
        _hear(cast, of, topic, [_post(of, "a", cast.now)], signals=broken)
    for model in (Mention, TopicCount, Signal, Alert, EngineState):
        assert not model.objects.for_brand(cast.brand).exists()
    assert (_now(of).cursor, _now(of).posts) == ("", 0)


@pytest.mark.parametrize(("verdict", "alerts"), [("threat", 1), ("opportunity", 1), ("noise", 0)])
def test_a_signal_raises_an_alert_unless_it_is_noise(cast: Cast, verdict: str, alerts: int) -> None:
    of, topic = _add(cast), _topic(cast)
    other = _add(cast, "other")
    _hear(cast, other, _topic(cast, "tea"), [_post(other, "a", cast.now, "tea")])
    rows = [_post(of, name, cast.now) for name in ("a", "b", "c")]
    (raised,) = _hear(cast, of, topic, rows, signals=[_signal("t", cast.now, verdict, ["a", "b"])])
    # Another source's post of the same id is no evidence.
    assert {(mention.source_id, mention.external_id) for mention in raised.evidence.all()} == {
        (of.pk, "a"),
        (of.pk, "b"),
    }
    assert Alert.objects.for_brand(cast.brand).count() == alerts
    assert verbs(cast.brand).count("signal.noticed") == 1


def _alert(cast: Cast) -> Alert:
    of, topic = _add(cast), _topic(cast)
    _hear(cast, of, topic, [_post(of, "a", cast.now)], signals=[_signal("t", cast.now, "threat", ["a"])])
    return Alert.objects.for_brand(cast.brand).get()


def test_an_alert_is_answered_once_and_the_time_to_it_is_on_the_record(cast: Cast) -> None:
    alert, by = _alert(cast), actor_for(cast.duty_editor)
    actions.answer_alert(alert, answer=AlertAnswer.PASS, by=by, now=cast.now + MINUTE)
    with refused("alert.answered"):
        actions.answer_alert(alert, answer=AlertAnswer.HOLD, by=by, now=cast.now + 2 * MINUTE)
    alert.refresh_from_db()
    assert (alert.answer, alert.answered_by, alert.answered_at) == ("pass", "Dana", cast.now + MINUTE)
    assert verbs(cast.brand).count("alert.answered") == 1


@pytest.mark.parametrize("who", ["outsider", "executive"])
def test_who_may_not_answer_does_not(cast: Cast, who: str) -> None:
    alert = _alert(cast)
    with refused("permission.missing"):
        actions.answer_alert(alert, answer=AlertAnswer.PASS, by=actor_for(getattr(cast, who)), now=cast.now)
    alert.refresh_from_db()
    assert alert.answer == ""


def test_trouble_is_logged_when_it_is_new_and_goes_when_the_source_recovers(cast: Cast) -> None:
    of = _add(cast)
    for message in ("Gone.", "Gone.", "Too large. " + "x" * 400):
        actions.note_trouble(of, message=message, now=cast.now)
    assert verbs(cast.brand).count("source.trouble") == 2
    assert len(_now(of).trouble) == 300
    actions.note_recovery(of)
    assert (_now(of).trouble, _now(of).trouble_at) == ("", None)
