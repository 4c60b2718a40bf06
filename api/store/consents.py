"""Consents: which address of a client may be used; and whom of an episode the practice may turn to first."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import consents as rules
from api.domain.history import Reach
from schemas.tables import Client, Consent, EpisodeParticipant
from schemas.vocabulary import ConsentState


def every(session: Session, client_id: UUID) -> Sequence[Consent]:
    statement = sa.select(Consent).where(col(Consent.client_id) == client_id).order_by(col(Consent.id))
    return session.scalars(statement).all()


def get(session: Session, client_id: UUID, consent_id: UUID) -> Consent | None:
    statement = sa.select(Consent).where(col(Consent.client_id) == client_id, col(Consent.id) == consent_id)
    return session.scalars(statement).first()


def add(session: Session, consent: Consent) -> None:
    session.add(consent)
    session.flush()


def delete(session: Session, consent: Consent) -> None:
    session.delete(consent)
    session.flush()


def reach(session: Session, episode_ids: Collection[UUID]) -> dict[UUID, Reach]:
    """What those who take part now have said about being reached, by episode."""
    statement = (
        sa.select(
            col(EpisodeParticipant.episode_id), col(Client.id), col(Client.client_contacts_us), col(Consent.state)
        )
        .join(Client, col(Client.id) == col(EpisodeParticipant.client_id))
        .outerjoin(Consent, col(Consent.client_id) == col(Client.id))
        .where(col(EpisodeParticipant.episode_id).in_(set(episode_ids)), col(EpisodeParticipant.left_at).is_(None))
        .distinct()
    )
    said: dict[UUID, dict[tuple[UUID, bool], list[ConsentState]]] = {episode_id: {} for episode_id in episode_ids}
    for episode_id, client_id, contacts_us, state in session.execute(statement):
        states = said[episode_id].setdefault((client_id, contacts_us), [])
        if state is not None:
            states.append(state)
    return {episode_id: rules.reach([_waits(*one) for one in each.items()]) for episode_id, each in said.items()}


def _waits(client: tuple[UUID, bool], states: Collection[ConsentState]) -> bool:
    return rules.has_the_first_word(contacts_us=client[1], states=states)
