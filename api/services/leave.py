"""Use cases about leave: the days on which a clinician is away. Silence then says nothing about a client."""

from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import episodes as episode_store
from api.store import leave as leave_store
from api.store import members as member_store
from api.store import tenancy
from schemas.tables import Absence
from schemas.vocabulary import AbsenceKind
from schemas.wire.common import Page
from schemas.wire.leave import LeaveIn, LeaveOut


@use_case(Permission.LEAVE_RECORD, audit=Action.LEAVE_RECORD, noun=Noun.MEMBER, subject="member_id")
def record(work: Work, member_id: UUID, given: LeaveIn) -> LeaveOut:
    return _record(work, member_id, given)


@use_case(Permission.ABSENCE_RECORD, audit=Action.LEAVE_RECORD, noun=Noun.MEMBER)
def record_own(work: Work, given: LeaveIn) -> LeaveOut:
    """Whoever looks after clients may say of themselves that they are away."""
    work.about(work.actor_id)
    return _record(work, work.actor_id, given)


@use_case(Permission.MEMBER_READ, audit=None)
def page(work: Work, member_id: UUID, *, after: UUID | None, limit: int) -> Page[LeaveOut]:
    if member_store.get(work.session, member_id) is None:
        raise NotFound
    found = leave_store.page(
        work.session, AbsenceKind.CLINICIAN_LEAVE, member_id=member_id, after=after, limit=limit + 1
    )
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[LeaveOut](items=[_shown(absence) for absence in found[:limit]], next_cursor=cursor)


@use_case(Permission.LEAVE_RECORD, audit=Action.ABSENCE_WITHDRAW, noun=Noun.ABSENCE, subject="leave_id")
def withdraw(work: Work, leave_id: UUID, *, member_id: UUID) -> None:
    """It counts until now, so that looking back stays true."""
    _withdraw(work, leave_id, member_id)


@use_case(Permission.ABSENCE_RECORD, audit=Action.ABSENCE_WITHDRAW, noun=Noun.ABSENCE, subject="leave_id")
def withdraw_own(work: Work, leave_id: UUID) -> None:
    _withdraw(work, leave_id, work.actor_id)


def _record(work: Work, member_id: UUID, given: LeaveIn) -> LeaveOut:
    member = member_store.get(work.session, member_id)
    if member is None:
        raise NotFound
    if member.left_at is not None:
        raise Conflict("This member has left the practice.", code="left_already")
    absence = Absence(
        kind=AbsenceKind.CLINICIAN_LEAVE,
        member_id=member_id,
        from_on=given.from_on,
        to_on=given.to_on,
        known_at=work.now,
        recorded_by=work.actor_id,
    )
    leave_store.add(work.session, absence)
    _assess_again(work, member_id)
    return _shown(absence)


def _withdraw(work: Work, leave_id: UUID, member_id: UUID) -> None:
    absence = leave_store.get(work.session, leave_id, AbsenceKind.CLINICIAN_LEAVE)
    if absence is None or absence.member_id != member_id:
        raise NotFound
    if absence.withdrawn_at is None:
        absence.withdrawn_at = work.now
        absence.version += 1
        _assess_again(work, member_id)


def _assess_again(work: Work, member_id: UUID) -> None:
    with tenancy.whole_practice(work.session):
        episode_store.mark_all_for_assessment(work.session, member_id=member_id)


def _shown(absence: Absence) -> LeaveOut:
    return LeaveOut(
        id=absence.id,
        from_on=absence.from_on,
        to_on=absence.to_on,
        member_id=absence.member_id,
        withdrawn=absence.withdrawn_at is not None,
    )
