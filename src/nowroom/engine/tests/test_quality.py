"""The shipped weights and detectors against real data, which is not in the repository."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bench import quality
from nowroom.engine.pipeline import place_topic

BLAST = datetime(2013, 4, 15, 18, 49, 43, tzinfo=UTC)
"""When the first bomb went off; the recording is of 15 to 19 April 2013."""

AGENCY = datetime(2013, 4, 15, 18, 55, 51, tzinfo=UTC)
"""When a news agency's first post came."""

_REFERENCE = Path(__file__).parents[4] / "docs/reference"
_DOCUMENTS = ("models/tone.md", "models/sensitivity.md", "quality.md")

pytestmark = [pytest.mark.data, pytest.mark.slow]


def documented() -> dict[str, float]:
    rows = [row for name in _DOCUMENTS for row in (_REFERENCE / name).read_text("utf-8").splitlines()]
    found = (re.fullmatch(r"\| ([^|]+, [^|]+|false threats[^|]+) \| ([\d.]+) \|", row) for row in rows)
    return {match[1]: float(match[2]) for match in found if match}


@cache
def measured() -> dict[str, float]:
    return quality.figures()


def test_every_figure_is_documented() -> None:
    assert set(documented()) == set(measured())


def test_the_documents_tell_the_truth() -> None:
    assert measured() == {
        name: pytest.approx(value, abs=0.06 if value > 1 else 0.006) for name, value in documented().items()
    }


def test_the_first_words_about_the_blast_are_heard_before_the_news_agency_and_nothing_before() -> None:
    signals = quality.listen(quality.replay("crisis_t6_boston_replay"), "Boston")
    threats = [signal for signal in signals if signal.verdict == "threat"]
    assert BLAST < threats[0].at <= AGENCY
    assert threats[0].topic == place_topic("boston")
    assert len(threats[0].evidence) >= 2
