"""Asking for a yes on the newest revision of an asset."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nowroom.accounts.models import Account
from nowroom.clearance import actions
from nowroom.clearance.models import Cue
from nowroom.clearance.queries import Plan
from nowroom.content.models import Asset, Revision, Variant
from nowroom.content.queries import newest_revision
from nowroom.desk.preparation.forms.ask import AskForm
from nowroom.desk.preparation.times import Local, fingerprint
from nowroom.lib.errors import Refused
from nowroom.people.web import BrandRequest

# How long a yes is asked for where nothing else says it: on a go there is no last window to end.
_ON_A_GO = timedelta(days=1)
_AT_LEAST = timedelta(minutes=1)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_new(request: BrandRequest, pk: int) -> HttpResponse:
    """Choose where, when and whom; see each account's time; ask."""
    rows = Asset.objects.for_brand(request.brand).select_related("brand", "moment")
    asset = get_object_or_404(rows, pk=pk)
    revision = newest_revision(asset)
    person = request.actor.person_id
    if request.method != "POST":
        initial = {"zone": timezone.get_current_timezone_name(), "scenario": asset.scenario_id}
        return _page(request, revision, AskForm(initial=initial, revision=revision, asker=person))
    form = AskForm(request.POST, revision=revision, asker=person)
    if request.POST.get("step") == "times":
        return render(request, "desk/preparation/_times.html", {"times": form.local_times(), **_seen(form)})
    if not form.is_valid():
        return _page(request, revision, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.cleaned_data["seen"] != fingerprint(form.local_times()):
        return _page(request, revision, form, unseen=True)
    return _ask(request, revision, form)


def _ask(request: BrandRequest, revision: Revision, form: AskForm) -> HttpResponse:
    typed, times = form.cleaned_data, form.local_times()
    plans = [_plan(time, revision, typed["window"]) for time in times]
    try:
        actions.ask_for_approval(
            revision,
            plans=plans,
            approvers=typed["approvers"],
            valid_from=request.now,
            valid_until=typed["valid_until"] or _last_end(plans, request.now),
            scenario=typed["scenario"],
            reason=typed["reason"],
            by=request.actor,
            now=request.now,
        )
    except Refused as refusal:
        form.show_refusal(refusal.code, refusal.message)
        return _page(request, revision, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    names = ", ".join(person.name for person in typed["approvers"])
    messages.success(request, _("Asked %(names)s. Their letters are on the way.") % {"names": names})
    return redirect("desk:approvals", request.brand.slug)


def _plan(time: Local, revision: Revision, window: timedelta) -> Plan:
    variant = _variant_for(time.account, revision)
    return Plan(variant, time.account, Cue.TIME if time.due_at else Cue.GO, time.due_at, window)


def _variant_for(account: Account, revision: Revision) -> Variant:
    """The account's own language where there is a text in it, else the first text for its channel."""
    fitting = [variant for variant in revision.variants.all() if variant.channel == account.channel]
    return next((variant for variant in fitting if variant.language == account.language), fitting[0])


def _last_end(plans: Sequence[Plan], now: datetime) -> datetime:
    """When the last publish window ends, or a day from now where something waits for a go; never in the past.

    A due time that has passed is then refused as just that, and not because the validity would be over.
    """
    ends = [plan.due_at + plan.window for plan in plans if plan.due_at]
    return max([*ends, now + (_AT_LEAST if len(ends) == len(plans) else _ON_A_GO)])


def _seen(form: AskForm) -> dict[str, str]:
    times = form.local_times()
    return {"seen": fingerprint(times) if times else ""}


def _page(
    request: BrandRequest, revision: Revision, form: AskForm, *, unseen: bool = False, status: int = HTTPStatus.OK
) -> HttpResponse:
    page = {"form": form, "revision": revision, "asset": revision.asset, "unseen": unseen, "seen": ""}
    if form.is_bound:
        page |= {"times": form.local_times(), **_seen(form)}
    return render(request, "desk/preparation/ask_new.html", page, status=status)
