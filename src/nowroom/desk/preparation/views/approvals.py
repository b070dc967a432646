"""Approval requests: what waits for me, what waits for others, what was answered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nowroom.clearance import actions
from nowroom.clearance.models import ApprovalRequest, Ask
from nowroom.clearance.queries import answered_requests, open_requests
from nowroom.people.web import BrandRequest

PAGE = 50


@require_safe
def approvals(request: BrandRequest) -> HttpResponse:
    """Everything that is or was asked on the brand, what waits for the viewer first."""
    mine: list[tuple[ApprovalRequest, Ask]] = []
    others: list[ApprovalRequest] = []
    for row in open_requests(request.brand).filter(valid_until__gt=request.now):
        ask = _waiting_for(row, request.actor.person_id)
        if ask:
            mine.append((row, ask))
        else:
            others.append(row)
    answered = Paginator(answered_requests(request.brand), PAGE).get_page(request.GET.get("page"))
    page = {"mine": mine, "others": others, "answered": answered}
    return render(request, "desk/preparation/approvals.html", page)


@require_POST
def withdraw(request: BrandRequest, pk: int) -> HttpResponse:
    """Take a question back."""
    rows = ApprovalRequest.objects.for_brand(request.brand).select_related("brand", "revision__asset")
    found = get_object_or_404(rows, pk=pk)
    actions.withdraw(found, by=request.actor, now=request.now)
    said = _("The question about “%(name)s” is withdrawn. Nothing goes out.") % {"name": found.revision.asset.name}
    messages.success(request, said)
    return redirect("desk:approvals", request.brand.slug)


@require_POST
def send_letter(request: BrandRequest, pk: int) -> HttpResponse:
    """Send one approver a new letter; the link in the one before stops working."""
    found = get_object_or_404(Ask.objects.for_brand(request.brand).select_related("brand", "approver"), pk=pk)
    actions.send_new_letter(found, by=request.actor, now=request.now)
    said = _("A new letter to %(name)s is on its way. The link in the one before stops working.")
    messages.success(request, said % {"name": found.approver.name})
    return redirect("desk:approvals", request.brand.slug)


def _waiting_for(row: ApprovalRequest, person_id: int | None) -> Ask | None:
    """The person's ask in this request, where they have not answered it."""
    asks = (ask for ask in row.asks.all() if ask.approver_id == person_id and not hasattr(ask, "answer"))
    return next(asks, None)
