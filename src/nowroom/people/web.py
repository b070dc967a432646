"""What every page knows: which brand it is about, who looks, and when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django_htmx.middleware import HtmxDetails

from nowroom.lib.actor import Actor
from nowroom.lib.clock import utc_now
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand, Person
from nowroom.people.queries import Permission, actor_for, brands_of, permissions

# The session's note of the brand that was looked at last: where the start page leads.
LAST_BRAND = "last_brand"


class BrandRequest(HttpRequest):
    """A request to a page of one brand, by one of its members. `DeskMiddleware` sees to it."""

    brand: Brand
    actor: Actor
    now: datetime
    may: frozenset[Permission]
    htmx: HtmxDetails


class DeskMiddleware:
    """Reads the clock once, checks membership for every URL with a ``brand`` part, renders refusals.

    Whoever has no role on the brand gets the same 404 as for a brand that does not exist; whoever is not signed in
    gets the sign-in page.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request in the viewer's time zone and language."""
        cast("BrandRequest", request).now = utc_now()
        user = request.user
        if not isinstance(user, Person):
            return self.get_response(request)
        with timezone.override(ZoneInfo(user.time_zone)), translation.override(user.language):
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Turn the URL's brand into `request.brand`, or stop here."""
        if "brand" not in kwargs:
            return None
        user = request.user
        if not isinstance(user, Person):
            return redirect_to_login(request.get_full_path())
        brand = brands_of(user).filter(slug=kwargs.pop("brand")).first()
        if brand is None:
            raise Http404
        page = cast("BrandRequest", request)
        page.brand, page.actor = brand, actor_for(user)
        page.may = permissions(page.actor, brand)
        if request.session.get(LAST_BRAND) != brand.slug:
            request.session[LAST_BRAND] = brand.slug
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Render a broken rule where the person is looking: a toast, a page, or problem+json."""
        if not isinstance(error, Refused):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            problem = {
                "type": f"about:blank#{error.code}",
                "title": error.message,
                "status": 409,
                "code": error.code,
            }
            return JsonResponse(problem, status=409, content_type="application/problem+json")
        template = "desk/refused_toast.html" if getattr(request, "htmx", False) else "desk/refused.html"
        return render(request, template, {"refused": error}, status=409)
