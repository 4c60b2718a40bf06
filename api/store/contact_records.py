"""What the record holds that the contact decision looks at, of several messages at once: as many questions as for one.

The worker decides on many messages in one unit. What is read here is sorted by client, address and episode; which of it speaks
about which message is said in `contactability`. Call it within the whole practice.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from api.store import flags as flag_store
from schemas.tables import (
    Absence,
    Appointment,
    AppointmentEvent,
    CheckIn,
    Client,
    Consent,
    Contact,
    Episode,
    EpisodeClinician,
    EpisodeParticipant,
    Flag,
    ReceivedText,
    RefusedAddress,
)
from schemas.vocabulary import (
    AppointmentStatus,
    Authority,
    Channel,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    FlagKind,
)

_SAYS_SOMETHING = (AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED)
_MISSED = (AppointmentStatus.NO_SHOW, AppointmentStatus.LATE_CANCELLED)


class Told(NamedTuple):
    """A contact, as far as the decision looks at it."""

    client_id: UUID | None
    episode_id: UUID
    at: datetime
    known_at: datetime
    direction: ContactDirection
    outcome: ContactOutcome | None
    automated: bool
    check_in_id: UUID | None

    @property
    def is_sign_of_life(self) -> bool:
        if self.outcome is ContactOutcome.SPOKE:
            return True
        return self.direction is ContactDirection.INBOUND and not self.automated


class When(NamedTuple):
    """`now` says which sessions lie behind. `known_by`: without what the client did, or was booked, that was learned after."""

    now: datetime
    known_by: datetime = datetime(9999, 1, 1, tzinfo=UTC)

    def if_known(self, at: datetime | None) -> datetime | None:
        return None if at is None or at > self.known_by else at


class Times(NamedTuple):
    """Of appointments: when the record last learned of one that says something, and when one was last kept or missed."""

    learned_at: datetime | None = None
    attended_at: datetime | None = None
    missed_at: datetime | None = None


class Part(NamedTuple):
    """How somebody takes part in an episode. `taken_up_at`: when they came back, to an episode that takes up this one or was begun
    once their part in it had ended.
    """

    ended_at: datetime | None
    ending: EndingKind | None
    left_at: datetime | None
    responsible_since: datetime | None
    taken_up_at: datetime | None


Whose = tuple[UUID | None, UUID]
"""Client and episode; without a client it is about everybody who takes part."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """By id; and by what they are: what others said there, who refused it and was erased since, for whom it is unsafe.
    `held`: where somebody wrote from of whom nobody could tell yet who it is, or what they want.
    """

    by_id: Mapping[UUID, Consent]
    said: Mapping[bytes, Sequence[tuple[UUID, ConsentState]]]
    refused: Collection[tuple[Channel, bytes]]
    unsafe_for: Mapping[bytes, Collection[UUID]]
    held: Collection[bytes]


@dataclass(frozen=True, slots=True)
class Records:
    addresses: Addresses
    clients: Mapping[UUID, Client]
    flags: Mapping[UUID, Sequence[Flag]]
    consented_alone: Collection[UUID]
    episodes_of: Mapping[UUID, Collection[UUID]]
    parts: Mapping[tuple[UUID, UUID], Part]
    told: Mapping[Whose, Sequence[Told]]
    times: Mapping[Whose, Times]
    away_known_at: Mapping[UUID, datetime]

    def whose(self, check_in: CheckIn) -> list[Whose]:
        """What names the client, in whatever episode, and what names nobody where they take part."""
        theirs = {check_in.episode_id, *self.episodes_of.get(check_in.client_id, ())}
        return [(check_in.client_id, check_in.client_id), *((None, episode_id) for episode_id in theirs)]


def read(session: Session, check_ins: Collection[CheckIn], when: When) -> Records:
    client_ids = {one.client_id for one in check_ins}
    named = {one.episode_id for one in check_ins}
    episodes_of = _episodes_of(session, client_ids)
    about = _About(client_ids, named.union(*episodes_of.values()))
    return Records(
        addresses=_addresses(session, {one.consent_id for one in check_ins if one.consent_id is not None}),
        clients=_clients(session, client_ids),
        flags=_by(flag_store.open_ones(session, client_ids), "client_id"),
        consented_alone=_consented_alone(session, client_ids),
        episodes_of=episodes_of,
        parts=_parts(session, about.client_ids, named),
        told=_told(session, about),
        times=_times(session, about, when),
        away_known_at=_away_known_at(session, named, when),
    )


class _About(NamedTuple):
    client_ids: Collection[UUID]
    episode_ids: Collection[UUID]

    def of(self, model: type[Contact] | type[Appointment]) -> sa.ColumnElement[bool]:
        return sa.or_(
            col(model.client_id).in_(self.client_ids),
            sa.and_(col(model.client_id).is_(None), col(model.episode_id).in_(self.episode_ids)),
        )


def _key(client_id: UUID | None, episode_id: UUID) -> Whose:
    return (None, episode_id) if client_id is None else (client_id, client_id)


def _by(rows: Sequence[Any], name: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _episodes_of(session: Session, client_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    statement = sa.select(col(EpisodeParticipant.client_id), col(EpisodeParticipant.episode_id)).where(
        col(EpisodeParticipant.client_id).in_(client_ids), col(EpisodeParticipant.left_at).is_(None)
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for client_id, episode_id in session.execute(statement):
        found[client_id].add(episode_id)
    return found


def _addresses(session: Session, consent_ids: Collection[UUID]) -> Addresses:
    statement = sa.select(Consent).where(col(Consent.id).in_(consent_ids)).execution_options(populate_existing=True)
    rows = {row.id: row for row in session.scalars(statement)}
    digests = {row.address_digest for row in rows.values()}
    others = sa.select(col(Consent.address_digest), col(Consent.client_id), col(Consent.state)).where(
        col(Consent.address_digest).in_(digests)
    )
    said: dict[bytes, list[tuple[UUID, ConsentState]]] = defaultdict(list)
    for digest, client_id, state in session.execute(others):
        said[digest].append((client_id, state))
    refused = sa.select(col(RefusedAddress.channel), col(RefusedAddress.address_digest)).where(
        col(RefusedAddress.address_digest).in_(digests)
    )
    gone = frozenset((channel, digest) for channel, digest in session.execute(refused))
    unclear = sa.select(col(ReceivedText.address_digest)).where(
        col(ReceivedText.address_digest).in_(digests), col(ReceivedText.handled_at).is_(None)
    )
    held = frozenset(digest for digest in session.scalars(unclear) if digest is not None)
    return Addresses(rows, said, gone, _unsafe_for(session, digests), held)


def _unsafe_for(session: Session, digests: Collection[bytes]) -> dict[bytes, set[UUID]]:
    """Whoever reads there reads what is sent to anybody who shares the address."""
    statement = (
        sa.select(col(Consent.address_digest), col(Flag.client_id))
        .join(Consent, col(Consent.id) == col(Flag.consent_id))
        .where(
            col(Consent.address_digest).in_(digests),
            col(Flag.kind) == FlagKind.UNSAFE_TO_CONTACT,
            col(Flag.cleared_at).is_(None),
        )
    )
    found: dict[bytes, set[UUID]] = defaultdict(set)
    for digest, client_id in session.execute(statement):
        found[digest].add(client_id)
    return found


def _clients(session: Session, client_ids: Collection[UUID]) -> dict[UUID, Client]:
    statement = sa.select(Client).where(col(Client.id).in_(client_ids)).execution_options(populate_existing=True)
    return {row.id: row for row in session.scalars(statement)}


def _consented_alone(session: Session, client_ids: Collection[UUID]) -> frozenset[UUID]:
    """Said of any of their addresses, it is so: then no guardian is told by another."""
    said = sa.select(col(Consent.client_id)).where(
        col(Consent.client_id).in_(client_ids), col(Consent.authority) == Authority.CONSENTED_ALONE
    )
    return frozenset(session.scalars(said))


def _parts(
    session: Session, client_ids: Collection[UUID], episode_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], Part]:
    statement = (
        sa.select(
            col(EpisodeParticipant.client_id),
            col(Episode.id),
            col(Episode.ended_at),
            col(Episode.ending),
            col(EpisodeParticipant.left_at),
            col(EpisodeClinician.since),
            _TAKEN_UP_AT,
        )
        .join(EpisodeParticipant, col(EpisodeParticipant.episode_id) == col(Episode.id))
        .outerjoin(
            EpisodeClinician,
            sa.and_(
                col(EpisodeClinician.episode_id) == col(Episode.id),
                col(EpisodeClinician.member_id) == col(Episode.responsible_id),
            ),
        )
        .where(col(Episode.id).in_(episode_ids), col(EpisodeParticipant.client_id).in_(client_ids))
    )
    return {(row[0], row[1]): Part(*row[2:]) for row in session.execute(statement)}


def _taken_up_at() -> sa.ScalarSelect[datetime]:
    """By the client's own episodes, which are few: no index tells which episode takes up another. Nobody has to say which it is."""
    later, theirs = aliased(Episode), aliased(EpisodeParticipant)
    return (
        sa.select(sa.func.max(col(later.created_at)))
        .join(theirs, col(theirs.episode_id) == col(later.id))
        .where(
            col(theirs.practice_id) == col(EpisodeParticipant.practice_id),
            col(theirs.client_id) == col(EpisodeParticipant.client_id),
            col(later.id) != col(Episode.id),
            sa.or_(
                col(later.previous_episode_id) == col(Episode.id),
                col(later.created_at) > sa.func.coalesce(col(EpisodeParticipant.left_at), col(Episode.ended_at)),
            ),
        )
        .correlate(Episode, EpisodeParticipant)
        .scalar_subquery()
    )


_TAKEN_UP_AT = _taken_up_at()


def _told(session: Session, about: _About) -> dict[Whose, list[Told]]:
    columns = [col(getattr(Contact, name)) for name in Told._fields]
    found: dict[Whose, list[Told]] = defaultdict(list)
    for row in session.execute(sa.select(*columns).where(about.of(Contact))):
        told = Told(*row)
        found[_key(told.client_id, told.episode_id)].append(told)
    return found


def _times(session: Session, about: _About, when: When) -> dict[Whose, Times]:
    whose = (col(Appointment.client_id), col(Appointment.episode_id))
    known_at, created_at = col(AppointmentEvent.known_at), col(Appointment.created_at)
    learned = (
        sa.select(
            *whose,
            sa.func.max(known_at).filter(known_at <= when.known_by),
            sa.func.max(created_at).filter(created_at <= when.known_by),
        )
        .select_from(AppointmentEvent)
        .join(Appointment, col(Appointment.id) == col(AppointmentEvent.appointment_id))
        .where(about.of(Appointment), col(AppointmentEvent.status).in_(_SAYS_SOMETHING))
        .group_by(*whose)
    )
    behind = (
        sa.select(
            *whose,
            sa.func.max(col(Appointment.starts_at)).filter(col(Appointment.status) == AppointmentStatus.ATTENDED),
            sa.func.max(col(Appointment.starts_at)).filter(col(Appointment.status).in_(_MISSED)),
        )
        .where(about.of(Appointment), col(Appointment.starts_at) <= when.now)
        .group_by(*whose)
    )
    found: dict[Whose, Times] = {}
    for client_id, episode_id, *learned_at in session.execute(learned):
        of_these = Times(learned_at=latest(*learned_at))
        found[_key(client_id, episode_id)] = together(found.get(_key(client_id, episode_id)), of_these)
    for client_id, episode_id, attended_at, missed_at in session.execute(behind):
        of_these = Times(None, attended_at, missed_at)
        found[_key(client_id, episode_id)] = together(found.get(_key(client_id, episode_id)), of_these)
    return found


def together(one: Times | None, other: Times) -> Times:
    return other if one is None else Times(*(latest(*pair) for pair in zip(one, other, strict=True)))


def latest(*instants: datetime | None) -> datetime | None:
    return max((at for at in instants if at is not None), default=None)


def _away_known_at(session: Session, episode_ids: Collection[UUID], when: When) -> dict[UUID, datetime]:
    """When the record last learned of days away in an episode that are not over. The day before counts still: zones differ."""
    yesterday: date = when.now.date() - timedelta(days=1)
    statement = (
        sa.select(col(Absence.episode_id), sa.func.max(col(Absence.known_at)))
        .where(
            col(Absence.episode_id).in_(episode_ids),
            col(Absence.withdrawn_at).is_(None),
            col(Absence.known_at) <= when.known_by,
            sa.or_(col(Absence.to_on).is_(None), col(Absence.to_on) >= yesterday),
        )
        .group_by(col(Absence.episode_id))
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[0] is not None}
