"""What is told in confidence has one reader, who may hold messages, and pass it on once the client agreed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.domain.replies import Told
from api.services import audit, concerns, members, replies
from api.services.work import unit
from api.store import tenancy
from api.store.sealing import CannotOpen, Place
from schemas.tables import CheckIn, Concern, Consent, Contact, Flag, Reply, Task
from schemas.tables.base import new_id
from schemas.vocabulary import CheckInState, FlagKind, GivenReason, Recipient, ReplyAnswer, Role, StopReason
from schemas.wire.concerns import ConcernOut, ConcernReleaseIn
from schemas.wire.members import ClinicalRolesIn, LeavePracticeIn
from tests.services import records
from tests.support import links as messages
from tests.support.house import Case, House, Person
from tests.support.links import Sent

TOLD = Told(None, (GivenReason.SPOKEN_TO_HARSHLY,), "So it was.")


def confide(house: House, sent: Sent, told: Told = TOLD) -> bool:
    with unit(house.runtime) as work:
        link = replies.open_link(work, sent.token, "192.0.2.7").link
        return concerns.confide(work, link, told)


def read(house: House, who: Person, *, handled: bool = False) -> list[ConcernOut]:
    with house.work(who) as work:
        return concerns.page(work, handled=handled, cursor=None, limit=50).items


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


@pytest.fixture
def sent(shared_house: House, case: Case) -> Sent:
    return messages.send(shared_house, case, shared_house.clinician)


def test_it_is_read_by_one_lead_and_by_nobody_else(shared_house: House, sent: Sent) -> None:
    house = shared_house
    first, second = house.founder, house.lead
    assert confide(house, sent)
    (concern,) = read(house, first)
    assert (concern.client.name, concern.answer, concern.words) == ("Ana", None, "So it was.")
    assert concern.reasons == [GivenReason.SPOKEN_TO_HARSHLY]
    assert read(house, second) == []
    with pytest.raises(NotFound), house.work(second) as work:
        concerns.read(work, concern.id)
    for who in (house.clinician, house.supervisor, house.admin):
        with pytest.raises(AccessDenied):
            read(house, who)


def test_no_session_sees_it_that_is_not_its_readers(shared_house: House, sent: Sent) -> None:
    """Neither one that sees the whole practice, nor the worker, nor a statement over an alias."""
    house = shared_house
    confide(house, sent)
    every = sa.select(Concern)
    with house.rows() as work:
        assert work.session.scalars(every).all() == []
        assert work.session.scalar(sa.select(sa.func.count()).select_from(Concern)) == 0
        alias: Any = aliased(Concern)
        assert work.session.scalars(sa.select(alias.id)).all() == []
    with house.work(house.lead) as work, tenancy.whole_practice(work.session):
        assert work.session.scalars(every).all() == []
    with house.work(house.founder) as work:
        assert len(work.session.scalars(every).all()) == 1


def test_nothing_else_is_written(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    waiting = messages.send(house, case, house.clinician, consent_id=sent.consent_id, state=CheckInState.APPROVED)
    before = records.items(house, house.clinician)
    confide(house, sent, Told(ReplyAnswer.ANOTHER_PERSON, (), "Please stop writing to me."))
    assert records.items(house, house.clinician) == before
    assert messages.state_of(house, waiting) == (CheckInState.APPROVED, None)
    with house.rows() as work:
        tables: tuple[type[Any], ...] = (Reply, Contact, Task, Flag)
        for table in tables:
            assert not work.session.scalars(sa.select(table)).all()
    (concern,) = read(house, house.founder)
    assert concern.asks_not_to_be_written_to


def test_who_treated_saw_or_wrote_to_the_client_is_not_its_reader(shared_house: House) -> None:
    house = shared_house
    lead = house.lead
    case = house.client("Bea", house.founder)
    confide(house, messages.send(house, case, house.founder))
    assert len(read(house, lead)) == 1
    assert read(house, house.founder) == []
    former = house.client("Cleo", house.clinician)
    by_founder = messages.send(house, former, house.founder)
    confide(house, by_founder)
    assert [one.client.name for one in read(house, lead)] == ["Bea", "Cleo"]


def test_a_guardian_s_answer_is_not_taken_for_the_child_s_own(shared_house: House, sent: Sent) -> None:
    """Neither by its reader nor, once released, by the clinician, whoever reads at that address by then."""
    house = shared_house
    with house.rows() as work:
        consent = work.session.get_one(Consent, (house.practice.id, sent.consent_id))
        consent.recipient = Recipient.GUARDIAN
    assert confide(house, sent)
    with house.rows() as work:
        work.session.get_one(Consent, (house.practice.id, sent.consent_id)).recipient = Recipient.CLIENT
    (concern,) = read(house, house.founder)
    assert concern.spoken_by is Recipient.GUARDIAN
    with house.work(house.founder) as work:
        concerns.release(work, concern.id, ConcernReleaseIn(client_agreed_on=house.now.date()))
    with house.work(house.clinician) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=5).items
    assert reply.spoken_by is Recipient.GUARDIAN


def test_where_nobody_is_independent_nothing_is_taken_in(shared_house: House) -> None:
    house = shared_house
    alone = messages.send(house, house.client("Bea", house.founder), house.founder)
    with pytest.raises(Conflict, match="nobody_independent"):
        confide(house, alone)
    assert read(house, house.founder) == []


def test_it_is_sealed_with_both_keys_and_its_reasons_are_not_in_the_open(
    shared_house: House, case: Case, sent: Sent
) -> None:
    house = shared_house
    confide(house, sent)
    with house.work(house.founder) as work:
        row = work.session.scalars(sa.select(Concern)).one()
        place = Place("concerns", "told", row.id)
        with pytest.raises(CannotOpen):
            work.client_key(case.client_id).open(row.told_sealed, place)
        within = work.practice_key().open_bytes(row.told_sealed, place)
        assert b"harshly" not in within
        assert "spoken_to_harshly" in work.client_key(case.client_id).open(within, place)
        assert b"harshly" not in repr(row.model_dump()).encode()


def test_the_same_within_a_minute_is_the_same(shared_house: House, sent: Sent) -> None:
    house = shared_house
    assert [confide(house, sent), confide(house, sent), confide(house, sent, Told(words="More."))] == [
        True,
        False,
        True,
    ]
    house.wait(seconds=61)
    assert confide(house, sent)
    (last,) = read(house, house.founder)  # nobody had opened the others, so it took their place
    assert len(last.replaced) == 2


def test_a_time_is_not_taken_into_what_the_clinician_does_not_read(shared_house: House, sent: Sent) -> None:
    house = shared_house
    with pytest.raises(Conflict, match="time_told_openly"):
        confide(house, sent, Told(ReplyAnswer.COME_BACK, TOLD.reasons, TOLD.words, new_id()))
    assert read(house, house.founder) == []


def test_a_hold_reads_as_paused_by_the_practice(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    waiting = messages.send(house, case, house.clinician, consent_id=sent.consent_id, state=CheckInState.APPROVED)
    confide(house, sent)
    concern_id = read(house, house.founder)[0].id
    with house.work(house.founder) as work:
        assert concerns.hold(work, concern_id).held
    with house.work(house.founder) as work:
        assert concerns.hold(work, concern_id).held
    assert messages.state_of(house, waiting) == (CheckInState.CANCELLED, StopReason.HELD)
    with house.work(house.clinician) as work:
        (flag,) = work.session.scalars(sa.select(Flag)).all()
        assert (flag.kind, flag.raised_by, flag.note_sealed) == (FlagKind.PRACTICE_HOLD, None, None)
    with house.work(house.founder) as work:
        assert not concerns.lift(work, concern_id).held
    with house.work(house.clinician) as work:
        (flag,) = work.session.scalars(sa.select(Flag)).all()
        assert (flag.cleared_at, flag.cleared_by) == (house.now, None)
    with house.work(house.founder) as work:
        assert not concerns.lift(work, concern_id).held


def test_it_is_passed_on_only_with_a_day_on_which_the_client_agreed(shared_house: House, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    concern_id = read(house, house.founder)[0].id
    house.wait(days=5)
    today = house.now.date()
    for day in (today + timedelta(days=1), today - timedelta(days=6)):
        with pytest.raises(Invalid), house.work(house.founder) as work:
            concerns.release(work, concern_id, ConcernReleaseIn(client_agreed_on=day))
    with house.work(house.clinician) as work:
        assert replies.page(work, handled=False, cursor=None, limit=9).items == []
    agreed = ConcernReleaseIn(client_agreed_on=today - timedelta(days=1))
    with house.work(house.founder) as work:
        concerns.release(work, concern_id, agreed)
    with house.work(house.founder) as work:
        released = concerns.release(work, concern_id, agreed)
    with house.work(house.founder) as work:
        concerns.release(work, concern_id, ConcernReleaseIn(client_agreed_on=today - timedelta(days=1)))
    with house.work(house.founder) as work:
        released = concerns.release(work, concern_id, ConcernReleaseIn(client_agreed_on=today))
    assert (released.released_at, released.client_agreed_on) == (house.now, today - timedelta(days=1))
    with house.work(house.clinician) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=9).items
    assert (reply.words, reply.reasons, reply.at) == ("So it was.", [GivenReason.SPOKEN_TO_HARSHLY], house.now)
    records.items(house, house.clinician)


def test_what_is_looked_after_waits_no_more(shared_house: House, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    concern_id = read(house, house.founder)[0].id
    with house.work(house.founder) as work:
        assert concerns.handle(work, concern_id).handled_at == house.now
    assert read(house, house.founder) == []
    assert [one.id for one in read(house, house.founder, handled=True)] == [concern_id]


def test_the_trail_about_it_is_shown_to_its_reader_alone(shared_house: House, sent: Sent) -> None:
    house = shared_house

    def told(who: Person, subject_id: UUID | None = None) -> list[str]:
        with house.work(who) as work:
            found = audit.page(work, subject_id=subject_id, before=None, limit=200).items
        return [one.action for one in found if one.action.startswith("concern.")]

    confide(house, sent)
    concern_id = read(house, house.founder)[0].id
    with house.work(house.founder) as work:
        concerns.read(work, concern_id)
    assert told(house.founder) == ["concern.read", "concern.list", "concern.confide"]
    for who in (house.lead, house.admin):
        assert told(who) == told(who, concern_id) == []


def test_a_concern_of_the_practice_next_door_is_simply_absent(shared_house: House, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    next_door = house.found("Next door").founder
    concern_id = read(house, house.founder)[0].id
    for wanted in (concern_id, new_id()):
        with pytest.raises(NotFound), house.work(next_door) as work:
            concerns.hold(work, wanted)


def test_a_role_taken_from_a_lead_takes_the_reading_too(shared_house: House, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    now_a_clinician = house.practice.signed_in(house.founder.id, "x", "y", frozenset({Role.CLINICIAN}))
    with pytest.raises(AccessDenied):
        read(house, now_a_clinician)
    with house.rows() as work:
        assert work.session.scalars(sa.select(col(CheckIn.id))).all() == [sent.check_in_id]


def test_when_a_reader_leads_no_more_another_independent_lead_reads_on(shared_house: House) -> None:
    house = shared_house
    reader = house.practice.member(Role.PRACTICE_LEAD, name="First reader")
    treating = house.client("Bea", house.founder)
    confide(house, messages.send(house, treating, house.founder))
    assert [one.client.name for one in read(house, reader)] == ["Bea"]
    with house.work(house.founder) as work:
        version = members.read(work, reader.id).version
    with house.work(house.founder) as work:
        members.set_clinical_roles(work, reader.id, ClinicalRolesIn(roles=[Role.CLINICIAN]), version=version)
    assert read(house, house.founder) == []
    second, third = house.lead, house.practice.member(Role.PRACTICE_LEAD)
    confide(house, messages.send(house, house.client("Cleo", house.founder), house.founder))
    assert [one.client.name for one in read(house, second)] == ["Cleo"]
    with house.work(house.founder) as work:
        members.leave_practice(work, second.id, LeavePracticeIn())
    assert [one.client.name for one in read(house, third)] == ["Bea", "Cleo"]
    assert read(house, house.founder) == []
