"""What time does by itself: windows close, leases end, requests lapse, letters go out."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nowroom.clearance import actions as clearance
from nowroom.clearance.models import Ask
from nowroom.clearance.queries import overdue_requests, planned_deliveries, unsent_asks
from nowroom.lib.actor import system
from nowroom.publishing import actions as publishing
from nowroom.publishing.queries import abandoned_deliveries, missed_deliveries, with_everything

log = logging.getLogger(__name__)
TICK = system("tick")
_AT_ONCE = 200


def turn(now: datetime) -> int:
    """One round at this instant; the number of things done."""
    return _expire(now) + _recover(now) + _lapse(now) + _send_letters(now)


def _expire(now: datetime) -> int:
    rows = list(with_everything(missed_deliveries(now))[:_AT_ONCE])
    for delivery in rows:
        publishing.expire(delivery, by=TICK, now=now)
    return len(rows)


def _recover(now: datetime) -> int:
    rows = list(with_everything(abandoned_deliveries(now))[:_AT_ONCE])
    for delivery in rows:
        publishing.recover(delivery, by=TICK, now=now)
    return len(rows)


def _lapse(now: datetime) -> int:
    rows = list(overdue_requests(now)[:_AT_ONCE])
    for request in rows:
        clearance.lapse(request, by=TICK, now=now)
    return len(rows)


def _send_letters(now: datetime) -> int:
    sent = 0
    for ask in unsent_asks()[:20]:
        try:
            letter(ask, clearance.issue_link(ask)).send()
        except OSError as error:  # what every trouble with a mail server or a full disk is
            log.warning("letter to %s not sent yet: %s", ask.approver.email, error)
            continue
        clearance.note_letter(ask, by=TICK, now=now)
        sent += 1
    return sent


def letter(ask: Ask, token: str) -> EmailMessage:
    """The letter to an approver, in their language and time zone, with what it is about and the link."""
    request = ask.request
    link = settings.BASE_URL + reverse("desk:answer", kwargs={"token": token})
    with translation.override(ask.approver.language), timezone.override(ask.approver.time_zone):
        values = {"ask": ask, "request": request, "planned": planned_deliveries(request), "link": link}
        subject = _("%(brand)s: a yes or no for “%(asset)s”") % {
            "brand": ask.brand.name,
            "asset": request.revision.asset.name,
        }
        body = render_to_string("desk/letter.txt", values)
    return EmailMessage(" ".join(subject.split()), body, to=[ask.approver.email])
