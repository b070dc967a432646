"""What evidence to ask for: false signals against the posts it takes to notice, by the odds asked for.

    python -m scripts.train_odds

Every post is scored by a model that saw nothing of its event. False signals: posts of every day, every 20 seconds,
and posts of the crisis collections that are labelled off-topic, every minute (some of those do speak of harm).
Posts it takes: after 600 off-topic posts, the first posts about an event among as many others, every 45 seconds.
"""

import polars as pl

from nowroom.engine.detect import Heard, sensitive
from scripts.train_data import OWN, sensitivity_data
from scripts.train_models import SEED, held_out_sensitivities

ASKED = (30.0, 100.0, 300.0, 1_000.0)
_QUIET_POSTS, _MOST = 600, 100
_HARMLESS = ("gurlitt", "prince", "")


def main() -> None:
    data = sensitivity_data()
    columns = {
        "wording": data.texts,
        "label": data.labels,
        "event": data.events,
        "chance": held_out_sensitivities(data),
    }
    scored = pl.DataFrame(columns).filter(pl.col("event") != OWN)
    everyday = scored.filter(pl.col("event") == "").sample(fraction=1, shuffle=True, seed=SEED)
    off_topic = scored.filter(pl.col("event").is_in(["alberta", "sandy", "queensland"]) & (pl.col("label") == 0))
    off_topic = off_topic.sample(fraction=1, shuffle=True, seed=SEED)
    for odds in ASKED:
        sensitive.ODDS = odds
        false = [signals(heard(everyday, 20.0)), signals(heard(off_topic, 60.0))]
        needed = sorted(posts_needed(scored, off_topic))
        print(
            f"odds {odds:6.0f}: every day {false[0]} in {len(everyday)}, off-topic {false[1]} in {len(off_topic)}",
            end="",
        )
        print(f"; posts about it until noticed, per event: {needed}, median {needed[len(needed) // 2]}")


def heard(rows: pl.DataFrame, every: float, start: float = 0.0) -> list[Heard]:
    """Posts as detectors hear them, one every so many seconds."""
    pairs = enumerate(rows.select("wording", "chance").iter_rows())
    return [Heard(str(number), start + every * number, chance, 0.0, None, words) for number, (words, chance) in pairs]


def signals(stream: list[Heard]) -> int:
    """How many signals a stream sets off."""
    state = sensitive.SensitiveState()
    return sum(sensitive.hear(state, post, "t") is not None for post in stream)


def posts_needed(scored: pl.DataFrame, off_topic: pl.DataFrame) -> list[int]:
    """For every event, the number of its posts heard until the signal; `_MOST` if there is none."""
    about = scored.filter((pl.col("label") == 1) & ~pl.col("event").is_in(_HARMLESS))
    events = about.group_by("event", maintain_order=True).head(_MOST)
    return [_needed(rows, off_topic) for _, rows in events.group_by("event", maintain_order=True) if len(rows) >= _MOST]


def _needed(event: pl.DataFrame, off_topic: pl.DataFrame) -> int:
    state = sensitive.SensitiveState()
    for post in heard(off_topic[:_QUIET_POSTS], 60.0):
        sensitive.hear(state, post, "t")
    others = off_topic[_QUIET_POSTS : _QUIET_POSTS + len(event)].select(event.columns)
    rows = [row for pair in zip(event.iter_slices(1), others.iter_slices(1), strict=True) for row in pair]
    for number, post in enumerate(heard(pl.concat(rows), 45.0, start=60.0 * _QUIET_POSTS)):
        if sensitive.hear(state, post, "t"):
            return number // 2 + 1
    return _MOST


if __name__ == "__main__":
    main()
