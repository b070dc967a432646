"""The record: who did what when, and whether the chain holds."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nowroom.audit.forms import EntryFilter
from nowroom.audit.queries import break_of, entries_matching, last_number

PAGE = 50
_DIGITS = re.compile(r"[0-9]{1,18}")


class RecordRequest(HttpRequest):
    """What the desk's middleware gives every page of a brand, as far as this floor needs it."""

    brand: models.Model
    now: datetime


@require_GET
def log(request: RecordRequest) -> HttpResponse:
    """The brand's record, newest first, narrowed by what the address says."""
    form = EntryFilter(request.GET or None, brand_id=request.brand.pk)
    rows = list(entries_matching(request.brand.pk, form.narrowing(), before=_number(request))[: PAGE + 1])
    page: dict[str, Any] = {
        "form": form,
        "entries": rows[:PAGE],
        "older": _older(request, rows[PAGE - 1].number) if len(rows) > PAGE else "",
        "length": last_number(request.brand.pk),
    }
    return render(request, "audit/log.html", page)


@require_GET
def verify(request: RecordRequest) -> HttpResponse:
    """Whether the brand's chain holds: a fragment for htmx, a page otherwise."""
    page = {"broken": break_of(request.brand.pk), "length": last_number(request.brand.pk)}
    whole = request.headers.get("HX-Request") != "true"
    return render(request, "audit/verify.html" if whole else "audit/_verified.html", page)


def _number(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if _DIGITS.fullmatch(given) else None


def _older(request: HttpRequest, number: int) -> str:
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}
    return "?" + urlencode({**kept, "before": number})
