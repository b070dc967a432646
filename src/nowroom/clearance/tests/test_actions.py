from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from nowroom.clearance import actions
from nowroom.clearance.models import Approval, ApprovalRequest, Ask, RequestState
from nowroom.clearance.queries import (
    Verdict,
    ask_behind,
    asks_waiting_for,
    open_requests,
    overdue_requests,
    unsent_asks,
)
from nowroom.content import actions as content
from nowroom.content.queries import VariantDraft
from nowroom.lib.actor import system
from nowroom.people import actions as people
from nowroom.people.models import Member, Person
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from nowroom.planning.models import Scenario
from tests.asserts import refused, verbs
from tests.cast import NO, YES, Cast

HOUR = timedelta(hours=1)
TICK = system("tick")


def _request(cast: Cast, *approvers: Person) -> ApprovalRequest:
    return cast.request([cast.plan(cast.asset())], approvers=approvers or None)


def _asks(request: ApprovalRequest) -> Iterator[Ask]:
    return iter(Ask.objects.for_brand(request.brand_id).filter(request=request).order_by("pk"))


def _state(request: ApprovalRequest) -> str:
    return ApprovalRequest.objects.for_brand(request.brand_id).get(pk=request.pk).state


def _revise(request: ApprovalRequest, cast: Cast) -> None:
    drafts = [VariantDraft("bluesky", "Edited")]
    content.revise(request.revision.asset, variants=drafts, by=actor_for(cast.creator), now=cast.now)


def test_a_question_waits_for_everyone_asked(cast: Cast) -> None:
    request = _request(cast, cast.legal, cast.press)
    assert list(open_requests(cast.brand)) == [request]
    for person in (cast.legal, cast.press):
        assert [ask.request for ask in asks_waiting_for(person, cast.brand)] == [request]
    assert not asks_waiting_for(cast.brand_lead, cast.brand).exists()
    assert verbs(cast.brand)[-1] == "approval.asked"


def test_the_last_yes_makes_the_approval_and_no_earlier_one(cast: Cast) -> None:
    request = _request(cast, cast.legal, cast.press)
    first, second = _asks(request)
    assert actions.answer(first, verdict=YES, shown=request.digest, now=cast.now) is None
    approval = actions.answer(second, verdict=YES, shown=request.digest, now=cast.now)
    assert approval is not None
    assert (approval.revision, approval.digest) == (request.revision, request.digest)
    assert _state(request) == RequestState.APPROVED
    assert verbs(cast.brand)[-3:] == ["approval.answered", "approval.answered", "approval.granted"]


def test_one_no_closes_the_question_for_all(cast: Cast) -> None:
    request = _request(cast, cast.legal, cast.press)
    first, second = _asks(request)
    assert actions.answer(first, verdict=NO, shown=request.digest, now=cast.now) is None
    assert _state(request) == RequestState.REFUSED
    with refused("request.closed"):
        actions.answer(second, verdict=YES, shown=request.digest, now=cast.now)
    assert not Approval.objects.for_brand(cast.brand).exists()


@pytest.mark.parametrize(
    "verdict",
    [
        replace(YES, no_unneeded_risk=False),
        replace(YES, hurts_nobody=False),
        replace(YES, grandmother_may_read=False),
    ],
)
def test_it_refuses_a_yes_without_the_three_risk_questions(cast: Cast, verdict: Verdict) -> None:
    request = _request(cast)
    with refused("risk.open"):
        actions.answer(next(_asks(request)), verdict=verdict, shown=request.digest, now=cast.now)
    assert _state(request) == RequestState.OPEN


def test_a_no_needs_no_risk_questions(cast: Cast) -> None:
    request = _request(cast)
    actions.answer(next(_asks(request)), verdict=NO, shown=request.digest, now=cast.now)
    assert _state(request) == RequestState.REFUSED


def test_it_refuses_a_second_answer(cast: Cast) -> None:
    request = _request(cast, cast.legal, cast.press)
    ask = next(_asks(request))
    actions.answer(ask, verdict=YES, shown=request.digest, now=cast.now)
    with refused("link.used"):
        actions.answer(ask, verdict=NO, shown=request.digest, now=cast.now)


def test_it_refuses_an_answer_to_something_else_than_was_shown(cast: Cast) -> None:
    request, other = _request(cast), _request(cast)
    assert request.digest != other.digest
    with refused("request.changed"):
        actions.answer(next(_asks(request)), verdict=YES, shown=other.digest, now=cast.now)


def test_it_refuses_an_answer_after_its_time(cast: Cast) -> None:
    request = _request(cast)
    ask = next(_asks(request))
    with refused("link.expired"):
        actions.answer(ask, verdict=YES, shown=request.digest, now=request.valid_until)
    late = request.valid_until - timedelta(microseconds=1)
    assert actions.answer(ask, verdict=YES, shown=request.digest, now=late) is not None


def test_it_refuses_a_yes_to_a_revision_that_was_edited_since(cast: Cast) -> None:
    request = _request(cast)
    _revise(request, cast)
    with refused("revision.superseded"):
        actions.answer(next(_asks(request)), verdict=YES, shown=request.digest, now=cast.now)
    actions.answer(next(_asks(request)), verdict=NO, shown=request.digest, now=cast.now)


def test_it_refuses_an_approver_who_lost_the_role(cast: Cast) -> None:
    request = _request(cast)
    member = Member.objects.for_brand(cast.brand).get(person=cast.legal)
    people.remove_member(member, by=actor_for(cast.administrator), now=cast.now)
    with refused("permission.missing"):
        actions.answer(next(_asks(request)), verdict=YES, shown=request.digest, now=cast.now)


def test_it_refuses_nobody_or_a_fourth_approver(cast: Cast) -> None:
    plans = [cast.plan(cast.asset())]
    for people_asked in ([], [cast.legal, cast.press, cast.brand_lead, cast.outsider]):
        with refused("approvers.count"):
            cast.request(plans, approvers=people_asked)


def test_it_refuses_to_ask_the_same_person_twice(cast: Cast) -> None:
    with refused("approvers.twice"):
        _request(cast, cast.legal, cast.legal)


def test_it_refuses_self_approval(cast: Cast) -> None:
    plans = [cast.plan(cast.asset())]
    with refused("approvers.self"):
        cast.request(plans, approvers=[cast.legal, cast.brand_lead], by=cast.brand_lead)


@pytest.mark.parametrize("who", ["executive", "creator", "administrator", "outsider"])
def test_it_refuses_an_approver_without_authority(cast: Cast, who: str) -> None:
    with refused("permission.missing"):
        _request(cast, getattr(cast, who))


@pytest.mark.parametrize("who", ["executive", "legal", "outsider"])
def test_only_who_may_ask_asks(cast: Cast, who: str) -> None:
    plans = [cast.plan(cast.asset())]
    with refused("permission.missing"):
        cast.request(plans, approvers=[cast.press], by=getattr(cast, who))


def test_it_refuses_a_past_due_time_and_keeps_nothing(cast: Cast) -> None:
    revision = cast.asset()
    with refused("plan.past"):
        cast.request([cast.plan(revision), cast.plan(revision, due_in=-HOUR)])
    assert not ApprovalRequest.objects.for_brand(cast.brand).exists()


def test_it_refuses_a_window_that_ends_before_the_due_time(cast: Cast) -> None:
    with refused("plan.window"):
        cast.request([cast.plan(cast.asset(), window=-HOUR)])


def test_it_refuses_a_validity_that_is_over(cast: Cast) -> None:
    with refused("plan.validity"):
        cast.request([cast.plan(cast.asset())], valid_for=timedelta(0))


def test_it_refuses_the_same_plan_twice(cast: Cast) -> None:
    revision = cast.asset()
    for due_in in (HOUR, None):
        with refused("plan.twice"):
            cast.request([cast.plan(revision, due_in=due_in)] * 2)


def test_the_same_text_may_go_out_at_two_times(cast: Cast) -> None:
    revision = cast.asset()
    request = cast.request([cast.plan(revision), cast.plan(revision, due_in=2 * HOUR)])
    assert request.planned.count() == 2


def test_it_refuses_no_plan(cast: Cast) -> None:
    with refused("plan.none"):
        actions.ask_for_approval(
            cast.asset(),
            plans=[],
            approvers=[cast.legal],
            valid_from=cast.now,
            valid_until=cast.now + HOUR,
            by=actor_for(cast.strategist),
            now=cast.now,
        )


def test_it_refuses_a_plan_of_another_revision(cast: Cast) -> None:
    with refused("plan.foreign"):
        cast.request([cast.plan(cast.asset()), cast.plan(cast.asset("Another"))])


def test_it_refuses_an_older_revision(cast: Cast) -> None:
    request = _request(cast)
    _revise(request, cast)
    with refused("revision.superseded"):
        cast.request([cast.plan(request.revision)])


def test_it_refuses_another_brands_scenario(cast: Cast) -> None:
    moment = plan_moment(
        cast.other_brand,
        name="Theirs",
        starts_at=cast.now,
        ends_at=cast.now + HOUR,
        time_zone="UTC",
        scenarios=["They win"],
        by=actor_for(cast.outsider),
        now=cast.now,
    )
    revision = cast.asset()
    with refused("moment.foreign"):
        actions.ask_for_approval(
            revision,
            plans=[cast.plan(revision)],
            approvers=[cast.legal],
            valid_from=cast.now,
            valid_until=cast.now + 2 * HOUR,
            scenario=Scenario.objects.for_brand(cast.other_brand).get(moment=moment),
            by=actor_for(cast.strategist),
            now=cast.now,
        )


def test_a_withdrawn_question_cannot_be_answered(cast: Cast) -> None:
    request = _request(cast)
    actions.withdraw(request, by=actor_for(cast.strategist), now=cast.now)
    assert _state(request) == RequestState.WITHDRAWN
    with refused("request.closed"):
        actions.answer(next(_asks(request)), verdict=YES, shown=request.digest, now=cast.now)
    with refused("request.closed"):
        actions.withdraw(request, by=actor_for(cast.strategist), now=cast.now)


def test_an_outsider_withdraws_nothing(cast: Cast) -> None:
    with refused("permission.missing"):
        actions.withdraw(_request(cast), by=actor_for(cast.outsider), now=cast.now)


def test_silence_lapses_and_is_never_a_yes(cast: Cast) -> None:
    request = _request(cast)
    actions.lapse(request, by=TICK, now=request.valid_until - timedelta(seconds=1))
    assert _state(request) == RequestState.OPEN
    assert list(overdue_requests(request.valid_until)) == [request]
    actions.lapse(request, by=TICK, now=request.valid_until)
    assert _state(request) == RequestState.LAPSED
    assert verbs(cast.brand)[-1] == "approval.lapsed"
    assert not Approval.objects.for_brand(cast.brand).exists()


def test_what_was_answered_does_not_lapse(cast: Cast) -> None:
    request = _request(cast)
    cast.approve(request)
    actions.lapse(request, by=TICK, now=request.valid_until)
    assert _state(request) == RequestState.APPROVED


def test_a_yes_is_taken_back_once(cast: Cast) -> None:
    approval = cast.delivery().approval
    for _again in range(2):
        actions.revoke(approval, reason="new facts", by=actor_for(cast.legal), now=cast.now)
    assert Approval.objects.for_brand(cast.brand).get(pk=approval.pk).revoked_at == cast.now
    assert verbs(cast.brand).count("approval.revoked") == 1


@pytest.mark.parametrize("who", ["executive", "outsider"])
def test_nobody_else_takes_a_yes_back(cast: Cast, who: str) -> None:
    approval = cast.delivery().approval
    with refused("permission.missing"):
        actions.revoke(approval, reason="", by=actor_for(getattr(cast, who)), now=cast.now)


def test_a_link_leads_to_its_ask_until_a_newer_one_was_sent(cast: Cast) -> None:
    ask = next(_asks(_request(cast)))
    first = actions.issue_link(ask)
    assert ask_behind(first, now=cast.now) == ask
    second = actions.issue_link(ask)
    assert ask_behind(second, now=cast.now) == ask
    with refused("link.replaced"):
        ask_behind(first, now=cast.now)


def test_only_the_links_hash_is_kept(cast: Cast) -> None:
    ask = next(_asks(_request(cast)))
    token = actions.issue_link(ask)
    kept = Ask.objects.for_brand(cast.brand).filter(pk=ask.pk).values().get()
    assert token not in str(kept)


def test_it_refuses_a_forged_link(cast: Cast) -> None:
    token = actions.issue_link(next(_asks(_request(cast))))
    with refused("link.forged"):
        ask_behind(token[:-2], now=cast.now)


def test_it_refuses_an_expired_link(cast: Cast) -> None:
    ask = next(_asks(_request(cast)))
    token = actions.issue_link(ask)
    assert ask_behind(token, now=ask.expires_at - timedelta(seconds=1)) == ask
    with refused("link.expired"):
        ask_behind(token, now=ask.expires_at)


def test_it_refuses_a_used_link_even_after_it_expired(cast: Cast) -> None:
    request = _request(cast)
    ask = next(_asks(request))
    token = actions.issue_link(ask)
    actions.answer(ask, verdict=YES, shown=request.digest, now=cast.now)
    with refused("link.used"):
        ask_behind(token, now=ask.expires_at)


def test_a_letter_is_noted_once_and_is_not_sent_again(cast: Cast) -> None:
    ask = next(_asks(_request(cast)))
    assert list(unsent_asks()) == [ask]
    for _again in range(2):
        actions.note_letter(ask, by=TICK, now=cast.now)
    assert not unsent_asks().exists()
    assert verbs(cast.brand).count("approval.letter_sent") == 1


def test_no_letter_goes_out_for_a_closed_question(cast: Cast) -> None:
    request = _request(cast)
    actions.withdraw(request, by=actor_for(cast.strategist), now=cast.now)
    assert not unsent_asks().exists()


def test_the_outsiders_brand_sees_no_question(cast: Cast) -> None:
    _request(cast)
    assert not open_requests(cast.other_brand).exists()
    assert not asks_waiting_for(cast.legal, cast.other_brand).exists()
