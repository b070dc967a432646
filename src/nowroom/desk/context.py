"""What the frame around every page shows."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The brand in the band, and what the viewer may do there."""
    brand = getattr(request, "brand", None)
    return {"brand": brand, "may": getattr(request, "may", frozenset()), "now": getattr(request, "now", None)}
