"""Taking one client's record apart: the key is destroyed, what is not sealed with it and says who they were goes.

What is left says that somebody came, when and how it went, and no longer who: statistics count it, and hashes over what
was sealed still hold. Call it in one unit; what the files of the database keep is scrubbed after the commit (scrubbing.py).
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import consents as consent_rules
from api.domain import erasure
from api.store import assessments, checkins, offered_times, practices, texts
from api.store.belonging_rows import OnErasure, Whose
from api.store.belongings import BELONGINGS
from schemas.tables import (
    Appointment,
    CheckIn,
    Client,
    ClientKey,
    Consent,
    Delivery,
    Episode,
    EpisodeParticipant,
    ExternalId,
    Import,
    ImportPiece,
    RefusedAddress,
    Reply,
    StoredAnswer,
)
from schemas.tables.base import new_id
from schemas.vocabulary import CheckInState, ImportState, StopReason

_NO_SYNC = {"synchronize_session": False}
_READING = (ImportState.RECEIVED, ImportState.APPLYING, ImportState.UNDOING)


def sending_count(session: Session, client_ids: Collection[UUID]) -> int:
    mine = (col(CheckIn.client_id).in_(client_ids), col(CheckIn.state) == CheckInState.SENDING)
    return session.scalar(sa.select(sa.func.count()).select_from(CheckIn).where(*mine)) or 0


def importing_count(session: Session) -> int:
    """Of the whole practice: nobody knows of whom a file speaks before it is read."""
    reading = col(Import.state).in_(_READING)
    return session.scalar(sa.select(sa.func.count()).select_from(Import).where(reading)) or 0


def erase(session: Session, mine: Whose, *, by: UUID | None, now: datetime) -> dict[str, int]:
    """`mine` is the whole record. Says how many rows went and how many addresses stay refused."""
    alone = Whose(mine.client_ids, _alone(session, mine))
    checkins.stop_pending(session, mine.client_ids, StopReason.HELD, now)
    _settle(session, mine.client_ids, now)
    answered = _close_replies(session, mine.client_ids, by, now)
    refused = _keep_refusals(session, mine.client_ids, now)
    texts.forget_of(session, mine.client_ids, now)
    session.flush()
    session.expire_all()
    _forget_keys_of_appointments(session, alone)
    _blank(session, alone)
    deleted = _delete(session, alone)
    _forget_copies(session)
    session.execute(
        sa.delete(ClientKey).where(col(ClientKey.client_id).in_(mine.client_ids)), execution_options=_NO_SYNC
    )
    _mark(session, alone, by=by, now=now)
    assessments.refresh(session, alone.episode_ids | answered, now)
    return {"deleted_count": deleted, "refused_count": refused, "client_count": len(mine.client_ids)}


def _alone(session: Session, mine: Whose) -> frozenset[UUID]:
    """Of their episodes those in which nobody else took part who is still on record. What is shared stays with the others."""
    others = (
        sa.select(col(EpisodeParticipant.episode_id))
        .join(Client, col(Client.id) == col(EpisodeParticipant.client_id))
        .where(
            col(EpisodeParticipant.episode_id).in_(mine.episode_ids),
            col(EpisodeParticipant.client_id).not_in(mine.client_ids),
            col(Client.erased_at).is_(None),
        )
    )
    return mine.episode_ids - frozenset(session.scalars(others))


def _settle(session: Session, client_ids: Collection[UUID], now: datetime) -> None:
    """Drafts go nowhere, and what nobody knows the end of is nobody's to find out any more."""
    theirs = col(CheckIn.client_id).in_(client_ids)
    drafts = sa.update(CheckIn).where(theirs, col(CheckIn.state) == CheckInState.DRAFT)
    session.execute(
        drafts.values(state=CheckInState.CANCELLED, stopped_by=StopReason.HELD, state_at=now),
        execution_options=_NO_SYNC,
    )
    offered_times.release_of(session, [theirs], now)
    messages = sa.select(col(CheckIn.id)).where(theirs)
    open_ones = sa.update(Delivery).where(col(Delivery.check_in_id).in_(messages), col(Delivery.settled_at).is_(None))
    session.execute(open_ones.values(settled_at=now), execution_options=_NO_SYNC)


def _close_replies(session: Session, client_ids: Collection[UUID], by: UUID | None, now: datetime) -> set[UUID]:
    """Nobody can answer them any more, so they wait in nobody's inbox. How is left open. Returns the episodes touched."""
    waiting = sa.select(Reply).where(col(Reply.client_id).in_(client_ids), col(Reply.handled_at).is_(None))
    touched = set()
    for row in session.scalars(waiting):
        row.handled_at, row.handled_by, row.version = now, by, row.version + 1
        touched.add(row.episode_id)
    session.flush()
    return touched


def _keep_refusals(session: Session, client_ids: Collection[UUID], now: datetime) -> int:
    """Whoever else has the address, or has it next, is not written to there because the refusal was forgotten."""
    known = {(row.channel, row.address_digest) for row in session.scalars(sa.select(RefusedAddress))}
    refused = {
        (row.channel, row.address_digest)
        for row in session.scalars(sa.select(Consent).where(col(Consent.client_id).in_(client_ids)))
        if consent_rules.refused([row.state])
    }
    session.add_all(
        RefusedAddress(channel=channel, address_digest=digest, since=now) for channel, digest in refused - known
    )
    return len(refused)


def _forget_keys_of_appointments(session: Session, alone: Whose) -> None:
    """Another system could say whose times these were. Which one was moved to which stays known."""
    mine = next(one for one in BELONGINGS if one.model is Appointment).mine(alone)
    rows = session.scalars(sa.select(Appointment).where(mine)).all()
    instead = {(row.source, row.external_id): new_id().hex for row in rows}
    for row in rows:
        moved = None if row.rescheduled_from is None else instead.get((row.source, row.rescheduled_from))
        row.external_id, row.rescheduled_from = instead[row.source, row.external_id], moved
    session.flush()


def _blank(session: Session, alone: Whose) -> None:
    for belonging in BELONGINGS:
        if belonging.on_erasure is OnErasure.KEPT and belonging.blanks:
            statement = sa.update(belonging.model).where(belonging.mine(alone)).values(**belonging.blanks)
            session.execute(statement, execution_options=_NO_SYNC)


def _delete(session: Session, alone: Whose) -> int:
    """From the last to the first: what refers to others stands below them in the list."""
    count = 0
    for belonging in reversed(BELONGINGS):
        if belonging.on_erasure is OnErasure.DELETED:
            gone = session.execute(sa.delete(belonging.model).where(belonging.mine(alone)), execution_options=_NO_SYNC)
            count += gone.rowcount  # type: ignore[attr-defined]  # of a DELETE
    groups = (col(ExternalId.noun) == "group", col(ExternalId.target_id).in_(alone.episode_ids))
    session.execute(sa.delete(ExternalId).where(*groups), execution_options=_NO_SYNC)
    return count


def _forget_copies(session: Session) -> None:
    """What may name them under the practice's key: answers kept for retries, and files that were only tried or failed.

    Nobody can tell of whom these speak without opening each. A retry then learns that it was answered, and acts no second time.
    """
    answers = sa.update(StoredAnswer).where(col(StoredAnswer.body_sealed).is_not(None)).values(body_sealed=None)
    session.execute(answers, execution_options=_NO_SYNC)
    not_read = sa.select(col(Import.id)).where(col(Import.state).not_in(_READING))
    pieces = sa.delete(ImportPiece).where(col(ImportPiece.import_id).in_(not_read))
    session.execute(pieces, execution_options=_NO_SYNC)
    expired = sa.update(Import).where(col(Import.state) == ImportState.READY).values(state=ImportState.EXPIRED)
    session.execute(expired, execution_options=_NO_SYNC)


def _mark(session: Session, alone: Whose, *, by: UUID | None, now: datetime) -> None:
    """An unusual zone says who somebody was; the practice's says nothing."""
    zone = practices.current(session).time_zone
    for client in session.scalars(sa.select(Client).where(col(Client.id).in_(alone.client_ids))):
        client.erased_at, client.erased_by, client.updated_at = now, by, now
        client.died_on, client.time_zone = erasure.year_of(client.died_on), zone
        client.death_known_at = erasure.known_around(client.death_known_at, zone)
        client.version += 1
    theirs = sa.update(Episode).where(col(Episode.id).in_(alone.episode_ids)).values(time_zone=zone)
    session.execute(theirs, execution_options=_NO_SYNC)
    session.flush()
