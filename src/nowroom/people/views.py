"""The start page, first run, the brand's members and one's own settings."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nowroom.people import actions
from nowroom.people.forms import FoundingForm, InvitationForm, OwnSettingsForm
from nowroom.people.models import Member, Organization, Person, Role
from nowroom.people.queries import actor_for, brand_to_open, team
from nowroom.people.web import LAST_BRAND, BrandRequest

_YEAR = 365 * 24 * 3600
_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the brand looked at last, to the first-run page, or say that there is no brand yet."""
    user = request.user
    if not isinstance(user, Person):
        return redirect("account_login" if Organization.objects.exists() else "people:welcome")
    brand = brand_to_open(user, request.session.get(LAST_BRAND))
    if brand is None:
        return render(request, "people/no_brand.html")
    return redirect("desk:wall", brand.slug)


@_get_or_post
def welcome(request: HttpRequest) -> HttpResponse:
    """First run: the organization, its first brand and the administrator."""
    if Organization.objects.exists():
        return redirect("people:home")
    form = FoundingForm(request.POST or None)
    if not form.is_valid():
        return render(request, "people/welcome.html", {"form": form}, status=422 if form.is_bound else 200)
    person = actions.found(form.founding(), now=cast("BrandRequest", request).now)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(request, _("Your desk is ready. Connect an account and say what to listen for."))
    return redirect("people:home")


@_get_or_post
def members(request: BrandRequest) -> HttpResponse:
    """Who is on the brand, in which roles; administrators add to it here."""
    form = InvitationForm(request.POST or None, initial={"time_zone": request.brand.time_zone})
    if not form.is_valid():
        page = {"form": form, "team": team(request.brand)}
        return render(request, "people/members.html", page, status=422 if form.is_bound else 200)
    typed = form.cleaned_data
    member = actions.invite(
        request.brand, **{**typed, "role": Role(typed["role"])}, password=None, by=request.actor, now=request.now
    )
    messages.success(
        request,
        _(
            "%(name)s is on the brand as %(role)s. "
            "They choose a password with “Forgot your password?” when they sign in."
        )
        % {"name": member.person.name, "role": member.get_role_display()},
    )
    return redirect("people:members", request.brand.slug)


@require_POST
def remove(request: BrandRequest, member: int) -> HttpResponse:
    """Take a role away; the toast that follows gives it back."""
    found = get_object_or_404(Member.objects.for_brand(request.brand).select_related("person", "brand"), pk=member)
    actions.remove_member(found, by=request.actor, now=request.now)
    said = _("%(name)s is no longer %(role)s.") % {"name": found.person.name, "role": found.get_role_display()}
    messages.success(request, said, extra_tags=reverse("people:restore", args=[request.brand.slug, found.pk]))
    return redirect("people:members", request.brand.slug)


@require_POST
def restore(request: BrandRequest, member: int) -> HttpResponse:
    """Give a role back that was taken away."""
    found = get_object_or_404(Member.objects.for_brand(request.brand).select_related("person"), pk=member)
    actions.add_member(request.brand, person=found.person, role=Role(found.role), by=request.actor, now=request.now)
    messages.success(request, _("%(name)s has the role again.") % {"name": found.person.name})
    return redirect("people:members", request.brand.slug)


@login_required
@_get_or_post
def me(request: HttpRequest) -> HttpResponse:
    """One's own name, clock, language and look."""
    person = cast("Person", request.user)
    form = OwnSettingsForm(request.POST or None, initial=OwnSettingsForm.typed_before(person, request.COOKIES))
    if not form.is_valid():
        return render(request, "people/me.html", {"form": form}, status=422 if form.is_bound else 200)
    typed = form.cleaned_data
    look = {name: typed.pop(name) for name in ("theme", "density")}
    actions.change_own_settings(person, **typed, by=actor_for(person), now=cast("BrandRequest", request).now)
    messages.success(request, _("Your settings are saved."))
    answer = redirect("people:me")
    for name, value in look.items():
        answer.set_cookie(name, value, max_age=_YEAR, samesite="Lax")
    return answer
