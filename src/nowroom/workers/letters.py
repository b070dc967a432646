"""Letters to approvers: sent once each, and again later where the mail server did not take them."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nowroom.channels.sources.base import Backoff
from nowroom.clearance import actions as clearance
from nowroom.clearance.models import Ask
from nowroom.clearance.queries import planned_deliveries, unsent_asks
from nowroom.lib.actor import system

log = logging.getLogger(__name__)
LETTERS = system("letters")
_AT_ONCE = 20
# What a mail server may say or do, a full disk where letters are files, and an address or header that is none.
_NOT_SENT = (OSError, ValueError)


class Letters:
    """Sends letters apart from everything else, because a mail server may take its time.

    A letter that was not taken waits longer each time and keeps no other from going. When the server itself cannot be
    reached, all wait.
    """

    def __init__(self, clock: Callable[[], datetime], *, backoff: Callable[[], Backoff] = Backoff) -> None:
        self._clock = clock
        self._new_backoff = backoff
        self._backoffs: dict[int | None, Backoff] = {}
        self._not_before: dict[int | None, float] = {}

    def turn(self) -> int:
        """Send what waits; the number of letters sent."""
        due = [ask for ask in unsent_asks() if self._is_due(ask.pk)][:_AT_ONCE]
        if not due or not self._is_due(None):
            return 0
        server = get_connection()
        try:
            server.open()
        except OSError as error:
            log.warning("the mail server cannot be reached, letters wait: %s", error)
            self._put_off(None)
            return 0
        self._settle(None)
        with server:
            return sum(self._send(ask, server) for ask in due)

    def _send(self, ask: Ask, server: BaseEmailBackend) -> bool:
        try:
            letter(ask, clearance.issue_link(ask), server).send()
        except _NOT_SENT as error:
            log.warning("letter to %s not sent yet: %s", ask.approver.email, error)
            self._put_off(ask.pk)
            server.close()  # whatever state the conversation is in, the next letter begins another one
            return False
        self._settle(ask.pk)
        clearance.note_letter(ask, by=LETTERS, now=self._clock())
        return True

    def _is_due(self, what: int | None) -> bool:
        """Whether a letter, or the server (None), may be tried now."""
        return time.monotonic() >= self._not_before.get(what, 0.0)

    def _put_off(self, what: int | None) -> None:
        wait = self._backoffs.setdefault(what, self._new_backoff()).next_wait()
        self._not_before[what] = time.monotonic() + wait

    def _settle(self, what: int | None) -> None:
        self._backoffs.pop(what, None)
        self._not_before.pop(what, None)


def letter(ask: Ask, token: str, server: BaseEmailBackend | None = None) -> EmailMessage:
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
    return EmailMessage(" ".join(subject.split()), body, to=[ask.approver.email], connection=server)
