"""Use cases about how long records are kept: whose time is over, and the decision to keep one for longer.

Nothing here erases: each record that is due is looked at by a person.
"""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import erasure
from api.domain import retention as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound, invalid_field
from api.domain.retention import Kept, Periods
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import names
from api.store import practices as practice_store
from api.store import retention as retention_store
from api.store.retention import Ended
from api.store.sealing import DataKey, Place
from schemas.tables import Client
from schemas.wire.common import Page
from schemas.wire.episodes import PersonOut
from schemas.wire.records import DueOut, KeepIn, RecordOut


@use_case(Permission.CLIENT_ERASE, audit=Action.RETENTION_READ, noun=Noun.CLIENT)
def page(work: Work, *, after: UUID | None, limit: int) -> Page[DueOut]:
    """Whoever is due today. A page may come short while a cursor says that there is more to look through."""
    periods, today = _periods(work), _today(work)
    if periods.years is None:
        return Page[DueOut](items=[])
    moment = datetime.combine(rules.latest_due(today, periods.years) + timedelta(days=1), time(), UTC)
    found = retention_store.ended_before(work.session, moment, today=today, after=after, limit=limit + 1)
    due = {one.client_id: (one, day) for one in found[:limit] if (day := _due_on(one, periods)) and day <= today}
    known = names.of_clients(work.session, work.keyring, set(due))
    work.mention(count=len(due))
    items = [
        DueOut(client=PersonOut(id=client_id, name=known[client_id]), last_ended_on=_last_on(one), due_on=day)
        for client_id, (one, day) in due.items()
    ]
    return Page[DueOut](items=items, next_cursor=str(found[limit - 1].client_id) if len(found) > limit else None)


@use_case(Permission.CLIENT_ERASE, audit=Action.RETENTION_READ, noun=Noun.CLIENT, subject="client_id")
def read(work: Work, client_id: UUID) -> RecordOut:
    client = _required(work, client_id)
    ended = retention_store.of_client(work.session, client_id)
    key = None if client.erased_at is not None else work.client_key(client_id)
    return RecordOut(
        client_id=client_id,
        running_count=len(episode_store.running_of(work.session, client_id)),
        last_ended_on=None if ended is None else _last_on(ended),
        due_on=None if ended is None or key is None else _due_on(ended, _periods(work)),
        keep_until=client.keep_until,
        keep_reason=_opened(key, client, "keep_reason"),
        legal_hold_at=client.legal_hold_at,
        legal_hold_reason=_opened(key, client, "legal_hold_reason"),
        erased_at=client.erased_at,
    )


@use_case(Permission.CLIENT_ERASE, audit=Action.RETENTION_KEEP, noun=Noun.CLIENT, subject="client_id")
def keep(work: Work, client_id: UUID, given: KeepIn) -> None:
    """The decision replaces the one before; the trail has both."""
    client_store.lock(work.session, {client_id})
    client = _required(work, client_id)
    if client.erased_at is not None:
        raise erasure.erased()
    if given.until <= _today(work):
        raise invalid_field("/until", "Choose a day to come.")
    key = work.client_key(client_id)
    client.keep_until = given.until
    client.keep_reason_sealed = key.seal(given.reason, Place("clients", "keep_reason", client_id))
    client.updated_at, client.version = work.now, client.version + 1
    work.mention(until=given.until.isoformat())


def _required(work: Work, client_id: UUID) -> Client:
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    return client


def _periods(work: Work) -> Periods:
    practice = practice_store.current(work.session)
    return Periods(practice.retention_years, practice.retention_years_of_minors)


def _today(work: Work) -> date:
    return work.now.astimezone(ZoneInfo(practice_store.current(work.session).time_zone)).date()


def _last_on(ended: Ended) -> date:
    return ended.last_at.astimezone(ZoneInfo(ended.time_zone)).date()


def _due_on(ended: Ended, periods: Periods) -> date | None:
    return rules.due_on(Kept(_last_on(ended), ended.adult_on, ended.keep_until), periods)


def _opened(key: DataKey | None, client: Client, column: str) -> str | None:
    sealed: bytes | None = getattr(client, f"{column}_sealed")
    return None if sealed is None or key is None else key.open(sealed, Place("clients", column, client.id))
