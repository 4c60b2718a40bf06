"""Messages before they go: drafted, looked over, approved by a person or refused with every reason, undone, settled."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from api.domain.access import Permission, system_principal
from api.domain.errors import AccessDenied, Conflict, Invalid, MayNotContact, NotFound, VersionMismatch
from api.jobs.deliveries import Courier
from api.services import approvals, checkins, clients, consents
from api.store import checkins as checkin_store
from api.store import sealing
from schemas.tables import CheckIn, Consent, Contact, ContactDecision, Delivery, Task
from schemas.vocabulary import Asked, Channel, CheckInState, ConsentState, Role, StopReason, ToneVerdict
from schemas.wire.check_in_templates import CheckInTemplateIn
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut, CheckInPatch, SettlementIn
from schemas.wire.clients import ClientPatch, ConsentIn
from tests.support.house import Case, House, Person
from tests.support.messages import Pigeons, address, approved, seen, uncertain

KIND_WORDS = "Hello Ana, I am around if you would like to find another time. No answer is fine too."


def write(house: House, case: Case, who: Person, body: str = KIND_WORDS, **more: object) -> CheckInOut:
    with house.work(who) as work:
        given = {"episode_id": str(case.episode_id), "body": body, **more}
        return checkins.draft(work, CheckInIn.model_validate(given))


def approve(house: House, draft: CheckInOut, who: Person, reason: str | None = None) -> CheckInOut:
    with house.work(who) as work:
        approvals.approve(work, draft.id, ApprovalIn(override_reason=reason), version=draft.version)
        return checkins.read(work, draft.id)


@pytest.fixture
def case(both_houses: House) -> Case:
    return both_houses.client("Ana", both_houses.practice.elena)


def test_without_permission_a_message_is_refused_and_the_refusal_is_kept(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena, state=ConsentState.NOT_ASKED)
    draft = write(house, case, house.practice.elena)
    assert draft.outlook is not None
    assert [reason.code for reason in draft.outlook.reasons] == ["not_asked"]
    with pytest.raises(MayNotContact) as refused:
        approve(house, draft, house.practice.elena)
    assert [code for code, _, _ in refused.value.reasons] == ["not_asked"]
    with house.work(house.practice.elena) as work:
        shown = checkins.read(work, draft.id)
    assert shown.state is CheckInState.DRAFT
    (decision,) = shown.decisions
    assert (decision.asked, decision.allowed) == (Asked.APPROVING, False)
    assert [reason.code for reason in decision.reasons] == ["not_asked"]
    with house.rows() as work:
        assert work.session.scalars(sa.select(Delivery)).all() == []


def test_the_log_tells_a_decision_by_the_facts_as_they_were(both_houses: House, case: Case) -> None:
    """Also where they have changed since, and for the unsent as for the sent."""
    house, elena = both_houses, both_houses.practice.elena
    consent_id = address(house, case, elena)
    with house.rows() as work:
        work.session.execute(sa.update(Consent).values(valid_until=house.now.date() - timedelta(days=1)))
    draft = write(house, case, elena)
    with pytest.raises(MayNotContact):
        approve(house, draft, elena)
    with house.work(elena) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.com", state=ConsentState.GRANTED)
        version = consents.page(work, case.client_id)[0].version
        consents.change(work, case.client_id, consent_id, given, version=version)
        (decision,) = checkins.read(work, draft.id).decisions
    (reason,) = decision.reasons
    assert reason.code == "expired"
    assert reason.would_change.endswith("It was allowed until Tuesday 3 March 2026.")
    with house.rows() as work:
        facts = work.session.scalars(sa.select(col(ContactDecision.facts))).all()
    assert facts == [[{"code": "expired", "on": "2026-03-03"}]]


def test_an_approval_its_decision_and_its_delivery_are_one_commit(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    shown = approve(house, write(house, case, house.practice.elena), house.practice.elena)
    assert shown.state is CheckInState.APPROVED
    assert shown.due_at == house.now + timedelta(minutes=3)
    assert shown.approved_by == house.practice.elena.id
    with house.rows() as work:
        (row,) = work.session.scalars(sa.select(CheckIn)).all()
        (delivery,) = work.session.scalars(sa.select(Delivery)).all()
        (decision,) = work.session.scalars(sa.select(ContactDecision)).all()
        token = sealing.reply_token(work.runtime.lookup_key(work.session), row.id)
        assert row.token_digest == sealing.token_digest(token)
        assert row.reply_until == house.now + timedelta(days=30, minutes=3)
        assert delivery.next_at == row.due_at
        assert decision.allowed


def test_what_was_approved_arrives(both_houses: House, case: Case) -> None:
    house = both_houses
    carrier = house.runtime.carrier = Pigeons()
    address(house, case, house.practice.elena)
    shown = approve(house, write(house, case, house.practice.elena), house.practice.elena)
    house.wait(minutes=6)
    assert Courier(house.runtime).step()
    (letter,) = carrier.letters
    assert letter.body.startswith(KIND_WORDS)
    assert letter.subject == f"A note from {house.practice.elena.name}"
    assert seen(house, shown.id)[0] is CheckInState.SENT


def test_no_key_and_no_machine_approves(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    draft = write(house, case, house.practice.elena)
    for scopes in ((), (Permission.CLIENT_EDIT, Permission.CONTACT_RECORD)):
        with pytest.raises(AccessDenied), house.work(house.practice.key(*scopes)) as work:
            approvals.approve(work, draft.id, ApprovalIn(), version=1)
    with pytest.raises(AccessDenied), house.work(system_principal(house.practice.id)) as work:
        approvals.approve(work, draft.id, ApprovalIn(), version=1)
    assert seen(house, draft.id)[0] is CheckInState.DRAFT


def test_others_see_what_their_caseload_allows(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    draft = write(house, case, house.practice.elena)
    stranger = house.practice.member(Role.CLINICIAN, name="Somebody else")
    supervisor = house.practice.member(Role.SUPERVISOR, supervisees=(house.practice.elena,))
    with pytest.raises(NotFound), house.work(stranger) as work:
        checkins.read(work, draft.id)
    with pytest.raises(Invalid):
        write(house, case, stranger)
    with house.work(supervisor) as work:
        assert checkins.read(work, draft.id).body == KIND_WORDS
    for who in (supervisor, house.admin):
        with pytest.raises(AccessDenied), house.work(who) as work:
            approvals.approve(work, draft.id, ApprovalIn(), version=1)


def test_what_blocks_blocks_and_what_is_advised_against_needs_a_reason(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    leak = write(house, case, house.practice.elena, "Your depression treatment is waiting for you.")
    assert leak.review is not None
    assert leak.review.verdict is ToneVerdict.BLOCK
    with pytest.raises(Conflict) as refused:
        approve(house, leak, house.practice.elena, "I know them well")
    assert refused.value.code == "wording_blocked"

    pressing = write(house, case, house.practice.elena, "Hello Ana. You must answer me by Friday!")
    assert pressing.review is not None
    assert pressing.review.verdict is ToneVerdict.ADVISE
    with pytest.raises(Conflict) as refused:
        approve(house, pressing, house.practice.elena)
    assert refused.value.code == "wording_needs_reason"
    shown = approve(house, pressing, house.practice.elena, "They asked me to be direct")
    assert shown.findings
    assert shown.override_reason == "They asked me to be direct"


def test_what_was_read_is_what_is_approved(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    draft = write(house, case, house.practice.elena)
    with house.work(house.practice.elena) as work:
        changed = checkins.change(work, draft.id, CheckInPatch(subject="Hello"), version=1)
    assert (changed.subject, changed.body) == ("Hello", KIND_WORDS)
    with pytest.raises(VersionMismatch):
        approve(house, draft, house.practice.elena)
    with pytest.raises(VersionMismatch), house.work(house.practice.elena) as work:
        checkins.change(work, draft.id, CheckInPatch(subject="Other"), version=1)
    assert approve(house, changed, house.practice.elena).state is CheckInState.APPROVED


def test_an_approval_is_undone_until_it_is_being_sent(both_houses: House, case: Case) -> None:
    house = both_houses
    carrier = house.runtime.carrier = Pigeons()
    address(house, case, house.practice.elena)
    shown = approve(house, write(house, case, house.practice.elena), house.practice.elena)
    with house.work(house.practice.elena) as work:
        approvals.undo(work, shown.id)
    house.wait(minutes=6)
    assert not Courier(house.runtime).step()
    with house.work(house.practice.elena) as work:
        draft = checkins.read(work, shown.id)
    assert (draft.state, draft.approved_by, draft.due_at) == (CheckInState.DRAFT, None, None)
    again = approve(house, draft, house.practice.elena)
    house.wait(minutes=6)
    Courier(house.runtime).step()
    with pytest.raises(Conflict) as refused, house.work(house.practice.elena) as work:
        approvals.undo(work, again.id)
    assert refused.value.code == "not_to_be_undone"
    assert len(carrier.letters) == 1


def test_a_cancelled_message_stays_in_the_log_and_never_goes(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    shown = approve(house, write(house, case, house.practice.elena), house.practice.elena)
    with house.work(house.practice.elena) as work:
        approvals.cancel(work, shown.id)
    house.wait(minutes=6)
    assert not Courier(house.runtime).step()
    assert seen(house, shown.id) == (CheckInState.CANCELLED, StopReason.BY_HAND)
    with pytest.raises(Conflict), house.work(house.practice.elena) as work:
        approvals.cancel(work, shown.id)
    with house.work(house.practice.elena) as work:
        found = checkins.page(work, client_id=case.client_id, episode_id=None, states=(), before=None, limit=10).items
    assert [one.id for one in found] == [shown.id]


@pytest.mark.parametrize(("went", "state", "contacts"), [(True, CheckInState.SENT, 1), (False, CheckInState.FAILED, 0)])
def test_a_person_settles_what_is_uncertain(
    both_houses: House, case: Case, went: bool, state: CheckInState, contacts: int
) -> None:
    house = both_houses
    check_in_id = approved(house, case, house.practice.elena, address(house, case, house.practice.elena))
    with pytest.raises(Conflict), house.work(house.practice.elena) as work:
        approvals.settle(work, check_in_id, SettlementIn(went=went))
    uncertain(house, house.practice, check_in_id)
    with house.work(house.practice.elena) as work:
        approvals.settle(work, check_in_id, SettlementIn(went=went))
    assert seen(house, check_in_id)[0] is state
    with house.rows() as work:
        assert len(work.session.scalars(sa.select(Contact)).all()) == contacts
        delivery = checkin_store.delivery(work.session, check_in_id)
        assert delivery is not None
        assert delivery.settled_by == house.practice.elena.id
        assert all(task.done_at for task in work.session.scalars(sa.select(Task)))
    house.wait(days=1)
    assert not Courier(house.runtime).step(), "it never goes again"


def test_a_draft_overtaken_by_a_fact_wants_looking_at_again(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    draft = write(house, case, house.practice.elena)
    house.wait(minutes=1)
    with house.rows() as work:
        checkin_store.stop_pending(work.session, [case.client_id], StopReason.BOOKED, work.now)
    house.wait(minutes=1)
    with pytest.raises(MayNotContact):
        approve(house, draft, house.practice.elena)
    with house.work(house.practice.elena) as work:
        looked_at = checkins.change(work, draft.id, CheckInPatch(), version=draft.version)
    assert approve(house, looked_at, house.practice.elena).state is CheckInState.APPROVED


def test_words_are_sealed_and_the_trail_has_codes_only(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    draft = write(house, case, house.practice.elena)
    with house.rows() as work:
        (row,) = work.session.scalars(sa.select(CheckIn)).all()
        assert b"around" not in row.body_sealed
        assert b"note" not in row.subject_sealed
    assert isinstance(draft.id, UUID)


def test_a_client_who_contacts_us_is_not_written_to(both_houses: House, case: Case) -> None:
    house = both_houses
    address(house, case, house.practice.elena)
    with house.work(house.practice.elena) as work:
        clients.change(work, case.client_id, ClientPatch(client_contacts_us=True), version=1)
    with pytest.raises(MayNotContact) as refused:
        approve(house, write(house, case, house.practice.elena), house.practice.elena)
    assert [code for code, _, _ in refused.value.reasons] == ["client_contacts_us"]


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_what_ends_a_line_to_some_program_is_refused_at_the_draft(end: str) -> None:
    """It would be found unwritable only in the moment of sending."""
    with pytest.raises(ValidationError, match="single line"):
        CheckInIn.model_validate({"episode_id": UUID(int=1), "subject": f"Hello{end}Bcc", "body": "Hello."})
    with pytest.raises(ValidationError, match="single line"):
        ConsentIn.model_validate({"channel": "email", "address": "a@example.com", "sender_name": f"R.{end}House"})
    with pytest.raises(ValidationError, match="single line"):
        CheckInTemplateIn.model_validate(
            {"name": "One", "kind": "check_in", "subject": f"A{end}note", "body": "Hello."}
        )
