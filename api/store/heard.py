"""What a client wrote by text message, as an answer in their record: the reply, the contact it is, and what it stops."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.domain import danger
from api.store import answerers, assessments, checkins, concerns, consents, contacts, episodes, replies, tasks
from api.store import practices as practice_store
from api.store.filling import Unit
from api.store.sealing import Place
from schemas.tables import Contact, Reply, Task
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, ContactDirection, ContactOutcome, Recipient, StopReason, TaskKind


@dataclass(frozen=True, slots=True)
class Heard:
    """From whom, in which work, to which message if any. `at` is when it came; `opted_out`: with it they asked for no more.

    `address_digest` is that of the number it came from: who has it is who spoke, be it a guardian.
    """

    client_id: UUID
    episode_id: UUID
    check_in_id: UUID | None
    words: str
    at: datetime
    address_digest: bytes | None
    opted_out: bool = False


def keep(unit: Unit, heard: Heard, now: datetime) -> Reply:
    """A sign of life: whatever waits to be sent to the client is cancelled, and the answer is the next act; words that may be
    about danger come first in the inbox. Raises Conflict.
    """
    session = unit.session
    row = Reply(
        id=new_id(),
        check_in_id=heard.check_in_id,
        episode_id=heard.episode_id,
        client_id=heard.client_id,
        opted_out=heard.opted_out,
        spoken_by=_spoken_by(session, heard),
        comes_first=danger.may_be_in_danger(heard.words),
        at=heard.at,
    )
    row.words_sealed = unit.client_key(heard.client_id).seal(heard.words, Place("replies", "words", row.id))
    replies.add(session, row)
    contact = Contact(
        episode_id=heard.episode_id,
        client_id=heard.client_id,
        at=heard.at,
        known_at=now,
        direction=ContactDirection.INBOUND,
        channel=Channel.SMS,
        outcome=ContactOutcome.RECEIVED,
    )
    contacts.add(session, contact)
    checkins.stop_pending(session, {heard.client_id}, StopReason.REPLIED, now)
    answerers.give_to_somebody(session, row, now)
    assessments.refresh(session, [heard.episode_id], now)
    return row


def _spoken_by(session: Session, heard: Heard) -> Recipient | None:
    if heard.address_digest is None:
        return None
    consent = consents.of_address(session, heard.client_id, Channel.SMS, heard.address_digest)
    return None if consent is None else consent.recipient


def find_out(session: Session, row: Reply, now: datetime) -> None:
    """For whoever is responsible, or a practice lead where nobody is: what was meant, by another way that is permitted."""
    episode = episodes.get(session, row.episode_id)
    owner_id = (episode.responsible_id if episode else None) or next(iter(concerns.leads(session)), None)
    if owner_id is None:
        return
    zone = ZoneInfo(episode.time_zone if episode else practice_store.current(session).time_zone)
    task = Task(
        kind=TaskKind.UNDERSTAND_OPT_OUT,
        owner_id=owner_id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        subject_id=row.id,
        due_on=now.astimezone(zone).date(),
        created_at=now,
    )
    tasks.add(session, task)
