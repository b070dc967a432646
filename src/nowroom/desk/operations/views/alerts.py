"""Answering an alert: hold, play or pass. The time to the answer is measured and shown."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nowroom.desk.operations.plays import fitting_plays, loaded_of, posted_keys
from nowroom.desk.operations.scopes import labelled, stops, written
from nowroom.desk.operations.views.back import back
from nowroom.desk.operations.views.wall import go_together
from nowroom.desk.operations.words import hold_stands
from nowroom.lib.errors import Refused
from nowroom.listening.actions import answer_alert
from nowroom.listening.models import Alert, AlertAnswer
from nowroom.listening.queries import spell, telling
from nowroom.people.web import BrandRequest
from nowroom.safety.actions import place_hold
from nowroom.safety.queries import concern

_EVIDENCE_SHOWN = 20
_PLAYS_SHOWN = 6


@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: BrandRequest, pk: int) -> HttpResponse:
    """What was noticed with its posts, and what can be done; sent, it is the answer."""
    rows = Alert.objects.for_brand(request.brand).select_related("signal__topic", "brand")
    found = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _show(request, found)
    match request.POST.get("answer"):
        case AlertAnswer.HOLD:
            _hold(request, found)
        case AlertAnswer.PLAY:
            _play(request, found)
        case AlertAnswer.PASS:
            _answer(request, found, AlertAnswer.PASS)
        case _:
            raise Refused("alert.answer", _("Choose one: hold, play or pass. Nothing was changed."))
    return back(request, "desk:alert", request.brand.slug, pk)


def _show(request: BrandRequest, alert: Alert) -> HttpResponse:
    scope = concern(alert.signal)
    page = {
        "alert": alert,
        "evidence": telling(alert.signal)[:_EVIDENCE_SHOWN],
        "scope": labelled(request.brand, [(part.kind, part.value) for part in scope]),
        "scope_values": [written(part) for part in scope],
        "stops": stops(request.brand, scope),
        "plays": fitting_plays(request.brand, alert.signal, most=_PLAYS_SHOWN),
        "hold": alert.signal.holds.order_by("pk").last(),
    }
    return render(request, "desk/operations/alert.html", page)


def _hold(request: BrandRequest, alert: Alert) -> None:
    scope = concern(alert.signal)
    placed = place_hold(
        request.brand,
        scope=scope,
        reason=alert.signal.sentence[:300],
        by=request.actor,
        now=request.now,
        signal=alert.signal,
    )
    messages.success(request, hold_stands(len(placed.stopped), len(placed.in_flight)))
    _answer(request, alert, AlertAnswer.HOLD)


def _play(request: BrandRequest, alert: Alert) -> None:
    """Say go first: an answer without a post would be a wrong record, a post without an answer only a late one."""
    chosen = posted_keys(request.POST.getlist("delivery"))
    if go_together(request, loaded_of(request.brand, chosen)):
        _answer(request, alert, AlertAnswer.PLAY)


def _answer(request: BrandRequest, alert: Alert, answer: AlertAnswer) -> None:
    answer_alert(alert, answer=answer, by=request.actor, now=request.now)
    values = {"answer": answer.label, "time": spell(request.now - alert.raised_at)}
    messages.success(request, _("Answered with “%(answer)s” after %(time)s.") % values)
