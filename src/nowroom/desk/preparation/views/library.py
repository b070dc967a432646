"""The library: every asset of the brand, and the pictures in them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from nowroom.content.models import Image
from nowroom.desk.preparation.pictures import picture_response
from nowroom.people.web import BrandRequest


@require_safe
def image(request: BrandRequest, pk: int) -> HttpResponse:
    """A picture of a variant of the brand."""
    return picture_response(get_object_or_404(Image.objects.for_brand(request.brand), pk=pk))
