"""Gathers what the contact decision looks at, for one message, as it stands in the record at this moment.

It looks beyond the caller's caseload, because the rules do: an opt-out binds whoever shares the address, and a
colleague's message to the same client was a message too. Nothing of what is read leaves here but codes and instants.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.access import ROLE_GRANTS, Permission
from api.domain.contact_facts import Address, Attempt, Course, Facts, Message, OpenFlag, Person
from api.store import consents as consent_store
from api.store import flags as flag_store
from api.store import members as member_store
from api.store import occasions, tenancy
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
    Member,
)
from schemas.vocabulary import (
    AppointmentStatus,
    Authority,
    CheckInKind,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    FlagKind,
)

_SAYS_SOMETHING = (AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED)
_MISSED = (AppointmentStatus.NO_SHOW, AppointmentStatus.LATE_CANCELLED)
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Approval:
    """When a message was (or would be) approved, for which address, by whom and under which terms; `terms_now`: those of now."""

    at: datetime | None
    due_at: datetime | None
    digest: bytes | None
    by: UUID | None
    terms: bytes | None
    terms_now: bytes | None


def facts(
    session: Session, check_in: CheckIn, approval: Approval, now: datetime, *, known_by: datetime | None = None
) -> Facts:
    """`now` says which sessions lie behind. `known_by`: without what the client did, or was booked, that was learned after."""
    with tenancy.whole_practice(session):
        history = _history(session, check_in, now, known_by or _EVER)
        address = _address(session, check_in, approval.terms_now)
        return Facts(
            message=_message(session, check_in, approval, history, now),
            address=address,
            person=_person(session, check_in.client_id, address),
            course=replace(
                _course(session, check_in, history),
                away_known_at=_away_known_at(session, check_in, now, history.known_by),
            ),
        )


@dataclass(frozen=True, slots=True)
class _History:
    """Of the client, in whatever episode."""

    contacts: Sequence[Contact]
    booked_known_at: datetime | None
    attended_at: datetime | None
    missed_at: datetime | None
    known_by: datetime

    @property
    def signs(self) -> list[Contact]:
        return [one for one in self.contacts if _is_sign_of_life(one) and one.known_at <= self.known_by]

    def if_known(self, at: datetime | None) -> datetime | None:
        return None if at is None or at > self.known_by else at


def _is_sign_of_life(contact: Contact) -> bool:
    if contact.outcome is ContactOutcome.SPOKE:
        return True
    return contact.direction is ContactDirection.INBOUND and not contact.automated


def _address(session: Session, check_in: CheckIn, terms: bytes | None) -> Address | None:
    if check_in.consent_id is None:
        return None
    statement = sa.select(Consent).where(
        col(Consent.id) == check_in.consent_id, col(Consent.client_id) == check_in.client_id
    )
    row = session.scalars(statement.execution_options(populate_existing=True)).first()
    if row is None:
        return None
    return Address(
        id=row.id,
        channel=row.channel,
        digest=row.address_digest,
        state=row.state,
        asked_at=row.asked_at,
        valid_until=row.valid_until,
        safe_hours=(row.safe_from, row.safe_until),
        recipient=row.recipient,
        authority=row.authority,
        terms=terms,
        said_by_others=_said_by_others(session, row),
    )


def _said_by_others(session: Session, row: Consent) -> Collection[ConsentState]:
    """Also by those who were erased since: whoever opens the mailbox would read it all the same."""
    others = sa.select(col(Consent.state)).where(
        col(Consent.address_digest) == row.address_digest, col(Consent.client_id) != row.client_id
    )
    said = set(session.scalars(others))
    if consent_store.refused_since(session, row.channel, row.address_digest) is not None:
        said.add(ConsentState.WITHDRAWN)
    return frozenset(said)


def _person(session: Session, client_id: UUID, address: Address | None) -> Person:
    """A client who is not there, or was merged away, is one of whom nothing is known."""
    statement = sa.select(Client).where(col(Client.id) == client_id)
    row = session.scalars(statement.execution_options(populate_existing=True)).first()
    if row is None or row.merged_into_id is not None:
        return Person(time_zone=None, contacts_us=None, flags=None)
    flags = [OpenFlag(flag.kind, flag.consent_id) for flag in flag_store.open_ones(session, [client_id])]
    if address is not None and _is_unsafe_to_others(session, client_id, address):
        flags.append(OpenFlag(FlagKind.UNSAFE_TO_CONTACT, address.id))
    return Person(
        time_zone=row.time_zone,
        contacts_us=row.client_contacts_us,
        flags=flags,
        adult_on=row.adult_on,
        died_on=row.died_on,
        consented_alone=_consented_alone(session, client_id),
    )


def _consented_alone(session: Session, client_id: UUID) -> bool:
    """Said of any of their addresses, it is so: then no guardian is told by another."""
    said = sa.select(col(Consent.id)).where(
        col(Consent.client_id) == client_id, col(Consent.authority) == Authority.CONSENTED_ALONE
    )
    return session.scalars(said.limit(1)).first() is not None


def _is_unsafe_to_others(session: Session, client_id: UUID, address: Address) -> bool:
    """Whoever reads there reads what is sent to anybody who shares the address."""
    statement = (
        sa.select(col(Flag.id))
        .join(Consent, col(Consent.id) == col(Flag.consent_id))
        .where(
            col(Consent.address_digest) == address.digest,
            col(Flag.client_id) != client_id,
            col(Flag.kind) == FlagKind.UNSAFE_TO_CONTACT,
            col(Flag.cleared_at).is_(None),
        )
    )
    return session.scalars(statement.limit(1)).first() is not None


def _course(session: Session, check_in: CheckIn, history: _History) -> Course:
    statement = (
        sa.select(
            col(Episode.ended_at), col(Episode.ending), col(EpisodeParticipant.left_at), col(EpisodeClinician.since)
        )
        .join(EpisodeParticipant, col(EpisodeParticipant.episode_id) == col(Episode.id))
        .outerjoin(
            EpisodeClinician,
            sa.and_(
                col(EpisodeClinician.episode_id) == col(Episode.id),
                col(EpisodeClinician.member_id) == col(Episode.responsible_id),
            ),
        )
        .where(col(Episode.id) == check_in.episode_id, col(EpisodeParticipant.client_id) == check_in.client_id)
    )
    found = session.execute(statement).first()
    if found is None:
        return Course(ended=None, attempts=None)
    ended_at, ending, left_at, responsible_since = found
    return Course(
        ended=ended_at is not None or left_at is not None,
        attempts=_attempts(session, check_in, history),
        ending=ending,
        booked_known_at=_latest(history.booked_known_at, history.if_known(check_in.overtaken_at)),
        in_touch_known_at=_latest(*(contact.known_at for contact in history.signs)),
        handed_over_at=history.if_known(responsible_since),
    )


def _latest(*instants: datetime | None) -> datetime | None:
    return max((at for at in instants if at is not None), default=None)


def _history(session: Session, check_in: CheckIn, now: datetime, known_by: datetime) -> _History:
    booked, attended, missed = _appointments(session, check_in, now, known_by)
    return _History(_contacts(session, check_in), booked, attended, missed, known_by)


def _contacts(session: Session, check_in: CheckIn) -> Sequence[Contact]:
    statement = sa.select(Contact).where(_theirs(Contact, check_in)).execution_options(populate_existing=True)
    return session.scalars(statement).all()


def _appointments(
    session: Session, check_in: CheckIn, now: datetime, known_by: datetime
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When the record last learned of a booking or a session, when one last took place, and when one was last missed."""
    learned_at = (col(AppointmentEvent.known_at), col(Appointment.created_at))
    learned = (
        sa.select(*(sa.func.max(at).filter(at <= known_by) for at in learned_at))
        .select_from(AppointmentEvent)
        .join(Appointment, col(Appointment.id) == col(AppointmentEvent.appointment_id))
        .where(_theirs(Appointment, check_in), col(AppointmentEvent.status).in_(_SAYS_SOMETHING))
    )
    behind = sa.select(
        sa.func.max(col(Appointment.starts_at)).filter(col(Appointment.status) == AppointmentStatus.ATTENDED),
        sa.func.max(col(Appointment.starts_at)).filter(col(Appointment.status).in_(_MISSED)),
    ).where(_theirs(Appointment, check_in), col(Appointment.starts_at) <= now)
    attended, missed = session.execute(behind).one()
    return _latest(*session.execute(learned).one()), attended, missed


def _theirs(model: type[Contact] | type[Appointment], check_in: CheckIn) -> sa.ColumnElement[bool]:
    """What names them, and what names nobody in a course of work they take part in: it is everybody's who does."""
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(
        col(EpisodeParticipant.client_id) == check_in.client_id, col(EpisodeParticipant.left_at).is_(None)
    )
    in_theirs = sa.or_(col(model.episode_id) == check_in.episode_id, col(model.episode_id).in_(parts))
    return sa.or_(
        col(model.client_id) == check_in.client_id,
        sa.and_(col(model.client_id).is_(None), in_theirs),
    )


def _attempts(session: Session, check_in: CheckIn, history: _History) -> list[Attempt]:
    """Since the client last came or was in touch. What was sent from here stands as a contact too, and counts once."""
    since = _latest(*(contact.at for contact in history.signs), history.attended_at)
    sent = [Attempt(at, kind) for at, kind in occasions.sent_besides(session, check_in)]
    elsewhere = [
        Attempt(contact.at)
        for contact in history.contacts
        if contact.direction is ContactDirection.OUTBOUND
        and not contact.automated
        and not _is_sign_of_life(contact)
        and contact.outcome is not ContactOutcome.NOT_DELIVERED
        and contact.check_in_id is None
    ]
    return [attempt for attempt in (*sent, *elsewhere) if since is None or attempt.at > since]


def _message(session: Session, check_in: CheckIn, approval: Approval, history: _History, now: datetime) -> Message:
    return Message(
        kind=check_in.kind,
        written_at=check_in.written_at,
        due_at=approval.due_at,
        approved_at=approval.at,
        approved_digest=approval.digest,
        approved_terms=approval.terms,
        approver_may=_may_approve(session, approval.by),
        occasion_at=_occasion(session, check_in, approval, history, now),
    )


def _may_approve(session: Session, member_id: UUID | None) -> bool | None:
    """Whoever left, or has no such role any more, answers for nothing that has not gone yet."""
    if member_id is None:
        return None
    member = sa.select(col(Member.left_at)).where(col(Member.id) == member_id)
    found = session.execute(member).first()
    roles = member_store.roles(session, [member_id])[member_id]
    grants = frozenset[Permission]().union(*(ROLE_GRANTS[role] for role in roles))
    return found is not None and found[0] is None and Permission.CHECK_IN_APPROVE in grants


def _away_known_at(session: Session, check_in: CheckIn, now: datetime, known_by: datetime) -> datetime | None:
    """When the record last learned of days away in this episode that are not over. The day before counts still: zones differ."""
    statement = sa.select(sa.func.max(col(Absence.known_at))).where(
        col(Absence.episode_id) == check_in.episode_id,
        col(Absence.withdrawn_at).is_(None),
        col(Absence.known_at) <= known_by,
        sa.or_(col(Absence.to_on).is_(None), col(Absence.to_on) >= now.date() - timedelta(days=1)),
    )
    return session.scalar(statement)


def _occasion(
    session: Session, check_in: CheckIn, approval: Approval, history: _History, now: datetime
) -> datetime | None:
    """What the kind rests on has to stand in the record: nobody makes an answer of a check-in by calling it one."""
    if check_in.kind is CheckInKind.MISSED_TODAY:
        return history.missed_at
    if check_in.kind is CheckInKind.ANSWER:
        return occasions.answered(session, check_in, now)
    if check_in.kind is CheckInKind.FOLLOW_UP:
        signs = (contact.at for contact in history.signs)
        return occasions.asked_for(session, check_in, signs, _theirs(Appointment, check_in), now)
    if check_in.kind is CheckInKind.CLOSING_LETTER:
        return approval.at
    return None
