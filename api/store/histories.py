"""Reads the facts of episodes as histories for the domain. One query per kind of fact, whatever the number of episodes.

The statements are made once and given their values: every fact that is recorded asks all of them, and making them anew took
a quarter of an assessment.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import flags as rules
from api.domain import history as facts
from api.store import consents, flags
from api.store import episodes as episodes_store
from schemas.tables import (
    Absence,
    Agreement,
    Appointment,
    AppointmentEvent,
    Contact,
    Episode,
    OutreachPlan,
    OutreachStep,
    Reply,
    Score,
)
from schemas.tables.base import Identifier, Instant
from schemas.vocabulary import AbsenceKind, AppointmentStatus, Initiator

T = TypeVar("T")
_STATUSES = {status.value: status for status in AppointmentStatus}
_INITIATORS: dict[str | None, Initiator | None] = {None: None} | {one.value: one for one in Initiator}

_IDS = sa.bindparam("episode_ids", type_=Identifier, expanding=True)
_MEMBERS = sa.bindparam("member_ids", type_=Identifier, expanding=True)
_AS_OF = sa.bindparam("as_of", type_=Instant)
_EPISODES = sa.select(
    col(Episode.id),
    col(Episode.time_zone),
    col(Episode.format),
    col(Episode.kind),
    col(Episode.started_at),
    col(Episode.ended_at),
    col(Episode.agreed_cadence_days),
    col(Episode.responsible_id),
).where(col(Episode.id).in_(_IDS))


def load(session: Session, episode_ids: Collection[UUID], *, as_of: datetime) -> dict[UUID, facts.History]:
    """Everything the record knows of these episodes. Facts learned after `as_of` may be within: the domain leaves
    them aside. Absences and scores withdrawn by `as_of` are left out here.
    """
    wanted = set(episode_ids)
    episodes = session.execute(_EPISODES, {"episode_ids": wanted}).all()
    appointments = _appointments(session, wanted)
    contacts = _contacts(session, wanted)
    agreements = _agreements(session, wanted)
    replies = _replies(session, wanted, as_of)
    scores = _scores(session, wanted, as_of)
    notes = _notes(session, wanted, as_of)
    turns = turning(session, wanted, as_of=as_of)
    kinds = episodes_store.kinds(session, wanted, as_of=as_of)
    away = _Away(session, wanted, {row[7] for row in episodes if row[7] is not None}, as_of)
    return {
        row[0]: facts.History(
            time_zone=row[1],
            format=row[2],
            kind=kinds.get(row[0], row[3]),
            started_at=row[4],
            ended_at=row[5],
            agreed_cadence_days=row[6],
            died_on=turns[row[0]].died_on,
            reach=turns[row[0]].reach,
            kept_back=turns[row[0]].kept_back,
            risk_since=turns[row[0]].risk_since,
            appointments=tuple(appointments[row[0]]),
            contacts=tuple(contacts[row[0]]),
            absences=away.of(row[0], row[7]),
            agreements=tuple(agreements[row[0]]),
            replies=tuple(replies[row[0]]),
            scores=tuple(scores[row[0]]),
            note=notes.get(row[0]),
        )
        for row in episodes
    }


def absences_since(
    session: Session, episode_id: UUID, responsible_id: UUID | None, since: datetime
) -> tuple[facts.Absence, ...]:
    """Those of `load`, with the ones that counted at some time since then and were taken back."""
    members = {responsible_id} if responsible_id is not None else set()
    return _Away(session, {episode_id}, members, since).of(episode_id, responsible_id)


def turning(session: Session, episode_ids: Collection[UUID], *, as_of: datetime) -> dict[UUID, rules.Turning]:
    """To whom of each episode one may turn, and what stands in the way. What clients say about being reached is today's."""
    reached = consents.reach(session, episode_ids)
    standing = flags.standing(session, {one for found in reached.values() for one in found.waits}, as_of=as_of)
    return {episode_id: rules.turning(found.waits, standing, found.died_on) for episode_id, found in reached.items()}


def _mark(column: object) -> sa.ColumnElement[object]:
    """An identifier as the driver has it: enough to tell rows apart, and nothing is made of it for each row."""
    return sa.type_coerce(column, sa.types.NullType())


def _identifier(mark: object) -> UUID:
    return mark if isinstance(mark, UUID) else UUID(bytes=mark)  # type: ignore[arg-type]  # SQLite has bytes


_APPOINTMENTS = sa.select(
    _mark(Appointment.id),
    _mark(Appointment.episode_id),
    col(Appointment.source),
    col(Appointment.external_id),
    col(Appointment.duration_minutes),
    col(Appointment.rescheduled_from),
    col(Appointment.standing),
    col(Appointment.client_id),
).where(col(Appointment.episode_id).in_(_IDS))


def _appointments(session: Session, episode_ids: set[UUID]) -> dict[UUID, list[facts.Appointment]]:
    """Keys are the external ids within their source, which is also what `rescheduled_from` names."""
    events = _events(session, episode_ids)
    found: dict[object, list[facts.Appointment]] = defaultdict(list)
    for row_id, episode_id, source, external_id, minutes, moved, standing, client_id in session.execute(
        _APPOINTMENTS, {"episode_ids": episode_ids}
    ):
        found[episode_id].append(
            facts.Appointment(
                f"{source}:{external_id}",
                tuple(events[row_id]),
                minutes,
                None if moved is None else f"{source}:{moved}",
                standing,
                None if client_id is None else str(client_id),
            )
        )
    return defaultdict(list, {_identifier(mark): rows for mark, rows in found.items()})


_EVENTS = (
    sa.select(
        _mark(AppointmentEvent.appointment_id),
        sa.type_coerce(col(AppointmentEvent.status), sa.String),
        col(AppointmentEvent.starts_at),
        col(AppointmentEvent.known_at),
        sa.type_coerce(col(AppointmentEvent.initiator), sa.String),
        col(AppointmentEvent.excused),
    )
    .where(
        col(AppointmentEvent.appointment_id).in_(
            sa.select(col(Appointment.id)).where(col(Appointment.episode_id).in_(_IDS))
        )
    )
    .order_by(col(AppointmentEvent.appointment_id), col(AppointmentEvent.position))
)


def _events(session: Session, episode_ids: set[UUID]) -> dict[object, list[facts.StatusEvent]]:
    """By the mark of their appointment, in the order of learning."""
    events: dict[object, list[facts.StatusEvent]] = defaultdict(list)
    for row_id, status, starts_at, known_at, initiator, excused in session.execute(
        _EVENTS, {"episode_ids": episode_ids}
    ):
        events[row_id].append(
            facts.StatusEvent(_STATUSES[status], starts_at, known_at, _INITIATORS[initiator], excused)
        )
    return events


_CONTACTS = sa.select(
    col(Contact.episode_id),
    col(Contact.at),
    col(Contact.known_at),
    col(Contact.direction),
    col(Contact.channel),
    col(Contact.automated),
    col(Contact.outcome),
).where(col(Contact.episode_id).in_(_IDS))


def _contacts(session: Session, episode_ids: set[UUID]) -> dict[UUID, list[facts.Contact]]:
    return _grouped(
        (row[0], facts.Contact(row[1], row[2], row[3], row[4], row[5], row[6]))
        for row in session.execute(_CONTACTS, {"episode_ids": episode_ids})
    )


_AGREEMENTS = sa.select(
    col(Agreement.episode_id),
    col(Agreement.kind),
    col(Agreement.from_on),
    col(Agreement.known_at),
    col(Agreement.to_on),
    col(Agreement.cadence_days),
).where(col(Agreement.episode_id).in_(_IDS))


def _agreements(session: Session, episode_ids: set[UUID]) -> dict[UUID, list[facts.Agreement]]:
    return _grouped(
        (row[0], facts.Agreement(row[1], row[2], row[3], row[4], row[5]))
        for row in session.execute(_AGREEMENTS, {"episode_ids": episode_ids})
    )


_REPLIES = sa.select(
    col(Reply.episode_id), col(Reply.at), col(Reply.handled_at), col(Reply.offered_time_id).is_not(None)
).where(col(Reply.episode_id).in_(_IDS), sa.or_(col(Reply.handled_at).is_(None), col(Reply.handled_at) > _AS_OF))


def _replies(session: Session, episode_ids: set[UUID], as_of: datetime) -> dict[UUID, list[facts.Reply]]:
    """Those that waited for somebody at that instant, or do now. What was told to somebody else is not among them."""
    return _grouped(
        (row[0], facts.Reply(row[1], row[2], chose_time=bool(row[3])))
        for row in session.execute(_REPLIES, {"episode_ids": episode_ids, "as_of": as_of})
    )


_SCORES = sa.select(
    col(Score.episode_id),
    col(Score.measure),
    col(Score.value),
    col(Score.higher_is_better),
    col(Score.at),
    col(Score.known_at),
    col(Score.client_id),
).where(
    col(Score.episode_id).in_(_IDS),
    sa.or_(col(Score.withdrawn_at).is_(None), col(Score.withdrawn_at) > _AS_OF),
)


def _scores(session: Session, episode_ids: set[UUID], as_of: datetime) -> dict[UUID, list[facts.Score]]:
    return _grouped(
        (row[0], facts.Score(row[1], row[2], row[3], row[4], row[5], None if row[6] is None else str(row[6])))
        for row in session.execute(_SCORES, {"episode_ids": episode_ids, "as_of": as_of})
    )


_NOTES = (
    sa.select(col(OutreachStep.episode_id), col(OutreachStep.position), col(OutreachStep.due_on))
    .join(OutreachPlan, col(OutreachPlan.id) == col(OutreachStep.plan_id))
    .where(
        col(OutreachPlan.episode_id).in_(_IDS),
        col(OutreachPlan.sketched_at) <= _AS_OF,
        sa.or_(col(OutreachPlan.ended_at).is_(None), col(OutreachPlan.ended_at) > _AS_OF),
        sa.or_(col(OutreachStep.drafted_at).is_(None), col(OutreachStep.drafted_at) > _AS_OF),
    )
    .order_by(col(OutreachStep.due_on).desc(), col(OutreachStep.position).desc())
)


def _notes(session: Session, episode_ids: set[UUID], as_of: datetime) -> dict[UUID, facts.Note]:
    """Of the plans that ran at that instant, by episode, the note that was next."""
    found = session.execute(_NOTES, {"episode_ids": episode_ids, "as_of": as_of})
    return {row[0]: facts.Note(row[1], row[2]) for row in found}


_ABSENCES = sa.select(
    col(Absence.kind),
    col(Absence.from_on),
    col(Absence.to_on),
    col(Absence.known_at),
    col(Absence.episode_id),
    col(Absence.member_id),
    col(Absence.withdrawn_at),
).where(
    sa.or_(
        col(Absence.episode_id).in_(_IDS),
        col(Absence.member_id).in_(_MEMBERS),
        col(Absence.kind) == AbsenceKind.PRACTICE_CLOSED,
    ),
    sa.or_(col(Absence.withdrawn_at).is_(None), col(Absence.withdrawn_at) > _AS_OF),
)


class _Away:
    """Absences of episodes, the leave of their responsible clinicians, and the days the practice is closed."""

    def __init__(self, session: Session, episode_ids: set[UUID], member_ids: set[UUID], as_of: datetime) -> None:
        self._of_episodes: dict[UUID, list[facts.Absence]] = defaultdict(list)
        self._of_members: dict[UUID, list[facts.Absence]] = defaultdict(list)
        self._of_all: list[facts.Absence] = []
        wanted = {"episode_ids": episode_ids, "member_ids": member_ids, "as_of": as_of}
        for row in session.execute(_ABSENCES, wanted):
            absence = facts.Absence(row[0], row[1], row[2], row[3], row[6])
            if row[4] is not None:
                self._of_episodes[row[4]].append(absence)
            elif row[5] is not None:
                self._of_members[row[5]].append(absence)
            else:
                self._of_all.append(absence)

    def of(self, episode_id: UUID, responsible_id: UUID | None) -> tuple[facts.Absence, ...]:
        leave = self._of_members[responsible_id] if responsible_id is not None else []
        return (*self._of_episodes[episode_id], *leave, *self._of_all)


def _grouped(pairs: Iterable[tuple[UUID, T]]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
