"""Who stands in for whom: named by a lead or by oneself, for days of a leave, and over by itself."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import clinician_keys, covering, covers, leave, members
from schemas.tables import Absence, AuditEntry, Cover, Member
from schemas.tables.base import new_id
from schemas.vocabulary import Role
from schemas.wire.covers import CoverIn
from schemas.wire.leave import LeaveIn
from schemas.wire.members import ClinicianKeyIn, LeavePracticeIn
from tests.services.covering import away
from tests.services.imports import files
from tests.support.house import House, Person

FIRST, LAST = date(2026, 8, 3), date(2026, 8, 21)


def asked(covering_id: UUID, first: date = FIRST, last: date = LAST) -> CoverIn:
    return CoverIn(covering_id=covering_id, from_on=first, to_on=last)


def on_leave(house: House, who: Person, first: date = FIRST, last: date = LAST) -> UUID:
    with house.work(house.lead) as work:
        return leave.record(work, who.id, LeaveIn(from_on=first, to_on=last)).id


def refusal(house: House, given: CoverIn, who: Person | None = None) -> str:
    with pytest.raises((Conflict, Invalid)) as refused, house.work(who or house.lead) as work:
        covers.name(work, house.clinician.id, given)
    return refused.value.code


def test_a_lead_names_the_cover_and_so_does_the_clinician_for_themselves(both_houses: House) -> None:
    house = both_houses
    colleague = house.practice.member(Role.CLINICIAN)
    on_leave(house, house.clinician)
    with house.work(house.clinician) as work:
        own = covers.name_own(work, asked(colleague.id, last=date(2026, 8, 10)))
    with house.work(house.lead) as work:
        named = covers.name(work, house.clinician.id, asked(house.lead.id, first=date(2026, 8, 11)))
    assert (own.absent.id, own.covering.id, own.named_by, own.runs) == (
        house.clinician.id,
        colleague.id,
        house.clinician.id,
        False,
    )
    assert named.named_by == house.lead.id
    for person in (house.clinician, colleague, house.admin):
        with house.work(person) as work:
            listed = covers.page(work, house.clinician.id, before=None, limit=1)
        assert [one.id for one in listed.items] == [named.id]
        assert listed.next_cursor == str(named.id)
    with house.rows() as work:
        entries = work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action) == "cover.name")).all()
    assert [(one.actor_id, one.subject_id) for one in entries] == [
        (house.clinician.id, house.clinician.id),
        (house.lead.id, house.clinician.id),
    ]
    assert entries[0].details == {"cover_id": str(own.id), "covering_id": str(colleague.id)}


def test_nobody_else_names_one(house: House) -> None:
    on_leave(house, house.clinician)
    colleague = house.practice.member(Role.CLINICIAN)
    for person in (house.clinician, colleague, house.supervisor, house.admin):
        with pytest.raises(AccessDenied), house.work(person) as work:
            covers.name(work, house.clinician.id, asked(colleague.id))
    for person in (house.supervisor, house.admin):
        with pytest.raises(AccessDenied), house.work(person) as work:
            covers.name_own(work, asked(colleague.id))


def test_a_cover_stands_for_leave_only(both_houses: House) -> None:
    house = both_houses
    colleague = house.practice.member(Role.CLINICIAN)
    assert refusal(house, asked(colleague.id)) == "no_leave"
    on_leave(house, house.clinician, last=date(2026, 8, 10))
    assert refusal(house, asked(colleague.id)) == "no_leave"
    on_leave(house, house.clinician, first=date(2026, 8, 11))
    with house.work(house.lead) as work:
        assert covers.name(work, house.clinician.id, asked(colleague.id)).from_on == FIRST
    past = asked(colleague.id, house.now.date() - timedelta(days=9), house.now.date() - timedelta(days=2))
    assert refusal(house, past) == "invalid"


def test_whoever_covers_works_with_clients_and_is_here(both_houses: House) -> None:
    house = both_houses
    on_leave(house, house.clinician)
    stranger, gone = house.found("Next door").founder, house.practice.member(Role.CLINICIAN)
    with house.work(house.founder) as work:
        members.leave_practice(work, gone.id, LeavePracticeIn())
    for person in (house.clinician, house.admin, house.supervisor, stranger, gone):
        assert refusal(house, asked(person.id)) == "invalid"
    assert refusal(house, asked(new_id())) == "invalid"
    colleague = house.practice.member(Role.CLINICIAN)
    on_leave(house, colleague, first=LAST, last=date(2026, 9, 1))
    assert refusal(house, asked(colleague.id)) == "cover_away"
    with house.work(house.lead) as work:
        covers.name(work, house.clinician.id, asked(colleague.id, last=date(2026, 8, 20)))


def test_of_two_for_one_day_the_second_is_told(both_houses: House) -> None:
    house = both_houses
    first, second = (house.practice.member(Role.CLINICIAN) for _ in range(2))
    on_leave(house, house.clinician)
    with house.work(house.lead) as work:
        named = covers.name(work, house.clinician.id, asked(first.id, last=date(2026, 8, 10)))
    assert refusal(house, asked(second.id, first=date(2026, 8, 10))) == "cover_named"
    with pytest.raises(NotFound), house.work(house.lead) as work:
        covers.end(work, named.id, member_id=second.id)
    for _ in range(2):
        with house.work(house.clinician) as work:
            covers.end_own(work, named.id)
    with house.work(house.lead) as work:
        assert covers.name(work, house.clinician.id, asked(second.id)).covering.id == second.id


def test_days_run_forward() -> None:
    with pytest.raises(ValidationError):
        asked(new_id(), LAST, FIRST)


def test_it_begins_and_ends_by_the_calendar_of_the_practice(both_houses: House) -> None:
    """The house is in Madrid: its third of August ends at 22:00 UTC."""
    house = both_houses
    colleague = house.practice.member(Role.CLINICIAN)
    on_leave(house, house.clinician)
    with house.work(house.lead) as work:
        named = covers.name(work, house.clinician.id, asked(colleague.id, last=FIRST))
    beginning = house.now.replace(month=8, day=2, hour=22, minute=0, second=0, microsecond=0)
    for hours, runs in ((-0.1, False), (0.0, True), (23.9, True), (24.0, False)):
        house.now = beginning + timedelta(hours=hours)
        with house.work(colleague) as work:
            assert [one.id for one in covers.running(work)] == ([named.id] if runs else []), hours
        if runs:
            with house.work(colleague) as work:
                assert covering.waiting(work, named.id).cover.runs
        else:
            with pytest.raises(NotFound), house.work(colleague) as work:
                covering.waiting(work, named.id)


def test_it_ends_with_the_leave_by_hand_and_with_a_departure(both_houses: House) -> None:
    house = both_houses

    def runs(who: Person) -> bool:
        with house.work(who) as work:
            return bool(covers.running(work))

    scene = away(house)
    assert runs(scene.covering)
    with house.work(house.lead) as work:
        leave.withdraw(work, scene.leave_id, member_id=scene.absent.id)
    assert not runs(scene.covering)
    on_leave(house, scene.absent, house.now.date(), house.now.date() + timedelta(days=10))
    assert runs(scene.covering)
    with house.work(house.lead) as work:
        covers.end(work, scene.cover_id, member_id=scene.absent.id)
    assert not runs(scene.covering)
    with house.work(house.lead) as work:
        day = house.now.date()
        covers.name(work, scene.absent.id, asked(scene.covering.id, day, day))
    assert runs(scene.covering)
    with house.work(house.founder) as work:
        members.leave_practice(work, scene.absent.id, LeavePracticeIn(hand_over_to=house.practice.elena.id))
    assert not runs(scene.covering)


def test_a_cover_ends_when_the_one_who_covers_leaves_so_that_another_can_be_named(both_houses: House) -> None:
    house = both_houses
    scene, other = away(house), both_houses.practice.elena
    with house.work(house.founder) as work:
        members.leave_practice(work, scene.covering.id, LeavePracticeIn())
    with house.work(house.lead) as work:
        [ended] = covers.page(work, scene.absent.id, before=None, limit=5).items
        day = house.now.date()
        named = covers.name(work, scene.absent.id, asked(other.id, day, day))
    assert ended.ended_at == house.now
    assert named.runs


def test_taking_back_the_file_that_named_somebody_keeps_whoever_is_covered(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    taken = files.take_in(house, files.appointments(files.kept("ana", 3)))
    with house.rows() as work:
        [named_id] = work.session.scalars(sa.select(col(Member.id)).where(col(Member.import_id).is_not(None)))
    with house.work(house.lead) as work:
        away_id = leave.record(work, named_id, LeaveIn(from_on=FIRST, to_on=LAST)).id
        covers.name(work, named_id, asked(kim.id))
    with house.rows() as work:
        work.session.execute(sa.delete(Absence).where(col(Absence.id) == away_id))
    files.take_back(house, taken.id)
    with house.work(house.lead) as work:
        assert [one.covering.id for one in covers.page(work, named_id, before=None, limit=5).items] == [kim.id]


def test_a_cover_of_a_name_becomes_that_of_the_member_and_nobody_covers_for_themselves(both_houses: House) -> None:
    house = both_houses
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    with house.rows() as work:
        [named_id] = work.session.scalars(sa.select(col(Member.id)).where(col(Member.import_id).is_not(None)))
    other, kim = house.practice.member(Role.CLINICIAN), house.clinician
    with house.work(house.lead) as work:
        leave.record(work, named_id, LeaveIn(from_on=FIRST, to_on=LAST))
        covers.name(work, named_id, asked(kim.id, last=FIRST))
        covers.name(work, named_id, asked(other.id, first=LAST))
        clinician_keys.tie_member(work, named_id, ClinicianKeyIn(member_id=kim.id))
    with house.rows() as work:
        [kept] = work.session.scalars(sa.select(Cover)).all()
    assert (kept.absent_id, kept.covering_id) == (kim.id, other.id)
