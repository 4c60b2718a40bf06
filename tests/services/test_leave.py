"""Leave and closed days: recorded by whoever may, never erased, and followed by a fresh look at the clients concerned."""

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Conflict, NotFound
from api.services import leave, members, practices
from schemas.tables import Absence, Episode
from schemas.tables.base import new_id
from schemas.wire.leave import LeaveIn
from schemas.wire.members import LeavePracticeIn
from schemas.wire.practices import PracticePatch
from tests.support.house import House

AUGUST = LeaveIn(from_on=date(2026, 8, 3), to_on=date(2026, 8, 21))


def due(house: House) -> set[UUID]:
    """The episodes waiting for assessment; asking takes them off the list."""
    with house.rows() as work:
        found = {episode.id for episode in work.session.scalars(sa.select(Episode)) if episode.assessment_due}
        work.session.execute(sa.update(Episode).values(assessment_due=False))
    return found


def test_an_admin_records_leave_and_the_clinicians_episodes_are_looked_at_again(both_houses: House) -> None:
    ana, bea = both_houses.client("Ana", both_houses.clinician), both_houses.client("Bea", both_houses.lead)
    due(both_houses)
    with both_houses.work(both_houses.admin) as work:
        recorded = leave.record(work, both_houses.clinician.id, AUGUST)
    assert due(both_houses) == {ana.episode_id}
    assert bea.episode_id not in due(both_houses)
    with both_houses.work(both_houses.admin) as work:
        leave.withdraw(work, recorded.id, member_id=both_houses.clinician.id)
    assert due(both_houses) == {ana.episode_id}


def test_withdrawn_leave_is_kept_with_the_moment_of_its_withdrawal(both_houses: House) -> None:
    with both_houses.work(both_houses.lead) as work:
        recorded = leave.record(work, both_houses.clinician.id, AUGUST)
    withdrawn_at = both_houses.wait(days=1)
    for _ in range(2):
        with both_houses.work(both_houses.lead) as work:
            leave.withdraw(work, recorded.id, member_id=both_houses.clinician.id)
        both_houses.wait(days=1)
    with both_houses.rows() as work:
        absence = work.session.scalars(sa.select(Absence)).one()
    assert absence.withdrawn_at == withdrawn_at
    assert absence.recorded_by == both_houses.lead.id
    with both_houses.work(both_houses.clinician) as work:
        assert [item.withdrawn for item in leave.page(work, both_houses.clinician.id, after=None, limit=5).items] == [
            True
        ]


def test_a_clinician_records_their_own_leave_and_nobody_elses(both_houses: House) -> None:
    with both_houses.work(both_houses.clinician) as work:
        own = leave.record_own(work, AUGUST)
    assert own.member_id == both_houses.clinician.id
    with pytest.raises(AccessDenied), both_houses.work(both_houses.clinician) as work:
        leave.record(work, both_houses.lead.id, AUGUST)
    with both_houses.work(both_houses.lead) as work:
        others = leave.record_own(work, AUGUST)
    with pytest.raises(NotFound), both_houses.work(both_houses.clinician) as work:
        leave.withdraw_own(work, others.id)
    with both_houses.work(both_houses.clinician) as work:
        leave.withdraw_own(work, own.id)


def test_a_key_has_no_leave_of_its_own(house: House) -> None:
    key = house.practice.key(Permission.ABSENCE_RECORD, Permission.LEAVE_RECORD)
    with pytest.raises(NotFound), house.work(key) as work:
        leave.record_own(work, AUGUST)
    with house.work(key) as work:
        assert leave.record(work, house.clinician.id, AUGUST).member_id == house.clinician.id


def test_leave_is_recorded_for_members_who_are_here(house: House) -> None:
    stranger = house.found("Next door").founder
    for member_id in (stranger.id, new_id()):
        with pytest.raises(NotFound), house.work(house.admin) as work:
            leave.record(work, member_id, AUGUST)
        with pytest.raises(NotFound), house.work(house.admin) as work:
            leave.page(work, member_id, after=None, limit=5)
    with house.work(house.admin) as work:
        members.leave_practice(work, house.clinician.id, LeavePracticeIn())
    with pytest.raises(Conflict), house.work(house.admin) as work:
        leave.record(work, house.clinician.id, AUGUST)


def test_the_leave_of_one_member_is_not_withdrawn_under_another(house: House) -> None:
    with house.work(house.admin) as work:
        recorded = leave.record(work, house.clinician.id, AUGUST)
    with pytest.raises(NotFound), house.work(house.admin) as work:
        leave.withdraw(work, recorded.id, member_id=house.lead.id)
    with pytest.raises(NotFound), house.work(house.admin) as work:
        practices.withdraw_closure(work, recorded.id)


def test_days_run_forward() -> None:
    with pytest.raises(ValidationError):
        LeaveIn(from_on=date(2026, 8, 3), to_on=date(2026, 8, 2))
    assert LeaveIn(from_on=date(2026, 8, 3), to_on=date(2026, 8, 3)).to_on == date(2026, 8, 3)


def test_closed_days_concern_every_caseload_although_the_admin_sees_none(both_houses: House) -> None:
    cases = {both_houses.client("Ana", both_houses.clinician).episode_id}
    cases.add(both_houses.client("Bea", both_houses.lead).episode_id)
    neighbour = both_houses.found("Next door")
    foreign = neighbour.client("Eva", neighbour.founder)
    due(both_houses)
    with both_houses.work(both_houses.admin) as work:
        closed = practices.close_days(work, AUGUST)
    assert due(both_houses) == cases
    with both_houses.work(both_houses.admin) as work:
        practices.withdraw_closure(work, closed.id)
    assert due(both_houses) == cases
    with both_houses.rows(neighbour) as work:
        assert not work.session.scalars(sa.select(Episode)).one().assessment_due
    assert foreign.episode_id not in cases


def test_every_member_sees_when_the_practice_is_closed_and_admins_decide_it(house: House) -> None:
    with house.work(house.admin) as work:
        closed = practices.close_days(work, AUGUST)
    with house.work(house.clinician) as work:
        assert practices.closures(work, after=None, limit=5).items == [closed]
    with pytest.raises(AccessDenied), house.work(house.clinician) as work:
        practices.close_days(work, AUGUST)
    neighbour = house.found("Next door")
    with house.work(neighbour.founder) as work:
        assert practices.closures(work, after=None, limit=5).items == []
    with pytest.raises(NotFound), house.work(neighbour.founder) as work:
        practices.withdraw_closure(work, closed.id)


def test_another_default_cadence_has_every_running_episode_looked_at_again(both_houses: House) -> None:
    ana = both_houses.client("Ana", both_houses.clinician)
    due(both_houses)
    with both_houses.work(both_houses.admin) as work:
        practices.change(work, PracticePatch(name="Another name"), version=1)
    assert due(both_houses) == set()
    with both_houses.work(both_houses.admin) as work:
        practices.change(work, PracticePatch(default_cadence_days=14), version=2)
    assert due(both_houses) == {ana.episode_id}
