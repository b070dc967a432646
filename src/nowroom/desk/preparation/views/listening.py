"""Where the brand listens and what for."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nowroom.desk.preparation.forms.listening import SourceForm, TopicEditForm, TopicForm
from nowroom.desk.preparation.trial import try_query
from nowroom.lib.errors import Refused
from nowroom.listening import actions
from nowroom.listening.models import Source, SourceKind, Topic
from nowroom.people.web import BrandRequest

PAGE = 50


@require_safe
def listening(request: BrandRequest) -> HttpResponse:
    """Sources with their health, and topics, the brand's own before derived ones."""
    return _page(request, SourceForm(), TopicForm())


@require_POST
def source_new(request: BrandRequest) -> HttpResponse:
    """Listen to a stream or feed."""
    form = SourceForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            source = actions.add_source(
                request.brand,
                kind=SourceKind(typed["kind"]),
                name=typed["name"],
                address=typed["address"],
                place=typed["place"],
                by=request.actor,
                now=request.now,
            )
        except Refused as refusal:
            form.add_error("name" if refusal.code == "source.name" else None, refusal.message)
        else:
            messages.success(request, _("Listening to “%(name)s” begins in a moment.") % {"name": source.name})
            return redirect("desk:listening", request.brand.slug)
    return _page(request, form, TopicForm(), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def source_switch(request: BrandRequest, pk: int) -> HttpResponse:
    """Pause a source, or go on with it."""
    source = get_object_or_404(Source.objects.for_brand(request.brand).select_related("brand"), pk=pk)
    active = request.POST.get("active") == "yes"
    actions.set_source_active(source, active=active, by=request.actor, now=request.now)
    said = _("Listening to “%(name)s” goes on.") if active else _("“%(name)s” is paused. Nothing is heard from it.")
    messages.success(request, said % {"name": source.name})
    return redirect("desk:listening", request.brand.slug)


@require_POST
def topic_new(request: BrandRequest) -> HttpResponse:
    """Listen for something of the brand's own."""
    form = TopicForm(request.POST)
    if not form.is_valid():
        return _page(request, SourceForm(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    typed = form.cleaned_data
    topic = actions.add_topic(
        request.brand, name=typed["name"], query=typed["query"], by=request.actor, now=request.now
    )
    messages.success(request, _("Listening for “%(name)s” begins in a moment.") % {"name": topic.name})
    return redirect("desk:listening", request.brand.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: BrandRequest, pk: int) -> HttpResponse:
    """Change what a topic listens for, or let it rest."""
    found = get_object_or_404(Topic.objects.for_brand(request.brand).select_related("brand"), pk=pk)
    form = TopicEditForm(request.POST or None, initial={"query": found.query, "active": found.is_active})
    if not form.is_valid():
        query = form["query"].value() or ""
        page = {"topic": found, "form": form, "trial": try_query(request.brand, query)}
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "desk/preparation/topic.html", page, status=status)
    actions.edit_topic(found, **form.cleaned_data, by=request.actor, now=request.now)
    messages.success(request, _("“%(name)s” is saved. It counts from the next post on.") % {"name": found.name})
    return redirect("desk:listening", request.brand.slug)


@require_POST
def query_check(request: BrandRequest) -> HttpResponse:
    """Whether the query can be read, and what of the newest mentions it matches: a fragment."""
    text = request.POST.get("query", "")
    page = {"trial": try_query(request.brand, text) if text.strip() else None}
    return render(request, "desk/preparation/_trial.html", page)


def _page(
    request: BrandRequest, source_form: SourceForm, topic_form: TopicForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    topics = Topic.objects.for_brand(request.brand).order_by("origin", "-is_active", "name", "pk")
    query = topic_form["query"].value() if topic_form.is_bound else ""
    page = {
        "sources": Source.objects.for_brand(request.brand).order_by("-is_active", "name", "pk"),
        "topics": Paginator(topics, PAGE).get_page(request.GET.get("page")),
        "source_form": source_form,
        "topic_form": topic_form,
        "trial": try_query(request.brand, query) if query else None,
    }
    return render(request, "desk/preparation/listening.html", page, status=status)
