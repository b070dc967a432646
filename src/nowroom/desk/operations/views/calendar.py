"""Moments by month: what comes, how sensitive it is, and what is ready for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nowroom.desk.operations.forms import MomentForm, StepForm
from nowroom.desk.operations.months import Month
from nowroom.desk.operations.views.back import back
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand
from nowroom.people.web import BrandRequest
from nowroom.planning.actions import move_moment, plan_moment
from nowroom.planning.models import Moment, MomentState
from nowroom.planning.queries import calendar, next_states
from nowroom.publishing.models import Delivery, DeliveryState

_FIELDS = {"moment.name": "name", "moment.ends_early": "ends", "zone.unknown": "time_zone"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A moment with what is ready for it and where it can go from here."""

    moment: Moment
    loaded: int
    queued: int
    published: int
    steps: list[MomentState]


@require_GET
def index(request: BrandRequest) -> HttpResponse:
    """One month's moments, by start."""
    month = Month.read(request.GET.get("month", ""), zone=timezone.get_current_timezone(), now=request.now)
    moments = list(calendar(request.brand, since=month.starts, until=month.ends))
    page = {"month": month, "prepared": _prepared(request.brand, moments)}
    return render(request, "desk/operations/calendar.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: BrandRequest) -> HttpResponse:
    """Put a moment into the calendar."""
    form = MomentForm(request.POST or None, initial={"time_zone": request.brand.time_zone})
    moment = _planned(request, form) if form.is_valid() else None
    if moment is None:
        return render(request, "desk/operations/moment.html", {"form": form}, status=422 if form.is_bound else 200)
    messages.success(request, _("“%(name)s” is in the calendar.") % {"name": moment.name})
    local = moment.starts_at.astimezone(timezone.get_current_timezone())
    address = reverse("desk:calendar", args=[request.brand.slug])
    return redirect(f"{address}?month={local:%Y-%m}")


@require_POST
def move(request: BrandRequest, pk: int) -> HttpResponse:
    """Move a moment on; a pass needs its reason."""
    moment = get_object_or_404(Moment.objects.for_brand(request.brand).select_related("brand"), pk=pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Refused("moment.step", _("A moment cannot go there. Nothing was changed."))
    to = MomentState(form.cleaned_data["to"])
    move_moment(moment, to=to, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
    messages.success(request, _("“%(name)s” is now: %(state)s.") % {"name": moment.name, "state": to.label})
    return back(request, "desk:calendar", request.brand.slug)


def _planned(request: BrandRequest, form: MomentForm) -> Moment | None:
    """The moment, or None with the refusal at the field that it is about: what was typed is kept."""
    try:
        return plan_moment(request.brand, **form.planned(), by=request.actor, now=request.now)
    except Refused as refused:
        form.add_error(_FIELDS.get(refused.code), refused.message)
        return None


def _prepared(brand: Brand, moments: Sequence[Moment]) -> list[Prepared]:
    rows = Delivery.objects.for_brand(brand).filter(variant__revision__asset__moment__in=moments).order_by()
    grouped = rows.values_list("variant__revision__asset__moment_id", "state").annotate(count=Count("pk"))
    counts = {(moment, state): count for moment, state, count in grouped}
    return [
        Prepared(
            moment,
            loaded=counts.get((moment.pk, DeliveryState.LOADED), 0),
            queued=counts.get((moment.pk, DeliveryState.QUEUED), 0),
            published=counts.get((moment.pk, DeliveryState.PUBLISHED), 0),
            steps=next_states(moment),
        )
        for moment in moments
    ]
