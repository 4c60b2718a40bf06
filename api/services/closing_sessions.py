"""Use cases about closing sessions: where each stands, recording a step, and taking back what was recorded by mistake.

By itself nothing moves here: no reply is taken for a yes before a person has said that it is one, and no silence for a no.
"""

from uuid import UUID

from api.domain import closing_sessions as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.closing_sessions import Course, Step
from api.domain.errors import Conflict, NotFound, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import appointments as appointment_store
from api.store import clients as client_store
from api.store import closing_sessions as closing_store
from api.store import episodes as episode_store
from api.store import names
from api.store import replies as reply_store
from schemas.tables import ClosingRecord
from schemas.tables.base import new_id
from schemas.vocabulary import AppointmentStatus, ClosingStep
from schemas.wire.closing_sessions import ClosingSessionOut, ClosingStepIn, ClosingStepOut, ClosingTimeOut
from schemas.wire.episodes import PersonOut

_TO_TIE = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED})


@use_case(Permission.EPISODE_READ, audit=Action.CLOSING_READ, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID) -> list[ClosingSessionOut]:
    """Of everybody who takes part or did; each has their own."""
    return [_shown(work, episode_id, client_id) for client_id in _everybody(work, episode_id)]


@use_case(Permission.EPISODE_EDIT, audit=Action.CLOSING_RECORD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def record(work: Work, episode_id: UUID, given: ClosingStepIn) -> ClosingSessionOut:
    """Raises Conflict for what does not follow from what is on record. What is on record already stays as it is."""
    client_store.lock_of_episodes(work.session, [episode_id])
    client_id = _whose(work, episode_id, given.client_id)
    course = closing_store.course_of(work.session, episode_id, client_id)
    client = client_store.get(work.session, client_id)
    died = client is not None and client.died_on is not None
    rules.require_may_follow(course, given.step, by_reply=given.reply_id is not None, died=died)
    row = ClosingRecord(
        id=new_id(),
        episode_id=episode_id,
        client_id=client_id,
        step=given.step,
        at=rules.said_at(given.at, course, work.now),
        reply_id=_reply(work, episode_id, client_id, given),
        appointment_id=_time(work, episode_id, client_id, given, course),
        recorded_at=work.now,
        recorded_by=work.actor_id if work.is_a_person else None,
    )
    closing_store.add(work.session, row)
    work.mention(client_id=str(client_id), step=given.step)
    return _shown(work, episode_id, client_id)


@use_case(Permission.EPISODE_EDIT, audit=Action.CLOSING_WITHDRAW, noun=Noun.EPISODE, subject="episode_id", changes=True)
def withdraw(work: Work, episode_id: UUID, record_id: UUID) -> None:
    """The last one, recorded by mistake; it stays in the database with who took it back. Raises Conflict for an earlier one."""
    client_store.lock_of_episodes(work.session, [episode_id])
    found = closing_store.rows(work.session, episode_id, _everybody(work, episode_id))
    row = next((one for one in found if one.id == record_id), None)
    if row is None:
        raise NotFound
    mine = [one for one in found if one.client_id == row.client_id]
    last = rules.latest(closing_store.steps(work.session, mine).values())
    if last is None or last.id != row.id:
        raise Conflict("Take back what was recorded after it first.", code="closing_out_of_order")
    row.withdrawn_at, row.withdrawn_by = work.now, work.actor_id if work.is_a_person else None
    work.mention(client_id=str(row.client_id), step=row.step)


def _everybody(work: Work, episode_id: UUID) -> list[UUID]:
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    return sorted(episode_store.everybody(work.session, episode_id))


def _whose(work: Work, episode_id: UUID, wanted: UUID | None) -> UUID:
    """Also somebody whose part has ended: what came of an offer may be learned later."""
    everybody = _everybody(work, episode_id)
    if wanted is None and len(everybody) == 1:
        return everybody[0]
    if wanted is None or wanted not in everybody:
        raise invalid_field("/client_id", "Say whose closing session this is.")
    return wanted


def _reply(work: Work, episode_id: UUID, client_id: UUID, given: ClosingStepIn) -> UUID | None:
    if given.reply_id is None:
        return None
    rules.require_answer(given.step)
    reply = reply_store.get(work.session, given.reply_id)
    if reply is None or (reply.episode_id, reply.client_id) != (episode_id, client_id):
        raise invalid_field("/reply_id", "There is no such answer of this client.")
    return reply.id


def _time(work: Work, episode_id: UUID, client_id: UUID, given: ClosingStepIn, course: Course) -> UUID | None:
    """The time that is tied; with `untied`, the one that was."""
    if given.step is ClosingStep.UNTIED:
        return course.time.id if course.time else None
    if given.step is not ClosingStep.BOOKED:
        if given.appointment_id is not None:
            raise invalid_field("/appointment_id", "Only `booked` names a time.")
        return None
    found = appointment_store.get(work.session, given.appointment_id) if given.appointment_id else None
    if found is None or found.episode_id != episode_id or found.client_id not in (None, client_id):
        raise invalid_field("/appointment_id", "Say which time of this client it is.")
    if found.status not in _TO_TIE:
        raise invalid_field("/appointment_id", "This time did not take place, and will not.")
    return found.id


def _shown(work: Work, episode_id: UUID, client_id: UUID) -> ClosingSessionOut:
    found = closing_store.rows(work.session, episode_id, [client_id])
    steps = closing_store.steps(work.session, found)
    course = rules.course(steps.values())
    client = client_store.get(work.session, client_id)
    died = client is not None and client.died_on is not None
    name = names.of_clients(work.session, work.keyring, {client_id}).get(client_id, "")
    return ClosingSessionOut(
        episode_id=episode_id,
        client=PersonOut(id=client_id, name=name),
        state=course.state,
        offered_at=course.offered_at,
        offered_by=course.offered_by,
        accepted_at=course.accepted_at,
        declined_at=course.declined_at,
        not_answered_at=course.not_answered_at,
        held_at=course.held_at,
        time=None if course.time is None else ClosingTimeOut.model_validate(course.time, from_attributes=True),
        waiting_check_in_ids=closing_store.waiting_messages(
            work.session, (row.check_in_id for row in found if row.check_in_id)
        ),
        next_steps=rules.next_steps(course, died=died),
        steps=[_step(row, steps[row.id]) for row in found],
    )


def _step(row: ClosingRecord, step: Step) -> ClosingStepOut:
    return ClosingStepOut(
        id=row.id,
        step=row.step,
        way=step.way,
        at=step.happened_at,
        happened=step.happened,
        check_in_id=row.check_in_id,
        reply_id=row.reply_id,
        appointment_id=row.appointment_id,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )
