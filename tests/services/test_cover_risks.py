"""A risk of harm while the clinician is away: it reaches whoever covers, and never somebody who is not there."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import NotFound
from api.services import covering, flags, leave, members, tasks
from schemas.tables import AuditEntry, Task
from schemas.vocabulary import FlagKind, Role
from schemas.wire.flags import FlagIn, FlagReviewIn
from schemas.wire.leave import LeaveIn
from schemas.wire.members import ClinicalRolesIn
from tests.services.covering import SECRET, away
from tests.support.house import House, Person


def entries(house: House, who: Person) -> list[AuditEntry]:
    with house.rows() as work:
        statement = sa.select(AuditEntry).where(col(AuditEntry.actor_id) == who.id).order_by(col(AuditEntry.id))
        return list(work.session.scalars(statement))


def test_a_risk_that_was_the_absent_clinician_s_is_opened_and_closed_at_the_cover(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana = scene.quiet()
    scene.address(ana)
    scene.risk(ana, owner=scene.absent)
    with house.work(scene.covering) as work:
        [risk] = covering.waiting(work, scene.cover_id).risks
        at_hand = flags.at_hand(work, risk.task_id)
    owner = scene.items()[0].next_step.owner
    assert owner is not None
    assert owner.id == scene.covering.id
    assert risk.client is not None
    assert (risk.client.name, at_hand.client.name) == ("Ana", "Ana")
    assert [one.note for one in at_hand.flags] == [SECRET]  # what has to be at hand: the last known status
    other = house.practice.member(Role.CLINICIAN)
    with pytest.raises(NotFound), house.work(other) as work:
        flags.at_hand(work, risk.task_id)
    with house.work(scene.covering) as work:
        flags.reached(work, risk.task_id, FlagReviewIn(note="Spoke: safe tonight."))
        assert covering.waiting(work, scene.cover_id).risks == []
    under = [one.details.get("cover_id") for one in entries(house, scene.covering) if one.subject_id == ana.client_id]
    assert under == [str(scene.cover_id)] * 2


def test_a_new_risk_is_the_task_of_whoever_covers(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana = scene.quiet()
    with house.work(house.lead) as work:
        flags.raise_flag(work, ana.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    with house.rows() as work:
        assert set(work.session.scalars(sa.select(col(Task.owner_id)))) == {scene.covering.id}
    with house.work(scene.covering) as work:
        [task] = tasks.page(work, cursor=None, limit=5).items
        assert flags.at_hand(work, task.id).client.name == "Ana"
    owner = scene.items()[0].next_step.owner
    assert owner is not None
    assert owner.id == scene.covering.id


def test_a_new_risk_is_never_the_task_of_a_cover_who_is_not_there(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    first, second = scene.quiet("Ana"), scene.quiet("Bea")
    today = house.now.date()
    with house.work(house.lead) as work:
        gone = leave.record(work, scene.covering.id, LeaveIn(from_on=today, to_on=today))
        flags.raise_flag(work, first.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
        leave.withdraw(work, gone.id, member_id=scene.covering.id)
    with house.work(house.founder) as work:
        members.set_clinical_roles(work, scene.covering.id, ClinicalRolesIn(roles=[Role.SUPERVISOR]), version=1)
    with house.work(house.lead) as work:
        flags.raise_flag(work, second.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    with house.rows() as work:
        assert set(work.session.scalars(sa.select(col(Task.owner_id)))) == {house.lead.id}
