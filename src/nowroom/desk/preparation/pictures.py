"""Pictures as browsers get them."""

import io

from django.http import HttpResponse
from PIL import Image as Bitmap
from PIL import ImageOps

from nowroom.content.models import Image

# Pixels and WebP quality of a small copy: some 20 kB for a photograph, so that the page with it stays under 100 kB.
_SMALL, _QUALITY = (560, 560), 45


def picture_response(image: Image, *, small: bool = False) -> HttpResponse:
    """The file as it was uploaded, or a small copy of it where one can be made.

    Its type was told by its own first bytes when it was uploaded.
    """
    copy = _small_copy(bytes(image.body)) if small else None
    response = HttpResponse(copy or bytes(image.body), content_type="image/webp" if copy else image.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _small_copy(body: bytes) -> bytes | None:
    """A small WebP of a picture's first frame; None where it cannot be read, or is too large to be opened safely."""
    try:
        with Bitmap.open(io.BytesIO(body)) as opened:
            if opened.width * opened.height > (Bitmap.MAX_IMAGE_PIXELS or 0):
                return None
            opened.draft("RGB", _SMALL)
            bitmap = ImageOps.exif_transpose(opened)
            bitmap.thumbnail(_SMALL)
            out = io.BytesIO()
            bitmap.convert("RGBA" if bitmap.has_transparency_data else "RGB").save(out, "WEBP", quality=_QUALITY)
    except (OSError, ValueError, SyntaxError, Bitmap.DecompressionBombError):  # what its readers raise on broken files
        return None
    return out.getvalue()
