"""The stand-in page: what the public would have seen."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from nowroom.channels import standin


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Every post that the stand-ins published, the newest first, with those that were taken down marked.

    There only while stand-ins are on; it shows nothing that would not be public.
    """
    if settings.STAND_IN_FILE is None:
        raise Http404
    events = standin.read(settings.STAND_IN_FILE)
    gone = {event["key"] for event in events if event["event"] == "removed"}
    posts = [
        {**event, "at": parse_datetime(event["at"]), "gone": event["key"] in gone}
        for event in reversed(events)
        if event["event"] == "published"
    ]
    return render(request, "rehearsal/public.html", {"posts": posts})
