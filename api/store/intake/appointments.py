"""Appointments taken in: new ones added whole, known ones given what they did not know yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain import appointments as rules
from api.domain.facts import AppointmentFact
from api.domain.history import StatusEvent
from api.store import bulk
from api.store.intake.context import Intake, Outcome, refused
from api.store.intake.people import People, Wanted
from api.store.intake.rehearsal import Rehearsal
from schemas.tables import Appointment, AppointmentEvent
from schemas.tables.base import new_id
from schemas.vocabulary import EpisodeFormat, RowOutcome

_APPOINTMENT = (
    "practice_id",
    "id",
    "episode_id",
    "client_id",
    "clinician_id",
    "source",
    "external_id",
    "rescheduled_from",
    "duration_minutes",
    "standing",
    "starts_at",
    "status",
    "initiator",
    "excused",
    "status_known_at",
    "created_at",
    "version",
)
_EVENT = (
    "practice_id",
    "appointment_id",
    "position",
    "status",
    "starts_at",
    "known_at",
    "initiator",
    "excused",
    "import_id",
    "recorded_by",
)
_CHANGED = (
    "practice_id",
    "id",
    "starts_at",
    "status",
    "initiator",
    "excused",
    "status_known_at",
    "duration_minutes",
    "version",
)


_NOT_YOURS = refused("not_in_your_caseload", "This episode is in another caseload: it is read here, not written in.")


@dataclass(slots=True)
class _Draft:
    """An appointment while a slice is being taken in."""

    id: UUID
    episode_id: UUID
    is_new: bool
    duration_minutes: int
    version: int
    events: list[StatusEvent] = field(default_factory=list)
    mine: list[StatusEvent] = field(default_factory=list)
    added: list[StatusEvent] = field(default_factory=list)
    next_position: int = 0
    insert_row: tuple[object, ...] = ()
    standing: bool = False
    resized: bool = False


def wanted(fact: AppointmentFact) -> Wanted:
    return Wanted(
        client_key=fact.client_key,
        at=fact.events[0].starts_at,
        clinician_key=fact.clinician_key,
        client_name=fact.client_name,
        time_zone=fact.time_zone,
        format=fact.format,
        group_key=fact.group_key,
    )


def take_in(
    intake: Intake, people: People, facts: Sequence[AppointmentFact], episode_ids: Sequence[UUID | None] = ()
) -> list[Outcome]:
    """One outcome per fact, in their order. `episode_ids` names the episode where the caller knows it."""
    keys = [_key(intake, fact) for fact in facts]
    drafts = _known(intake, set(keys))
    if intake.rehearsal is not None:
        _recall(drafts, intake.rehearsal, set(keys))
    named = episode_ids or [None] * len(facts)
    outcomes = [
        _take_one(people, drafts, key, fact, episode_id)
        for key, fact, episode_id in zip(keys, facts, named, strict=True)
    ]
    if intake.rehearsal is None:
        _write(intake, [draft for draft in drafts.values() if draft.is_new or draft.added or draft.resized])
    else:
        for key, draft in drafts.items():
            intake.rehearsal.keep_events(key, draft.added)
    return outcomes


def _take_one(
    people: People, drafts: dict[str, _Draft], key: str, fact: AppointmentFact, named: UUID | None
) -> Outcome:
    intake = people.intake
    draft = drafts.get(key)
    if draft is None:
        episode_id = named or people.episode(wanted(fact))
        if episode_id is None:
            return refused("unknown_client", "No client of this source has this external id. Send the client first.")
        if not people.may_change(episode_id):
            return _NOT_YOURS
        drafts[key] = draft = _new(intake, people, key, fact, episode_id)
        created = True
    elif intake.changes is not None and not people.may_change(draft.episode_id):
        return _NOT_YOURS
    else:
        created = False
    added = rules.news(draft.events, fact.events)
    # Durations have no history: a file must not change what undoing it could not put back.
    resized = intake.import_id is None and draft.duration_minutes != fact.duration_minutes
    if not created and not added and not resized:
        again = any(event in draft.mine for event in fact.events)
        return Outcome(RowOutcome.DUPLICATE if again else RowOutcome.UNCHANGED, draft.id)
    if resized:
        draft.duration_minutes, draft.resized = fact.duration_minutes, True
    draft.events += added
    draft.mine += added
    draft.added += added
    intake.touched.add(draft.episode_id)
    return Outcome(RowOutcome.CREATED if created else RowOutcome.UPDATED, draft.id)


def _key(intake: Intake, fact: AppointmentFact) -> str:
    """Several people may share one booking of the other system; here each has a row of their own."""
    return _own_key(intake, fact, fact.appointment_key)


def _own_key(intake: Intake, fact: AppointmentFact, key: str) -> str:
    if key.startswith(f"{fact.client_key}@"):
        # Derived from the client's key, which may be a name where a file has nothing better: kept as a digest only.
        return intake.digest("derived appointment key", intake.source, key)[:16].hex()
    if fact.format is EpisodeFormat.INDIVIDUAL:
        return key
    return f"{key[:180]}:{intake.digest('participant of an appointment', intake.source, fact.client_key)[:8].hex()}"


def _new(intake: Intake, people: People, key: str, fact: AppointmentFact, episode_id: UUID) -> _Draft:
    draft = _Draft(
        id=new_id(),
        episode_id=episode_id,
        is_new=True,
        duration_minutes=fact.duration_minutes,
        version=1,
        standing=fact.standing,
    )
    shared = fact.format in (EpisodeFormat.COUPLE, EpisodeFormat.FAMILY) and fact.group_key is not None
    draft.insert_row = (
        intake.practice_id,
        draft.id,
        episode_id,
        people.client(fact.client_key) if shared else None,
        people.clinician(fact.clinician_key),
        intake.source,
        key,
        None if fact.rescheduled_from_key is None else _own_key(intake, fact, fact.rescheduled_from_key),
    )
    return draft


def _known(intake: Intake, keys: set[str]) -> dict[str, _Draft]:
    """Appointments of this source that are there already, with their events."""
    drafts: dict[str, _Draft] = {}
    by_id: dict[UUID, _Draft] = {}
    statement = sa.select(
        col(Appointment.external_id),
        col(Appointment.id),
        col(Appointment.episode_id),
        col(Appointment.duration_minutes),
        col(Appointment.version),
    ).where(col(Appointment.source) == intake.source, col(Appointment.external_id).in_(keys))
    for row in intake.session.execute(statement):
        draft = _Draft(id=row[1], episode_id=row[2], is_new=False, duration_minutes=row[3], version=row[4])
        drafts[row[0]] = by_id[draft.id] = draft
    if by_id:
        _give_events(intake, by_id)
    return drafts


def _recall(drafts: dict[str, _Draft], rehearsal: Rehearsal, keys: set[str]) -> None:
    """Makes drafts say what they would by now, had the earlier slices been kept."""
    for key in keys:
        told = rehearsal.events(key)
        if told is not None:
            # Never written, so whose episode it would be does not matter.
            draft = drafts.setdefault(key, _Draft(new_id(), new_id(), is_new=False, duration_minutes=0, version=1))
            draft.events += told
            draft.mine += told


def _give_events(intake: Intake, by_id: dict[UUID, _Draft]) -> None:
    events = (
        sa.select(
            col(AppointmentEvent.appointment_id),
            col(AppointmentEvent.status),
            col(AppointmentEvent.starts_at),
            col(AppointmentEvent.known_at),
            col(AppointmentEvent.initiator),
            col(AppointmentEvent.excused),
            col(AppointmentEvent.position),
            col(AppointmentEvent.import_id),
        )
        .where(col(AppointmentEvent.appointment_id).in_(by_id))
        .order_by(col(AppointmentEvent.position))
    )
    for row in intake.session.execute(events):
        draft = by_id[row[0]]
        event = StatusEvent(row[1], row[2], row[3], row[4], row[5])
        draft.events.append(event)
        draft.next_position = row[6] + 1
        if intake.import_id is not None and row[7] == intake.import_id:
            draft.mine.append(event)


def _write(intake: Intake, drafts: Sequence[_Draft]) -> None:
    inserts, changes, events = [], [], []
    for draft in drafts:
        now_says = rules.latest(draft.events)
        state = (now_says.starts_at, now_says.status, now_says.initiator, now_says.excused, now_says.known_at)
        if draft.is_new:
            inserts.append((*draft.insert_row, draft.duration_minutes, draft.standing, *state, intake.now, 1))
        else:
            changes.append((intake.practice_id, draft.id, *state, draft.duration_minutes, draft.version + 1))
        events += [
            (
                intake.practice_id,
                draft.id,
                draft.next_position + offset,
                event.status,
                event.starts_at,
                event.known_at,
                event.initiator,
                event.excused,
                intake.import_id,
                intake.recorded_by,
            )
            for offset, event in enumerate(draft.added)
        ]
    bulk.insert(intake.session, Appointment, _APPOINTMENT, inserts)
    bulk.update(intake.session, Appointment, _CHANGED, changes)
    bulk.insert(intake.session, AppointmentEvent, _EVENT, events)
