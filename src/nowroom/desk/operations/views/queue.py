"""The queue: every delivery, and what may be done with each."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nowroom.audit.models import Entry
from nowroom.desk.operations.forms import DueForm, QueueFilter
from nowroom.desk.operations.pulse import read_pulse
from nowroom.desk.operations.rows import page_of
from nowroom.desk.operations.views.back import back
from nowroom.lib.errors import Refused
from nowroom.people.web import BrandRequest
from nowroom.publishing import actions
from nowroom.publishing.models import Delivery
from nowroom.publishing.queries import queue, with_everything
from nowroom.safety.queries import holds_over

_MOST_PAGES = 2000


@require_GET
def index(request: BrandRequest) -> HttpResponse:
    """Deliveries by due time, narrowed by what the address says."""
    form = QueueFilter(request.GET or None, brand=request.brand)
    shown = page_of(request.brand, form.narrowing(), number=_number(request))
    page = {
        "pulse": read_pulse(request.brand.pk),
        "form": form,
        "page": shown,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "previous_page": _address(request, shown.number - 1) if shown.number > 1 else "",
        "next_page": _address(request, shown.number + 1) if shown.has_next else "",
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "desk/operations/_queue.html" if fragment else "desk/operations/queue.html", page)


@require_GET
def detail(request: BrandRequest, pk: int) -> HttpResponse:
    """One delivery: what the public will see, who said yes to it, when it goes, what became of it."""
    delivery = get_object_or_404(queue(request.brand).select_related("approval__request__asked_by"), pk=pk)
    page = {
        "pulse": read_pulse(request.brand.pk),
        "delivery": delivery,
        "holds": holds_over(delivery.passage).select_related("signal"),
        "answers": _answers(delivery),
        "entries": _entries(delivery),
        "due_form": DueForm(delivery=delivery),
    }
    return render(request, "desk/operations/delivery.html", page)


@require_POST
def go(request: BrandRequest, pk: int) -> HttpResponse:
    """Say go."""
    delivery = actions.go(_delivery(request, pk), by=request.actor, now=request.now)
    messages.success(request, _("“%(label)s” goes out now.") % {"label": delivery.passage.label})
    return back(request, "desk:delivery", request.brand.slug, pk)


@require_POST
def drop(request: BrandRequest, pk: int) -> HttpResponse:
    """Take it out of the queue for good."""
    delivery = _delivery(request, pk)
    reason = request.POST.get("reason", "").strip() or _("Dropped by %(name)s.") % {"name": request.actor.name}
    actions.drop(delivery, reason=reason, by=request.actor, now=request.now)
    messages.success(request, _("“%(label)s” is dropped. It will not go out.") % {"label": delivery.passage.label})
    return back(request, "desk:delivery", request.brand.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: BrandRequest, pk: int) -> HttpResponse:
    """Give it another time, typed by the clock of its account."""
    delivery = _delivery(request, pk)
    form = DueForm(request.POST or None, delivery=delivery)
    if not (form.is_valid() and _rescheduled(request, delivery, form)):
        page = {"delivery": delivery, "due_form": form}
        return render(request, "desk/operations/reschedule.html", page, status=422 if form.is_bound else 200)
    messages.success(request, _("“%(label)s” has a new time.") % {"label": delivery.passage.label})
    return redirect("desk:delivery", request.brand.slug, pk)


@require_POST
def take_down(request: BrandRequest, pk: int) -> HttpResponse:
    """Delete what is out."""
    delivery = _delivery(request, pk)
    actions.take_down(delivery, by=request.actor, now=request.now)
    messages.success(request, _("“%(label)s” is being taken down.") % {"label": delivery.passage.label})
    return back(request, "desk:delivery", request.brand.slug, pk)


@require_POST
def settle(request: BrandRequest, pk: int) -> HttpResponse:
    """Say what became of a delivery whose answer was lost."""
    delivery = _delivery(request, pk)
    is_out = request.POST.get("is_out") == "yes"
    actions.settle_by_hand(delivery, is_out=is_out, by=request.actor, now=request.now)
    said = _("“%(label)s” is out, you say.") if is_out else _("“%(label)s” is not out, you say. It is not sent again.")
    messages.success(request, said % {"label": delivery.passage.label})
    return back(request, "desk:delivery", request.brand.slug, pk)


def _delivery(request: BrandRequest, pk: int) -> Delivery:
    return get_object_or_404(with_everything(Delivery.objects.for_brand(request.brand)), pk=pk)


def _rescheduled(request: BrandRequest, delivery: Delivery, form: DueForm) -> bool:
    """Reschedule, or say at the field why not."""
    try:
        actions.reschedule(delivery, due_at=form.instant(), by=request.actor, now=request.now)
    except Refused as refused:
        form.add_error("at", refused.message)
        return False
    return True


def _answers(delivery: Delivery) -> list[Any]:
    """Who said yes, with what they said."""
    asks = delivery.approval.request.asks.select_related("approver", "answer").order_by("pk")
    return [ask for ask in asks if hasattr(ask, "answer")]


def _entries(delivery: Delivery) -> list[Entry]:
    """What the record says of it, oldest first."""
    entries = Entry.objects.for_brand(delivery.brand_id)
    return list(entries.filter(object_type="publishing.delivery", object_id=str(delivery.pk)).order_by("number"))


def _number(request: BrandRequest) -> int:
    given = request.GET.get("page", "")
    return min(max(int(given), 1), _MOST_PAGES) if given.isdecimal() and len(given) < 6 else 1  # noqa: PLR2004 - see above


def _address(request: BrandRequest, number: int) -> str:
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}
    return "?" + urlencode({**kept, "page": number})
