"""Where a decision leads: back to the page on which it was taken."""

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from nowroom.people.web import BrandRequest


def back(request: BrandRequest, otherwise: str, *args: object) -> HttpResponseRedirect:
    """Redirect to where the form stood, or to the named page where the browser does not say or it was elsewhere."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(came_from) if ours else redirect(otherwise, *args)
