"""What the models are trained on, and how it is made to speak of more than the events it was collected about."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from nowroom.engine.enrich.cleaning import clean
from nowroom.engine.enrich.lexicon import CATEGORIES, category_counts, entries_in
from scripts.train_sentences import figures, reports

DATA = Path(os.environ.get("NOWROOM_DATA", "../shared/data"))

HARM = [CATEGORIES.index(name) for name in CATEGORIES if name not in {"glad", "upset", "figure"}]
OWN = "own"
"""What stands for the event of a sentence of our own."""

_OWN_WEIGHT = 3.0
_SILENT_WEIGHT = 0.25
_MASK_FROM = 4
_MASK_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Labelled:
    """Cleaned texts with labels (0/1), the event each belongs to (empty: none), and a weight for training."""

    texts: pl.Series
    labels: npt.NDArray[np.int64]
    events: list[str]
    weights: npt.NDArray[np.float64]


def table(name: str) -> pl.DataFrame:
    """One table of the evaluation data. Raises `FileNotFoundError` with what to set."""
    path = DATA / f"{name}.csv.gz"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; set NOWROOM_DATA to the directory with the evaluation data.")
    return pl.read_csv(path)


def sensitivity_data() -> Labelled:
    """Posts about harm that happened, and posts of every day."""
    rows = pl.concat([_crisis_t6(), _crisis_t26(), _pheme(), _everyday(), _own(reports(), 1), _own(figures(), 0)])
    rows = rows.with_columns(text=clean(rows["text"])).unique(["text", "label"], maintain_order=True)
    rows = rows.with_columns(text=_masked(rows))
    counts = category_counts(rows["text"])[:, HARM]
    return Labelled(rows["text"], rows["label"].to_numpy(), rows["event"].to_list(), _weights(rows, counts))


def event_of(name: str) -> str:
    """The place of an event's name, so that one event under two names stays on one side of a split."""
    place = re.sub(r"^\d+[_-]?", "", name.lower()).split("_")[0].split("-")[0]
    return {"philipinnes": "philippines", "manila": "philippines", "typhoon": "philippines"}.get(place, place)


def _rows(texts: pl.Series, labels: pl.Series, events: pl.Series) -> pl.DataFrame:
    names = events.map_elements(event_of, return_dtype=pl.String)
    return pl.DataFrame({"text": texts, "label": labels.cast(pl.Int64), "event": names})


def _crisis_t6() -> pl.DataFrame:
    posts = table("crisis_t6_train")
    return _rows(posts["text"], posts["label"] == "on-topic", posts["event"])


def _crisis_t26() -> pl.DataFrame:
    posts = table("crisis_t26_labelled").filter(pl.col("informativeness") != "Not applicable")
    return _rows(posts["text"], posts["informativeness"] != "Not related", posts["event"])


def _pheme() -> pl.DataFrame:
    harmless = {"gurlitt", "prince-toronto"}
    posts = table("pheme_train")
    return _rows(posts["text"], ~posts["event"].is_in(harmless), posts["event"])


def _everyday() -> pl.DataFrame:
    """Sentiment posts, without those that the lexicon finds to speak of two kinds of harm: nobody labelled those."""
    texts = table("semeval_sentiment_train")["text"]
    kinds = (category_counts(clean(texts))[:, HARM] > 0).sum(axis=1)
    kept = texts.filter(pl.Series(kinds < 2))
    return pl.DataFrame({"text": kept, "label": 0, "event": ""}, schema_overrides={"label": pl.Int64})


def _own(sentences: list[str], label: int) -> pl.DataFrame:
    return pl.DataFrame({"text": sentences, "label": label, "event": OWN}, schema_overrides={"label": pl.Int64})


def _masked(rows: pl.DataFrame) -> pl.Series:
    """Texts without the names of their events.

    A name is a term that posts about one event use and posts about the others hardly do, unless the lexicon
    knows it: *sandy* goes, *hurricane* stays.
    """
    about = rows.filter((pl.col("label") == 1) & ~pl.col("event").is_in(["", OWN]))
    sizes = about["event"].value_counts(name="size")
    terms = about.select("event", term=pl.col("text").str.split(" ").list.unique()).explode("term")
    uses = (
        terms.group_by("event", "term").len().join(sizes, on="event").with_columns(rate=pl.col("len") / pl.col("size"))
    )
    share = uses.group_by("term").agg(pl.col("rate").max() / pl.col("rate").sum(), pl.col("len").sum())
    suspects = share.filter((pl.col("rate") > _MASK_SHARE) & (pl.col("len") >= _MASK_FROM))["term"].to_list()
    names = {term for term in suspects if term and not entries_in(f" {term} ")}
    kept = [" ".join(term for term in text.split(" ") if term not in names) for text in rows["text"].to_list()]
    return pl.Series(kept, dtype=pl.String)


def _weights(rows: pl.DataFrame, harm: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Posts about an event that name no harm teach little: their label says where they belong, not what they say."""
    silent = (rows["label"].to_numpy() == 1) & (harm.sum(axis=1) == 0)
    own = rows["event"].to_numpy() == OWN
    return np.where(own, _OWN_WEIGHT, np.where(silent, _SILENT_WEIGHT, 1.0))
