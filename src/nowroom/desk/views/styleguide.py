"""Every component in all its states and both themes. Exists only while developing."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nowroom.desk.samples import SampleForm, Samples
from nowroom.people.web import BrandRequest


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page of components."""
    samples = Samples(cast("BrandRequest", request).now)
    wrong = SampleForm({"name": ""})
    return render(request, "desk/styleguide.html", {"s": samples, "wrong": wrong, "themes": ("light", "dark")})
