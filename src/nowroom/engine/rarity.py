"""How common a term is in everyday posts, so that a query is looked up by its rarest term."""

from functools import cache
from importlib import resources

PREFIX_SHARE = 0.05
FIELD_SHARE = 0.5
_UNKNOWN_WORD_SHARE = 1e-5
_UNKNOWN_CHARACTER_SHARE = 1e-3


def expected_share(term: str) -> float:
    """The expected share of posts, 0 to 1, that hold this folded term."""
    unknown = _UNKNOWN_CHARACTER_SHARE if len(term) == 1 else _UNKNOWN_WORD_SHARE
    return _shares().get(term, unknown)


@cache
def _shares() -> dict[str, float]:
    table = resources.files("nowroom.engine.weights").joinpath("term_shares.tsv").read_text("utf-8")
    pairs = (line.split("\t") for line in table.splitlines())
    return {term: float(share) for term, share in pairs}
