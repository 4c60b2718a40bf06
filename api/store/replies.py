"""Answers to messages, and who holds the link of one, asked before any practice is known.

`link_by_token` runs outside tenancy. A test pins its callers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from api.store import clients, tenancy
from api.store.occasions import WENT
from schemas.tables import CheckIn, Client, ClientKey, Consent, Contact, Reply
from schemas.tables.base import Instant
from schemas.vocabulary import Channel, CheckInKind, ContactOutcome, Locale, Recipient, ReplyHandling


@dataclass(frozen=True, slots=True)
class Link:
    """The message that a link answers. `client_id` is the client of today, should the one written to have been a double."""

    practice_id: UUID
    check_in_id: UUID
    episode_id: UUID
    client_id: UUID
    channel: Channel
    address_digest: bytes | None
    locale: Locale
    until: datetime | None


def link_by_token(session: Session, token_digest: bytes, now: datetime) -> Link | None:
    """None also for a link that has expired, and for a client who was erased: the three cannot be told apart."""
    statement = _links().where(col(CheckIn.token_digest) == token_digest, col(CheckIn.reply_until) > now)
    row = session.execute(tenancy.before_tenant(statement)).first()
    return None if row is None else Link(*row)


def link_of(session: Session, check_in_id: UUID) -> Link | None:
    """That of a message that was answered, though it may have run out since. None where the client was erased."""
    row = session.execute(_links().where(col(CheckIn.id) == check_in_id)).first()
    return None if row is None else Link(*row)


def _links() -> sa.Select[UUID, UUID, UUID, UUID, Channel, bytes | None, Locale, datetime | None]:
    client_id = sa.func.coalesce(col(Client.merged_into_id), col(Client.id))
    return (
        sa.select(
            col(CheckIn.practice_id),
            col(CheckIn.id),
            col(CheckIn.episode_id),
            client_id,
            col(CheckIn.channel),
            col(CheckIn.address_digest),
            col(CheckIn.locale),
            col(CheckIn.reply_until),
        )
        .join(
            Client,
            sa.and_(col(Client.practice_id) == col(CheckIn.practice_id), col(Client.id) == col(CheckIn.client_id)),
        )
        .join(
            ClientKey,
            sa.and_(col(ClientKey.practice_id) == col(CheckIn.practice_id), col(ClientKey.client_id) == client_id),
        )
    )


def add(session: Session, row: Reply) -> None:
    session.add(row)
    session.flush()


def get(session: Session, reply_id: UUID) -> Reply | None:
    return session.scalars(sa.select(Reply).where(col(Reply.id) == reply_id)).first()


def hold(session: Session, reply_id: UUID) -> Reply | None:
    """As it stands now, and nobody else's to change until this unit ends. First whoever takes part, as everywhere."""
    clients.lock_of_episodes(session, sa.select(col(Reply.episode_id)).where(col(Reply.id) == reply_id))
    statement = sa.select(Reply).where(col(Reply.id) == reply_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def answered_since(session: Session, row: Reply, at: datetime) -> bool:
    """Whether anything else came by the same link after an instant. What is passed on since had at that instant a part beside it that
    was not kept back: that counts too.
    """
    then = col(Reply.at) >= at if row.at > at else col(Reply.at) > at
    later = sa.select(col(Reply.id)).where(col(Reply.check_in_id) == row.check_in_id, col(Reply.id) != row.id, then)
    return session.scalar(later.limit(1)) is not None


def latest(session: Session, check_in_id: UUID, *, since: datetime) -> Sequence[Reply]:
    """What was answered to one message since an instant."""
    statement = sa.select(Reply).where(col(Reply.check_in_id) == check_in_id, col(Reply.at) > since)
    return session.scalars(statement.order_by(col(Reply.id))).all()


def answered_by(session: Session, answer: CheckIn, now: datetime) -> int:
    """A message that was sent in answer to the client has handled what had come by its approval; how many replies."""
    open_ones = (
        col(Reply.client_id) == answer.client_id,
        col(Reply.episode_id) == answer.episode_id,
        col(Reply.handled_at).is_(None),
        col(Reply.at) <= (answer.approved_at or answer.written_at),
    )
    handled = (
        sa.update(Reply)
        .where(*open_ones)
        .values(
            handled_at=now,
            handled_by=answer.approved_by,
            handled_how=ReplyHandling.WROTE,
            version=col(Reply.version) + 1,
        )
    )
    result = session.execute(handled.execution_options(synchronize_session="fetch"))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a cursor result for an update


def reopen(session: Session, answer: CheckIn) -> Sequence[Reply]:
    """A message that was sent in answer to the client did not arrive after all: what it had handled waits again. Not where another
    answer stands; nor what was handled by anything else. Call it once the contact of the message says that it did not arrive.
    """
    other = aliased(CheckIn)
    stands = sa.select(col(other.id)).where(
        col(other.id) != answer.id,
        col(other.kind) == CheckInKind.ANSWER,
        col(other.state).in_(WENT),
        col(other.client_id) == col(Reply.client_id),
        col(other.episode_id) == col(Reply.episode_id),
        sa.func.coalesce(col(other.approved_at), col(other.written_at), type_=Instant) >= col(Reply.at),
    )
    by_what_was_lost = sa.and_(
        col(Contact.client_id) == col(Reply.client_id),
        col(Contact.episode_id) == col(Reply.episode_id),
        col(Contact.known_at) == col(Reply.handled_at),
        col(Contact.outcome) == ContactOutcome.NOT_DELIVERED,
        col(Contact.check_in_id).is_not(None),
    )
    statement = (
        sa.select(Reply)
        .join(Contact, by_what_was_lost)
        .join(Client, col(Client.id) == col(Reply.client_id))
        .where(
            col(Reply.client_id) == answer.client_id,
            col(Reply.episode_id) == answer.episode_id,
            col(Reply.handled_how) == ReplyHandling.WROTE,
            col(Client.erased_at).is_(None),
            ~stands.exists(),
        )
        .order_by(col(Reply.id))
    )
    rows = session.scalars(statement).unique().all()
    for row in rows:
        row.handled_at = row.handled_by = row.handled_how = None
        row.version += 1
    session.flush()
    return rows


def holder(session: Session, check_in_id: UUID) -> Recipient | None:
    """Who reads at the address a message went to, and so who answers from there. None: not said, or off the record."""
    statement = (
        sa.select(col(Consent.recipient))
        .join(CheckIn, col(CheckIn.consent_id) == col(Consent.id))
        .where(col(CheckIn.id) == check_in_id)
    )
    return session.scalars(statement).first()
