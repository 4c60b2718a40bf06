"""Text messages: the words of one that goes, and where one that came in belongs.

`practices_reached` runs before a practice is known. A test pins its caller.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.reply_line import with_text_line
from api.domain.texts import Written
from api.store import consents, first_word, stops, tasks, tenancy
from api.store.filling import Unit
from api.store.occasions import WENT
from api.store.sealing import Place
from schemas.tables import CheckIn, Client, Consent, Delivery, Episode, EpisodeParticipant, ReceivedText
from schemas.vocabulary import Channel, CheckInState, ConsentState, Locale, TaskKind

TASKS = (TaskKind.READ_TEXT_TODAY, TaskKind.READ_TEXT)

_WENT = (*WENT, CheckInState.BOUNCED)
_CAME_BACK = col(CheckIn.state) == CheckInState.BOUNCED
_UNTIL = sa.case((_CAME_BACK, sa.null()), else_=col(CheckIn.reply_until)).label("until")


def words(unit: Unit, check_in: CheckIn, consent: Consent, link: str) -> tuple[str, str]:
    """The number it is to, and what stands in it. Raises Conflict where the client was erased."""
    key = unit.client_key(check_in.client_id)
    number = key.open(consent.address_sealed, Place("consents", "address", consent.id))
    body = key.open(check_in.body_sealed, Place("check_ins", "body", check_in.id))
    return number, with_text_line(body, link, check_in.locale)


def practices_reached(session: Session, digest: bytes) -> list[tuple[UUID, datetime | None]]:
    """Every practice that has this number on record or wrote to it, and until when the last message that did not come back
    from there can be answered.
    """
    known: sa.Select[UUID, datetime | None] = sa.select(
        col(Consent.practice_id).label("practice_id"), sa.null().label("until")
    ).where(col(Consent.channel) == Channel.SMS, col(Consent.address_digest) == digest)
    written = (
        sa.select(col(CheckIn.practice_id), _UNTIL)
        .where(col(CheckIn.channel) == Channel.SMS, col(CheckIn.address_digest) == digest)
        .where(col(CheckIn.state).in_(_WENT), sa.not_(col(CheckIn.by_hand)))
    )
    found: dict[UUID, datetime | None] = {}
    for statement in (known, written):
        for practice_id, until in session.execute(tenancy.before_tenant(statement)):
            former = found.get(practice_id)
            found[practice_id] = until if former is None or (until is not None and until > former) else former
    return sorted(found.items())


def find(session: Session, provider_id: str) -> ReceivedText | None:
    return session.scalars(sa.select(ReceivedText).where(col(ReceivedText.provider_id) == provider_id)).first()


def get(session: Session, text_id: UUID) -> ReceivedText | None:
    statement = sa.select(ReceivedText).where(col(ReceivedText.id) == text_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def add(session: Session, row: ReceivedText) -> None:
    session.add(row)
    session.flush()


def written(session: Session, digest: bytes) -> list[Written]:
    """What went from here to this number, the newest first; of each client the last. What came back makes its client known there,
    and is nothing that anybody can be answering.
    """
    client_id = sa.func.coalesce(col(Client.merged_into_id), col(Client.id))
    statement = (
        sa.select(
            sa.case((_CAME_BACK, sa.null()), else_=col(CheckIn.id)).label("check_in_id"),
            client_id,
            col(CheckIn.episode_id),
            _UNTIL,
            col(CheckIn.locale),
        )
        .join(Client, col(Client.id) == col(CheckIn.client_id))
        .where(col(CheckIn.channel) == Channel.SMS, col(CheckIn.address_digest) == digest)
        .where(col(CheckIn.state).in_(_WENT), sa.not_(col(CheckIn.by_hand)))
        .order_by(_CAME_BACK, col(CheckIn.state_at).desc(), col(CheckIn.id).desc())
    )
    found: dict[UUID, Written] = {}
    for row in session.execute(statement):
        found.setdefault(row[1], Written(*row))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A client with this number on record, and what language they read."""

    client_id: UUID
    locale: Locale | None


def on_record(session: Session, digest: bytes) -> list[OnRecord]:
    statement = (
        sa.select(col(Consent.client_id), col(Client.locale))
        .join(Client, col(Client.id) == col(Consent.client_id))
        .where(col(Consent.channel) == Channel.SMS, col(Consent.address_digest) == digest)
        .order_by(col(Consent.id))
    )
    return [OnRecord(*row) for row in session.execute(statement)]


def opt_out(session: Session, check_in: CheckIn, now: datetime) -> None:
    """Whoever has the number told the provider to send no more. It binds the address, whoever shares it."""
    if check_in.address_digest is not None:
        refuse(session, check_in.address_digest, check_in.client_id, now)


def refuse(session: Session, digest: bytes, client_id: UUID | None, now: datetime) -> bool:
    """The permission of whoever asked is taken back, and that binds the others with the number. Where it cannot be told who
    asked, or the number is not on their record any more, that of everybody is: each of them is asked again. Of a number that
    nobody has any more it binds whoever has it next. Whether that is new.
    """
    sharing = consents.sharing(session, Channel.SMS, digest)
    theirs = [one for one in sharing if one.client_id == client_id] or sharing
    changed = [consent for consent in theirs if withdraw(session, consent, now)]
    is_new = bool(changed) if sharing else consents.refuse(session, Channel.SMS, digest, now)
    stops.by_refusal(session, digest, now, by=client_id)
    first_word.follow_all(session, {consent.client_id for consent in changed}, now)
    return is_new


def withdraw(session: Session, consent: Consent, now: datetime) -> bool:
    """Said again, the first word stands: False."""
    if consent.state is ConsentState.WITHDRAWN:
        return False
    consents.withdraw(session, consent, now)
    return True


def hold_before_an_opt_out(session: Session, delivery_ids: Collection[UUID]) -> None:
    """Whoever has the numbers that these went to: an opt-out binds each of them."""
    statement = (
        sa.select(col(CheckIn.client_id), col(CheckIn.address_digest))
        .join(Delivery, col(Delivery.check_in_id) == col(CheckIn.id))
        .where(col(Delivery.id).in_(delivery_ids))
    )
    found = session.execute(statement).all()
    stops.hold_around(session, {row[0] for row in found}, [row[1] for row in found])


def episode_of(session: Session, client_id: UUID) -> UUID | None:
    """The one that runs, or the one that ended last: an answer reaches a person also after closing."""
    statement = (
        sa.select(col(Episode.id))
        .join(EpisodeParticipant, col(EpisodeParticipant.episode_id) == col(Episode.id))
        .where(col(EpisodeParticipant.client_id) == client_id)
        .order_by(col(Episode.ended_at).is_not(None), col(Episode.started_at).desc(), col(Episode.id).desc())
    )
    return session.scalars(statement.limit(1)).first()


def forget_of(session: Session, client_ids: Collection[UUID], now: datetime) -> None:
    """Words that wait unread, from a number of somebody who is erased now: nobody can tell whose they were."""
    digests = sa.select(col(Consent.address_digest)).where(col(Consent.client_id).in_(client_ids))
    for row in session.scalars(sa.select(ReceivedText).where(col(ReceivedText.address_digest).in_(digests))):
        done(session, row, by=None, now=now)


def done(session: Session, row: ReceivedText, *, by: UUID | None, now: datetime) -> None:
    """Its words are kept here no more, and nobody has to read it."""
    row.words_sealed = row.address_digest = None
    row.handled_at, row.handled_by = now, by
    for kind in TASKS:
        tasks.finish(session, kind, row.id, by=by, now=now)
