"""Use cases about goals for continued growth: writing one down, changing it, and what the client says became of it.

What a goal says is sealed under its client's key, and stands in no entry of the trail.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import goals as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch, invalid_field
from api.domain.goals import Words
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import goals as goal_store
from api.store import names
from schemas.tables import Episode, Goal
from schemas.tables.base import new_id
from schemas.vocabulary import GoalState
from schemas.wire.common import Page
from schemas.wire.episodes import PersonOut
from schemas.wire.goals import GoalContent, GoalIn, GoalOut, GoalStateIn

_MOST = 100


@use_case(Permission.GOAL_WRITE, audit=Action.GOAL_ADD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def add(work: Work, episode_id: UUID, given: GoalIn) -> GoalOut:
    """Also of work that has ended: the client may have said it with the goodbye."""
    client_store.lock_of_episodes(work.session, [episode_id])
    episode = _episode(work, episode_id)
    client_id = _whose(work, episode_id, given.client_id)
    if goal_store.count(work.session, episode_id, client_id) >= _MOST:
        raise Conflict(f"There are {_MOST} goals here. Let some go first.", code="too_many_goals")
    agreed_on = _agreed_on(work, episode, given)
    if given.former_id is not None:
        _require_former(work, episode, client_id, given.former_id)
    row = Goal(
        id=new_id(),
        episode_id=episode_id,
        client_id=client_id,
        words_sealed=b"",
        agreed_on=agreed_on,
        former_id=given.former_id,
        recorded_by=work.actor_id,
        created_at=work.now,
        updated_at=work.now,
    )
    row.words_sealed = goal_store.seal(work.client_key(client_id), row.id, _words(given))
    goal_store.add(work.session, row)
    work.mention(goal_id=str(row.id))
    return _shown(work, [row])[0]


@use_case(Permission.GOAL_READ, audit=Action.GOAL_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(
    work: Work, episode_id: UUID, *, client_id: UUID | None = None, after: UUID | None, limit: int
) -> Page[GoalOut]:
    """In the order in which they were recorded. Goals of somebody who was erased are gone."""
    _episode(work, episode_id)
    found = goal_store.page(work.session, episode_id, client_id=client_id, after=after, limit=limit + 1)
    shown = _shown(work, found[:limit])
    work.mention(count=len(shown))
    return Page[GoalOut](items=shown, next_cursor=str(shown[-1].id) if len(found) > limit else None)


@use_case(Permission.GOAL_READ, audit=Action.GOAL_READ, noun=Noun.GOAL, subject="goal_id")
def read(work: Work, goal_id: UUID) -> GoalOut:
    row = goal_store.get(work.session, goal_id)
    if row is None:
        raise NotFound
    return _shown(work, [row])[0]


@use_case(Permission.GOAL_WRITE, audit=Action.GOAL_EDIT, noun=Noun.GOAL, subject="goal_id", changes=True)
def change(work: Work, goal_id: UUID, given: GoalContent, *, version: int) -> GoalOut:
    """The whole goal anew. What a signed note says of it stays as it was signed."""
    row = _held(work, goal_id, version)
    row.words_sealed = goal_store.seal(work.client_key(row.client_id), row.id, _words(given))
    if given.agreed_on is not None:
        row.agreed_on = _agreed_on(work, _episode(work, row.episode_id), given)
        if row.settled_on is not None and row.settled_on < row.agreed_on:
            raise invalid_field("/agreed_on", "What became of it was said before this day.")
    return _written(work, row)


@use_case(Permission.GOAL_WRITE, audit=Action.GOAL_SETTLE, noun=Noun.GOAL, subject="goal_id", changes=True)
def settle(work: Work, goal_id: UUID, given: GoalStateIn, *, version: int) -> GoalOut:
    """Reached, let go, or open again: what the client says, and never what somebody makes of them."""
    row = _held(work, goal_id, version)
    today = _today(work, _episode(work, row.episode_id))
    row.settled_on = rules.settled_on(given.state, given.on, row.agreed_on, today)
    row.state = given.state
    work.mention(state=given.state)
    return _written(work, row)


@use_case(Permission.GOAL_WRITE, audit=Action.GOAL_DISCARD, noun=Noun.GOAL, subject="goal_id", changes=True)
def discard(work: Work, goal_id: UUID, *, version: int) -> None:
    """One that was written down by mistake. What stands in a signed note, or was taken up again, stays."""
    row = _held(work, goal_id, version)
    if row.note_id is not None:
        raise Conflict("This goal stands in a signed note. Say what became of it.", code="goal_in_note")
    if goal_store.is_taken_up(work.session, goal_id):
        raise Conflict("This goal was taken up again in later work.", code="goal_taken_up")
    work.mention(client_id=str(row.client_id), episode_id=str(row.episode_id))
    goal_store.delete(work.session, row)


def _held(work: Work, goal_id: UUID, version: int) -> Goal:
    row = goal_store.hold(work.session, goal_id)
    if row is None:
        raise NotFound
    if row.version != version:
        raise VersionMismatch
    return row


def _written(work: Work, row: Goal) -> GoalOut:
    row.updated_at, row.version = work.now, row.version + 1
    work.session.flush()
    return _shown(work, [row])[0]


def _episode(work: Work, episode_id: UUID) -> Episode:
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    return episode


def _whose(work: Work, episode_id: UUID, wanted: UUID | None) -> UUID:
    """Also somebody whose part has ended."""
    everybody = episode_store.everybody(work.session, episode_id)
    if wanted is None and len(everybody) == 1:
        return next(iter(everybody))
    if wanted is None or wanted not in everybody:
        raise invalid_field("/client_id", "Say which participant of the episode the goal is of.")
    return wanted


def _require_former(work: Work, episode: Episode, client_id: UUID, former_id: UUID) -> None:
    """Of the work that this one takes up again, and of the same person."""
    former = goal_store.former(work.session, former_id)
    if former is None or former.client_id != client_id or former.episode_id != episode.previous_episode_id:
        raise invalid_field("/former_id", "There is no such goal of theirs in the work before.")


def _agreed_on(work: Work, episode: Episode, given: GoalContent) -> date:
    today = _today(work, episode)
    agreed_on = given.agreed_on or today
    rules.require_day("/agreed_on", agreed_on, today)
    return agreed_on


def _today(work: Work, episode: Episode) -> date:
    return work.now.astimezone(ZoneInfo(episode.time_zone)).date()


def _words(given: GoalContent) -> Words:
    return Words(given.goal, given.why, given.next_step, given.supports, given.how_known)


def _shown(work: Work, rows: Sequence[Goal]) -> list[GoalOut]:
    ids = {row.client_id for row in rows}
    keys, people = work.client_keys_left(ids), names.of_clients(work.session, work.keyring, ids)
    shown = []
    for row in rows:
        key = keys.get(row.client_id)
        if key is not None:
            words = goal_store.opened(key, row)
            shown.append(
                GoalOut(
                    id=row.id,
                    episode_id=row.episode_id,
                    client=PersonOut(id=row.client_id, name=people.get(row.client_id, "")),
                    state=GoalState(row.state),
                    goal=words.goal,
                    why=words.why,
                    next_step=words.next_step,
                    supports=words.supports,
                    how_known=words.how_known,
                    agreed_on=row.agreed_on,
                    settled_on=row.settled_on,
                    note_id=row.note_id,
                    former_id=row.former_id,
                    created_at=row.created_at,
                    updated_at=row.updated_at,
                    version=row.version,
                )
            )
    return shown
