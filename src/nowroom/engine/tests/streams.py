"""Small streams for the engine's tests."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import polars as pl

from nowroom.engine.batch import posts

START = datetime(2024, 5, 4, 9, 0, tzinfo=UTC)

CHATTER = (
    "Coffee first, then the world",
    "Who else is watching the game tonight?",
    "New shoes day, so happy with these",
    "Anyone got a good recipe for lentil soup?",
    "My cat has opinions about the new sofa",
    "Monday again. The bus is late again.",
    "Great run along the river this morning",
    "This meeting is killing me",
)

CATASTROPHE = (
    "Huge explosion at the old mill, people are hurt",
    "There was an explosion by the river, so many injured",
    "Several dead after the blast, ambulances everywhere",
    "Bodies on the ground, I am shaking, please pray for them",
    "Police say a bomb killed at least three people",
)


def stream(
    texts: Iterable[str], *, every: float = 60.0, start: datetime = START, source: str = "square"
) -> pl.DataFrame:
    """A batch with one post every so many seconds; ids are the source and a number."""
    return posts(
        {"id": f"{source}-{number}", "ts": START + timedelta(seconds=every * number), "text": text, "source": source}
        for number, text in enumerate(texts)
    )


def chatter(count: int) -> list[str]:
    """Everyday posts, no two of the same wording."""
    return [f"{CHATTER[number % len(CHATTER)]} {number}" for number in range(count)]
