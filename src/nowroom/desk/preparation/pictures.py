"""Pictures as browsers get them."""

from django.http import HttpResponse

from nowroom.content.models import Image


def picture_response(image: Image) -> HttpResponse:
    """The file as it was uploaded; its type was told by its own first bytes when it was."""
    response = HttpResponse(bytes(image.body), content_type=image.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
