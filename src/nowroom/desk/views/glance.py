"""The strip under the band, for pages that are open while something happens."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nowroom.desk.glance import Glance
from nowroom.people.models import Person
from nowroom.people.web import BrandRequest


@require_GET
def glance(request: BrandRequest) -> HttpResponse:
    """The strip as a fragment; nothing where the page has seen it, so that nothing moves under a pointer or a focus."""
    shown = Glance(request.brand, cast("Person", request.user), request.now)
    if request.GET.get("seen") == shown.mark:
        return HttpResponse(status=204)
    return render(request, "desk/_glance.html", {"glance": shown})
