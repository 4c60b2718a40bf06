"""Use cases about the results of a client's own measures: recorded, listed, taken back. The number is nobody's but the client's.

A result is shown to those who work with the client, and is in no event, no log line and no entry of the trail.
"""

from datetime import timedelta
from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import scores as score_store
from schemas.tables import Score
from schemas.tables.base import new_id
from schemas.wire.common import Page
from schemas.wire.scores import ScoreIn, ScoreOut

# A clock on another machine may be a little ahead of ours.
_AHEAD = timedelta(minutes=5)


@use_case(Permission.SCORE_RECORD, audit=Action.SCORE_RECORD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def record(work: Work, episode_id: UUID, given: ScoreIn) -> ScoreOut:
    """A result that another system sends again is the one on record. Raises Conflict where it says something else by now."""
    participants = _participants(work, episode_id)
    client_id = given.client_id or (participants[0] if len(participants) == 1 else None)
    if client_id is not None and client_id not in participants:
        raise invalid_field("/client_id", "This client does not take part in the episode.")
    at = given.at or work.now
    if at > work.now + _AHEAD:
        raise invalid_field("/at", "A result is recorded once it has been given.")
    digest = None
    if given.source is not None and given.external_id is not None:
        digest = work.digest("score", given.source, given.external_id)
        if (known := score_store.told_before(work.session, digest)) is not None:
            return _again(known, episode_id, given)
    row = Score(
        id=new_id(),
        episode_id=episode_id,
        client_id=client_id,
        measure=given.measure,
        value=given.value,
        higher_is_better=given.higher_is_better,
        at=min(at, work.now),
        known_at=work.now,
        source=given.source,
        fact_digest=digest,
        recorded_by=work.principal.id,
    )
    score_store.add(work.session, row)
    assessment_store.refresh(work.session, [episode_id], work.now)
    return _shown(row)


@use_case(Permission.EPISODE_READ, audit=Action.SCORE_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID, *, before: UUID | None, limit: int) -> Page[ScoreOut]:
    _participants(work, episode_id)
    found = score_store.page(work.session, episode_id, before=before, limit=limit + 1)
    items = [_shown(row) for row in found[:limit]]
    return Page[ScoreOut](items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


@use_case(Permission.SCORE_RECORD, audit=Action.SCORE_WITHDRAW, noun=Noun.EPISODE, subject="episode_id", changes=True)
def withdraw(work: Work, episode_id: UUID, score_id: UUID) -> None:
    """It counted until now; looking back at a day before this still shows it."""
    row = score_store.get(work.session, episode_id, score_id)
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        raise Conflict("This result was withdrawn before.", code="already_withdrawn")
    row.withdrawn_at, row.version = work.now, row.version + 1
    assessment_store.refresh(work.session, [episode_id], work.now)


def _participants(work: Work, episode_id: UUID) -> list[UUID]:
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    return episode_store.participants(work.session, [episode_id])[episode_id]


def _again(known: Score, episode_id: UUID, given: ScoreIn) -> ScoreOut:
    same = (known.episode_id, known.measure, known.value, known.higher_is_better) == (
        episode_id,
        given.measure,
        given.value,
        given.higher_is_better,
    )
    if not same or (given.at is not None and given.at != known.at):
        raise Conflict(
            "This key stands for another result. Withdraw that one, and send the new one under a key of its own.",
            code="told_otherwise",
        )
    return _shown(known)


def _shown(row: Score) -> ScoreOut:
    return ScoreOut(
        id=row.id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        measure=row.measure,
        value=row.value,
        higher_is_better=row.higher_is_better,
        at=row.at,
        withdrawn=row.withdrawn_at is not None,
        recorded_by=row.recorded_by,
    )
