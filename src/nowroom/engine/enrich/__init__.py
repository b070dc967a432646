"""Language, tone and sensitivity of posts, for a whole batch at once."""

import polars as pl

from nowroom.engine.enrich.sensitivity import sensitivities
from nowroom.engine.enrich.tone import tones


def scored(batch: pl.DataFrame) -> pl.DataFrame:
    """The batch with columns `tone`, `tone_score` (-1 to 1) and `sensitivity` (0 to 1) beside it."""
    return batch.hstack(tones(batch["text"])).hstack([sensitivities(batch["text"])])
