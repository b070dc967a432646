"""The library: every asset of the brand, and the pictures in them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from nowroom.content.models import Image
from nowroom.desk.preparation.forms.library import LibraryFilter
from nowroom.desk.preparation.pictures import picture_response
from nowroom.desk.preparation.shelf import narrowed, shelf
from nowroom.people.web import BrandRequest

PAGE = 50


@require_safe
def assets(request: BrandRequest) -> HttpResponse:
    """Every asset with what became of it, narrowed by what the address says."""
    form = LibraryFilter(request.GET, brand=request.brand)
    rows = narrowed(shelf(request.brand, request.now), **form.narrowing())
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/preparation/assets.html", {"form": form, "assets": found})


@require_safe
def image(request: BrandRequest, pk: int) -> HttpResponse:
    """A picture of a variant of the brand."""
    return picture_response(get_object_or_404(Image.objects.for_brand(request.brand), pk=pk))
