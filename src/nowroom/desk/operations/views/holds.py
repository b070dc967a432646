"""Holds that stand and stood; deciding about each delivery that one stops."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from nowroom.desk.operations.forms import DueForm
from nowroom.desk.operations.pulse import read_pulse
from nowroom.desk.operations.rows import by_keys
from nowroom.desk.operations.standing import standing, undecided_deliveries
from nowroom.lib.errors import Refused
from nowroom.people.web import BrandRequest
from nowroom.publishing import actions
from nowroom.publishing.models import Delivery
from nowroom.publishing.queries import with_everything
from nowroom.safety.actions import lift as lift_hold
from nowroom.safety.models import Hold
from nowroom.safety.queries import active_holds, undecided

_PAST_SHOWN = 50


@require_GET
def index(request: BrandRequest) -> HttpResponse:
    """What stands, with how much it stops, and what stood."""
    past = Hold.objects.for_brand(request.brand).filter(lifted_at__isnull=False)
    page = {
        "pulse": read_pulse(request.brand.pk),
        "standing": [(hold, undecided(hold).count()) for hold in active_holds(request.brand).select_related("brand")],
        "past": past.prefetch_related("terms").order_by("-lifted_at", "-pk")[:_PAST_SHOWN],
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "desk/operations/_holds.html" if fragment else "desk/operations/holds.html", page)


@require_GET
def detail(request: BrandRequest, pk: int) -> HttpResponse:
    """One hold: why, its evidence, what it stops, what had started, what was out before."""
    seen = standing(_hold(request, pk), now=request.now)
    page = {
        "pulse": read_pulse(request.brand.pk),
        "seen": seen,
        "hold": seen.hold,
        "held": [(delivery, DueForm(delivery=delivery)) for delivery in seen.stopped],
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "desk/operations/_hold.html" if fragment else "desk/operations/hold_detail.html", page)


@require_POST
def release(request: BrandRequest, pk: int, delivery: int) -> HttpResponse:
    """Let one held delivery go, at its own time or at another that was typed."""
    hold = _hold(request, pk)
    found = get_object_or_404(with_everything(Delivery.objects.for_brand(request.brand)), pk=delivery)
    due_at = None
    if request.POST.get("at"):
        form = DueForm(request.POST, delivery=found)
        if not form.is_valid():
            raise Refused("plan.time", _("This is not a date and a time. The delivery is still held."))
        due_at = form.instant()
    actions.release(hold, delivery=found, by=request.actor, now=request.now, due_at=due_at)
    messages.success(request, _("“%(label)s” is released from this hold.") % {"label": found.passage.label})
    return redirect("desk:hold_detail", request.brand.slug, pk)


@require_POST
def release_all(request: BrandRequest, pk: int) -> HttpResponse:
    """Let everything go that this hold still stops, each on the record, and lift the hold: it was a mistake."""
    hold = _hold(request, pk)
    keys = list(undecided_deliveries(hold).values_list("pk", flat=True))
    released = sum(_released(hold, found, request) for found in by_keys(request.brand, keys))
    lift_hold(hold, by=request.actor, now=request.now)
    said = ngettext(
        "%(count)s delivery is released and the hold is lifted.",
        "%(count)s deliveries are released and the hold is lifted.",
        released,
    )
    messages.success(request, said % {"count": released})
    return redirect("desk:hold_detail", request.brand.slug, pk)


@require_POST
def lift(request: BrandRequest, pk: int) -> HttpResponse:
    """End the hold. Refused while something is undecided; the page then says which."""
    lift_hold(_hold(request, pk), by=request.actor, now=request.now)
    messages.success(request, _("The hold is lifted."))
    return redirect("desk:hold_detail", request.brand.slug, pk)


def _released(hold: Hold, delivery: Delivery, request: BrandRequest) -> bool:
    """Release one of many; False where it was decided or missed its window in the meantime."""
    try:
        actions.release(hold, delivery=delivery, by=request.actor, now=request.now)
    except Refused as refused:
        if refused.code != "release.not_held":
            raise
        return False
    return True


def _hold(request: BrandRequest, pk: int) -> Hold:
    rows = Hold.objects.for_brand(request.brand).select_related("brand", "signal__topic").prefetch_related("terms")
    return get_object_or_404(rows, pk=pk)
