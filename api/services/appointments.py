"""Use cases about appointments: kept in step with another system, booked here, their outcome recorded in one tap."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from api.domain import cursors
from api.domain import episodes as episode_rules
from api.domain import offered_times as time_rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.cursors import Cursor
from api.domain.errors import AccessDenied, Conflict, NotFound, invalid_field
from api.domain.facts import AppointmentFact
from api.domain.history import StatusEvent
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import appointments as appointment_store
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import offered_times as time_store
from api.store import practices as practice_store
from api.store import stops
from api.store.intake import appointments as intake
from api.store.intake.context import Intake, Outcome, refused
from api.store.intake.people import People
from schemas.tables import Appointment, Episode
from schemas.vocabulary import AppointmentStatus, EpisodeFormat, Role, RowOutcome
from schemas.wire.appointments import (
    AppointmentBatchIn,
    AppointmentBatchItem,
    AppointmentBatchOut,
    AppointmentBatchResult,
    AppointmentIn,
    AppointmentNewIn,
    AppointmentOut,
    OutcomeIn,
)
from schemas.wire.common import Page

_OUTCOMES = frozenset({AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW})
_AHEAD = timedelta(minutes=5)


@use_case(Permission.APPOINTMENT_RECORD, audit=Action.APPOINTMENT_UPSERT, noun=Noun.APPOINTMENT)
def upsert(work: Work, source: str, external_id: str, given: AppointmentIn) -> tuple[AppointmentOut, RowOutcome]:
    """The same call twice changes nothing the second time."""
    _refuse_future_knowledge(work, given.status_known_at, "/status_known_at")
    item = AppointmentBatchItem(source=source, external_id=external_id, **given.model_dump(exclude_unset=True))
    outcome = _take(work, source, [item])[0]
    if outcome.code == "not_in_your_caseload":
        raise AccessDenied(code=outcome.code)
    if outcome.code == NotFound.code:
        raise NotFound
    if outcome.row_id is None:
        field = "/episode_id" if given.episode_id else "/client_external_id"
        raise invalid_field(field, outcome.detail or "This cannot be taken.")
    assessment_store.refresh(work.session, [_required(work, outcome.row_id).episode_id], work.now)
    work.about(outcome.row_id)
    work.mention(outcome=outcome.outcome)
    return _shown(_required(work, outcome.row_id)), outcome.outcome


@use_case(Permission.APPOINTMENT_RECORD, audit=Action.APPOINTMENT_BATCH, noun=Noun.APPOINTMENT)
def batch(work: Work, given: AppointmentBatchIn) -> AppointmentBatchOut:
    """Each item is taken or refused by itself. Episodes are assessed again before the answer."""
    outcomes: list[Outcome | None] = [None] * len(given.items)
    by_source: dict[str, list[int]] = {}
    for position, item in enumerate(given.items):
        if item.status_known_at is not None and item.status_known_at > work.now + _AHEAD:
            outcomes[position] = refused("known_in_future", "status_known_at lies in the future.")
        else:
            by_source.setdefault(item.source, []).append(position)
    for source, positions in by_source.items():
        taken = _take(work, source, [given.items[position] for position in positions])
        for position, outcome in zip(positions, taken, strict=True):
            outcomes[position] = outcome
    changed = {one.row_id for one in outcomes if one and one.row_id and one.outcome is not RowOutcome.UNCHANGED}
    assessment_store.refresh(work.session, appointment_store.episodes_of(work.session, changed), work.now)
    results = [_result(position, outcome) for position, outcome in enumerate(outcomes) if outcome is not None]
    counts: dict[str, int] = {}
    for result in results:
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    work.mention(**counts)
    return AppointmentBatchOut(results=results, counts=counts)


@use_case(Permission.APPOINTMENT_RECORD, audit=Action.APPOINTMENT_UPSERT, noun=Noun.EPISODE)
def book(work: Work, given: AppointmentNewIn) -> AppointmentOut:
    """A time booked here, without another system. Raises Conflict where its clinician offers it to somebody else, unless it is said
    that it is booked although they do: whoever taps it then is told that it has gone.
    """
    work.about(given.episode_id)
    client_store.lock_of_episodes(work.session, [given.episode_id])
    episode = episode_store.get(work.session, given.episode_id)
    if episode is None:
        raise invalid_field("/episode_id", "There is no such episode.")
    if not episode_store.may_change(work.session, episode.id, work.principal.changes):
        raise AccessDenied(code="not_in_your_caseload")
    episode_rules.require_running(episode.ended_at)
    if not given.although_offered:
        _require_free(work, episode, episode.responsible_id, given.starts_at, minutes=given.duration_minutes)
    row = appointment_store.new(
        episode.id, given.starts_at, work.now, minutes=given.duration_minutes, standing=given.standing
    )
    row.clinician_id = episode.responsible_id
    row.initiator = given.initiator
    event = StatusEvent(AppointmentStatus.BOOKED, given.starts_at, work.now, given.initiator)
    appointment_store.add(work.session, row, event, work.principal.id)
    stops.by_appointments(work.session, [row.id], work.now)
    assessment_store.refresh(work.session, [episode.id], work.now)
    return _shown(row)


@use_case(
    Permission.APPOINTMENT_RECORD,
    audit=Action.APPOINTMENT_OUTCOME,
    noun=Noun.APPOINTMENT,
    subject="appointment_id",
    changes=True,
)
def record_outcome(work: Work, appointment_id: UUID, given: OutcomeIn) -> AppointmentOut:
    """What came of a booked time. Said again it changes nothing; said otherwise later, the later word counts. Raises Conflict, also
    where it is moved to a time that its clinician offers to somebody else.
    """
    row = _required(work, appointment_id)
    client_store.lock_of_episodes(work.session, [row.episode_id])
    work.session.refresh(row)
    if given.status in _OUTCOMES and row.starts_at > work.now:
        raise Conflict("This time has not come yet.", code="not_yet")
    # Who booked a time says nothing about whose doing it is that it was not kept, so that is not carried over.
    event = StatusEvent(given.status, row.starts_at, work.now, given.initiator, given.excused)
    is_news = appointment_store.learn(work.session, row, event, work.principal.id)
    if given.new_starts_at is not None:
        instead = None if is_news else appointment_store.booked_instead(work.session, row)
        if not given.although_offered and (instead is None or instead.starts_at != given.new_starts_at):
            _require_free_for(work, row, given.new_starts_at)
        moved = StatusEvent(AppointmentStatus.BOOKED, given.new_starts_at, work.now, given.initiator)
        if instead is None:
            instead = appointment_store.book_instead(work.session, row, moved, work.principal.id)
        else:
            appointment_store.learn(work.session, instead, moved, work.principal.id)
        stops.by_appointments(work.session, [instead.id], work.now)
    if is_news:
        stops.by_appointments(work.session, [row.id], work.now)
    assessment_store.refresh(work.session, [row.episode_id], work.now)
    return _shown(row)


@use_case(
    Permission.APPOINTMENT_READ,
    audit=Action.APPOINTMENT_READ,
    noun=Noun.APPOINTMENT,
    subject="appointment_id",
)
def read(work: Work, appointment_id: UUID) -> AppointmentOut:
    return _shown(_required(work, appointment_id))


@use_case(Permission.APPOINTMENT_READ, audit=Action.APPOINTMENT_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(
    work: Work,
    *,
    episode_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
    cursor: str | None,
    limit: int,
) -> Page[AppointmentOut]:
    """By start."""
    if episode_id is not None and episode_store.get(work.session, episode_id) is None:
        raise NotFound
    found = appointment_store.page(
        work.session, episode_id=episode_id, since=since, until=until, after=cursors.read(cursor), limit=limit + 1
    )
    work.mention(count=min(len(found), limit))
    last = found[limit - 1] if len(found) > limit else None
    next_cursor = Cursor(last.starts_at, last.id).to_text() if last else None
    return Page[AppointmentOut](items=[_shown(row) for row in found[:limit]], next_cursor=next_cursor)


def _require_free_for(work: Work, row: Appointment, starts_at: datetime) -> None:
    episode = episode_store.get(work.session, row.episode_id)
    if episode is not None:
        clinician_id = row.clinician_id or episode.responsible_id
        _require_free(work, episode, clinician_id, starts_at, minutes=row.duration_minutes)


def _require_free(
    work: Work, episode: Episode, clinician_id: UUID | None, starts_at: datetime, *, minutes: int
) -> None:
    if clinician_id is None:
        return
    until = time_store.held_for_others(
        work.session, clinician_id, starts_at, minutes, episode_id=episode.id, now=work.now
    )
    if until is not None:
        raise time_rules.offered_until(until, episode.time_zone)


def _take(work: Work, source: str, items: Sequence[AppointmentBatchItem]) -> list[Outcome]:
    context = Intake(
        session=work.session,
        keyring=work.keyring,
        practice_key=work.practice_key(),
        digest=work.digest,
        practice_id=work.practice_id,
        source=source,
        time_zone=practice_store.current(work.session).time_zone,
        now=work.now,
        recorded_by=work.principal.id,
        changes=work.principal.changes,
        begins_for=work.principal.id if Role.CLINICIAN in work.principal.roles else None,
    )
    people = People(context)
    named = _episodes_named(work, items)
    client_store.lock_of_episodes(work.session, named)
    sole_keys = people.sole_keys(named)
    facts = [_fact(work, item, named, sole_keys) for item in items]
    people.look_up([intake.wanted(fact) for fact in facts if fact.client_key])
    people.look_up_clinicians({fact.clinician_key for fact in facts if fact.clinician_key})
    takeable = [position for position, item in enumerate(items) if item.episode_id is None or item.episode_id in named]
    taken = intake.take_in(
        context,
        people,
        [facts[position] for position in takeable],
        [items[position].episode_id for position in takeable],
    )
    outcomes = [refused("unknown_episode", "There is no such episode.")] * len(items)
    for position, outcome in zip(takeable, taken, strict=True):
        outcomes[position] = outcome
    news = (RowOutcome.CREATED, RowOutcome.UPDATED)
    learned = {one.row_id for one in taken if one.row_id is not None and one.outcome in news}
    stops.by_appointments(work.session, learned, work.now)
    return outcomes


def _episodes_named(work: Work, items: Sequence[AppointmentBatchItem]) -> dict[UUID, EpisodeFormat]:
    named = {item.episode_id for item in items if item.episode_id is not None}
    return {episode.id: episode.format for episode in episode_store.every(work.session, named)} if named else {}


def _fact(
    work: Work, item: AppointmentBatchItem, named: Mapping[UUID, EpisodeFormat], sole_keys: Mapping[UUID, str]
) -> AppointmentFact:
    """Who names an episode has named its client too, if one takes part: it is the same fact either way."""
    episode_id = item.episode_id
    known_at = min(item.status_known_at or work.now, work.now)
    return AppointmentFact(
        line=0,
        client_key=item.client_external_id or (sole_keys.get(episode_id, "") if episode_id else ""),
        appointment_key=item.external_id,
        events=(StatusEvent(item.status, item.starts_at, known_at, item.initiator, item.excused),),
        clinician_key=item.clinician_external_id,
        format=named.get(episode_id, item.format) if episode_id else item.format,
        duration_minutes=item.duration_minutes,
        rescheduled_from_key=item.rescheduled_from,
        standing=item.standing,
    )


def _result(position: int, outcome: Outcome) -> AppointmentBatchResult:
    kind = RowOutcome.UNCHANGED if outcome.outcome is RowOutcome.DUPLICATE else outcome.outcome
    return AppointmentBatchResult(
        index=position, outcome=kind, id=outcome.row_id, code=outcome.code, detail=outcome.detail
    )


def _refuse_future_knowledge(work: Work, known_at: datetime | None, pointer: str) -> None:
    if known_at is not None and known_at > work.now + _AHEAD:
        raise invalid_field(pointer, "This lies in the future.")


def _required(work: Work, appointment_id: UUID) -> Appointment:
    row = appointment_store.get(work.session, appointment_id)
    if row is None:
        raise NotFound
    return row


def _shown(row: Appointment) -> AppointmentOut:
    return AppointmentOut.model_validate(row, from_attributes=True)
