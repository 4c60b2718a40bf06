"""What is on record about reaching one client in one episode: messages, replies and contacts, the newest first.

For the pack that a licensing board or a court may ask for. Another participant's own are left out; concerns are another table, and never
read here.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import CheckIn, Contact, ContactDecision, Reply
from schemas.vocabulary import CheckInState, ContactDirection, ContactOutcome


def messages(session: Session, episode_id: UUID, client_ids: Collection[UUID], *, limit: int) -> Sequence[CheckIn]:
    """Also those that did not go. A draft only if it was asked of it whether it might."""
    asked = sa.select(col(ContactDecision.check_in_id)).where(col(ContactDecision.episode_id) == episode_id)
    statement = sa.select(CheckIn).where(
        col(CheckIn.episode_id) == episode_id,
        col(CheckIn.client_id).in_(set(client_ids)),
        sa.or_(col(CheckIn.state) != CheckInState.DRAFT, col(CheckIn.id).in_(asked)),
    )
    return session.scalars(statement.order_by(col(CheckIn.id).desc()).limit(limit)).all()


def replies(session: Session, episode_id: UUID, client_ids: Collection[UUID], *, limit: int) -> Sequence[Reply]:
    """Also those in whose place another stands."""
    statement = sa.select(Reply).where(col(Reply.episode_id) == episode_id, col(Reply.client_id).in_(set(client_ids)))
    return session.scalars(statement.order_by(col(Reply.at).desc(), col(Reply.id).desc()).limit(limit)).all()


def contacts(session: Session, episode_id: UUID, client_ids: Collection[UUID], *, limit: int) -> Sequence[Contact]:
    """What was done elsewhere and recorded here, with what is about everybody in the episode. A message of ours and a reply by its
    link have a contact too: those stand among the messages and replies.
    """
    of_a_reply = sa.exists().where(
        col(Reply.episode_id) == col(Contact.episode_id),
        col(Reply.client_id) == col(Contact.client_id),
        col(Reply.at) == col(Contact.at),
        col(Contact.direction) == ContactDirection.INBOUND,
        col(Contact.outcome) == ContactOutcome.RECEIVED,
        col(Contact.note_sealed).is_(None),
    )
    statement = sa.select(Contact).where(
        col(Contact.episode_id) == episode_id,
        sa.or_(col(Contact.client_id).is_(None), col(Contact.client_id).in_(set(client_ids))),
        col(Contact.check_in_id).is_(None),
        ~of_a_reply,
    )
    return session.scalars(statement.order_by(col(Contact.at).desc(), col(Contact.id).desc()).limit(limit)).all()
