"""Writing assets: a new one, a new revision of one, and what the channels say while it is typed."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nowroom.channels import registry
from nowroom.content import actions as content
from nowroom.content.models import Asset, Revision
from nowroom.content.queries import newest_revision
from nowroom.desk.preparation import editing
from nowroom.desk.preparation.editing import Editor, Section
from nowroom.desk.preparation.forms.asset import VariantForm
from nowroom.desk.preparation.look import Look
from nowroom.desk.preparation.shelf import shelf
from nowroom.lib.errors import Refused
from nowroom.people.queries import Permission, require
from nowroom.people.web import BrandRequest
from nowroom.publishing import actions as publishing


@require_http_methods(["GET", "HEAD", "POST"])
def asset_new(request: BrandRequest) -> HttpResponse:
    """Write an asset."""
    if request.method != "POST":
        return _page(request, editing.shown(request.brand, None))
    require(request.actor, Permission.WRITE, request.brand)
    editor = editing.typed(request, request.brand, None)
    if "add" in request.POST:
        return _page(request, editing.with_another(editor, request.POST["add"]))
    if not editor.is_valid():
        return _page(request, editor, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    about = editor.about.about()
    try:
        revision = content.create_asset(
            request.brand,
            name=about.name,
            variants=editor.drafts(),
            moment=about.moment,
            scenario=about.scenario,
            tags=about.tags,
            places=about.places,
            by=request.actor,
            now=request.now,
        )
    except Refused as refusal:
        return _refused(request, editor, refusal)
    return _saved(request, revision)


@require_http_methods(["GET", "HEAD", "POST"])
def asset(request: BrandRequest, pk: int) -> HttpResponse:
    """Look at an asset, or make a new revision of it."""
    rows = Asset.objects.for_brand(request.brand).select_related("moment", "scenario", "brand")
    found = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _page(request, editing.shown(request.brand, found))
    require(request.actor, Permission.WRITE, request.brand)
    editor = editing.typed(request, request.brand, found)
    if "add" in request.POST:
        return _page(request, editing.with_another(editor, request.POST["add"]))
    if not editor.is_valid():
        return _page(request, editor, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _revise(request, editor, found)


def _revise(request: BrandRequest, editor: Editor, asset: Asset) -> HttpResponse:
    if editor.is_unchanged():
        messages.info(request, _("Nothing was changed, so there is no new revision."))
        return redirect("desk:asset", request.brand.slug, asset.pk)
    typed = editor.about.cleaned_data
    try:
        revision = publishing.revise(
            asset,
            variants=editor.drafts(),
            about=editor.about.about(),
            base=typed["base"] or 0,
            note=typed["note"],
            by=request.actor,
            now=request.now,
        )
    except Refused as refusal:
        return _refused(request, editor, refusal)
    return _saved(request, revision)


@require_POST
def asset_check(request: BrandRequest) -> HttpResponse:
    """What the channel says of one section as it is typed, and what it would look like: a fragment."""
    form = VariantForm(request.POST, prefix=request.POST.get("prefix", ""), brand=request.brand)
    if form.slug not in registry.slugs():
        raise Http404
    section = Section(form, Look(form.draft(), request.brand, tuple(form.kept)))
    page = {"section": section, "newer": _newer_than_typed(request)}
    return render(request, "desk/preparation/_look.html", page)


def _newer_than_typed(request: BrandRequest) -> Revision | None:
    """The newest revision of the asset that is edited, where somebody made it after this page was opened."""
    pk, base = request.POST.get("asset", ""), request.POST.get("base", "")
    if not (pk.isdecimal() and base.isdecimal()):
        return None
    later = Revision.objects.for_brand(request.brand).filter(asset_id=int(pk), number__gt=int(base))
    return later.select_related("made_by").order_by("number").last()


def _refused(request: BrandRequest, editor: Editor, refusal: Refused) -> HttpResponse:
    """Nothing was saved: what was typed stays, with the sentence; where somebody was first, with theirs beside it."""
    editor.about.add_error(None, refusal.message)
    theirs = newest_revision(editor.asset) if editor.asset and refusal.code == "revision.newer" else None
    return _page(request, editor, theirs=theirs, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _saved(request: BrandRequest, revision: Revision) -> HttpResponse:
    said = _("Revision %(number)s of “%(name)s” is saved. It needs a yes before it can go out.")
    messages.success(request, said % {"number": revision.number, "name": revision.asset.name})
    return redirect("desk:asset", request.brand.slug, revision.asset_id)


def _page(
    request: BrandRequest, editor: Editor, *, theirs: Revision | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    page: dict[str, Any] = {"editor": editor, "theirs": theirs}
    if editor.asset:
        revisions = Revision.objects.for_brand(request.brand).filter(asset=editor.asset).select_related("made_by")
        page |= {
            "revisions": revisions.prefetch_related("variants").order_by("-number"),
            "at_stake": editing.at_stake(editor.asset, request.now),
            "shelved": shelf(request.brand, request.now).get(pk=editor.asset.pk),
        }
    return render(request, "desk/preparation/asset.html", page, status=status)
