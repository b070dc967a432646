import polars as pl
import pytest

from nowroom.engine.batch import BatchError
from nowroom.engine.pipeline import MATCHED, Pipeline, Result, Topic, place_topic
from nowroom.engine.query import parse
from nowroom.engine.tests.streams import CATASTROPHE, chatter, stream


def listening() -> Pipeline:
    pipeline = Pipeline(places_of_sources={"square": "Lindenau"})
    pipeline.add_topic(Topic("coffee", parse("coffee"), places=("Oslo",)))
    return pipeline


def in_batches(pipeline: Pipeline, posts: pl.DataFrame, size: int) -> list[Result]:
    return [pipeline.process(posts[start : start + size]) for start in range(0, len(posts), size)]


def test_the_first_words_about_something_terrible_are_a_threat_to_the_place() -> None:
    posts = stream([*chatter(300), *CATASTROPHE])
    signals = [signal for result in in_batches(listening(), posts, 50) for signal in result.signals]
    assert [(signal.kind, signal.topic, signal.verdict) for signal in signals] == [
        ("sensitive", place_topic("Lindenau"), "threat")
    ]
    assert set(signals[0].evidence) <= {f"square-{number}" for number in range(300, 305)}


def test_how_posts_are_cut_into_batches_changes_nothing() -> None:
    posts = stream([*chatter(120), *CATASTROPHE, *chatter(20)])
    whole, pieces = in_batches(listening(), posts, 1_000), in_batches(listening(), posts, 7)
    assert [signal for result in pieces for signal in result.signals] == whole[0].signals
    assert pl.concat([result.matched for result in pieces])["id"].to_list() == whole[0].matched["id"].to_list()


def test_the_raw_stream_is_counted_and_only_what_matches_or_is_sensitive_is_kept() -> None:
    kept = listening().process(stream(["A coffee please", "Nice weather", CATASTROPHE[0]])).matched
    assert kept.schema == MATCHED
    assert kept["id"].to_list() == ["square-0", "square-2"]
    assert kept["query_ids"].to_list() == [["coffee", "place:lindenau"], ["place:lindenau"]]
    assert kept["place"].to_list() == ["Lindenau", "Lindenau"]


def test_a_post_keeps_the_place_it_came_with() -> None:
    batch = stream(["A coffee please"]).with_columns(place=pl.lit("Oslo"))
    kept = listening().process(batch).matched
    assert kept["place"].to_list() == ["Oslo"]
    assert kept["query_ids"].to_list() == [["coffee", "place:oslo"]]


def test_it_goes_on_from_a_snapshot_as_if_nothing_had_happened() -> None:
    posts = stream([*chatter(120), *CATASTROPHE])
    through = [signal for result in in_batches(listening(), posts, 20) for signal in result.signals]
    first, second = listening(), listening()
    before = in_batches(first, posts[:121], 20)
    second.restore(first.snapshot())
    after = in_batches(second, posts[121:], 20)
    assert [signal for result in [*before, *after] for signal in result.signals] == through


def test_a_removed_topic_is_not_heard_any_more_and_its_places_neither() -> None:
    pipeline = listening()
    pipeline.remove_topic("coffee")
    assert pipeline.process(stream(["A coffee please in Oslo"])).matched.is_empty()
    pipeline.declare_source("square", None)
    assert pipeline.process(stream(CATASTROPHE)).matched.is_empty()


def test_a_query_for_a_language_hears_posts_that_do_not_say_theirs() -> None:
    pipeline = Pipeline()
    pipeline.add_topic(Topic("german", parse("kaffee lang:de")))
    said = ["Heute gibt es nur noch Kaffee und Kuchen für alle", "Kaffee is the name of the band we heard last night"]
    assert pipeline.process(stream(said)).matched["id"].to_list() == ["square-0"]


def test_a_topic_cannot_take_the_name_of_a_place() -> None:
    with pytest.raises(ValueError, match="place:"):
        Pipeline().add_topic(Topic("place:oslo", parse("oslo")))


def test_a_frame_that_is_no_batch_is_refused() -> None:
    with pytest.raises(BatchError):
        listening().process(pl.DataFrame({"text": ["hi"]}))


def test_an_empty_batch_gives_nothing() -> None:
    result = listening().process(stream([]))
    assert result.matched.is_empty()
    assert result.signals == []
