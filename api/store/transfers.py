"""Transfers as rows, what is sealed of them, and the tasks of whoever reads one and of whoever asks whether they met."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import transfers as rules
from api.domain.transfers import Content, Handed
from api.store import answerers, clients, concerns, joining, keys, tasks, tenancy
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import Episode, EpisodeClinician, Task, Transfer
from schemas.vocabulary import FirstMeeting, TaskKind, TransferState

_KINDS = (TaskKind.READ_TRANSFER, TaskKind.FOLLOW_TRANSFER)
_DRAFT = col(Transfer.state) == TransferState.DRAFT
_ASKED = col(Transfer.owner_id).is_not(None)


def add(session: Session, row: Transfer) -> None:
    session.add(row)
    session.flush()


def get(session: Session, transfer_id: UUID) -> Transfer | None:
    return session.scalars(sa.select(Transfer).where(col(Transfer.id) == transfer_id)).first()


def hold(session: Session, transfer_id: UUID) -> Transfer | None:
    """As it stands now, and nobody else's to change until this unit ends. First whoever takes part, as everywhere."""
    clients.lock_of_episodes(session, sa.select(col(Transfer.episode_id)).where(col(Transfer.id) == transfer_id))
    statement = sa.select(Transfer).where(col(Transfer.id) == transfer_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def page(session: Session, episode_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Transfer]:
    """Newest first."""
    statement = sa.select(Transfer).where(col(Transfer.episode_id) == episode_id).order_by(col(Transfer.id).desc())
    if before is not None:
        statement = statement.where(col(Transfer.id) < before)
    return session.scalars(statement.limit(limit)).all()


def drafts(session: Session, episode_id: UUID) -> Sequence[Transfer]:
    """Hold whoever takes part before, where they are to be handed over."""
    statement = sa.select(Transfer).where(col(Transfer.episode_id) == episode_id, _DRAFT).order_by(col(Transfer.id))
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def latest_of_part(session: Session, episode_id: UUID, client_ids: Collection[UUID]) -> Transfer | None:
    """To somebody elsewhere, not withdrawn: what a note about that ending says of it."""
    statement = sa.select(Transfer).where(
        col(Transfer.episode_id) == episode_id,
        col(Transfer.client_id).in_(set(client_ids)),
        col(Transfer.to_id).is_(None),
        col(Transfer.state).in_((TransferState.HANDED_OVER, TransferState.RECEIVED)),
    )
    return session.scalars(statement.order_by(col(Transfer.id).desc()).limit(1)).first()


def goes_to(session: Session, keyring: Keyring, episode_id: UUID, client_id: UUID) -> str | None:
    """What the note about this part says of its transfer to somebody elsewhere; None where there is none."""
    row = latest_of_part(session, episode_id, {client_id})
    if row is None:
        return None
    told = content(keys.of_client(session, keyring, client_id), row)
    return rules.note_words(told, row.consent_on, row.first_meeting_on)


def seal(key: DataKey, row: Transfer, content: Content) -> None:
    row.content_sealed = key.seal(rules.content_to_json(content), Place("transfers", "content", row.id))


def content(key: DataKey, row: Transfer) -> Content:
    return rules.content_from_json(key.open(row.content_sealed, Place("transfers", "content", row.id)))


def freeze(key: DataKey, row: Transfer, handed: Handed) -> None:
    row.handed_sealed = key.seal(rules.handed_to_json(handed), Place("transfers", "handed", row.id))


def handed(key: DataKey, row: Transfer) -> Handed | None:
    if row.handed_sealed is None:
        return None
    return rules.handed_from_json(key.open(row.handed_sealed, Place("transfers", "handed", row.id)))


def to_read(session: Session, row: Transfer, reader_id: UUID, due_on: date, now: datetime) -> None:
    """A colleague has to read what was handed over to them."""
    with tenancy.whole_practice(session):
        tasks.add(session, _task(row, TaskKind.READ_TRANSFER, reader_id, due_on, now))


def ask_on(session: Session, row: Transfer, owner_id: UUID, day: date, now: datetime) -> None:
    """From now on somebody asks whether the first meeting took place; whosever task it was before."""
    row.owner_id, row.follow_up_on = owner_id, day
    with tenancy.whole_practice(session):
        found = tasks.open_ones(session, TaskKind.FOLLOW_TRANSFER, row.id)
        if not found:
            tasks.add(session, _task(row, TaskKind.FOLLOW_TRANSFER, owner_id, day, now))
        for task in found:
            task.owner_id, task.due_on, task.version = owner_id, day, task.version + 1


def read_by_somebody(session: Session, row: Transfer, *, by: UUID | None, now: datetime) -> None:
    with tenancy.whole_practice(session):
        tasks.finish(session, TaskKind.READ_TRANSFER, row.id, by=by, now=now)


def settle(session: Session, row: Transfer, outcome: FirstMeeting, now: datetime, *, by: UUID | None) -> None:
    """Nobody asks any more."""
    row.first_meeting, row.settled_at, row.owner_id, row.follow_up_on = outcome, now, None, None
    row.updated_at, row.version = now, row.version + 1
    with tenancy.whole_practice(session):
        tasks.finish(session, TaskKind.FOLLOW_TRANSFER, row.id, by=by, now=now)


def withdraw(session: Session, row: Transfer, now: datetime, *, by: UUID | None) -> None:
    row.state, row.withdrawn_at, row.withdrawn_by = TransferState.WITHDRAWN, now, by
    row.updated_at, row.version = now, row.version + 1
    if row.owner_id is not None:
        settle(session, row, FirstMeeting.WITHDRAWN, now, by=by)
    read_by_somebody(session, row, by=by, now=now)


def settle_of(session: Session, client_ids: Collection[UUID], now: datetime, *, by: UUID | None) -> None:
    """Nobody goes on with somebody who has died, in whatever caseload. Hold the clients before."""
    with tenancy.whole_practice(session):
        theirs = col(Transfer.client_id).in_(set(client_ids))
        for row in session.scalars(sa.select(Transfer).where(theirs, _DRAFT).order_by(col(Transfer.id))).all():
            withdraw(session, row, now, by=by)
        for row in session.scalars(sa.select(Transfer).where(theirs, _ASKED).order_by(col(Transfer.id))).all():
            settle(session, row, FirstMeeting.CLIENT_DIED, now, by=by)
            read_by_somebody(session, row, by=by, now=now)


def reopen_of(session: Session, client_id: UUID, today: date, now: datetime) -> None:
    """They have not died after all: whoever is responsible asks again, and reads what they had not, else a practice lead. Drafts that
    were withdrawn stay so. Hold the client before.
    """
    with tenancy.whole_practice(session):
        theirs = (col(Transfer.client_id) == client_id, col(Transfer.first_meeting) == FirstMeeting.CLIENT_DIED)
        for row in session.scalars(sa.select(Transfer).where(*theirs).order_by(col(Transfer.id))).all():
            episode = session.scalars(sa.select(Episode).where(col(Episode.id) == row.episode_id)).one()
            owner_id = _somebody(session, episode.responsible_id, but=None)
            if owner_id is None:
                continue
            row.first_meeting = row.settled_at = None
            row.updated_at, row.version = now, row.version + 1
            met_on = row.first_meeting_on
            day = rules.follow_up_on(met_on if met_on is not None and met_on >= today else None, today)
            ask_on(session, row, owner_id, day, now)
            if row.to_id is not None and row.state is TransferState.HANDED_OVER and episode.ended_at is None:
                to_read(session, row, owner_id, today, now)


def _somebody(session: Session, responsible_id: UUID | None, *, but: UUID | None) -> UUID | None:
    """Who sees it and can sign in: whoever is responsible, else a practice lead."""
    if responsible_id is not None and responsible_id in answerers.working_among(session, [responsible_id]):
        return responsible_id
    return next((one for one in concerns.leads(session) if one != but), None)


def withdraw_drafts(session: Session, episode_ids: Collection[UUID], now: datetime) -> None:
    """Somebody else has the work by now, by another way: what was written for it before is not theirs to read."""
    with tenancy.whole_practice(session):
        theirs = sa.select(Transfer).where(col(Transfer.episode_id).in_(set(episode_ids)), _DRAFT)
        for row in session.scalars(theirs.order_by(col(Transfer.id))).all():
            withdraw(session, row, now, by=None)


def end_part(session: Session, episode_id: UUID, client_ids: Collection[UUID], now: datetime) -> None:
    """Nothing is handed over any more of a part that has ended: its drafts are withdrawn, and nobody has to read what was handed over
    to a colleague. Whether somebody met whoever goes on elsewhere is asked all the same. Hold the clients before.
    """
    with tenancy.whole_practice(session):
        waits = sa.and_(col(Transfer.to_id).is_not(None), col(Transfer.state) == TransferState.HANDED_OVER)
        theirs = (col(Transfer.episode_id) == episode_id, col(Transfer.client_id).in_(set(client_ids)))
        for row in session.scalars(
            sa.select(Transfer).where(*theirs, sa.or_(_DRAFT, waits)).order_by(col(Transfer.id))
        ).all():
            if row.state is TransferState.DRAFT:
                withdraw(session, row, now, by=None)
            else:
                read_by_somebody(session, row, by=None, now=now)


def settle_earlier(session: Session, episode_id: UUID, now: datetime, *, by: UUID | None) -> None:
    """The work goes on to another colleague: nobody reads, or asks about, what was handed over within the practice before."""
    with tenancy.whole_practice(session):
        inside = (col(Transfer.episode_id) == episode_id, col(Transfer.to_id).is_not(None), _ASKED)
        for row in session.scalars(sa.select(Transfer).where(*inside).order_by(col(Transfer.id))).all():
            settle(session, row, FirstMeeting.OTHER, now, by=by)
            read_by_somebody(session, row, by=by, now=now)


def readers(session: Session, row: Transfer) -> set[UUID]:
    """Whose task it is to read it, whoever it was handed over to at first."""
    with tenancy.whole_practice(session):
        return {one.owner_id for one in tasks.open_ones(session, TaskKind.READ_TRANSFER, row.id)}


def of_member(member_id: UUID) -> sa.ColumnElement[bool]:
    """Those that somebody has to read or to ask about."""
    to_read = sa.select(col(Task.subject_id)).where(
        col(Task.kind) == TaskKind.READ_TRANSFER, col(Task.owner_id) == member_id, col(Task.done_at).is_(None)
    )
    return sa.or_(col(Transfer.owner_id) == member_id, col(Transfer.id).in_(to_read))


def follow(session: Session, episode_id: UUID, gone: Collection[UUID], to_id: UUID, now: datetime) -> None:
    """Who does not work in the episode any more hands what they have to read or to ask to whoever is responsible now; to a practice
    lead where that is a name out of an import, which nobody signs in by.
    """
    with tenancy.whole_practice(session):
        if to_id not in answerers.working_among(session, [to_id]):
            to_id = next(iter(concerns.leads(session)), to_id)
        _give(session, sa.select(Transfer).where(col(Transfer.episode_id) == episode_id), set(gone), to_id, now)


def are_asked_by(session: Session, member_id: UUID) -> bool:
    """Whether somebody still has to read what they were handed, or to ask whether a first meeting took place, anywhere in the practice."""
    with tenancy.whole_practice(session):
        return session.scalar(sa.select(col(Transfer.id)).where(of_member(member_id)).limit(1)) is not None


def hand_over(session: Session, member_id: UUID, to_id: UUID, now: datetime) -> None:
    """All that somebody who leaves has to read or to ask, to somebody else, who joins the episodes it is about, also those that have
    ended. Hold the clients before (`stops.hold_those_of`).
    """
    with tenancy.whole_practice(session):
        theirs = sa.select(Transfer).where(of_member(member_id))
        joining.join(session, {row.episode_id for row in session.scalars(theirs)}, to_id, now)
        _give(session, theirs, {member_id}, to_id, now)


def clients_of(session: Session, member_id: UUID) -> set[UUID]:
    """Of whom somebody has something to read or to ask, anywhere in the practice: to be held before it is given to others."""
    with tenancy.whole_practice(session):
        return set(session.scalars(sa.select(col(Transfer.client_id)).where(of_member(member_id))))


def give_up_unseen(session: Session, member_id: UUID, now: datetime) -> None:
    """Who leads no more hands on what is about episodes they do not work in: to whoever is responsible there, else to another lead.
    Hold the clients before.
    """
    with tenancy.whole_practice(session):
        parts = sa.select(col(EpisodeClinician.episode_id)).where(col(EpisodeClinician.member_id) == member_id)
        unseen = sa.select(Transfer).where(of_member(member_id), col(Transfer.episode_id).not_in(parts))
        for row in session.scalars(unseen.order_by(col(Transfer.id))).all():
            episode = session.scalars(sa.select(Episode).where(col(Episode.id) == row.episode_id)).one()
            to_id = _somebody(session, episode.responsible_id, but=member_id)
            if to_id is not None:
                _give(session, sa.select(Transfer).where(col(Transfer.id) == row.id), {member_id}, to_id, now)


def _give(session: Session, which: sa.Select[Transfer], from_ids: Collection[UUID], to_id: UUID, now: datetime) -> None:
    for row in session.scalars(which.order_by(col(Transfer.id))).all():
        if row.owner_id in from_ids:
            row.owner_id, row.updated_at, row.version = to_id, now, row.version + 1
        for kind in _KINDS:
            for task in tasks.open_ones(session, kind, row.id):
                if task.owner_id in from_ids:
                    task.owner_id, task.version = to_id, task.version + 1
    session.flush()


def move(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    """What was sealed under a double's key is sealed anew under the client's."""
    for row in session.scalars(sa.select(Transfer).where(col(Transfer.client_id) == double_id)):
        told, gone = content(former, row), handed(former, row)
        seal(key, row, told)
        if gone is not None:
            freeze(key, row, gone)


def _task(row: Transfer, kind: TaskKind, owner_id: UUID, due_on: date, now: datetime) -> Task:
    return Task(
        kind=kind,
        owner_id=owner_id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        subject_id=row.id,
        due_on=due_on,
        created_at=now,
    )
