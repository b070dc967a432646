"""What the frame around every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from nowroom.desk.glance import Glance
from nowroom.people.models import Person
from nowroom.people.queries import brands_of

THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The brand in the band, what the viewer may do there, and how they like to see it.

    `brands` and `glance` ask the database only where a template uses them.
    """
    brand = getattr(request, "brand", None)
    now = getattr(request, "now", None)
    # A request that fails before authentication has no user: its error page still has a frame.
    user = getattr(request, "user", None)
    person = user if isinstance(user, Person) else None
    return {
        "brand": brand,
        "may": getattr(request, "may", frozenset()),
        "now": now,
        "brands": SimpleLazyObject(lambda: list(brands_of(person)) if person else []),
        "glance": Glance(brand, person, now) if brand and person and now else None,
        "simulated": settings.STAND_IN_FILE is not None,
        "theme": _one_of(THEMES, request.COOKIES.get("theme")),
        "density": _one_of(DENSITIES, request.COOKIES.get("density")),
    }


def _one_of(choices: tuple[str, ...], given: str | None) -> str:
    return given if given in choices else choices[0]
