"""The approver's page: by the link in a letter without signing in, or signed in on the desk.

Reading never decides: mail scanners open every link. Only the form's POST does, and it is bound to what was shown.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from nowroom.clearance.models import Ask, RequestState
from nowroom.clearance.queries import ask_behind, ask_of
from nowroom.content.models import Image
from nowroom.desk.preparation.forms.answer import AnswerForm
from nowroom.desk.preparation.pictures import picture_response
from nowroom.desk.preparation.sheet import Address, Outcome, Sheet
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand, Person
from nowroom.people.web import BrandRequest
from nowroom.publishing import actions as publishing

_GONE, _UNPROCESSABLE = HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class _Way:
    """How the approver came: the page's layout, where its pictures are, and the status once it is settled."""

    layout: str
    address: Address
    settled: int


def _by_link(token: str) -> _Way:
    return _Way("desk/bare.html", lambda image: reverse("desk:answer_image", args=[token, image.pk]), _GONE)


def _by_desk(brand: Brand) -> _Way:
    return _Way("desk/base.html", lambda image: reverse("desk:image", args=[brand.slug, image.pk]), HTTPStatus.OK)


def _private(view: View) -> View:
    """Nothing between us and the approver keeps, lists or passes on the address."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return never_cache(wrapped)


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in a letter."""
    now = cast("BrandRequest", request).now
    try:
        ask = ask_behind(token, now=now)
    except Refused as refusal:
        return _closed(request, token, refusal)
    with _as(ask.approver):
        return _page(request, ask, _by_link(token))


@_private
@require_safe
def answer_image(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A picture on the page behind a link; only those that are asked about. Small, unless asked for in full."""
    try:
        ask = ask_behind(token, now=cast("BrandRequest", request).now)
    except Refused as refusal:
        raise Http404 from refusal
    asked = Image.objects.for_brand(ask.brand_id).filter(variant__revision_id=ask.request.revision_id)
    return picture_response(get_object_or_404(asked, pk=pk), small="full" not in request.GET)


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: BrandRequest, pk: int) -> HttpResponse:
    """The same page on the desk, for the person who is asked."""
    rows = Ask.objects.for_brand(request.brand).filter(approver_id=request.actor.person_id)
    rows = rows.select_related("request__revision__asset__moment", "request__scenario__moment", "request__asked_by")
    found = get_object_or_404(rows.select_related("brand", "approver"), pk=pk)
    return _page(request, found, _by_desk(request.brand))


def _page(request: HttpRequest, ask: Ask, way: _Way) -> HttpResponse:
    """Show the sheet while it can be answered, take the answer, or say what became of it."""
    now = cast("BrandRequest", request).now
    if ask.request.state != RequestState.OPEN or hasattr(ask, "answer") or now >= ask.expires_at:
        return _outcome(request, ask, way, status=way.settled)
    if request.method != "POST":
        return _sheet(request, ask, way, AnswerForm(initial={"shown": ask.request.digest}))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _sheet(request, ask, way, form, status=_UNPROCESSABLE)
    try:
        publishing.decide(ask, verdict=form.as_verdict(), shown=form.cleaned_data["shown"], now=now)
    except Refused as refusal:
        return _not_taken(request, ask, way, form, refusal)
    ask.request.refresh_from_db()
    return _outcome(request, ask, way)


def _not_taken(request: HttpRequest, ask: Ask, way: _Way, form: AnswerForm, refusal: Refused) -> HttpResponse:
    """Nothing was decided: show the sheet again with the sentence, or what became of it meanwhile."""
    if refusal.code == "request.changed":
        # The answer was to something else: the boxes are empty again, and the page shows what stands now.
        form = AnswerForm(initial={"shown": ask.request.digest})
    elif refusal.code in {"link.used", "request.closed", "link.expired"}:
        ask = Ask.objects.for_brand(ask.brand_id).select_related("request__revision__asset", "brand").get(pk=ask.pk)
        return _outcome(request, ask, way, status=way.settled, refused=refusal)
    return _sheet(request, ask, way, form, status=_UNPROCESSABLE, error=refusal.message)


def _sheet(
    request: HttpRequest, ask: Ask, way: _Way, form: AnswerForm, *, status: int = HTTPStatus.OK, error: str = ""
) -> HttpResponse:
    sheet = Sheet(ask, way.address)
    page = {"layout": way.layout, "brand": ask.brand, "sheet": sheet, "form": form, "error": error}
    return render(request, "desk/preparation/answer.html", page, status=status)


def _outcome(
    request: HttpRequest, ask: Ask, way: _Way, *, status: int = HTTPStatus.OK, refused: Refused | None = None
) -> HttpResponse:
    page = {"layout": way.layout, "brand": ask.brand, "outcome": Outcome(ask), "refused": refused}
    return render(request, "desk/preparation/answered.html", page, status=status)


def _closed(request: HttpRequest, token: str, refusal: Refused) -> HttpResponse:
    """A link that no longer opens anything: what happened, and what to do."""
    if refusal.code in {"link.used", "link.expired"}:
        ask = ask_of(token)
        with _as(ask.approver):
            return _outcome(request, ask, _by_link(token), status=_GONE, refused=refusal)
    status = HTTPStatus.NOT_FOUND if refusal.code == "link.forged" else _GONE
    return render(request, "desk/preparation/link_closed.html", {"refused": refusal}, status=status)


@contextmanager
def _as(person: Person) -> Iterator[None]:
    """In the person's language and on their clock, whoever's browser it is."""
    with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
        yield
