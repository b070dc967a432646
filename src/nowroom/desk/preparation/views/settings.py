"""The brand's settings: what a threat does, where the brand is active, and its accounts."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nowroom.accounts import actions as accounts
from nowroom.accounts.models import Account
from nowroom.accounts.queries import channel as channel_of
from nowroom.accounts.queries import credentials
from nowroom.channels import registry
from nowroom.channels.base import Channel
from nowroom.desk.preparation.forms.settings import AccountForm, PlacesForm, PolicyForm, shown_credentials
from nowroom.lib.errors import Refused
from nowroom.people import actions as people
from nowroom.people.queries import Permission, require
from nowroom.people.web import BrandRequest
from nowroom.publishing import actions as publishing
from nowroom.safety.actions import set_threat_policy
from nowroom.safety.models import ThreatPolicy
from nowroom.safety.queries import threat_policy


@require_safe
def settings(request: BrandRequest) -> HttpResponse:
    """Everything about the brand that is set once and looked at when something is wrong."""
    brand = request.brand
    page = {
        "policy_form": PolicyForm(initial={"threat": threat_policy(brand)}),
        "policy": threat_policy(brand),
        "places_form": PlacesForm(initial={"places": ", ".join(brand.places)}),
        "accounts": Account.objects.for_brand(brand).order_by("-is_active", "channel", "handle"),
        "channels": [(slug, channel_of(slug).label) for slug in registry.slugs()],
    }
    return render(request, "desk/preparation/settings.html", page)


@require_POST
def policy(request: BrandRequest) -> HttpResponse:
    """Say what a threat does by itself."""
    form = PolicyForm(request.POST)
    if not form.is_valid():
        raise Refused("policy.unknown", _("There is no such policy. Nothing was changed."))
    threat = ThreatPolicy(form.cleaned_data["threat"])
    set_threat_policy(request.brand, threat=threat, by=request.actor, now=request.now)
    messages.success(request, _("From now on a threat does this: %(policy)s.") % {"policy": threat.label.lower()})
    return redirect("desk:settings", request.brand.slug)


@require_POST
def places(request: BrandRequest) -> HttpResponse:
    """Say where the brand is active."""
    form = PlacesForm(request.POST)
    if not form.is_valid():
        raise Refused("places.too_long", _("These are too many places. Nothing was changed."))
    people.set_places(request.brand, places=form.listed(), by=request.actor, now=request.now)
    messages.success(request, _("The places are saved."))
    return redirect("desk:settings", request.brand.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: BrandRequest, channel: str) -> HttpResponse:
    """Connect an account of a channel."""
    require(request.actor, Permission.ADMINISTER, request.brand)
    if channel not in registry.slugs():
        raise Http404
    found = channel_of(channel)
    form = AccountForm(request.POST or None, channel=found, initial={"time_zone": request.brand.time_zone})
    return _connect(request, form, found, None)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: BrandRequest, pk: int) -> HttpResponse:
    """Connect an account again, with new credentials or facts."""
    require(request.actor, Permission.ADMINISTER, request.brand)
    known = get_object_or_404(Account.objects.for_brand(request.brand), pk=pk)
    found = channel_of(known.channel)
    facts = {name: getattr(known, name) for name in ("handle", "name", "time_zone", "region", "language")}
    initial = facts | shown_credentials(found, _stored(known))
    form = AccountForm(request.POST or None, channel=found, account=known, initial=initial)
    return _connect(request, form, found, known)


@require_POST
def account_disconnect(request: BrandRequest, pk: int) -> HttpResponse:
    """Stop using an account; its credentials are forgotten."""
    known = get_object_or_404(Account.objects.for_brand(request.brand).select_related("brand"), pk=pk)
    accounts.disconnect(known, by=request.actor, now=request.now)
    said = _("“%(name)s” is disconnected and its credentials are forgotten. What waits for it does not go out.")
    messages.success(request, said % {"name": known.name})
    return redirect("desk:settings", request.brand.slug)


def _connect(request: BrandRequest, form: AccountForm, channel: Channel, known: Account | None) -> HttpResponse:
    if form.is_valid():
        typed = form.cleaned_data
        try:
            connected = publishing.connect(
                request.brand,
                accounts.AccountFacts(
                    channel=channel.slug,
                    handle=typed["handle"],
                    name=typed["name"],
                    language=typed["language"],
                    region=typed["region"],
                    time_zone=typed["time_zone"],
                    credentials=form.credentials(_stored(known) if known else {}),
                ),
                by=request.actor,
                now=request.now,
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("“%(name)s” is connected.") % {"name": connected.name})
            return redirect("desk:settings", request.brand.slug)
    page = {"form": form, "channel": channel, "account": known}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "desk/preparation/account.html", page, status=status)


def _stored(account: Account) -> dict[str, str]:
    """The stored credentials; none where they were sealed with a key that is gone, so that they can be typed again."""
    try:
        return credentials(account)
    except Refused:
        return {}
