"""What changes between the approval and the sending: the terms of the address, who approved, days away, somebody else's safety."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict
from api.jobs.deliveries import Courier
from api.services import absences, approvals, checkins, consents, flags, unclear_texts
from schemas.tables import Absence, Consent, Flag, Member, MemberRole, ReceivedText
from schemas.tables.base import new_id
from schemas.vocabulary import AbsenceKind, Channel, CheckInState, ConsentState, FlagKind, StopReason
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut, CheckInPatch
from schemas.wire.clients import ConsentIn, ConsentOut
from schemas.wire.contacts import AbsenceIn
from schemas.wire.flags import FlagIn
from tests.support.house import Case, House
from tests.support.messages import Pigeons, address, approved, seen

Seen = tuple[CheckInState, StopReason | None]
SHARED = "family@example.com"


@pytest.fixture
def case(both_houses: House) -> Case:
    both_houses.runtime.carrier = Pigeons()
    return both_houses.client("Ana", both_houses.clinician)


def _allow(house: House, case: Case, **more: object) -> ConsentOut:
    with house.work(house.clinician) as work:
        given = {"channel": Channel.EMAIL, "address": SHARED, "state": ConsentState.GRANTED, **more}
        made = consents.add(work, case.client_id, ConsentIn.model_validate(given))
    house.wait(minutes=1)
    return made


def _change(house: House, case: Case, row: ConsentOut, **more: object) -> None:
    given = {"channel": Channel.EMAIL, "address": SHARED, "state": ConsentState.GRANTED, **more}
    with house.work(house.clinician) as work:
        consents.change(work, case.client_id, row.id, ConsentIn.model_validate(given), version=row.version)


def _draft(house: House, case: Case, subject: str = "Hello", body: str = "Hello Ana.", **more: object) -> CheckInOut:
    with house.work(house.clinician) as work:
        given = {"episode_id": case.episode_id, "client_id": case.client_id, "subject": subject, "body": body, **more}
        return checkins.draft(work, CheckInIn.model_validate(given))


def _approve(house: House, draft: CheckInOut) -> None:
    house.wait(minutes=1)
    with house.work(house.clinician) as work:
        approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)


def _step(house: House, draft: CheckInOut) -> Seen:
    house.wait(minutes=6)
    Courier(house.runtime).step()
    return seen(house, draft.id)


TERMS: list[dict[str, object]] = [
    {"may_mention_therapy": True},
    {"sender_name": "R. House"},
    {"recipient": "guardian"},
    {"safe_from": "08:00", "safe_until": "20:00"},
]


@pytest.mark.parametrize("terms", TERMS)
def test_a_change_of_terms_stops_what_was_approved_under_others(
    both_houses: House, case: Case, terms: dict[str, object]
) -> None:
    house = both_houses
    row = _allow(house, case)
    draft = _draft(house, case)
    _approve(house, draft)
    _change(house, case, row, **terms)
    assert seen(house, draft.id) == (CheckInState.CANCELLED, StopReason.PERMISSION_CHANGED)


def test_saving_the_same_terms_again_stops_nothing(both_houses: House, case: Case) -> None:
    house = both_houses
    row = _allow(house, case, sender_name="R. House")
    draft = _draft(house, case)
    _approve(house, draft)
    _change(house, case, row, sender_name="R. House")
    assert _step(house, draft)[0] is CheckInState.SENT


def test_terms_that_changed_without_stopping_it_forbid_it_at_sending(both_houses: House, case: Case) -> None:
    house = both_houses
    row = _allow(house, case, may_mention_therapy=True)
    draft = _draft(house, case)
    _approve(house, draft)
    with house.rows() as work:
        work.session.execute(sa.update(Consent).where(col(Consent.id) == row.id).values(may_mention_therapy=False))
    assert _step(house, draft) == (CheckInState.REVOKED, StopReason.PERMISSION_CHANGED)
    with house.work(house.clinician) as work:
        reasons = checkins.read(work, draft.id).decisions[-1].reasons
    assert [reason.code for reason in reasons] == ["terms_changed"]


def test_a_text_from_there_of_which_nobody_knows_whose_it_is_holds_what_waits(both_houses: House, case: Case) -> None:
    """Also where nothing stopped it as the text came in; and from when it is put aside on, what is approved goes."""
    house = both_houses
    row = _allow(house, case)
    draft, text_id = _draft(house, case), new_id()
    _approve(house, draft)
    with house.rows() as work:
        digest = work.session.scalars(sa.select(col(Consent.address_digest)).where(col(Consent.id) == row.id)).one()
        came = ReceivedText(id=text_id, provider_id=f"SM{text_id.hex}", address_digest=digest, at=work.now)
        work.session.add(came)
    assert _step(house, draft) == (CheckInState.REVOKED, StopReason.HELD)
    with house.work(house.founder) as work:
        unclear_texts.put_aside(work, text_id)
    again = _draft(house, case)
    _approve(house, again)
    assert _step(house, again)[0] is CheckInState.SENT


def test_a_draft_to_another_address_says_nothing_of_the_former_one(both_houses: House, case: Case) -> None:
    house = both_houses
    first = _allow(house, case, sender_name="Elena your clinician")
    second = _allow(house, case, address="b@example.com", sender_name="E. at House")
    draft = _draft(house, case, "Hello from {sender_name}", "Hello, this is {sender_name}.", consent_id=first.id)
    assert draft.body == "Hello, this is Elena your clinician."
    with house.work(house.clinician) as work:
        moved = checkins.change(work, draft.id, CheckInPatch(consent_id=second.id), version=draft.version)
    assert (moved.subject, moved.body) == ("Hello from E. at House", "Hello, this is E. at House.")
    assert moved.typed_body == "Hello, this is {sender_name}."


def test_what_was_filled_in_is_never_filled_in_again(both_houses: House) -> None:
    house = both_houses
    case = house.client("{sender_name} Lee", house.clinician)
    _allow(house, case, sender_name="R. House")
    draft = _draft(house, case, body="Hello {client_first_name}.")
    for patch in (CheckInPatch(subject="Hi"), CheckInPatch(body=draft.typed_body), CheckInPatch()):
        with house.work(house.clinician) as work:
            draft = checkins.change(work, draft.id, patch, version=draft.version)
        assert draft.body == "Hello {sender_name}."


def test_a_name_that_changed_since_the_last_look_is_looked_at_before_the_approval(
    both_houses: House, case: Case
) -> None:
    house = both_houses
    row = _allow(house, case, sender_name="R. House")
    draft = _draft(house, case, body="Hello, this is {sender_name}.")
    _change(house, case, row, sender_name="Elena")
    with pytest.raises(Conflict, match="words_changed"):
        _approve(house, draft)
    with house.work(house.clinician) as work:
        draft = checkins.change(work, draft.id, CheckInPatch(), version=draft.version)
    assert draft.body == "Hello, this is Elena."
    _approve(house, draft)
    assert _step(house, draft)[0] is CheckInState.SENT


@pytest.mark.parametrize("left", [True, False])
def test_what_somebody_approved_who_may_not_any_more_does_not_go(both_houses: House, case: Case, left: bool) -> None:
    house = both_houses
    _allow(house, case)
    draft = _draft(house, case)
    _approve(house, draft)
    with house.rows() as work:
        if left:
            gone = sa.update(Member).where(col(Member.id) == house.clinician.id)
            work.session.execute(gone.values(left_at=work.now))
        else:
            work.session.execute(sa.delete(MemberRole).where(col(MemberRole.member_id) == house.clinician.id))
    assert _step(house, draft) == (CheckInState.REVOKED, StopReason.HANDED_OVER)


def test_a_pause_recorded_since_stops_it_and_asks_for_another_look_at_drafts(both_houses: House, case: Case) -> None:
    house = both_houses
    _allow(house, case)
    draft, other = _draft(house, case), _draft(house, case)
    _approve(house, draft)
    today = house.now.date()
    with house.work(house.clinician) as work:
        given = AbsenceIn(kind=AbsenceKind.PAUSE, from_on=today, to_on=today + timedelta(days=30))
        absences.record(work, case.episode_id, given)
    assert seen(house, draft.id) == (CheckInState.CANCELLED, StopReason.AWAY)
    with pytest.raises(Conflict, match="may_not_contact"):
        _approve(house, other)


@pytest.mark.parametrize(("over", "state"), [(False, CheckInState.REVOKED), (True, CheckInState.SENT)])
def test_days_away_that_a_file_tells_bind_unless_they_are_over(
    both_houses: House, case: Case, over: bool, state: CheckInState
) -> None:
    house = both_houses
    draft_id = approved(house, case, house.clinician, _allow(house, case).id)
    house.wait(minutes=1)
    with house.rows() as work:
        today = work.now.date()
        row = Absence(
            kind=AbsenceKind.CLIENT_AWAY,
            episode_id=case.episode_id,
            from_on=today - timedelta(days=9),
            to_on=today - timedelta(days=5) if over else today + timedelta(days=5),
            known_at=work.now,
            recorded_by=house.clinician.id,
        )
        work.session.add(row)
    house.wait(minutes=6)
    Courier(house.runtime).step()
    assert seen(house, draft_id)[0] is state


def test_what_is_unsafe_for_one_is_unsafe_for_whoever_shares_the_address(both_houses: House, case: Case) -> None:
    house = both_houses
    other = house.client("Ben", house.clinician)
    address(house, other, house.clinician, SHARED)
    ours = _allow(house, case)
    draft = _draft(house, other)
    _approve(house, draft)
    with house.work(house.clinician) as work:
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, consent_id=ours.id))
    assert seen(house, draft.id) == (CheckInState.CANCELLED, StopReason.FLAGGED)
    again = _draft(house, other)
    assert again.outlook is not None
    assert [reason.code for reason in again.outlook.reasons] == ["unsafe_to_contact"]
    with house.rows() as work:
        work.session.execute(sa.update(Flag).values(cleared_at=work.now))
    cleared = _draft(house, other)
    assert cleared.outlook is not None
    assert cleared.outlook.allowed
