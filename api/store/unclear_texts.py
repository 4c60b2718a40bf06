"""For whom a text message waits of which nobody could tell whose it is: always somebody who leads and can sign in, once there is one."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import replies as rules
from api.store import concerns, practices, tasks, tenancy, texts
from schemas.tables import ReceivedText, Task
from schemas.vocabulary import TaskKind


def reader_for(session: Session, client_ids: Collection[UUID]) -> UUID | None:
    """The practice lead who is nobody's clinician among those with the number; where each is one, whoever leads longest, for it
    has to reach somebody. Ask over the whole practice.
    """
    leads = concerns.leads(session)
    clinicians = {who for one in client_ids for who in concerns.clinicians_of(session, one)}
    return rules.reader(leads, clinicians) or next(iter(leads), None)


def give_to_a_lead(session: Session, row: ReceivedText, client_ids: Collection[UUID], now: datetime) -> None:
    """To whoever reads it by `reader_for`. Where nobody leads who could sign in it stays with whom it was, or nobody, until
    `pass_on`. Ask over the whole practice.
    """
    reader_id = reader_for(session, client_ids)
    if reader_id is None:
        return
    row.reader_id = reader_id
    open_ones = [task for kind in texts.TASKS for task in tasks.open_ones(session, kind, row.id)]
    for task in open_ones:
        task.owner_id, task.version = reader_id, task.version + 1
    if not open_ones:
        zone = ZoneInfo(practices.current(session).time_zone)
        task = Task(
            kind=TaskKind.READ_TEXT_TODAY if row.comes_first else TaskKind.READ_TEXT,
            owner_id=reader_id,
            subject_id=row.id,
            due_on=now.astimezone(zone).date(),
            created_at=now,
        )
        tasks.add(session, task)
    session.flush()


def pass_on(session: Session, now: datetime) -> int:
    """From whoever leads no more, or nobody, to somebody who does; how many. Call it wherever a practice lead comes, goes, or is
    given an account. The calendar asks too, for what came in at the same moment.
    """
    with tenancy.whole_practice(session):
        leads = concerns.leads(session)
        if not leads:
            return 0
        left = sa.or_(col(ReceivedText.reader_id).is_(None), col(ReceivedText.reader_id).not_in(leads))
        waiting = sa.select(ReceivedText).where(
            col(ReceivedText.handled_at).is_(None), col(ReceivedText.address_digest).is_not(None), left
        )
        rows = session.scalars(waiting.order_by(col(ReceivedText.id)).with_for_update(key_share=True)).all()
        for row in rows:
            give_to_a_lead(session, row, who_has_it(session, row), now)
    return len(rows)


def who_has_it(session: Session, row: ReceivedText) -> list[UUID]:
    """The clients with its number, on record or by what was written to them there."""
    digest = row.address_digest or b""
    known = [one.client_id for one in texts.on_record(session, digest)]
    known += [one.client_id for one in texts.written(session, digest)]
    return list(dict.fromkeys(known))
