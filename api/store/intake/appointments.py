"""Appointments taken in: new ones added whole, known ones given what they did not know yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain import appointments as rules
from api.domain.errors import NotFound
from api.domain.facts import AppointmentFact
from api.domain.history import StatusEvent
from api.store import among, bulk, tenancy
from api.store.intake import repeats
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
    "standing",
    "duration_minutes",
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


# What fits into the column beside a participant's digest.
_LONGEST_SHARED = 180


@dataclass(slots=True)
class _Draft:
    """An appointment while a slice is being taken in: what was known of it, what is added. `beginning` if it is new.

    `origins` tells of each known event which import told it, and its position.
    """

    id: UUID
    episode_id: UUID
    duration_minutes: int
    version: int = 0
    known: list[StatusEvent] = field(default_factory=list)
    mine: list[StatusEvent] = field(default_factory=list)
    origins: list[tuple[UUID | None, int]] = field(default_factory=list)
    added: list[StatusEvent] = field(default_factory=list)
    next_position: int = 0
    beginning: tuple[object, ...] | None = None
    resized: bool = False

    @property
    def events(self) -> Sequence[StatusEvent]:
        return [*self.known, *self.added] if self.known else self.added


# Stands for an appointment in a caseload that the caller does not see: of it nothing is known, and nothing told.
_ELSEWHERE = _Draft(UUID(int=0), UUID(int=0), 0)
_OUT_OF_SIGHT = refused(NotFound.code, NotFound.message)


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
    keys = [_own_key(intake, fact, fact.appointment_key) for fact in facts]
    drafts = _known(intake, set(keys))
    drafts |= dict.fromkeys(_taken_elsewhere(intake, set(keys) - set(drafts)), _ELSEWHERE)
    if intake.rehearsal is not None:
        _recall(drafts, intake.rehearsal, set(keys))
    named = episode_ids or repeat(None, len(facts))
    outcomes = [
        _take_one(people, drafts, key, fact, episode_id)
        for key, fact, episode_id in zip(keys, facts, named, strict=True)
    ]
    people.write()
    if intake.rehearsal is None:
        _write(intake, [draft for draft in drafts.values() if draft.added or draft.resized])
    else:
        for key, draft in drafts.items():
            intake.rehearsal.keep_events(key, draft.added)
    return outcomes


def _take_one(
    people: People, drafts: dict[str, _Draft], key: str, fact: AppointmentFact, named: UUID | None
) -> Outcome:
    draft = drafts.get(key)
    if draft is _ELSEWHERE:
        return _OUT_OF_SIGHT
    if draft is not None:
        return _add_to(people, draft, fact)
    who = (fact.client_key, fact.clinician_key, fact.format, fact.group_key)
    episode_id = named or people.running.get(who) or people.episode(wanted(fact))
    if episode_id is None:
        return refused("unknown_client", "No client of this source has this external id. Send the client first.")
    if people.intake.changes is not None and not people.may_change(episode_id):
        return _NOT_YOURS
    drafts[key] = draft = _new(people, key, fact, episode_id)
    people.intake.touched.add(episode_id)
    return Outcome(RowOutcome.CREATED, draft.id)


def _add_to(people: People, draft: _Draft, fact: AppointmentFact) -> Outcome:
    intake = people.intake
    if intake.changes is not None and not people.may_change(draft.episode_id):
        return _NOT_YOURS
    added = rules.news(draft.events, fact.events)
    if intake.import_id is not None and len(added) < len(fact.events):
        _note_repeats(intake, draft, [event for event in fact.events if event not in added])
    # Durations have no history: a file must not change what undoing it could not put back.
    resized = intake.import_id is None and draft.duration_minutes != fact.duration_minutes
    if not added and not resized:
        again = any(event in draft.mine or event in draft.added for event in fact.events)
        return Outcome(RowOutcome.DUPLICATE if again else RowOutcome.UNCHANGED, draft.id)
    if resized:
        draft.duration_minutes, draft.resized = fact.duration_minutes, True
    draft.added += added
    intake.touched.add(draft.episode_id)
    return Outcome(RowOutcome.UPDATED, draft.id)


def _note_repeats(intake: Intake, draft: _Draft, told: Sequence[StatusEvent]) -> None:
    if intake.rehearsal is not None:
        return
    for event in told:
        place = rules.repeated(draft.known, event)
        if place is not None:
            import_id, position = draft.origins[place]
            if import_id is not None and intake.is_anothers(import_id):
                intake.repeats.add(import_id, repeats.EVENT, (draft.id, position), event.known_at)


def _own_key(intake: Intake, fact: AppointmentFact, key: str) -> str:
    """Several people may share one booking of the other system; here each has a row of their own.

    Where an episode was named and not a client, everybody in it is meant together.
    """
    client_key = fact.client_key
    if client_key and key.startswith(client_key) and key.startswith("@", len(client_key)):
        # Derived from the client's key, which may be a name where a file has nothing better: kept as a digest only.
        return intake.digest("derived appointment key", intake.source, key)[:16].hex()
    if fact.format is EpisodeFormat.INDIVIDUAL or not client_key:
        return key
    if len(key) > _LONGEST_SHARED:
        whole = intake.digest("long appointment key", intake.source, key)[:16].hex()
        key = f"{key[: _LONGEST_SHARED - len(whole) - 1]}~{whole}"
    return f"{key}:{intake.digest('participant of an appointment', intake.source, client_key)[:8].hex()}"


def _new(people: People, key: str, fact: AppointmentFact, episode_id: UUID) -> _Draft:
    intake, made = people.intake, new_id()
    shared = fact.group_key is not None and fact.format in (EpisodeFormat.COUPLE, EpisodeFormat.FAMILY)
    beginning = (
        intake.practice_id,
        made,
        episode_id,
        people.client(fact.client_key) if shared else None,
        people.clinician(fact.clinician_key),
        intake.source,
        key,
        None if fact.rescheduled_from_key is None else _own_key(intake, fact, fact.rescheduled_from_key),
        fact.standing,
    )
    return _Draft(made, episode_id, fact.duration_minutes, added=rules.news((), fact.events), beginning=beginning)


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
    ).where(col(Appointment.source) == intake.source, among.texts(intake.session, col(Appointment.external_id), keys))
    for row in intake.session.execute(statement):
        drafts[row[0]] = by_id[row[1]] = _Draft(row[1], row[2], row[3], row[4])
    if by_id:
        _give_events(intake, by_id)
    return drafts


def _taken_elsewhere(intake: Intake, keys: set[str]) -> set[str]:
    """Those of these keys that the source has given to appointments outside the caseloads the caller sees.

    Asked beforehand, because the database's refusal would be one of all that was sent.
    """
    if not keys or tenancy.scope_of(intake.session).members is None:
        return set()
    statement = sa.select(col(Appointment.external_id)).where(
        col(Appointment.source) == intake.source, among.texts(intake.session, col(Appointment.external_id), keys)
    )
    with tenancy.whole_practice(intake.session):
        return set(intake.session.scalars(statement))


def _recall(drafts: dict[str, _Draft], rehearsal: Rehearsal, keys: set[str]) -> None:
    """Makes drafts say what they would by now, had the earlier slices been kept."""
    for key in keys:
        told = rehearsal.events(key)
        if told is not None:
            # Never written, so whose episode it would be does not matter.
            draft = drafts.setdefault(key, _Draft(new_id(), new_id(), 0))
            draft.known += told
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
        .where(among.identifiers(intake.session, col(AppointmentEvent.appointment_id), by_id))
        .order_by(col(AppointmentEvent.position))
    )
    for row in intake.session.execute(events):
        draft = by_id[row[0]]
        event = StatusEvent(row[1], row[2], row[3], row[4], row[5])
        draft.known.append(event)
        draft.origins.append((row[7], row[6]))
        draft.next_position = row[6] + 1
        if intake.import_id is not None and row[7] == intake.import_id:
            draft.mine.append(event)


def _write(intake: Intake, drafts: Sequence[_Draft]) -> None:
    inserts, changes, events = [], [], []
    practice_id, source = intake.practice_id, (intake.import_id, intake.recorded_by)
    for draft in drafts:
        says = rules.latest(draft.events)
        state = (says.starts_at, says.status, says.initiator, says.excused, says.known_at)
        if draft.beginning is not None:
            inserts.append((*draft.beginning, draft.duration_minutes, *state, intake.now, 1))
        else:
            changes.append((practice_id, draft.id, *state, draft.duration_minutes, draft.version + 1))
        for position, event in enumerate(draft.added, draft.next_position):
            told = (event.status, event.starts_at, event.known_at, event.initiator, event.excused)
            events.append((practice_id, draft.id, position, *told, *source))
    bulk.insert(intake.session, Appointment, _APPOINTMENT, inserts)
    bulk.update(intake.session, Appointment, _CHANGED, changes)
    bulk.insert(intake.session, AppointmentEvent, _EVENT, events)
