"""Use cases about messages that clients asked for at the end: the wish on record, the task on its day, and what came of it.

Nothing here writes to anybody. The message is a check-in of the kind `follow_up`, by a person and by the contact decision.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import clock
from api.domain import follow_ups as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import follow_ups as store
from api.store import locks, names
from schemas.tables import FollowUp
from schemas.tables.base import new_id
from schemas.wire.common import Page
from schemas.wire.episodes import PersonOut
from schemas.wire.follow_ups import FollowUpEndIn, FollowUpIn, FollowUpOut

_MOST_WAITING = 5
# The day begins at different instants around the world; each is looked at by its client's own calendar.
_AHEAD = timedelta(days=1)


@use_case(Permission.CHECK_IN_WRITE, audit=Action.FOLLOW_UP_ADD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def add(work: Work, episode_id: UUID, given: FollowUpIn) -> FollowUpOut:
    """The client's own wish, with the day on which they said it. Also of work that has ended; not of somebody who has died."""
    client_store.lock_of_episodes(work.session, [episode_id])
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    everybody = episode_store.everybody(work.session, episode_id)
    client_id = given.client_id or (next(iter(everybody)) if len(everybody) == 1 else None)
    if client_id is None or client_id not in everybody:
        raise invalid_field("/client_id", "Say which participant of the episode asked for it.")
    client = client_store.get(work.session, client_id)
    rules.require_living(died=client is not None and client.died_on is not None)
    today = work.now.astimezone(ZoneInfo(episode.time_zone)).date()
    asked_on = given.asked_on or today
    rules.require_wish(asked_on, given.due_on, today)
    if store.waiting_count(work.session, client_id) >= _MOST_WAITING:
        raise Conflict("There are several such wishes already. Say what came of one first.", code="too_many_follow_ups")
    row = FollowUp(
        id=new_id(),
        episode_id=episode_id,
        client_id=client_id,
        asked_on=asked_on,
        due_on=given.due_on,
        words_sealed=b"",
        recorded_by=work.actor_id,
        created_at=work.now,
    )
    row.words_sealed = store.seal(work.client_key(client_id), row.id, given.words)
    store.add(work.session, row)
    work.mention(follow_up_id=str(row.id), due_on=row.due_on.isoformat())
    return _shown(work, [row])[0]


@use_case(Permission.CHECK_IN_READ, audit=Action.FOLLOW_UP_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID, *, before: UUID | None, limit: int) -> Page[FollowUpOut]:
    """Newest first."""
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    found = store.page(work.session, episode_id, before=before, limit=limit + 1)
    shown = _shown(work, found[:limit])
    work.mention(count=len(shown))
    return Page[FollowUpOut](items=shown, next_cursor=str(shown[-1].id) if len(found) > limit else None)


@use_case(
    Permission.CHECK_IN_WRITE, audit=Action.FOLLOW_UP_END, noun=Noun.FOLLOW_UP, subject="follow_up_id", changes=True
)
def end(work: Work, follow_up_id: UUID, given: FollowUpEndIn, *, version: int) -> FollowUpOut:
    """Written, or wanted no more. Whoever was asked for it is done."""
    row = store.hold(work.session, follow_up_id)
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise Conflict("Somebody has said what came of this.", code="follow_up_over")
    if row.version != version:
        raise VersionMismatch
    row.ended_at, row.ended_by, row.ended_because = work.now, work.actor_id, given.because
    row.version += 1
    work.mention(because=given.because)
    work.session.flush()
    store.finish_task(work.session, row.id, by=work.actor_id, now=work.now)
    return _shown(work, [row])[0]


@use_case(Permission.JOB_RUN, audit=None)
def ask_for_those_due(work: Work) -> int:
    """On its day, by the client's calendar, a wish becomes somebody's task. None where another worker is at it."""
    if not locks.alone(work.session, "ask for follow-ups"):
        return 0
    asked = 0
    for row, zone in store.hold_due(work.session, (work.now + _AHEAD).date()):
        if row.due_on <= clock.local_day(clock.second(work.now), zone):
            asked += store.ask(work.session, row, work.now)
    return asked


def _shown(work: Work, rows: Sequence[FollowUp]) -> list[FollowUpOut]:
    ids = {row.client_id for row in rows}
    keys, people = work.client_keys_left(ids), names.of_clients(work.session, work.keyring, ids)
    return [
        FollowUpOut(
            id=row.id,
            episode_id=row.episode_id,
            client=PersonOut(id=row.client_id, name=people.get(row.client_id, "")),
            asked_on=row.asked_on,
            due_on=row.due_on,
            words=store.opened(keys[row.client_id], row),
            created_at=row.created_at,
            ended_at=row.ended_at,
            ended_because=row.ended_because,
            version=row.version,
        )
        for row in rows
        if row.client_id in keys
    ]
