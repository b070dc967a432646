"""From what is said in a burst to what it means: threat, opportunity or noise."""

from collections.abc import Sequence

from nowroom.engine.detect.signal import Heard, Verdict
from nowroom.engine.enrich.sensitivity import SENSITIVE

_SENSITIVE_SHARE = 0.15
_NEGATIVE_SHARE = 0.5
_POSITIVE_SHARE = 0.3
_TONED = 0.3


def verdict(said: Sequence[Heard]) -> Verdict:
    """What the posts of a burst mean, by the shares of sensitive, negative and positive posts among them."""
    shares = tone_shares(said)
    if shares["sensitive"] >= _SENSITIVE_SHARE or shares["negative"] >= _NEGATIVE_SHARE:
        return "threat"
    if shares["positive"] >= _POSITIVE_SHARE and shares["positive"] > shares["negative"]:
        return "opportunity"
    return "noise"


def tone_shares(said: Sequence[Heard]) -> dict[str, float]:
    """Shares, 0 to 1, of sensitive, negative and positive posts."""
    total = max(1, len(said))
    return {
        "sensitive": sum(post.sensitivity >= SENSITIVE for post in said) / total,
        "negative": sum(post.tone <= -_TONED for post in said) / total,
        "positive": sum(post.tone >= _TONED for post in said) / total,
    }
