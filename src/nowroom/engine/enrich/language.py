"""Which language a post is written in."""

from functools import lru_cache

import polars as pl
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from nowroom.engine.text import spoken

COMMON = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "ta", "th", "tl",
    "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
"""Languages a short text may be taken for; the rarer ones would mostly be mistakes."""

_LEAST_CHARACTERS = 4


def languages(texts: pl.Series) -> pl.Series:
    """The language code (ISO 639-1) of every text; null where there is too little to tell."""
    bare = spoken(texts).str.replace_all(r"[^\p{L}\p{M}\s]", " ").str.strip_chars()
    return pl.Series("lang", [_language(text) for text in bare.to_list()], dtype=pl.String)


def with_languages(batch: pl.DataFrame) -> pl.DataFrame:
    """The batch with `lang` filled in where it was missing."""
    missing = batch["lang"].is_null()
    if not missing.any():
        return batch
    rows = missing.arg_true()
    found = languages(batch["text"].gather(rows))
    return batch.with_columns(batch["lang"].clone().scatter(rows, found))


def _language(text: str) -> str | None:
    if not text or (text.isascii() and len(text) < _LEAST_CHARACTERS):
        return None
    code: str = _identifier().classify(text)[0]
    return code


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = set(identifier.nb_classes)
    identifier.set_languages([code for code in COMMON if code in known])
    return identifier
