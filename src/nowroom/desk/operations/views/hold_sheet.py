"""The hold sheet: one press opens it, one confirm places the hold."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nowroom.desk.operations.scopes import (
    ORGANIZATION,
    choices,
    everywhere_scope,
    read,
    sister_brands,
    stops,
    with_organization,
)
from nowroom.desk.operations.standing import started
from nowroom.desk.operations.words import hold_stands
from nowroom.lib.errors import Refused
from nowroom.listening.actions import answer_alert
from nowroom.listening.models import Alert, AlertAnswer
from nowroom.people.models import Person
from nowroom.people.queries import Permission
from nowroom.people.web import BrandRequest
from nowroom.publishing.models import Delivery
from nowroom.safety.actions import Placement, place_hold, place_hold_everywhere
from nowroom.safety.models import ScopeKind
from nowroom.safety.queries import Term, concern, term

_STOPPED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Placed:
    """A hold that was just placed, with the deliveries that it concerns."""

    placement: Placement
    stopped: list[Delivery]
    in_flight: list[Delivery]


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: BrandRequest) -> HttpResponse:
    """The sheet, filled with what was asked about; sent, it places the hold."""
    if request.method == "POST":
        return _place(request)
    alert = _alert(request)
    return _show(request, scope=_asked_about(request, alert), reason=alert.signal.sentence if alert else "")


@require_GET
def count(request: BrandRequest) -> HttpResponse:
    """What the chosen scope would stop now, by name: a fragment that follows the choice."""
    return render(request, "desk/operations/_hold_count.html", _counted(request, _chosen(request)))


def _place(request: BrandRequest) -> HttpResponse:
    scope, reason = _chosen(request), request.POST.get("reason", "").strip()[:300]
    alert = _alert(request)
    try:
        placements = _placements(request, scope, reason or _default_reason(request), alert)
    except Refused as refused:
        return _show(request, scope=scope, reason=reason, refused=refused)
    if alert:
        _answer(request, alert)
    if not request.htmx:
        return _lead_to_hold(request, placements)
    placed = [_placed(placement) for placement in placements]
    return render(request, "desk/operations/_hold_placed.html", {"placed": placed})


def _placements(request: BrandRequest, scope: list[Term], reason: str, alert: Alert | None) -> list[Placement]:
    if _everywhere(request):
        brands = sister_brands(_person(request), request.brand)
        everything = everywhere_scope(request.brand, brands)
        return place_hold_everywhere(brands, scope=everything, reason=reason, by=request.actor, now=request.now)
    signal = alert.signal if alert else None
    return [place_hold(request.brand, scope=scope, reason=reason, by=request.actor, now=request.now, signal=signal)]


def _answer(request: BrandRequest, alert: Alert) -> None:
    """Answer the alert that led here. The fence stands whatever becomes of the paperwork."""
    if alert.answer or Permission.ANSWER_ALERT not in request.may:
        return
    try:
        answer_alert(alert, answer=AlertAnswer.HOLD, by=request.actor, now=request.now)
    except Refused as refused:
        messages.info(request, refused.message)


def _lead_to_hold(request: BrandRequest, placements: list[Placement]) -> HttpResponse:
    own = next(placement for placement in placements if placement.hold.brand_id == request.brand.pk)
    stopped = sum(len(placement.stopped) for placement in placements)
    started_already = sum(len(placement.in_flight) for placement in placements)
    messages.success(request, hold_stands(stopped, started_already))
    return redirect("desk:hold_detail", request.brand.slug, own.hold.pk)


def _placed(placement: Placement) -> Placed:
    brand = placement.hold.brand
    stopped = [passage.pk for passage in placement.stopped[:_STOPPED_SHOWN]]
    return Placed(placement, started(brand, stopped), started(brand, [p.pk for p in placement.in_flight]))


def _show(request: BrandRequest, *, scope: list[Term], reason: str, refused: Refused | None = None) -> HttpResponse:
    brands = sister_brands(_person(request), request.brand)
    offered = choices(request.brand, checked=scope)
    page = {
        **_counted(request, scope),
        "choices": with_organization(offered, request.brand, brands, checked=_everywhere(request)),
        "reason": reason,
        "refused": refused,
        "action": request.get_full_path() if request.method == "POST" else _action(request),
    }
    template = "desk/operations/_hold_sheet.html" if request.htmx else "desk/operations/hold.html"
    return render(request, template, page, status=422 if refused else 200)


def _action(request: BrandRequest) -> str:
    address = reverse("desk:hold", args=[request.brand.slug])
    alert = request.GET.get("alert", "")
    return f"{address}?alert={alert}" if alert.isdecimal() else address


def _counted(request: BrandRequest, scope: list[Term]) -> dict[str, object]:
    if _everywhere(request):
        brands = sister_brands(_person(request), request.brand)
        return {"brand_stops": [(brand, stops(brand, [term(ScopeKind.BRAND, brand.pk)])) for brand in brands]}
    return {"stops": stops(request.brand, scope) if scope else None, "scope": scope}


def _asked_about(request: BrandRequest, alert: Alert | None) -> list[Term]:
    """What is checked when the sheet opens: what was asked about, else everything."""
    asked = concern(alert.signal) if alert else read(request.brand, request.GET.getlist("scope"))
    return asked or read(request.brand, [f"{ScopeKind.BRAND}:{request.brand.pk}"])


def _chosen(request: BrandRequest) -> list[Term]:
    return read(request.brand, _values(request))


def _everywhere(request: BrandRequest) -> bool:
    return any(value.startswith(f"{ORGANIZATION}:") for value in _values(request))


def _values(request: BrandRequest) -> list[str]:
    sent = request.POST if request.method == "POST" else request.GET
    return sent.getlist("scope")


def _alert(request: BrandRequest) -> Alert | None:
    """The alert that the address names, of this brand."""
    given = request.GET.get("alert", "")
    if not given.isdecimal():
        return None
    rows = Alert.objects.for_brand(request.brand).select_related("signal__topic", "brand")
    return get_object_or_404(rows, pk=int(given))


def _default_reason(request: BrandRequest) -> str:
    return _("%(name)s stopped this and will say why.") % {"name": request.actor.name}


def _person(request: BrandRequest) -> Person:
    """The viewer; the middleware lets nobody else reach a brand's page."""
    assert isinstance(request.user, Person)  # noqa: S101 - narrows the type, see above
    return request.user
