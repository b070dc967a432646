"""Letters to approvers through a real mail server, and when there is none."""

import re
from email.message import EmailMessage
from typing import Any

import pytest

from nowroom.channels.sources.base import Backoff
from nowroom.clearance.models import Ask
from nowroom.clearance.queries import ask_behind, ask_of
from nowroom.people.models import Person
from nowroom.workers.letters import Letters
from nowroom.workers.tests.scenes import Clock
from tests.asserts import refused, verbs
from tests.cast import Cast
from tests.servers.smtp import SmtpMode, SmtpServer, smtp_server
from tests.waiting import until


@pytest.fixture
def mailer(settings: Any, smtp: SmtpServer) -> SmtpServer:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = smtp.host, smtp.port, False
    settings.EMAIL_TIMEOUT = 5
    return smtp


@pytest.fixture
def letters(clock: Clock) -> Letters:
    return Letters(clock, backoff=lambda: Backoff(first=0.01, ceiling=0.02))


def _ask(cast: Cast, *approvers: Person) -> list[Ask]:
    request = cast.request([cast.plan(cast.asset())], approvers=approvers or [cast.legal])
    return list(Ask.objects.for_brand(cast.brand).filter(request=request).order_by("pk"))


def _to(mail: SmtpServer) -> list[str]:
    return [address for recipients in mail.recipients for address in recipients]


def _link(letter: EmailMessage) -> str:
    found = re.search(r"http://[^\s]+/([^\s/]+)/?", letter.get_content())
    assert found
    return found[1]


def test_a_letter_goes_out_once_and_its_link_leads_to_the_question(
    cast: Cast, letters: Letters, mailer: SmtpServer
) -> None:
    asked = _ask(cast)
    assert [letters.turn(), letters.turn()] == [1, 0]
    assert _to(mailer) == [cast.legal.email]
    assert ask_behind(_link(mailer.mails[0]), now=cast.now) == asked[0]
    assert verbs(cast.brand).count("approval.letter_sent") == 1


def test_the_outsider_gets_no_letter(cast: Cast, letters: Letters, mailer: SmtpServer) -> None:
    _ask(cast, cast.legal, cast.press)
    letters.turn()
    assert set(_to(mailer)) == {cast.legal.email, cast.press.email}


def test_letters_wait_while_the_server_is_down_and_go_once_it_is_back(
    cast: Cast, letters: Letters, mailer: SmtpServer, settings: Any
) -> None:
    asked = _ask(cast, cast.legal, cast.press)
    settings.EMAIL_PORT = 1
    assert letters.turn() == 0
    assert [ask.letter_at for ask in Ask.objects.for_brand(cast.brand)] == [None, None]
    settings.EMAIL_PORT = mailer.port
    until(letters.turn, "no letter went out")
    assert sorted(_to(mailer)) == sorted(ask.approver.email for ask in asked)


def test_a_server_that_is_busy_is_tried_again_and_only_the_newest_link_works(
    cast: Cast, letters: Letters, mailer: SmtpServer
) -> None:
    asked = _ask(cast)
    mailer.mode = SmtpMode.BUSY
    assert letters.turn() == 0
    mailer.mode = SmtpMode.DROP_ANSWER
    until(lambda: letters.turn() or mailer.mails, "no letter was handed over")
    mailer.mode = SmtpMode.ACCEPT
    until(letters.turn, "no letter went out")
    first, second = mailer.mails
    assert ask_of(_link(second)) == asked[0]
    with refused("link.replaced"):
        ask_of(_link(first))


@pytest.mark.parametrize("address", ["two@lines.test\nBcc: all@stride.test", f"lena@{'ü' * 100}.test"])
def test_one_bad_address_keeps_no_other_letter_from_going(
    cast: Cast, letters: Letters, mailer: SmtpServer, address: str
) -> None:
    Person.objects.filter(pk=cast.legal.pk).update(email=address)
    bad, good = _ask(cast, cast.legal, cast.press)
    assert letters.turn() == 1
    assert _to(mailer) == [cast.press.email]
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.letter_at, good.letter_at) == (None, cast.now)


def test_a_recipient_that_the_server_refuses_keeps_no_other_letter_from_going(
    cast: Cast, letters: Letters, settings: Any, mailer: SmtpServer
) -> None:
    with smtp_server() as strict:
        strict.mode = SmtpMode.REFUSE
        settings.EMAIL_PORT = strict.port
        for _number in range(25):
            _ask(cast)
        assert letters.turn() == 0
    settings.EMAIL_PORT = mailer.port
    last = _ask(cast, cast.press)[0]
    until(lambda: letters.turn() and cast.press.email in _to(mailer), "the last letter did not go")
    last.refresh_from_db()
    assert last.letter_at
