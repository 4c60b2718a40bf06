"""What keeps messages back: it stops them everywhere at once, stands until a person clears it, and a risk finds a person today."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import KEY_SCOPES, Permission
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import clients, consents, episodes, flags, leave
from api.store import flags as flag_store
from api.store import members as member_store
from schemas.tables import Flag, Task
from schemas.tables.base import new_id
from schemas.vocabulary import AuditOutcome, Channel, CheckInState, FlagKind, Role, StopReason, TaskKind
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.flags import FlagClearIn, FlagIn, FlagOut, FlagReviewIn
from schemas.wire.leave import LeaveIn
from tests.services import records
from tests.support import messages
from tests.support.house import Case, House, Person

RISK, UNSAFE, HOLD = FlagKind.RISK_OF_HARM, FlagKind.UNSAFE_TO_CONTACT, FlagKind.PRACTICE_HOLD
STOPPED = (CheckInState.CANCELLED, StopReason.FLAGGED)


def raised(house: House, who: Person, client_id: UUID, kind: FlagKind, **given: object) -> FlagOut:
    with house.work(who) as work:
        return flags.raise_flag(work, client_id, FlagIn.model_validate({"kind": kind, **given}))


def seen(house: House, who: Person, client_id: UUID) -> list[FlagOut]:
    with house.work(who) as work:
        return flags.page(work, client_id)


def tasks(house: House, client_id: UUID, kind: TaskKind = TaskKind.RISK_TODAY) -> list[Task]:
    with house.rows() as work:
        mine = sa.select(Task).where(col(Task.client_id) == client_id, col(Task.kind) == kind)
        return list(work.session.scalars(mine.order_by(col(Task.id))))


@pytest.mark.parametrize("kind", FlagKind)
def test_what_was_approved_does_not_go_in_any_caseload(shared_house: House, kind: FlagKind) -> None:
    house = shared_house
    case, colleague = house.client("Ana", house.clinician), house.practice.member(Role.CLINICIAN)
    with house.work(house.founder) as work:
        theirs = episodes.add(work, EpisodeIn(client_ids=[case.client_id], responsible_id=colleague.id))
    elsewhere = Case(case.client_id, theirs.id)
    other = house.client("Bea", house.clinician)
    mine, also, not_mine = (
        messages.approved(house, case, house.clinician),
        messages.approved(house, elsewhere, colleague),
        messages.approved(house, other, house.clinician),
    )
    flag = raised(house, house.clinician, case.client_id, kind)
    expected = StopReason.HELD if kind is HOLD else StopReason.FLAGGED
    for check_in_id in (mine, also):
        assert messages.seen(house, check_in_id) == (CheckInState.CANCELLED, expected)
    assert messages.seen(house, not_mine) == (CheckInState.APPROVED, None)
    with house.work(house.clinician) as work:
        flags.clear(work, case.client_id, flag.id, FlagClearIn(note="It is over."))
    assert messages.seen(house, mine) == (CheckInState.CANCELLED, expected)


def test_what_is_unsafe_at_one_address_leaves_the_other_alone(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        home, work_mail = (
            consents.add(work, case.client_id, ConsentIn(channel=Channel.EMAIL, address=f"{name}@example.org")).id
            for name in ("home", "desk")
        )
    at_home = messages.approved(house, case, house.clinician, consent_id=home)
    at_work = messages.approved(house, case, house.clinician, consent_id=work_mail)
    flag = raised(house, house.clinician, case.client_id, UNSAFE, consent_id=home)
    assert (flag.consent_id, flag.review_on) == (home, house.now.date() + timedelta(days=90))
    assert messages.seen(house, at_home) == STOPPED
    assert messages.seen(house, at_work) == (CheckInState.APPROVED, None)
    with pytest.raises(Invalid):
        raised(house, house.clinician, case.client_id, UNSAFE, consent_id=new_id())
    with pytest.raises(Conflict) as refusal:
        raised(house, house.clinician, case.client_id, UNSAFE, consent_id=home)
    assert refusal.value.code == "flag_stands"


def test_an_address_that_is_not_safe_is_not_taken_off_the_record(both_houses: House) -> None:
    """Else it could be recorded anew as if nothing were known of it. What stood about it outlives the address."""
    house = both_houses
    ana = house.client("Ana", house.clinician).client_id
    home = ConsentIn(channel=Channel.EMAIL, address="home@example.org")
    with house.work(house.clinician) as work:
        way = consents.add(work, ana, home)
    flag = raised(house, house.clinician, ana, UNSAFE, consent_id=way.id)
    another = ConsentIn(channel=Channel.EMAIL, address="other@example.org")
    with pytest.raises(Conflict) as kept, house.work(house.clinician) as work:
        consents.remove(work, ana, way.id)
    with pytest.raises(Conflict) as moved, house.work(house.clinician) as work:
        consents.change(work, ana, way.id, another, version=1)
    assert (kept.value.code, moved.value.code) == ("address_flagged", "address_flagged")
    with house.work(house.clinician) as work:
        changed = consents.change(work, ana, way.id, home.model_copy(update={"sender_name": "Kim"}), version=1)
        assert changed.sender_name == "Kim"
        flags.clear(work, ana, flag.id, FlagClearIn(note="He moved out."))
        consents.remove(work, ana, way.id)
    (left,) = seen(house, house.clinician, ana)
    assert (left.id, left.consent_id, left.cleared_at) == (flag.id, way.id, house.now)
    assert [look.note for look in left.reviews] == ["He moved out."]


def test_a_flag_outlives_its_day_and_each_look_is_kept(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    flag = raised(house, house.clinician, ana, UNSAFE, note="The partner reads the phone.", review_on=house.now.date())
    house.wait(days=400)
    assert [one.cleared_at for one in seen(house, house.clinician, ana)] == [None]
    with house.work(house.clinician) as work:
        looked = flags.review(work, ana, flag.id, FlagReviewIn(note="Still so."))
    assert looked.review_on == house.now.date() + timedelta(days=90)
    cleared_at = house.wait(days=1)
    with house.work(house.clinician) as work:
        done = flags.clear(work, ana, flag.id, FlagClearIn())
    assert (done.cleared_at, done.may_clear) == (cleared_at, False)
    assert [(look.note, look.cleared) for look in done.reviews] == [("Still so.", False), (None, True)]
    with pytest.raises(Conflict) as refusal, house.work(house.clinician) as work:
        flags.clear(work, ana, flag.id, FlagClearIn())
    assert refusal.value.code == "flag_cleared"
    acts = [act for act, _ in records.trail(house, ana) if act.startswith("flag.")]
    assert acts == ["flag.raise", "flag.list", "flag.review", "flag.clear", "flag.clear"]
    assert seen(house, house.clinician, ana)[0].note == "The partner reads the phone."


def test_a_risk_is_the_responsible_clinicians_task_for_today(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    flag = raised(house, house.lead, ana, RISK, note="Said goodbye to her sister.")
    (task,) = tasks(house, ana)
    assert (task.owner_id, task.due_on, task.subject_id) == (house.clinician.id, house.now.date(), flag.id)
    with pytest.raises(Invalid), house.work(house.clinician) as work:
        flags.review(work, ana, flag.id, FlagReviewIn())
    with house.work(house.clinician) as work:
        flags.review(work, ana, flag.id, FlagReviewIn(note="Assessed in session."))
    assert tasks(house, ana)[0].done_at is None
    with house.work(house.clinician) as work:
        flags.clear(work, ana, flag.id, FlagClearIn(note="Safe, and with her sister."))
    assert tasks(house, ana)[0].done_by == house.clinician.id


def test_while_the_clinician_is_away_whoever_raises_a_risk_has_it_or_whom_they_name(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    cover, admin = house.practice.member(Role.CLINICIAN), house.admin
    with house.work(house.clinician) as work:
        leave.record_own(work, LeaveIn(from_on=house.now.date(), to_on=house.now.date()))
    raised(house, house.lead, ana, RISK)
    raised(house, house.lead, bea, RISK, owner_id=cover.id)
    assert [task.owner_id for one in (ana, bea) for task in tasks(house, one)] == [house.lead.id, cover.id]
    cecil = house.client("Cecil", house.clinician).client_id
    for nobody in (admin.id, new_id()):
        with pytest.raises(Invalid) as refusal:
            raised(house, house.lead, cecil, RISK, owner_id=nobody)
        assert refusal.value.problems[0].pointer == "/owner_id"
    assert tasks(house, cecil) == []
    assert seen(house, house.lead, cecil) == []


def test_the_task_has_at_hand_what_is_needed_and_opens_it_to_nobody_else(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    cover, other = house.practice.member(Role.CLINICIAN), house.practice.member(Role.CLINICIAN)
    with house.work(house.clinician) as work:
        clients.change(work, ana, ClientPatch(emergency_contact="Rosa, her sister, +34 600 1"), version=1)
        home = consents.add(work, ana, ConsentIn(channel=Channel.PHONE, address="+34 600 123 456")).id
    raised(house, house.clinician, ana, UNSAFE, consent_id=home)
    flag = raised(house, house.clinician, ana, RISK, note="What is known.", owner_id=cover.id)
    with house.work(house.clinician) as work:
        flags.review(work, ana, flag.id, FlagReviewIn(note="No answer at ten."))
    (task,) = tasks(house, ana)
    with house.work(cover) as work:
        found = flags.at_hand(work, task.id)
    assert (found.client.name, found.emergency_contact) == ("Ana", "Rosa, her sister, +34 600 1")
    assert [(one.kind, one.note) for one in found.flags] == [(UNSAFE, None), (RISK, "What is known.")]
    assert found.flags[1].reviews[0].note == "No answer at ten."
    assert [(one.address, one.unsafe) for one in found.addresses] == [("+34600123456", True)]
    assert ("risk.read", AuditOutcome.ALLOWED) in records.trail(house, ana)
    for who in (other, house.clinician):
        with pytest.raises(NotFound), house.work(who) as work:
            flags.at_hand(work, task.id)
    with pytest.raises(NotFound), house.work(cover) as work:
        clients.read(work, ana)
    with house.work(house.clinician) as work:
        flags.clear(work, ana, flag.id, FlagClearIn(note="Reached."))
    with pytest.raises(NotFound), house.work(cover) as work:
        flags.at_hand(work, task.id)


def test_a_hold_reads_the_same_whoever_asked_for_it(shared_house: House) -> None:
    """Among them one without an author, as an independent reader asks for."""
    house = shared_house
    names = ("a colleague's", "a reader's")
    held = {name: house.client(name, house.clinician).client_id for name in names}
    raised(house, house.lead, held[names[0]], HOLD, note="Asked to wait.")
    with house.rows() as work:
        flag_store.add(work.session, Flag(client_id=held[names[1]], kind=HOLD, raised_at=work.now))
    varying = {"id"}
    for who in (house.clinician, house.founder):
        shown = [[one.model_dump(exclude=varying) for one in seen(house, who, held[name])] for name in names]
        assert shown[0] == shown[1], who.name
        assert (shown[0][0]["note"], shown[0][0]["raised_by"]) == (None, None)
    refusals = []
    for name in names:
        (flag,) = seen(house, house.clinician, held[name])
        with pytest.raises(AccessDenied) as refusal, house.work(house.clinician) as work:
            flags.clear(work, held[name], flag.id, FlagClearIn())
        refusals.append((refusal.value.code, refusal.value.message))
        mine = raised(house, house.clinician, held[name], HOLD)
        with pytest.raises(Conflict) as again:
            raised(house, house.clinician, held[name], HOLD)
        refusals.append((again.value.code, again.value.message))
        assert len(seen(house, house.clinician, held[name])) == 2
        with house.work(house.clinician) as work:
            flags.clear(work, held[name], mine.id, FlagClearIn())
    assert refusals[:2] == refusals[2:]
    (own,) = [one for one in seen(house, house.lead, held[names[0]]) if one.cleared_at is None]
    assert (own.note, own.raised_by, own.may_clear) == ("Asked to wait.", house.lead.id, True)
    for name in names:
        (flag,) = [one for one in seen(house, house.lead, held[name]) if one.cleared_at is None]
        with house.work(house.lead) as work:
            assert flags.clear(work, held[name], flag.id, FlagClearIn()).cleared_at == house.now


def test_a_lead_who_treats_the_client_ends_anothers_hold_only_when_its_author_left(shared_house: House) -> None:
    house = shared_house
    case, lead = house.client("Ana", house.founder), house.lead
    flag = raised(house, lead, case.client_id, HOLD)
    with pytest.raises(AccessDenied), house.work(house.founder) as work:
        flags.clear(work, case.client_id, flag.id, FlagClearIn())
    with house.rows() as work:
        member = member_store.get(work.session, lead.id)
        assert member is not None
        member.left_at = work.now
    with house.work(house.founder) as work:
        assert flags.clear(work, case.client_id, flag.id, FlagClearIn()).cleared_at == house.now


def test_no_program_reads_or_ends_what_keeps_messages_back() -> None:
    assert not KEY_SCOPES & {Permission.FLAG_READ, Permission.FLAG_RAISE}


def test_a_supervisor_reads_and_does_not_raise(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    raised(house, house.clinician, ana, RISK, note="What is known.")
    assert [(one.note, one.may_clear) for one in seen(house, house.supervisor, ana)] == [("What is known.", False)]
    with pytest.raises(AccessDenied):
        raised(house, house.supervisor, ana, HOLD)


def test_a_merge_takes_what_keeps_messages_back_along(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    with house.work(house.founder) as work:
        double = clients.add(work, ClientIn(name="Ana M.", emergency_contact="Rosa", adult_on=None)).id
        both = ConsentIn(channel=Channel.EMAIL, address="ana@example.org")
        kept = consents.add(work, ana, both).id
        doubled = consents.add(work, double, both).id
    flag = raised(house, house.founder, double, UNSAFE, consent_id=doubled, note="He reads it.")
    with house.work(house.founder) as work:
        flags.review(work, double, flag.id, FlagReviewIn(note="Still."))
        merged = clients.merge(work, ana, double)
    assert merged.emergency_contact == "Rosa"
    (found,) = seen(house, house.clinician, ana)
    assert (found.id, found.consent_id, found.note) == (flag.id, kept, "He reads it.")
    assert [look.note for look in found.reviews] == ["Still."]
