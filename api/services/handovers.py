"""Use cases about handing a transfer over, receiving and withdrawing it.

To a colleague here the episode goes in the same act, by the one rule there is for that; to somebody elsewhere it goes with the
termination note, which ends the work: a transfer by itself ends nothing.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import episodes as episode_rules
from api.domain import transfers as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import AccessDenied, Conflict, FieldProblem, Invalid, NotFound, VersionMismatch
from api.domain.transfers import Asked
from api.formats import transfer_shapes
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import answerers, handing_over, tenancy, transfers_told
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import tasks as task_store
from api.store import terminations as note_store
from api.store import transfers as transfer_store
from schemas.tables import Episode, Task, Transfer
from schemas.vocabulary import ClinicianPart, NoteState, TaskKind, TransferState
from schemas.wire.transfers import TransferOut

_NOTE_WITHIN = timedelta(days=7)


@use_case(
    Permission.TRANSFER_WRITE, audit=Action.TRANSFER_HAND_OVER, noun=Noun.TRANSFER, subject="transfer_id", changes=True
)
def hand_over(work: Work, transfer_id: UUID, *, version: int) -> TransferOut:
    """What may be handed over is frozen, and from now on somebody asks whether the first meeting took place.

    Raises Invalid, naming what is missing; Conflict while a flag of harm stands that nobody looked at since, for who has died,
    and where others who take part are to go along and were not told.
    """
    row = _held(work, transfer_id, version)
    episode = episode_store.get(work.session, row.episode_id)
    if episode is None:
        raise NotFound
    episode_rules.require_running(episode.ended_at)
    today = work.now.astimezone(ZoneInfo(episode.time_zone)).date()
    going = [row] if row.to_id is None else _everybody(work, row, today)
    for one in going:
        _require_ready(work, one, today)
    for one in going:
        _go(work, one)
    work.mention(transfer_ids=[str(one.id) for one in going])
    if row.to_id is None:
        _leave(work, row, episode, today)
        return _shown(work, row)
    # They are still shown what they just handed over, and it is assessed with the leave of whoever has it now.
    with tenancy.whole_practice(work.session):
        _pass_on(work, going, episode, row.to_id, today)
        return _shown(work, row)


@use_case(
    Permission.TRANSFER_WRITE, audit=Action.TRANSFER_RECEIVE, noun=Noun.TRANSFER, subject="transfer_id", changes=True
)
def receive(work: Work, transfer_id: UUID) -> TransferOut:
    """Whoever goes on has read what was handed over: their own word, or that of whoever has it from them by now. Of somebody elsewhere it
    is told by whoever heard it.
    """
    row = _held(work, transfer_id)
    rules.require_handed_over(row.state)
    if row.to_id is not None:
        episode = episode_store.get(work.session, row.episode_id)
        theirs = {row.to_id, row.owner_id, episode.responsible_id if episode else None}
        if work.actor_id not in theirs | transfer_store.readers(work.session, row):
            raise AccessDenied("Whoever goes on with the work says that they have read it.", code="not_the_receiver")
    row.state, row.received_at, row.received_by = TransferState.RECEIVED, work.now, work.actor_id
    row.updated_at, row.version = work.now, row.version + 1
    transfer_store.read_by_somebody(work.session, row, by=work.actor_id, now=work.now)
    return _shown(work, row)


@use_case(
    Permission.TRANSFER_WRITE, audit=Action.TRANSFER_WITHDRAW, noun=Noun.TRANSFER, subject="transfer_id", changes=True
)
def withdraw(work: Work, transfer_id: UUID) -> TransferOut:
    """A draft, or what goes to somebody elsewhere: the work goes on here, and nobody asks for its note because of it."""
    row = _held(work, transfer_id)
    rules.require_may_withdraw(row.state, inside=row.to_id is not None, ended=_has_ended(work, row))
    if row.state is not TransferState.DRAFT:
        _ask_for_no_note(work, row)
    transfer_store.withdraw(work.session, row, work.now, by=work.actor_id)
    return _shown(work, row)


def _everybody(work: Work, row: Transfer, today: date) -> Sequence[Transfer]:
    """The episode goes as a whole, so with the transfers of everybody who takes part and lives, each told for themselves."""
    found = [one for one in transfer_store.drafts(work.session, row.episode_id) if one.to_id == row.to_id]
    taking_part = _living(work, episode_store.participants(work.session, [row.episode_id])[row.episode_id])
    ready = [one.client_id for one in found if one.id == row.id or not _gaps(work, one, today)]
    rules.require_everybody(taking_part, ready)
    return [one for one in found if one.client_id in taking_part]


def _living(work: Work, client_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Nobody tells anything to who has died, nor is anything of theirs handed over: the others go on without."""
    died = {one.id for one in client_store.every(work.session, client_ids) if one.died_on is not None}
    return [one for one in client_ids if one not in died]


def _require_ready(work: Work, row: Transfer, today: date) -> None:
    client = client_store.get(work.session, row.client_id)
    rules.require_living(died=client is None or client.died_on is not None)
    missing = _gaps(work, row, today)
    if missing:
        raise Invalid(*missing, code="transfer_unfinished", message="Some parts are still to be said.")
    if transfers_told.review_is_missing(work.session, row):
        raise Conflict("A flag of harm stands: record how risk was looked at before this.", code="risk_open")
    if row.to_id is not None:
        handing_over.require_receiver(work.session, "/to_id", row.to_id)
        known = {row.client_id, *note_store.doubles_of(work.session, row.client_id)}
        theirs = note_store.of_parts(work.session, row.episode_id, known)
        rules.require_no_note_waits(waits=any(one.state is NoteState.AWAITING_COSIGN for one in theirs))


def _gaps(work: Work, row: Transfer, today: date) -> Sequence[FieldProblem]:
    content = transfer_store.content(work.client_key(row.client_id), row)
    asked = Asked(row.to_id, row.reason, row.consent, row.consent_on, row.first_meeting_on, content)
    return rules.gaps(asked, today)


def _go(work: Work, row: Transfer) -> None:
    key = work.client_key(row.client_id)
    content = transfer_store.content(key, row)
    going = transfers_told.would_go(work.session, work.keyring, row, content, work.now)
    transfer_store.freeze(key, row, going)
    row.state, row.handed_over_at, row.handed_over_by = TransferState.HANDED_OVER, work.now, work.actor_id
    row.updated_at, row.version = work.now, row.version + 1
    work.session.flush()


def _pass_on(work: Work, going: Sequence[Transfer], episode: Episode, to_id: UUID, today: date) -> None:
    """The episode, with what is open in it. Whoever had it has it no more; co-therapists stay."""
    parts = episode_store.clinicians(work.session, [episode.id])
    former_ids = [part.member_id for part in parts if part.part is ClinicianPart.RESPONSIBLE]
    co_therapists = [part.member_id for part in parts if part.part is not ClinicianPart.RESPONSIBLE]
    transfer_store.settle_earlier(work.session, episode.id, work.now, by=work.actor_id)
    handing_over.give(work.session, episode, to_id, [one for one in co_therapists if one != to_id], work.now)
    episode.updated_at, episode.version = work.now, episode.version + 1
    task_count = task_store.pass_on(work.session, episode.id, [one.client_id for one in going], former_ids, to_id)
    for one in going:
        transfer_store.to_read(work.session, one, to_id, today, work.now)
        day = rules.follow_up_on(one.first_meeting_on, today)
        transfer_store.ask_on(work.session, one, to_id, day, work.now)
    assessment_store.refresh(work.session, [episode.id], work.now)
    work.mention(hand_over_to=str(to_id), task_count=task_count)


def _leave(work: Work, row: Transfer, episode: Episode, today: date) -> None:
    """Somebody here asks on until it has worked out, and somebody writes the note: until it is signed the work goes on here."""
    owner_id = _asks_on(work, episode)
    transfer_store.ask_on(work.session, row, owner_id, rules.follow_up_on(row.first_meeting_on, today), work.now)
    known = {row.client_id, *note_store.doubles_of(work.session, row.client_id)}
    notes = note_store.of_parts(work.session, episode.id, known)
    asked = [_note_tasks(work, row, subject_id) for subject_id in (episode.id, *(one.id for one in notes))]
    if any(one.state is not NoteState.DRAFT for one in notes) or any(asked):
        return
    task = Task(
        kind=TaskKind.WRITE_NOTE,
        owner_id=owner_id,
        episode_id=episode.id,
        client_id=row.client_id,
        subject_id=episode.id,
        due_on=today + _NOTE_WITHIN,
        created_at=work.now,
    )
    task_store.add(work.session, task)


def _has_ended(work: Work, row: Transfer) -> bool:
    """The part of whom it is about."""
    episode = episode_store.get(work.session, row.episode_id)
    taking_part = episode_store.participants(work.session, [row.episode_id])[row.episode_id]
    return episode is None or episode.ended_at is not None or row.client_id not in taking_part


def _asks_on(work: Work, episode: Episode) -> UUID:
    """Whoever is responsible, where they can sign in; a name out of an import cannot, so then it is whoever hands over."""
    responsible_id = episode.responsible_id
    if responsible_id is not None and responsible_id in answerers.working_among(work.session, [responsible_id]):
        return responsible_id
    if work.is_a_person:
        return work.actor_id
    return answerers.of_episodes(work.session, [episode.id], work.now)[episode.id] or work.actor_id


def _note_tasks(work: Work, row: Transfer, subject_id: UUID) -> list[Task]:
    """Those of the episode, or those of a note that was begun or sent back."""
    with tenancy.whole_practice(work.session):
        found = task_store.open_ones(work.session, TaskKind.WRITE_NOTE, subject_id)
        return [one for one in found if one.client_id == row.client_id]


def _ask_for_no_note(work: Work, row: Transfer) -> None:
    """Unless the note is owed anyway: the client has died."""
    client = client_store.get(work.session, row.client_id)
    if client is None or client.died_on is not None:
        return
    for task in _note_tasks(work, row, row.episode_id):
        task.done_at, task.done_by, task.version = work.now, work.actor_id, task.version + 1


def _held(work: Work, transfer_id: UUID, version: int | None = None) -> Transfer:
    """With `version` only as a draft that was seen so."""
    row = transfer_store.hold(work.session, transfer_id)
    if row is None:
        raise NotFound
    if version is not None:
        if row.version != version:
            raise VersionMismatch
        rules.require_draft(row.state)
    return row


def _shown(work: Work, row: Transfer) -> TransferOut:
    found = transfers_told.told(work.session, work.keyring, [row], work.now)
    if not found:
        raise NotFound
    return transfer_shapes.shown(found[0], work.principal.id)
