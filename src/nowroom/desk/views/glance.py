"""The strip under the band, for pages that are open while something happens."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nowroom.people.web import BrandRequest


@require_GET
def glance(request: BrandRequest) -> HttpResponse:
    """The strip as a fragment; `desk.context.frame` brings what it shows."""
    return render(request, "desk/_glance.html")
