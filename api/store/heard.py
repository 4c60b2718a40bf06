"""What a client said, as an answer in their record: the reply, the contact it is, what it stops, and whom it reaches.

One way for all of it, whether it came by the link of a message, by text message, or was told in confidence and is passed on.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.domain import danger, optout
from api.domain import replies as rules
from api.domain.optout import OptOut
from api.domain.replies import Told
from api.store import (
    answerers,
    assessments,
    checkins,
    clients,
    concerns,
    consents,
    contacts,
    episodes,
    inbox,
    offered_times,
    replies,
    stops,
    tasks,
)
from api.store import practices as practice_store
from api.store.filling import Unit
from api.store.replies import Link
from api.store.sealing import Place
from schemas.tables import Consent, Contact, Reply, Task
from schemas.tables.base import new_id
from schemas.vocabulary import (
    Channel,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    Recipient,
    StopReason,
    TaskKind,
)


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


@dataclass(frozen=True, slots=True)
class Said:
    """By which link, what, and when: what was told in confidence comes before the clinician later than it was said."""

    link: Link
    told: Told
    at: datetime
    comes_first: bool


def keep(unit: Unit, heard: Heard, now: datetime) -> Reply:
    """By text message. A sign of life: whatever waits to be sent to the client is cancelled, and the answer is the next act; words
    that may be about danger come first in the inbox. Raises Conflict.
    """
    session = unit.session
    stop_what_waits(session, heard.client_id, now)
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
    _is_heard(session, row, Channel.SMS, now)
    assessments.refresh(session, [heard.episode_id], now)
    return row


def hold(session: Session, link: Link, told: Told) -> None:
    """The client, before anything of theirs; where they ask for no more, whoever shares the address too: it binds each of them. Ask over
    the whole practice.
    """
    if rules.asks_to_stop(told) is None:
        clients.lock(session, {link.client_id})
    else:
        stops.hold_around(session, {link.client_id}, [link.address_digest])


def write_down(unit: Unit, said: Said, now: datetime) -> Reply:
    """By a link. The answer as the clinician reads it, as of now. `stop_what_waits` goes before it, `follow` has what it does."""
    session, link, told = unit.session, said.link, said.told
    row = Reply(
        id=new_id(),
        check_in_id=link.check_in_id,
        episode_id=link.episode_id,
        client_id=link.client_id,
        answer=told.answer,
        reasons=[str(reason) for reason in told.reasons],
        offered_time_id=told.offered_time_id,
        opted_out=rules.asks_to_stop(told) is not None and not _allowed_since(session, said),
        spoken_by=told.spoken_by,
        comes_first=said.comes_first,
        at=now,
    )
    if told.words is not None:
        row.words_sealed = unit.client_key(link.client_id).seal(told.words, Place("replies", "words", row.id))
    replies.add(session, row)
    return row


def follow(session: Session, row: Reply, said: Said, now: datetime) -> None:
    """What every answer by a link does: it is a sign of life, stops what waits, frees times that are not wanted, reaches somebody,
    and takes a permission back where it asks for that. What the client did since they said it stands: the times they
    tapped, the address they allowed again, of which somebody then finds out. Ask over the whole practice.
    """
    link, asked = said.link, rules.asks_to_stop(said.told)
    if not replies.answered_since(session, row, said.at):
        offered_times.answered(session, link.check_in_id, said.told.answer, now)
    inbox.finish_tasks(session, link.client_id, by=None, now=now)
    _is_heard(session, row, link.channel, now)
    allowed_since = asked is not None and _allowed_since(session, said)
    if asked is not None and not allowed_since:
        _opt_out(session, link, now)
    if asked is OptOut.UNCLEAR or allowed_since or _asks_to_resume(session, said):
        find_out(session, row, now)
    running = [] if asked is None or allowed_since else episodes.running_of(session, link.client_id)
    assessments.refresh(session, {row.episode_id, *running}, now)


def stop_what_waits(session: Session, client_id: UUID, now: datetime) -> None:
    """Before `write_down` and before a time is tapped: messages are held before the times they offer (docs/architecture.md)."""
    checkins.stop_pending(session, {client_id}, StopReason.REPLIED, now)


def _is_heard(session: Session, row: Reply, channel: Channel, now: datetime) -> None:
    """The contact by which noticing and the timeline know that the client was heard from, and what follows whatever they said."""
    contact = Contact(
        episode_id=row.episode_id,
        client_id=row.client_id,
        at=row.at,
        known_at=now,
        direction=ContactDirection.INBOUND,
        channel=channel,
        outcome=ContactOutcome.RECEIVED,
    )
    contacts.add(session, contact)
    answerers.give_to_somebody(session, row, now)


def _spoken_by(session: Session, heard: Heard) -> Recipient | None:
    if heard.address_digest is None:
        return None
    consent = consents.of_address(session, heard.client_id, Channel.SMS, heard.address_digest)
    return None if consent is None else consent.recipient


def _asks_to_resume(session: Session, said: Said) -> bool:
    """Only where the client may not be written to at this address any more; whether they may is for a person to hear."""
    if said.told.words is None or said.link.address_digest is None or not optout.asks_to_resume(said.told.words):
        return False
    return consents.is_off(session, said.link.client_id, said.link.channel, said.link.address_digest)


def _theirs(session: Session, link: Link, digest: bytes) -> list[Consent]:
    return [one for one in consents.sharing(session, link.channel, digest) if one.client_id == link.client_id]


def _allowed_since(session: Session, said: Said) -> bool:
    """Whether the client allowed the address after they said it, the one that was put in its place too."""
    link = said.link
    if link.address_digest is None:
        return False
    rows = _theirs(session, link, link.address_digest) or consents.of_message(session, link.client_id, link.check_in_id)
    return any(
        one.state is ConsentState.GRANTED and one.asked_at is not None and one.asked_at > said.at for one in rows
    )


def _opt_out(session: Session, link: Link, now: datetime) -> None:
    """Binds the address at once, whoever shares it: nothing waits to go there any more, and the client's own permission
    is taken back. Of the others no answer is made up; whether they may be written to is asked with this one's in sight. Where the
    client has that address no more it binds whoever has it next, and the one that was put in its place.
    """
    if link.address_digest is None:
        return
    theirs = _theirs(session, link, link.address_digest)
    if not theirs:
        consents.refuse(session, link.channel, link.address_digest, now)
        theirs = consents.of_message(session, link.client_id, link.check_in_id)
    for consent in theirs:
        consents.withdraw(session, consent, now)
        stops.by_refusal(session, consent.address_digest, now, by=link.client_id)
    stops.by_refusal(session, link.address_digest, now, by=link.client_id)


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
