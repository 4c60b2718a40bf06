"""What a message rests on that is more than a check-in: each reply is answered once, each wish is kept once."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict, Invalid, MayNotContact
from api.jobs.deliveries import Courier
from api.services import approvals, checkins, contacts
from api.store import consents as consent_store
from schemas.tables import Episode
from schemas.vocabulary import (
    Channel,
    CheckInKind,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    EndingKind,
)
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut, CheckInPatch
from schemas.wire.contacts import ContactIn
from tests.support import links
from tests.support.house import Case, House
from tests.support.messages import Pigeons, seen

WORDS = "Hello Ana, I am around if you would like to find another time. No answer is fine too."


def _draft(house: House, case: Case, kind: CheckInKind, **more: object) -> CheckInOut:
    given = {
        "episode_id": str(case.episode_id),
        "client_id": str(case.client_id),
        "kind": kind,
        "subject": "Hello",
        "body": WORDS,
        **more,
    }
    with house.work(house.clinician) as work:
        return checkins.draft(work, CheckInIn.model_validate(given))


def _approve(house: House, case: Case, kind: CheckInKind, **more: object) -> CheckInOut:
    draft = _draft(house, case, kind, **more)
    house.wait(minutes=1)
    with house.work(house.clinician) as work:
        approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)
    return draft


def _goes(house: House, case: Case, kind: CheckInKind, **more: object) -> bool:
    try:
        draft = _approve(house, case, kind, **more)
    except MayNotContact:
        return False
    house.wait(minutes=6)
    Courier(house.runtime).step()
    return seen(house, draft.id)[0] is CheckInState.SENT


def _in_touch(house: House, case: Case) -> date:
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE))
    house.wait(minutes=1)
    return house.now.date()


@pytest.fixture
def case(both_houses: House) -> Case:
    both_houses.runtime.carrier = Pigeons()
    case = both_houses.client("Ana", both_houses.clinician)
    links.permit(both_houses, case, both_houses.clinician)
    both_houses.wait(minutes=1)
    return case


def _reply(house: House, case: Case) -> str:
    with house.rows() as work:
        consent_id = consent_store.every(work.session, case.client_id)[0].id
    return str(
        links.reply(house, case, house.clinician, links.send(house, case, house.clinician, consent_id=consent_id))
    )


def test_an_answer_needs_a_reply_of_this_client(both_houses: House, case: Case) -> None:
    house = both_houses
    other = house.client("Berta", house.clinician)
    theirs = links.reply(house, other, house.clinician, links.send(house, other, house.clinician))
    for more in ({}, {"in_reply_to": str(theirs)}, {"in_reply_to": str(case.client_id)}):
        with pytest.raises(Invalid) as refused:
            _draft(house, case, CheckInKind.ANSWER, **more)
        assert refused.value.code == "reply_needed"
    draft = _draft(house, case, CheckInKind.CHECK_IN)
    with pytest.raises(Invalid), house.work(house.clinician) as work:
        checkins.change(work, draft.id, CheckInPatch(kind=CheckInKind.ANSWER), version=draft.version)


def test_a_reply_is_answered_once_and_not_within_the_spacing_again(both_houses: House, case: Case) -> None:
    house = both_houses
    reply_id = _reply(house, case)
    house.wait(minutes=1)
    went = [_goes(house, case, CheckInKind.ANSWER, in_reply_to=reply_id) for _ in range(3)]
    assert went == [True, False, False]


def test_of_two_answers_that_wait_the_first_goes(both_houses: House, case: Case) -> None:
    house = both_houses
    reply_id = _reply(house, case)
    house.wait(minutes=1)
    first = _approve(house, case, CheckInKind.ANSWER, in_reply_to=reply_id)
    with pytest.raises(MayNotContact):
        _approve(house, case, CheckInKind.ANSWER, in_reply_to=reply_id)
    house.wait(minutes=6)
    Courier(house.runtime).step()
    assert seen(house, first.id)[0] is CheckInState.SENT


def test_a_call_of_our_own_is_no_reply(both_houses: House, case: Case) -> None:
    house = both_houses
    spoke = ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, spoke)
    with pytest.raises(Invalid):
        _draft(house, case, CheckInKind.ANSWER)


def test_a_follow_up_says_on_which_day_it_was_asked_for(both_houses: House, case: Case) -> None:
    house = both_houses
    with pytest.raises(Invalid) as refused:
        _draft(house, case, CheckInKind.FOLLOW_UP)
    assert refused.value.code == "wish_needed"
    with pytest.raises(Invalid):
        _draft(house, case, CheckInKind.FOLLOW_UP, asked_for_on=(house.now.date() + timedelta(days=2)).isoformat())
    draft = _draft(house, case, CheckInKind.FOLLOW_UP, asked_for_on=house.now.date().isoformat())
    assert draft.asked_for_on == house.now.date()
    with house.work(house.clinician) as work:
        plain = checkins.change(work, draft.id, CheckInPatch(kind=CheckInKind.CHECK_IN), version=draft.version)
    assert plain.asked_for_on is None


def test_a_wish_is_kept_once_and_the_next_needs_another_word(both_houses: House, case: Case) -> None:
    house = both_houses
    day = _in_touch(house, case).isoformat()
    house.wait(days=40)
    assert [_goes(house, case, CheckInKind.FOLLOW_UP, asked_for_on=day) for _ in range(3)] == [True, False, False]
    house.wait(days=1)
    invented = house.now.date().isoformat()
    assert not _goes(house, case, CheckInKind.FOLLOW_UP, asked_for_on=invented)
    again = _in_touch(house, case).isoformat()
    assert _goes(house, case, CheckInKind.FOLLOW_UP, asked_for_on=again)


def test_follow_ups_at_will_stay_under_the_ceiling(both_houses: House, case: Case) -> None:
    house = both_houses
    day = _in_touch(house, case).isoformat()
    house.wait(days=40)
    for _ in range(8):
        _goes(house, case, CheckInKind.FOLLOW_UP, asked_for_on=day)
        house.wait(days=8)
    carrier = house.runtime.carrier
    assert isinstance(carrier, Pigeons)
    assert len(carrier.letters) <= 3


@pytest.mark.parametrize(
    ("ending", "goes"),
    [(EndingKind.AGREED, True), (EndingKind.WITHOUT_CONVERSATION, True), (EndingKind.TRANSFERRED, False)],
)
def test_after_an_ending_a_wish_is_kept_but_not_after_a_transfer(
    both_houses: House, case: Case, ending: EndingKind, goes: bool
) -> None:
    house = both_houses
    day = _in_touch(house, case).isoformat()
    reply_id = _reply(house, case)
    with house.rows() as work:
        ended = sa.update(Episode).where(col(Episode.id) == case.episode_id)
        work.session.execute(ended.values(ended_at=work.now, ending=ending))
    house.wait(hours=1)
    assert _goes(house, case, CheckInKind.FOLLOW_UP, asked_for_on=day) is goes
    assert _goes(house, case, CheckInKind.ANSWER, in_reply_to=reply_id) is goes
    assert not _goes(house, case, CheckInKind.CHECK_IN)


def test_a_follow_up_does_not_speak_of_money(both_houses: House, case: Case) -> None:
    house = both_houses
    day = _in_touch(house, case).isoformat()
    house.wait(days=20)
    body = "Hello Ana, I am around. I wanted to tell you about our prices. No answer is fine too."
    draft = _draft(house, case, CheckInKind.FOLLOW_UP, asked_for_on=day, body=body)
    with pytest.raises(Conflict, match="wording_blocked"), house.work(house.clinician) as work:
        approvals.approve(work, draft.id, ApprovalIn(override_reason="So it is."), version=draft.version)
