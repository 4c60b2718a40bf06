"""What the record says of each part that may be handed over, and what stands open in the episode.

Of what a client told one person in confidence nothing is asked here, so nothing of it can be in it.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import kept_back, note_wording, reachable
from api.domain import tasks as task_rules
from api.domain.transfers import Content
from api.store import consents, covering, flags, goals, keys, terminations
from api.store.sealing import Keyring, Place
from schemas.tables import Appointment, CheckIn, Contact, Episode, OfferedTime, Reply, Task, Transfer
from schemas.vocabulary import (
    AppointmentStatus,
    Channel,
    CheckInState,
    ContactDirection,
    FlagKind,
    TransferPart,
)

_WAY = {
    Channel.EMAIL: "E-mail",
    Channel.SMS: "Text message",
    Channel.PHONE: "Phone",
    Channel.LETTER: "Post",
    Channel.PORTAL: "Portal",
    Channel.IN_PERSON: "In person",
}


@dataclass(frozen=True, slots=True)
class Along:
    """What stands open in the episode, by count."""

    tasks: int
    risk_tasks: int
    replies: int
    offered_times: int
    messages: int


def parts(
    session: Session, keyring: Keyring, row: Transfer, content: Content, now: datetime
) -> dict[TransferPart, Sequence[str]]:
    """Of one client alone, in the order of the parts that are chosen; a part of which the record says nothing has no lines."""
    episode = session.scalars(sa.select(Episode).where(col(Episode.id) == row.episode_id)).one()
    zone = ZoneInfo(episode.time_zone)
    known = {row.client_id, *terminations.doubles_of(session, row.client_id)}
    note = _note(session, keyring, row.episode_id, known)
    drawn: dict[TransferPart, Sequence[str]] = {
        TransferPart.SAFETY: list(_safety(session, row, content, known, zone)),
        TransferPart.GOALS: list(_goals(session, keyring, row.episode_id, known)),
        TransferPart.EARLY_SIGNS: _said(note, "early_signs"),
        TransferPart.SUPPORTS: _said(note, "supports"),
        TransferPart.SCORES: list(_scores(session, episode, row.client_id, now)),
        TransferPart.CONTACT: list(_contact(session, keyring, row.client_id, now)),
        TransferPart.LETTERS: list(_letters(session, row, zone)),
        TransferPart.WHOLE_RECORD: ["All that is on record of this work may be read."],
    }
    return {one.part: drawn.get(one.part, ()) for one in content.parts}


def along(session: Session, episode_id: UUID, client_ids: Collection[UUID], now: datetime) -> Along:
    """As far as whoever asks can see: what a client told somebody else in confidence is in no count."""
    risky = col(Task.kind).in_(sorted(task_rules.OF_WHO_WAS_ASKED))
    ours = sa.or_(col(Task.episode_id) == episode_id, col(Task.client_id).in_(set(client_ids)))
    is_open = (ours, col(Task.done_at).is_(None))
    waits = (col(Reply.handled_at).is_(None), col(Reply.superseded_by).is_(None))
    held = (col(OfferedTime.released_at).is_(None), col(OfferedTime.appointment_id).is_(None))
    return Along(
        tasks=_count(session, Task, *is_open, sa.not_(risky)),
        risk_tasks=_count(session, Task, *is_open, risky),
        replies=_count(session, Reply, col(Reply.episode_id) == episode_id, *waits),
        offered_times=_count(
            session, OfferedTime, col(OfferedTime.episode_id) == episode_id, col(OfferedTime.held_until) > now, *held
        ),
        messages=_count(
            session, CheckIn, col(CheckIn.episode_id) == episode_id, col(CheckIn.state) == CheckInState.APPROVED
        ),
    )


def met_at(session: Session, row: Transfer) -> datetime | None:
    """The first session with the colleague who goes on since it was handed over, as the record has it: whoever asks sees it and says so."""
    if row.to_id is None or row.handed_over_at is None:
        return None
    statement = sa.select(sa.func.min(col(Appointment.starts_at))).where(
        col(Appointment.episode_id) == row.episode_id,
        col(Appointment.clinician_id) == row.to_id,
        sa.or_(col(Appointment.client_id).is_(None), col(Appointment.client_id) == row.client_id),
        col(Appointment.status) == AppointmentStatus.ATTENDED,
        col(Appointment.status_known_at) >= col(Appointment.starts_at),
        col(Appointment.starts_at) >= row.handed_over_at,
    )
    return session.scalar(statement)


def _count(session: Session, model: type, *which: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*which)) or 0


def risk(session: Session, row: Transfer, content: Content) -> tuple[str, ...]:
    """Flags of harm that stand, and how risk was looked at, without anybody's words. Nothing where none stands."""
    episode = session.scalars(sa.select(Episode).where(col(Episode.id) == row.episode_id)).one()
    known = {row.client_id, *terminations.doubles_of(session, row.client_id)}
    zone = ZoneInfo(episode.time_zone)
    standing = tuple(_flags_of_harm(session, known, zone))
    return (*standing, *_looked_at(row, content, zone)) if standing else ()


def _safety(
    session: Session, row: Transfer, content: Content, known: Collection[UUID], zone: ZoneInfo
) -> Iterator[str]:
    yield from list(_flags_of_harm(session, known, zone)) or ["No risk of harm stands on record."]
    yield from _looked_at(row, content, zone)
    words = kept_back.without(content.risk_review_words, kept_back.lines(content.keep_back_words))
    if content.risk_review is not None and row.risk_reviewed_at is not None and words:
        yield words


def _flags_of_harm(session: Session, known: Collection[UUID], zone: ZoneInfo) -> Iterator[str]:
    for flag in flags.open_ones(session, known):
        if flag.kind is FlagKind.RISK_OF_HARM:
            yield f"A risk of harm stands since {_day(flag.raised_at, zone)}."


def _looked_at(row: Transfer, content: Content, zone: ZoneInfo) -> Iterator[str]:
    if content.risk_review is not None and row.risk_reviewed_at is not None:
        said = note_wording.RISK_REVIEW[content.risk_review]
        yield f"Risk was looked at on {_day(row.risk_reviewed_at, zone)}: {said}."


def _goals(session: Session, keyring: Keyring, episode_id: UUID, known: Collection[UUID]) -> Iterator[str]:
    for one in goals.standing(session, keyring, episode_id, known):
        step = f" Next small step: {one.words.next_step}" if one.words.next_step else ""
        yield f"{one.words.goal}{step}"


def _scores(session: Session, episode: Episode, client_id: UUID, now: datetime) -> Iterator[str]:
    for span in terminations.drawn(session, episode, client_id, now).scores:
        last = "" if span.last is None else f", last {span.last:g} ({span.last_on})"
        yield f"{span.measure}: first {span.first:g} ({span.first_on}){last}"


def _contact(session: Session, keyring: Keyring, client_id: UUID, now: datetime) -> Iterator[str]:
    """As a colleague who covers reads it: the same rule, and the same words."""
    client = covering.at_hand(session, keyring, {client_id}, now).get(client_id)
    if client is None:
        return
    if any(one.kind is FlagKind.UNSAFE_TO_CONTACT and one.consent_id is None for one in client.flags):
        yield "It is not safe to write to the client."
    bouncing = {row.id for row in consents.every(session, client_id) if row.bouncing_since is not None}
    today = _day(now, ZoneInfo(client.time_zone))
    for one in client.addresses:
        said = reachable.said(one, today, adult_on=client.adult_on, bounces=one.id in bouncing)
        yield f"{_WAY[one.channel]}, {one.address}: {said}"


def _letters(session: Session, row: Transfer, zone: ZoneInfo) -> Iterator[str]:
    statement = sa.select(col(Contact.at)).where(
        col(Contact.episode_id) == row.episode_id,
        sa.or_(col(Contact.client_id).is_(None), col(Contact.client_id) == row.client_id),
        col(Contact.channel) == Channel.LETTER,
        col(Contact.direction) == ContactDirection.OUTBOUND,
    )
    for at in session.scalars(statement.order_by(col(Contact.at))):
        yield f"A letter to the client, {_day(at, zone)}."


def _note(session: Session, keyring: Keyring, episode_id: UUID, known: Collection[UUID]) -> dict[str, object]:
    """What the termination note of the same part says, a draft too."""
    found = keys.left_of_clients(session, keyring, known)
    for row in terminations.of_parts(session, episode_id, known):
        if row.client_id in found:
            place = Place("termination_notes", "content", row.id)
            told: dict[str, object] = json.loads(found[row.client_id].open(row.content_sealed, place))
            return told
    return {}


def _said(note: dict[str, object], name: str) -> list[str]:
    return [line for line in str(note.get(name) or "").splitlines() if line.strip()]


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
