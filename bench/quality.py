"""How well the engine hears: the figures of docs/reference/quality.md and of the model cards.

    python -m bench.quality

Reads the evaluation data in the directory NOWROOM_DATA names (default ../shared/data).
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from nowroom.engine.batch import posts
from nowroom.engine.detect import Detectors, Heard, Signal
from nowroom.engine.enrich.sensitivity import SENSITIVE, sensitivities
from nowroom.engine.enrich.tone import TONES, tones
from nowroom.engine.matcher import Matcher
from nowroom.engine.pipeline import Pipeline
from nowroom.engine.query import parse

DATA = Path(os.environ.get("NOWROOM_DATA", "../shared/data"))
NEEDED = (
    "airline_train",
    "crisis_t6_boston_replay",
    "crisis_t6_train",
    "customer_care_turns",
    "match_timelines",
    "news_headlines",
    "tweeteval_sentiment_val",
)

_PLACE = "Lindenau"
_START = datetime(2024, 1, 1, tzinfo=UTC)
_BATCH = 500


def missing() -> list[str]:
    """Names of the tables that are not there."""
    return [name for name in NEEDED if not (DATA / f"{name}.csv.gz").exists()]


def table(name: str) -> pl.DataFrame:
    """One table of the evaluation data."""
    return pl.read_csv(DATA / f"{name}.csv.gz")


def figures() -> dict[str, float]:
    """Every figure, by the name it has in the documents."""
    parts = (tone_figures(), sensitivity_figures(), control_figures())
    return {name: value for part in parts for name, value in part.items()}


def tone_figures() -> dict[str, float]:
    """Accuracy and macro recall on posts that the tone model was not trained on."""
    found = {}
    for name, file, column in (
        ("TweetEval validation", "tweeteval_sentiment_val", "label"),
        ("airline customers", "airline_train", "sentiment"),
    ):
        rows = table(file)
        right = rows[column] == tones(rows["text"])["tone"]
        recalls = [right.filter(rows[column] == tone).mean() for tone in TONES]
        found[f"tone, {name}, accuracy"] = _mean(right)
        found[f"tone, {name}, macro recall"] = sum(float(str(recall)) for recall in recalls) / len(TONES)
    return found


def sensitivity_figures() -> dict[str, float]:
    """The share of posts that count as sensitive in texts of every day, and in headlines, many of which are."""
    names = {"airline customers": "airline_train", "TweetEval validation": "tweeteval_sentiment_val"}
    texts = {name: table(file)["text"] for name, file in names.items()} | {
        "customer care": _customer_turns(),
        "news headlines": table("news_headlines")["title"],
    }
    return {f"sensitive share, {name}": _mean(sensitivities(series) >= SENSITIVE) for name, series in texts.items()}


def control_figures() -> dict[str, float]:
    """False threats per 100,000 posts, of streams in which nothing happened, one post every 30 seconds."""
    streams = {
        "airline customers": table("airline_train")["text"],
        "TweetEval validation": table("tweeteval_sentiment_val")["text"],
        "customer care": _customer_turns(),
    }
    threats = {name: len(_threats(listen(_regular(texts)))) for name, texts in streams.items()}
    found = {f"false threats, {name}": float(count) for name, count in threats.items()}
    posts_heard = sum(map(len, streams.values()))
    return {**found, "false threats per 100,000 posts": 100_000 * sum(threats.values()) / posts_heard}


def listen(batch: pl.DataFrame, place: str = _PLACE) -> list[Signal]:
    """All signals of a stream that is collected in and about a place."""
    pipeline = Pipeline(places_of_sources={"stream": place})
    return [
        signal
        for start in range(0, len(batch), _BATCH)
        for signal in pipeline.process(batch[start : start + _BATCH]).signals
    ]


def replay(name: str, event: str | None = None) -> pl.DataFrame:
    """A recorded stream as a batch, in order of time; never with its labels."""
    rows = table(name)
    chosen = rows.filter(pl.col("event") == event) if event else rows
    columns = chosen.select("tweet_id", "ts_utc", "text").sort("ts_utc", maintain_order=True)
    return posts(
        {"id": str(number), "ts": datetime.fromisoformat(ts), "text": text, "source": "stream"}
        for number, ts, text in columns.iter_rows()
    )


def throughput() -> dict[str, float]:
    """Posts per second of processor time: tone and sensitivity; matching 10,000 queries."""
    texts = table("airline_train")["text"]
    batch = _regular(texts)
    matcher = Matcher()
    for number in range(10_000):
        matcher.add(str(number), parse(f'#launch{number} OR "brand{number}" OR (product{number} new)'))

    def classify() -> None:
        tones(texts)
        sensitivities(texts)

    return {
        "tone and sensitivity, posts/s": _rate(len(texts), classify),
        "matching 10,000 queries, posts/s": _rate(len(texts), lambda: matcher.match(batch)),
    }


def _rate(count: int, work: Callable[[], object]) -> float:
    work()
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def _customer_turns() -> pl.Series:
    return table("customer_care_turns").filter(pl.col("role") == "client")["text"]


def _regular(texts: pl.Series) -> pl.DataFrame:
    return posts(
        {"id": str(number), "ts": _START + timedelta(seconds=30 * number), "text": text, "source": "stream"}
        for number, text in enumerate(texts)
    )


def _threats(signals: list[Signal]) -> list[Signal]:
    return [signal for signal in signals if signal.verdict == "threat"]


def _mean(flags: pl.Series) -> float:
    return float(str(flags.mean()))


def _print_replays() -> None:
    streams = {"Boston, April 2013": replay("crisis_t6_boston_replay")} | {
        event: replay("crisis_t6_train", event) for event in sorted(set(table("crisis_t6_train")["event"]))
    }
    for name, batch in streams.items():
        threats = _threats(listen(batch, name))
        first = threats[0] if threats else None
        said = f"{first.at:%Y-%m-%d %H:%M:%S} after {first.count} sensitive posts" if first else "none"
        print(f"first threat, {name}: {said}; {len(threats)} in {len(batch)} posts")


def _print_headlines() -> None:
    rows = table("news_headlines").sort("ts_unix", maintain_order=True).select("ts_unix", "title").iter_rows()
    signals = listen(
        posts(
            {"id": str(number), "ts": datetime.fromtimestamp(at, UTC), "text": title, "source": "stream"}
            for number, (at, title) in enumerate(rows)
        )
    )
    print(f"news headlines: {len(_threats(signals))} threats, {len(signals)} signals")


def _print_bursts() -> None:
    instants = pl.col("ts_utc").str.to_datetime(time_zone="UTC")
    matches = table("match_timelines").with_columns(at=instants.dt.epoch("us") / 1e6)
    for (name,), rows in matches.group_by("stream", maintain_order=True):
        print(f"bursts, {name}: {_bursts(rows['at'].sort().to_list())} in {len(rows)} posts")
    random = np.random.default_rng(5)
    for gap in (600.0, 60.0, 5.0, 0.5):
        arrivals = np.cumsum(random.exponential(gap, 20_000)).tolist()
        print(
            f"false bursts, a post every {gap:g} s at random: {_bursts(arrivals)} in {arrivals[-1] / 86_400:.1f} days"
        )


def _bursts(arrivals: list[float]) -> int:
    detectors, found = Detectors(), 0
    for number, at in enumerate(arrivals):
        if detectors.tick(at):
            heard = Heard(str(number), at, sensitivity=0.0, tone=0.0, author=None, wording=str(number))
            found += len(detectors.hear("match", heard, 1))
    return found


def main() -> int:
    """Print every figure; 1 if data is missing."""
    if missing():
        print(f"Not measured: {', '.join(missing())} missing in {DATA}. Set NOWROOM_DATA.")
        return 1
    for name, value in {**figures(), **throughput()}.items():
        print(f"{name}: {value:.3f}" if value < 1_000 else f"{name}: {value:,.0f}")
    _print_replays()
    _print_headlines()
    _print_bursts()
    return 0


if __name__ == "__main__":
    sys.exit(main())
