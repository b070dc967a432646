"""Language, tone and sensitivity of posts, for a whole batch at once."""

import polars as pl

from nowroom.engine.enrich.language import with_languages
from nowroom.engine.enrich.sensitivity import sensitivities
from nowroom.engine.enrich.tone import tones


def enriched(batch: pl.DataFrame) -> pl.DataFrame:
    """The batch with `lang` filled in where it was missing, and `tone`, `tone_score` and `sensitivity` beside it."""
    named = with_languages(batch)
    return named.hstack(tones(batch["text"])).hstack([sensitivities(batch["text"])])
