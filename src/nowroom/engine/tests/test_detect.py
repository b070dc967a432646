import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowroom.engine.detect import LATENESS, Detectors, Heard, Signal
from nowroom.engine.detect.level import Level


def heard(number: int, at: float, *, sensitivity: float = 0.01, tone: float = 0.0, author: str | None = None) -> Heard:
    return Heard(f"p{number}", at, sensitivity, tone, author, f"wording {number}")


def play(detectors: Detectors, posts: list[Heard], topic: str = "t") -> list[Signal]:
    return [signal for post in posts if detectors.tick(post.at) for signal in detectors.hear(topic, post, 1)]


def calm(minutes: int = 120) -> list[Heard]:
    return [heard(number, 60.0 * number) for number in range(minutes)]


def surge(count: int, *, at: float = 7_200.0, tone: float = 0.0) -> list[Heard]:
    return [heard(1_000 + number, at + number / 5, tone=tone) for number in range(count)]


def test_a_calm_stream_gives_no_signal() -> None:
    assert play(Detectors(), calm(600)) == []


def test_a_burst_is_one_signal_with_its_evidence() -> None:
    signals = play(Detectors(), [*calm(), *surge(200)])
    assert [signal.kind for signal in signals] == ["burst"]
    burst = signals[0]
    assert burst.count > 5 * burst.expected
    assert burst.odds >= 30
    assert set(burst.evidence) <= {post.post for post in surge(200)} | {calm()[-1].post}


def test_after_a_burst_has_ended_another_one_is_news() -> None:
    later = [heard(5_000 + number, 7_300.0 + 60 * number) for number in range(600)]
    signals = play(Detectors(), [*calm(), *surge(100), *later, *surge(200, at=7_300.0 + 36_000)])
    assert [signal.kind for signal in signals] == ["burst", "burst"]


@pytest.mark.parametrize(("tone", "verdict"), [(0.8, "opportunity"), (-0.8, "threat"), (0.0, "noise")])
def test_what_is_said_in_a_burst_decides_what_it_means(tone: float, verdict: str) -> None:
    assert play(Detectors(), [*calm(), *surge(60, tone=tone)])[0].verdict == verdict


def test_a_few_sensitive_posts_in_a_short_time_are_a_threat() -> None:
    said = [heard(2_000 + number, 7_200.0 + 30 * number, sensitivity=0.97) for number in range(5)]
    signals = play(Detectors(), [*calm(), *said])
    assert [(signal.kind, signal.verdict) for signal in signals] == [("sensitive", "threat")]
    assert 2 <= signals[0].count <= 4
    assert set(signals[0].evidence) <= {post.post for post in said}


def test_one_sensitive_post_is_never_enough() -> None:
    assert play(Detectors(), [*calm(), heard(1, 7_200.0, sensitivity=1.0)]) == []


def test_the_same_words_or_the_same_person_again_and_again_count_for_little() -> None:
    parrots = [Heard(f"x{number}", 7_200.0 + number * 20, 0.95, 0.0, None, "same words") for number in range(6)]
    person = [heard(3_000 + number, 7_200.0 + number * 20, sensitivity=0.95, author="one") for number in range(6)]
    assert play(Detectors(), [*calm(), *parrots]) == []
    assert play(Detectors(), [*calm(), *person]) == []


def test_a_stream_that_is_always_sensitive_is_no_surprise() -> None:
    news = [heard(number, 60.0 * number, sensitivity=0.97 if number % 4 == 0 else 0.01) for number in range(2_000)]
    settled = [signal for signal in play(Detectors(), news) if signal.at.timestamp() > 40_000]
    assert settled == []


def test_sensitive_posts_hours_apart_do_not_add_up() -> None:
    spread = [heard(number, 7_200.0 + 7_200.0 * number, sensitivity=0.97) for number in range(6)]
    assert play(Detectors(), [*calm(), *spread]) == []


def test_a_post_that_is_a_little_late_counts_and_one_that_is_too_late_does_not() -> None:
    detectors = Detectors()
    said = [heard(2_000 + number, 7_300.0 - 30 * number, sensitivity=0.97) for number in range(5)]
    assert [signal.kind for signal in play(detectors, [*calm(), *said])] == ["sensitive"]
    assert not detectors.tick(7_300.0 - LATENESS - 1)
    assert detectors.late == 1


def test_a_stop_and_a_start_change_nothing() -> None:
    said = [heard(2_000 + number, 7_200.0 + 30 * number, sensitivity=0.97) for number in range(5)]
    posts = [*calm(), *said, *surge(150, at=7_400.0)]
    through = play(Detectors(), posts)
    for cut in (0, 60, 121, 122, 140, 200):
        detectors = Detectors()
        before = play(detectors, posts[:cut])
        after = play(Detectors.restored(detectors.snapshot()), posts[cut:])
        assert before + after == through


@pytest.mark.parametrize("state", [b"", b"{}", b"[1]", b'{"started": 1, "newest": 1, "late": 0, "bursts": {"t": 1}}'])
def test_what_is_no_snapshot_is_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match=r"snapshot|JSON|document|input"):
        Detectors.restored(state)


def test_the_level_learns_and_widens_with_scatter() -> None:
    steady, wild = Level(), Level()
    for number in range(100):
        steady.close(20)
        wild.close(0 if number % 2 else 40)
    assert steady.expected == pytest.approx(20, rel=0.1)
    assert wild.tail(60) > 100 * steady.tail(60)


@given(st.integers(1, 400), st.integers(0, 300))
def test_the_tail_is_a_probability_that_falls_with_the_count(mean: int, more: int) -> None:
    level = Level()
    for _ in range(50):
        level.close(mean)
    here, there = level.tail(mean + more), level.tail(mean + more + 1)
    assert 0 <= there <= here <= 1
    assert not math.isnan(there)


def test_empty_windows_count_one_by_one_or_at_once() -> None:
    at_once, one_by_one = Level(), Level()
    at_once.close(5, empty_after=0)
    at_once.close(7, empty_after=30)
    one_by_one.close(5)
    one_by_one.close(7)
    for _ in range(30):
        one_by_one.close(0)
    assert at_once.windows == pytest.approx(one_by_one.windows)
    assert at_once.total == pytest.approx(one_by_one.total)
