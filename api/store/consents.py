"""Consents: which address of a client may be used; and whom of an episode the practice may turn to first."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import consents as rules
from api.store import tenancy, upserts
from schemas.tables import CheckIn, Client, Consent, ConsentAnswer, EpisodeParticipant, RefusedAddress
from schemas.tables.base import Identifier
from schemas.vocabulary import Channel, ConsentState


def every(session: Session, client_id: UUID) -> Sequence[Consent]:
    statement = sa.select(Consent).where(col(Consent.client_id) == client_id).order_by(col(Consent.id))
    return session.scalars(statement).all()


def get(session: Session, client_id: UUID, consent_id: UUID) -> Consent | None:
    statement = sa.select(Consent).where(col(Consent.client_id) == client_id, col(Consent.id) == consent_id)
    return session.scalars(statement).first()


def of_address(session: Session, client_id: UUID, channel: Channel, digest: bytes) -> Consent | None:
    """Lock the client first: of two who record one address at once the second then finds the first."""
    statement = sa.select(Consent).where(
        col(Consent.client_id) == client_id, col(Consent.channel) == channel, col(Consent.address_digest) == digest
    )
    return session.scalars(statement).first()


def add(session: Session, row: Consent | ConsentAnswer) -> None:
    session.add(row)
    session.flush()


def answers(session: Session, client_id: UUID) -> dict[UUID, list[ConsentAnswer]]:
    """Everything that was said about the addresses of a client, by address, oldest first."""
    statement = (
        sa.select(ConsentAnswer)
        .where(col(ConsentAnswer.client_id) == client_id)
        .order_by(col(ConsentAnswer.at), col(ConsentAnswer.id))
    )
    found: dict[UUID, list[ConsentAnswer]] = defaultdict(list)
    for row in session.scalars(statement):
        found[row.consent_id].append(row)
    return found


def sharing(session: Session, channel: Channel, digest: bytes) -> Sequence[Consent]:
    """Whoever is reached at this address, one row for each client."""
    statement = sa.select(Consent).where(col(Consent.channel) == channel, col(Consent.address_digest) == digest)
    return session.scalars(statement.order_by(col(Consent.id))).all()


def is_off(session: Session, client_id: UUID, channel: Channel, digest: bytes) -> bool:
    """Whether the client has this address on record and may not be written to there, by the last they said."""
    return any(
        one.client_id == client_id and one.state is not ConsentState.GRANTED
        for one in sharing(session, channel, digest)
    )


def withdraw(session: Session, row: Consent, now: datetime) -> None:
    """By the client's own word, which no member wrote down."""
    row.state, row.asked_at, row.updated_at, row.version = ConsentState.WITHDRAWN, now, now, row.version + 1
    said = ConsentAnswer(consent_id=row.id, client_id=row.client_id, state=ConsentState.WITHDRAWN, at=now)
    add(session, said)


def delete(session: Session, consent: Consent) -> None:
    session.delete(consent)
    session.flush()


def end_with_minority(session: Session, client_id: UUID, adult_on: date) -> None:
    """What a minor allowed is asked again when they come of age, also where it was allowed before that was known."""
    for row in every(session, client_id):
        until = rules.until_of_age(row.valid_until, adult_on)
        if row.state is ConsentState.GRANTED and row.valid_until != until:
            row.valid_until, row.version = until, row.version + 1
    session.flush()


def refused_since(session: Session, channel: Channel, digest: bytes) -> datetime | None:
    """Since when an address is refused by somebody who was erased or has it no more. It binds whoever has the address now."""
    statement = sa.select(col(RefusedAddress.since)).where(
        col(RefusedAddress.channel) == channel, col(RefusedAddress.address_digest) == digest
    )
    return session.scalars(statement).first()


def refuse(session: Session, channel: Channel, digest: bytes, now: datetime) -> bool:
    """An address that is on nobody's record was refused; whether that is new."""
    table = RefusedAddress.__table__  # type: ignore[attr-defined]  # set by SQLModel
    row = {"practice_id": tenancy.practice_of(session), "channel": channel, "address_digest": digest, "since": now}
    insert = upserts.insert(session, table).values(row).on_conflict_do_nothing()
    return bool(session.execute(insert).rowcount)  # type: ignore[attr-defined]  # a cursor result for an insert


def of_message(session: Session, client_id: UUID, check_in_id: UUID) -> list[Consent]:
    """The record of the address that a message went by, whatever address stands there by now; empty where it was taken off."""
    went_by = sa.select(col(CheckIn.consent_id)).where(col(CheckIn.id) == check_in_id)
    statement = sa.select(Consent).where(col(Consent.client_id) == client_id, col(Consent.id).in_(went_by))
    return list(session.scalars(statement))


def refused_before(session: Session, rows: Collection[Consent]) -> set[UUID]:
    """Of these addresses, those that somebody refused who was erased since, or had them before."""
    statement = sa.select(RefusedAddress).where(
        col(RefusedAddress.address_digest).in_({row.address_digest for row in rows})
    )
    refused = {(row.channel, row.address_digest) for row in session.scalars(statement)}
    return {row.id for row in rows if (row.channel, row.address_digest) in refused}


def to_write_to(session: Session, client_id: UUID) -> Consent | None:
    """Where nobody names an address: the first that was granted, by e-mail before text message, else any: the decision says what
    is wrong with it.
    """
    rows = every(session, client_id)
    ways = [row for channel in (Channel.EMAIL, Channel.SMS) for row in rows if row.channel is channel]
    return next((row for row in ways if row.state is ConsentState.GRANTED), ways[0] if ways else None)


def terms(row: Consent) -> rules.Terms:
    hours = None if row.safe_from is None or row.safe_until is None else (row.safe_from, row.safe_until)
    return rules.Terms(
        row.state, row.valid_until, row.may_mention_therapy, row.voicemail_allowed, hours, row.recipient, row.authority
    )


class Reached(NamedTuple):
    """Of each who takes part and lives, whether the first word is theirs; and the day of a death, where everybody has died."""

    waits: Mapping[UUID, bool]
    died_on: date | None


# Made once: every fact that is recorded asks it.
_SAID = (
    sa.select(
        col(EpisodeParticipant.episode_id),
        col(Client.id),
        col(Client.client_contacts_us),
        col(Client.died_on),
        col(Consent.state),
    )
    .join(Client, col(Client.id) == col(EpisodeParticipant.client_id))
    .outerjoin(Consent, col(Consent.client_id) == col(Client.id))
    .where(
        col(EpisodeParticipant.episode_id).in_(sa.bindparam("episode_ids", type_=Identifier, expanding=True)),
        col(EpisodeParticipant.left_at).is_(None),
    )
    .distinct()
)


def reach(session: Session, episode_ids: Collection[UUID]) -> dict[UUID, Reached]:
    """What those who take part now have said about being reached, by episode. Whoever died says nothing any more."""
    said: dict[UUID, dict[_Client, list[ConsentState]]] = {episode_id: {} for episode_id in episode_ids}
    for episode_id, client_id, contacts_us, died_on, state in session.execute(_SAID, {"episode_ids": set(said)}):
        states = said[episode_id].setdefault(_Client(client_id, contacts_us, died_on), [])
        if state is not None:
            states.append(state)
    return {episode_id: _reached(each) for episode_id, each in said.items()}


class _Client(NamedTuple):
    client_id: UUID
    contacts_us: bool
    died_on: date | None


def _reached(said: Mapping[_Client, Collection[ConsentState]]) -> Reached:
    waits = {
        client.client_id: rules.has_the_first_word(contacts_us=client.contacts_us, states=states)
        for client, states in said.items()
        if client.died_on is None
    }
    deaths = [client.died_on for client in said if client.died_on is not None]
    return Reached(waits, max(deaths) if deaths and not waits else None)
