"""What tests of pages say often."""

from typing import Any

from django.urls import reverse

from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def text_of(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())


def page(cast: Cast, name: str, *args: object) -> str:
    """The address of a page of the cast's brand."""
    return reverse(f"desk:{name}", args=[cast.brand.slug, *args])
