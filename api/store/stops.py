"""What stops messages that wait: a booking, a session, a sign of life, a refusal, another clinician. In the unit of the fact.

A fact would bind anyway when the message is to be sent (decision 0021). Here people see at once that it will not go, and a fact
that is dated back, as those of a file are, reaches the message all the same.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from api.store import checkins, clients, episodes, offered_times, outreach_plans, tenancy, transfers
from schemas.tables import (
    Appointment,
    AppointmentEvent,
    CheckIn,
    Client,
    Consent,
    Contact,
    Episode,
    EpisodeParticipant,
    Referral,
    Transfer,
)
from schemas.vocabulary import AppointmentStatus, CheckInState, ContactDirection, StopReason

_APPROVED = (CheckInState.APPROVED, CheckInState.SENDING)
_LATELY = timedelta(days=14)
_STILL_WRITTEN = timedelta(days=366)


def by_appointments(session: Session, appointment_ids: Collection[UUID], now: datetime) -> None:
    """Of these, those that say something: a time to come, a session of late."""
    if appointment_ids:
        _by_rows(session, StopReason.BOOKED, now, _appointments(now, col(Appointment.id).in_(set(appointment_ids))))


def by_import(session: Session, import_id: UUID, now: datetime) -> None:
    """Everything that this file has told so far."""
    told = sa.select(col(AppointmentEvent.appointment_id)).where(
        col(AppointmentEvent.appointment_id) == col(Appointment.id),
        col(AppointmentEvent.import_id) == import_id,
        col(AppointmentEvent.status).in_([AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED]),
    )
    _by_rows(session, StopReason.BOOKED, now, _appointments(now, told.exists()))
    signs = sa.select(col(Contact.episode_id), col(Contact.client_id)).where(
        col(Contact.import_id) == import_id,
        col(Contact.direction) == ContactDirection.INBOUND,
        sa.not_(col(Contact.automated)),
        col(Contact.at) > now - _LATELY,
    )
    _by_rows(session, StopReason.SIGN_OF_LIFE, now, signs)


def by_sign_of_life(session: Session, episode_id: UUID, client_id: UUID | None, now: datetime) -> None:
    """Where it names nobody, it stands for everybody who takes part."""
    if client_id is not None:
        checkins.stop_pending(session, [client_id], StopReason.SIGN_OF_LIFE, now)
    else:
        participants = episodes.participants(session, [episode_id])[episode_id]
        checkins.stop_pending(session, participants, StopReason.SIGN_OF_LIFE, now, episode_id=episode_id)


def by_return(session: Session, anew: Episode, client_ids: Collection[UUID], now: datetime) -> None:
    """Who came back is said no goodbye any more, nor asked how they are by the work before: what waits there does not go. Whichever of
    theirs has ended, whether or not the new work says that it takes it up.
    """
    theirs = (
        sa.select(col(EpisodeParticipant.client_id), col(EpisodeParticipant.episode_id))
        .join(Episode, col(Episode.id) == col(EpisodeParticipant.episode_id))
        .where(
            col(EpisodeParticipant.client_id).in_(set(client_ids)),
            col(Episode.id) != anew.id,
            sa.or_(
                col(Episode.id) == anew.previous_episode_id,
                col(Episode.ended_at).is_not(None),
                col(EpisodeParticipant.left_at).is_not(None),
            ),
        )
    )
    with tenancy.whole_practice(session):
        for client_id, former_id in session.execute(theirs).all():
            checkins.stop_pending(session, [client_id], StopReason.SIGN_OF_LIFE, now, episode_id=former_id)


def by_absence(session: Session, episode_id: UUID, now: datetime) -> None:
    """A pause was agreed, or the client is away: what was written before did not know."""
    with tenancy.whole_practice(session):
        participants = episodes.participants(session, [episode_id])[episode_id]
        checkins.stop_pending(session, participants, StopReason.AWAY, now, episode_id=episode_id)


def by_unsafe_address(session: Session, consent_id: UUID, now: datetime) -> None:
    """Whoever reads there reads what is sent to anybody who shares the address."""
    with tenancy.whole_practice(session):
        flagged = session.execute(
            sa.select(col(Consent.address_digest), col(Consent.client_id)).where(col(Consent.id) == consent_id)
        ).one()
        _at_address(session, flagged[0], StopReason.FLAGGED, now, about=flagged[1])


def by_refusal(session: Session, address_digest: bytes, now: datetime, *, by: UUID | None) -> None:
    """Whoever shares the address, in whatever caseload. `by` is who refused it; None: nobody can tell."""
    with tenancy.whole_practice(session):
        _at_address(session, address_digest, StopReason.OPTED_OUT, now, about=by)


def _at_address(
    session: Session, address_digest: bytes, reason: StopReason, now: datetime, *, about: UUID | None
) -> None:
    sharing = sa.select(col(Consent.id), col(Consent.client_id)).where(col(Consent.address_digest) == address_digest)
    for consent_id, client_id in session.execute(sharing).all():
        if client_id == about:
            checkins.stop_pending(session, [client_id], reason, now, consent_id=consent_id)
        else:
            checkins.stop_for_another(session, client_id, reason, now, consent_id=consent_id)


def hold_around(session: Session, client_ids: Collection[UUID], digests: Collection[bytes | None] = ()) -> None:
    """These clients and whoever shares an address with them, or has one of these: before anything else, where what is said of an
    address may stop what waits for each of them.
    """
    with tenancy.whole_practice(session):
        theirs = aliased(Consent)
        mine = sa.select(col(theirs.address_digest)).where(col(theirs.client_id).in_(client_ids))
        digest = col(Consent.address_digest)
        sharing = sa.select(col(Consent.client_id)).where(
            sa.or_(digest.in_(mine), digest.in_([one for one in digests if one is not None]))
        )
        clients.lock(session, {*client_ids, *session.scalars(sharing)})


def hold_those_of(session: Session, member_id: UUID, episode_ids: Collection[UUID]) -> None:
    """Before somebody leaves: whoever takes part in what they hand over, waits for a message they approved, was only opened by
    them, or is being helped on or was passed on by them.
    """
    with tenancy.whole_practice(session):
        theirs = sa.select(col(CheckIn.client_id)).where(
            col(CheckIn.approved_by) == member_id, col(CheckIn.state).in_(_APPROVED)
        )
        parts = sa.select(col(EpisodeParticipant.client_id)).where(col(EpisodeParticipant.episode_id).in_(episode_ids))
        opened = sa.select(col(Client.id)).where(col(Client.opened_by) == member_id)
        helped_on = sa.select(col(Referral.client_id)).where(
            col(Referral.owner_id) == member_id, col(Referral.closed_at).is_(None)
        )
        passed_on = sa.select(col(Transfer.client_id)).where(transfers.of_member(member_id))
        clients.lock(
            session, {one for each in (theirs, parts, opened, helped_on, passed_on) for one in session.scalars(each)}
        )


def by_hand_over(session: Session, episode_ids: Collection[UUID], now: datetime) -> None:
    """Somebody else is responsible now, who has not read what was written."""
    with tenancy.whole_practice(session):
        clients.lock_of_episodes(session, episode_ids)
        for episode_id, client_ids in episodes.participants(session, episode_ids).items():
            checkins.stop_pending(session, client_ids, StopReason.HANDED_OVER, now, episode_id=episode_id)


def by_leaving(session: Session, member_id: UUID, now: datetime) -> None:
    """What somebody approved who is not here any more waits for nobody."""
    with tenancy.whole_practice(session):
        theirs = sa.select(col(CheckIn.episode_id), col(CheckIn.client_id)).where(
            col(CheckIn.approved_by) == member_id, col(CheckIn.state).in_(_APPROVED)
        )
        for episode_id, client_id in session.execute(theirs).all():
            checkins.stop_pending(session, [client_id], StopReason.HANDED_OVER, now, episode_id=episode_id)


def _appointments(now: datetime, which: sa.ColumnElement[bool]) -> sa.Select[UUID, UUID | None]:
    to_come = sa.and_(col(Appointment.status) == AppointmentStatus.BOOKED, col(Appointment.starts_at) > now)
    of_late = sa.and_(col(Appointment.status) == AppointmentStatus.ATTENDED, col(Appointment.starts_at) > now - _LATELY)
    return sa.select(col(Appointment.episode_id), col(Appointment.client_id)).where(which, sa.or_(to_come, of_late))


def _by_rows(session: Session, reason: StopReason, now: datetime, rows: sa.Select[UUID, UUID | None]) -> None:
    """Asked only of the few episodes and clients whose messages wait, so that an import of any size pays nothing for it."""
    with tenancy.whole_practice(session):
        waiting = _waiting(session, now)
        if not waiting:
            return
        parts = _parts(session, {client_id for client_id, _ in waiting})
        subject = rows.selected_columns
        of_episodes = subject.episode_id.in_({episode_id for _, episode_id in waiting} | {one for _, one in parts})
        of_clients = subject.client_id.in_({client_id for client_id, _ in waiting})
        told = {(row[0], row[1]) for row in session.execute(rows.where(sa.or_(of_episodes, of_clients)))}
        stopped = [one for one in waiting if any(_is_about(*one, *fact, parts) for fact in told)]
        clients.lock(session, {client_id for client_id, _ in stopped})
        for client_id, episode_id in stopped:
            checkins.stop_pending(session, [client_id], reason, now, episode_id=episode_id)


def _is_about(
    waits_for: UUID, in_episode: UUID, episode_id: UUID, client_id: UUID | None, parts: Collection[tuple[UUID, UUID]]
) -> bool:
    """What names nobody is about everybody who takes part."""
    if client_id is not None:
        return client_id == waits_for
    return in_episode == episode_id or (waits_for, episode_id) in parts


def _parts(session: Session, client_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """In which courses of work each of them takes part: what names nobody there is everybody's who does."""
    statement = sa.select(col(EpisodeParticipant.client_id), col(EpisodeParticipant.episode_id)).where(
        col(EpisodeParticipant.client_id).in_(client_ids), col(EpisodeParticipant.left_at).is_(None)
    )
    return {(row[0], row[1]) for row in session.execute(statement)}


def _waiting(session: Session, now: datetime) -> Sequence[tuple[UUID, UUID]]:
    """Whose messages, plans or offered times wait. Drafts in work that has ended only where they may still go: others are many, and old."""
    running = sa.select(col(Episode.id)).where(col(Episode.ended_at).is_(None))
    may_still_go = sa.or_(
        col(CheckIn.episode_id).in_(running),
        sa.and_(col(CheckIn.kind).not_in(checkins.OF_OUR_OWN_ACCORD), col(CheckIn.written_at) > now - _STILL_WRITTEN),
    )
    drafts = sa.and_(col(CheckIn.state) == CheckInState.DRAFT, may_still_go)
    statement = sa.select(col(CheckIn.client_id), col(CheckIn.episode_id)).where(
        sa.or_(col(CheckIn.state).in_(_APPROVED), drafts)
    )
    return sorted(
        {(row[0], row[1]) for row in session.execute(statement.distinct())}
        | set(outreach_plans.running(session))
        | offered_times.waiting_for(session, now)
    )
