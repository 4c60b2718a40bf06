"""What a covering colleague is shown of an absent clinician's clients. Everything here runs inside `tenancy.standing_in_for`,
but what names itself: the risk tasks, and who else is reached at an address.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import covers as rules
from api.store import clients, consents, covering_transfers, covers, keys, names, tasks, tenancy
from api.store import flags as flag_store
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import Client, Consent, Cover, Episode, Flag, Referral, Reply, Task
from schemas.vocabulary import Channel, ConsentState, FlagKind, Locale, Recipient, TaskKind

_REFUSED = (ConsentState.DECLINED, ConsentState.WITHDRAWN)
_MOST_REPLIES = 100
_TODAY = (TaskKind.RISK_TODAY, TaskKind.LOOK_AT_ANSWER)


@dataclass(frozen=True, slots=True)
class FlagAtHand:
    """Without the words of whoever raised it."""

    kind: FlagKind
    consent_id: UUID | None
    raised_at: datetime
    review_on: date | None


@dataclass(frozen=True, slots=True)
class AddressAtHand:
    id: UUID
    channel: Channel
    address: str
    may_be_used: bool
    state: ConsentState
    valid_until: date | None
    unsafe: bool
    refused_elsewhere: bool
    safe_from: time | None
    safe_until: time | None
    may_mention_therapy: bool
    voicemail_allowed: bool
    sender_name: str | None
    recipient: Recipient | None


@dataclass(frozen=True, slots=True)
class ClientAtHand:
    """A client as far as a cover shows one. Of somebody whose key is gone there is no address and nobody to call."""

    id: UUID
    name: str
    time_zone: str
    locale: Locale | None
    client_contacts_us: bool
    adult_on: date | None
    died_on: date | None
    flags: list[FlagAtHand]
    addresses: list[AddressAtHand]
    emergency_contact: str | None


def at_hand(
    session: Session, keyring: Keyring, client_ids: Collection[UUID], now: datetime
) -> dict[UUID, ClientAtHand]:
    """Of these clients: who they are, what keeps messages back, and how they may be reached."""
    ids = set(client_ids)
    flags, addresses = defaultdict[UUID, list[Flag]](list), defaultdict[UUID, list[Consent]](list)
    for flag in flag_store.open_ones(session, ids):
        flags[flag.client_id].append(flag)
    rows = session.scalars(sa.select(Consent).where(col(Consent.client_id).in_(ids)).order_by(col(Consent.id))).all()
    for row in rows:
        addresses[row.client_id].append(row)
    bound = bound_by_others(session, rows) if rows else set()
    called = names.of_clients(session, keyring, ids)
    opened = keys.left_of_clients(session, keyring, ids) if ids else {}
    found = {}
    for client in clients.every(session, ids):
        key, theirs = opened.get(client.id), flags[client.id]
        contact = client.emergency_contact_sealed
        found[client.id] = ClientAtHand(
            id=client.id,
            name=called[client.id],
            time_zone=client.time_zone,
            locale=client.locale,
            client_contacts_us=client.client_contacts_us,
            adult_on=client.adult_on,
            died_on=client.died_on,
            flags=[FlagAtHand(one.kind, one.consent_id, one.raised_at, one.review_on) for one in theirs],
            addresses=[]
            if key is None
            else [_address(row, client, theirs, key, bound=row.id in bound, now=now) for row in addresses[client.id]],
            emergency_contact=None
            if contact is None or key is None
            else key.open(contact, Place("clients", "emergency_contact", client.id)),
        )
    return found


def _address(
    row: Consent, client: Client, flags: Sequence[Flag], key: DataKey, *, bound: bool, now: datetime
) -> AddressAtHand:
    about_it = [flag.kind for flag in flags if flag.consent_id in (None, row.id)]
    limits = rules.Limits(row.state, row.valid_until, about_it, bound_by_others=bound, died=client.died_on is not None)
    sender = row.sender_name_sealed
    return AddressAtHand(
        id=row.id,
        channel=row.channel,
        address=key.open(row.address_sealed, Place("consents", "address", row.id)),
        may_be_used=rules.may_be_used(limits, now.astimezone(ZoneInfo(client.time_zone)).date()),
        state=row.state,
        valid_until=row.valid_until,
        unsafe=FlagKind.UNSAFE_TO_CONTACT in about_it,
        refused_elsewhere=bound,
        safe_from=row.safe_from,
        safe_until=row.safe_until,
        may_mention_therapy=row.may_mention_therapy,
        voicemail_allowed=row.voicemail_allowed,
        sender_name=None if sender is None else key.open(sender, Place("consents", "sender_name", row.id)),
        recipient=row.recipient,
    )


def bound_by_others(session: Session, rows: Collection[Consent]) -> set[UUID]:
    """Those of the addresses at which somebody else is reached who refused them, or for whom they are not safe.

    Also where whoever refused was erased since. Yes or no, and never who.
    """
    digests = {row.address_digest for row in rows}
    refused = sa.select(col(Consent.address_digest), col(Consent.client_id)).where(
        col(Consent.address_digest).in_(digests), col(Consent.state).in_(_REFUSED)
    )
    unsafe = (
        sa.select(col(Consent.address_digest), col(Flag.client_id))
        .join(Flag, col(Flag.consent_id) == col(Consent.id))
        .where(
            col(Consent.address_digest).in_(digests),
            col(Flag.kind) == FlagKind.UNSAFE_TO_CONTACT,
            col(Flag.cleared_at).is_(None),
        )
    )
    with tenancy.whole_practice(session):
        said = [tuple(found) for statement in (refused, unsafe) for found in session.execute(statement)]
    of_others = {
        row.id
        for row in rows
        if any(digest == row.address_digest and client_id != row.client_id for digest, client_id in said)
    }
    return of_others | consents.refused_before(session, rows)


def episode(session: Session, episode_id: UUID, absent_id: UUID, today: date) -> Episode | None:
    """A running one for which the absent clinician is responsible; or any out of which they were to ask somebody by today."""
    running = sa.and_(col(Episode.responsible_id) == absent_id, col(Episode.ended_at).is_(None))
    asks = [one.exists() for one in _asks(episode_id, absent_id, today)]
    statement = sa.select(Episode).where(col(Episode.id) == episode_id, sa.or_(running, *asks))
    return session.scalars(statement).first()


def to_ask(session: Session, episode_id: UUID, absent_id: UUID, today: date) -> set[UUID]:
    """Whom of this work they were to ask by today how a referral went; or about whom to read, or to ask, after a transfer."""
    return {one for asked in _asks(episode_id, absent_id, today) for one in session.scalars(asked)}


def _asks(episode_id: UUID, absent_id: UUID, today: date) -> tuple[sa.Select[UUID], sa.Select[UUID]]:
    referrals = sa.select(col(Referral.client_id)).where(
        col(Referral.episode_id) == episode_id,
        col(Referral.owner_id) == absent_id,
        col(Referral.closed_at).is_(None),
        col(Referral.follow_up_on) <= today,
    )
    return referrals, covering_transfers.asks(episode_id, absent_id, today)


def open_replies(session: Session, absent_id: UUID) -> Sequence[Reply]:
    """What may be about danger, then whoever has waited longest; also what came after an ending."""
    theirs = sa.select(col(Episode.id)).where(col(Episode.responsible_id) == absent_id)
    statement = (
        sa.select(Reply)
        .where(col(Reply.episode_id).in_(theirs), col(Reply.handled_at).is_(None))
        .order_by(col(Reply.comes_first).desc(), col(Reply.at), col(Reply.id))
        .limit(_MOST_REPLIES)
    )
    return session.scalars(statement).all()


def due_referrals(session: Session, absent_id: UUID, today: date) -> Sequence[Referral]:
    """Whom they were to ask by today how finding somebody else went, oldest first. Of nobody who has died."""
    statement = (
        sa.select(Referral)
        .join(Client, col(Client.id) == col(Referral.client_id))
        .where(
            col(Referral.owner_id) == absent_id,
            col(Referral.closed_at).is_(None),
            col(Referral.follow_up_on) <= today,
            col(Client.died_on).is_(None),
        )
        .order_by(col(Referral.follow_up_on), col(Referral.id))
        .limit(_MOST_REPLIES)
    )
    return session.scalars(statement).all()


def open_reply(session: Session, reply_id: UUID, absent_id: UUID) -> Reply | None:
    theirs = sa.select(col(Episode.id)).where(col(Episode.responsible_id) == absent_id)
    statement = sa.select(Reply).where(
        col(Reply.id) == reply_id, col(Reply.episode_id).in_(theirs), col(Reply.handled_at).is_(None)
    )
    return session.scalars(statement).first()


def risks(session: Session, absent_id: UUID) -> Sequence[Task]:
    """Whom the absent clinician was to reach."""
    statement = sa.select(Task).where(
        col(Task.owner_id) == absent_id,
        col(Task.kind).in_(_TODAY),
        col(Task.done_at).is_(None),
    )
    return session.scalars(statement.order_by(col(Task.due_on), col(Task.id))).all()


def risk_task(session: Session, task_id: UUID, covering_id: UUID, day: date) -> tuple[Task, Cover] | None:
    """The task of somebody for whom a member stands in today, with the cover that opens it."""
    for cover in covers.running(session, covering_id, day):
        with tenancy.standing_in_for(session, cover.absent_id):
            task = tasks.get(session, task_id)
        if task is not None and task.owner_id == cover.absent_id and task.kind in _TODAY:
            return task, cover
    return None
