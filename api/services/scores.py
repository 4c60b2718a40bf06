"""Use cases about the results of a client's own measures: recorded, listed, taken back. The number is nobody's but the client's.

A result is shown to those who work with the client, and is in no event, no log line and no entry of the trail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import measures
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, Invalid, NotFound, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import item_answers as answer_store
from api.store import names
from api.store import scores as score_store
from api.store.sealing import DataKey
from schemas.tables import ItemAnswer, Score
from schemas.tables.base import new_id
from schemas.wire.common import Page
from schemas.wire.episodes import PersonOut
from schemas.wire.scores import AssessedOut, ScoreIn, ScoreOut

# A clock on another machine may be a little ahead of ours.
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Told:
    """A result as it was sent, and whose it is by what is on record."""

    episode_id: UUID
    client_id: UUID | None
    given: ScoreIn

    def is_of(self, known: Score) -> bool:
        """Whether it says again what is on record. An answer is one person's: never of whoever else is in the room."""
        given = self.given
        same = (known.episode_id, known.measure, known.value, known.higher_is_better) == (
            self.episode_id,
            given.measure,
            given.value,
            given.higher_is_better,
        )
        whose = given.item_nine is None or known.client_id == self.client_id
        return same and whose and (given.at is None or given.at == known.at)


@use_case(Permission.SCORE_RECORD, audit=Action.SCORE_RECORD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def record(work: Work, episode_id: UUID, given: ScoreIn) -> ScoreOut:
    """A result that another system sends again is the one on record. Raises Conflict where it says something else by now."""
    client_store.lock_of_episodes(work.session, [episode_id])
    participants = _participants(work, episode_id)
    client_id = given.client_id or (participants[0] if len(participants) == 1 else None)
    if client_id is not None and client_id not in participants:
        raise invalid_field("/client_id", "This client does not take part in the episode.")
    _require_possible(work, given, client_id)
    at = given.at or work.now
    if at > work.now + _AHEAD:
        raise invalid_field("/at", "A result is recorded once it has been given.")
    digest = None
    if given.source is not None and given.external_id is not None:
        digest = work.digest("score", given.source, given.external_id)
        if (known := score_store.told_before(work.session, digest)) is not None:
            return _again(work, known, _Told(episode_id, client_id, given))
    elif (total := _completed(work, episode_id, client_id, given)) is not None and client_id is not None:
        _keep_answer(work, total, client_id, given)
        return _shown(work, [total])[0]
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
    if given.item_nine is not None and client_id is not None:
        _keep_answer(work, row, client_id, given)
    assessment_store.refresh(work.session, [episode_id], work.now)
    return _shown(work, [row])[0]


@use_case(Permission.EPISODE_READ, audit=Action.SCORE_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID, *, before: UUID | None, limit: int) -> Page[ScoreOut]:
    _participants(work, episode_id)
    found = score_store.page(work.session, episode_id, before=before, limit=limit + 1)
    items = _shown(work, found[:limit])
    return Page[ScoreOut](items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


@use_case(Permission.EPISODE_READ, audit=Action.SCORE_LIST, noun=Noun.EPISODE, subject="episode_id")
def to_complete(work: Work, episode_id: UUID, given: ScoreIn) -> list[ScoreOut]:
    """What this answer may be said to belong to, by `completes`."""
    participants = _participants(work, episode_id)
    client_id = given.client_id or (participants[0] if len(participants) == 1 else None)
    return [] if client_id is None else _shown(work, _of_that_day(work, episode_id, client_id, given))


@use_case(Permission.SCORE_RECORD, audit=Action.SCORE_WITHDRAW, noun=Noun.EPISODE, subject="episode_id", changes=True)
def withdraw(work: Work, episode_id: UUID, score_id: UUID) -> None:
    """It counted until now; looking back at a day before this still shows it."""
    client_store.lock_of_episodes(work.session, [episode_id])
    row = score_store.get(work.session, episode_id, score_id)
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        raise Conflict("This result was withdrawn before.", code="already_withdrawn")
    row.withdrawn_at, row.version = work.now, row.version + 1
    if row.client_id is not None and answer_store.of_scores(work.session, [score_id]):
        otherwise = work.actor_id if work.is_a_person else None
        key = work.client_key(row.client_id)
        answer_store.ask_about_what_waits(work.session, key, row.client_id, otherwise, by=work.actor_id, now=work.now)
    assessment_store.refresh(work.session, [episode_id], work.now)


def _participants(work: Work, episode_id: UUID) -> list[UUID]:
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    return episode_store.participants(work.session, [episode_id])[episode_id]


def _again(work: Work, known: Score, told: _Told) -> ScoreOut:
    """An answer that is told only now is kept beside the result it came with; the first one told stands (decision 0048)."""
    if not told.is_of(known):
        raise Conflict(
            "This key stands for another result. Withdraw that one, and send the new one under a key of its own.",
            code="told_otherwise",
        )
    is_news = told.given.item_nine is not None and known.withdrawn_at is None
    if is_news and told.client_id is not None and not answer_store.of_scores(work.session, [known.id]):
        _keep_answer(work, known, told.client_id, told.given)
    return _shown(work, [known])[0]


def _completed(work: Work, episode_id: UUID, client_id: UUID | None, given: ScoreIn) -> Score | None:
    """The total of the same day beside which a person tells this answer only now. Raises Invalid where it is not plain which."""
    if given.item_nine is None or client_id is None or not work.is_a_person:
        return None
    rows = _of_that_day(work, episode_id, client_id, given)
    totals = [measures.Total(row.id, row.value) for row in rows]
    wanted = measures.completed(given.value, totals, wanted=given.completes, separate=given.separate)
    return next((row for row in rows if row.id == wanted), None)


def _of_that_day(work: Work, episode_id: UUID, client_id: UUID, given: ScoreIn) -> list[Score]:
    """This person's results of the same measure and day, on the clock of the work, beside which no answer is on record."""
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        return []
    at, zone = min(given.at or work.now, work.now), ZoneInfo(episode.time_zone)
    return [
        row
        for row in score_store.without_answer(work.session, episode_id, client_id, at)
        if measures.plain(row.measure) == measures.plain(given.measure)
        and row.at.astimezone(zone).date() == at.astimezone(zone).date()
    ]


def _require_possible(work: Work, given: ScoreIn, client_id: UUID | None) -> None:
    problems = measures.problems(
        given.measure, given.value, higher_is_better=given.higher_is_better, item_nine=given.item_nine
    )
    if problems:
        raise Invalid(*problems)
    if given.item_nine is not None and client_id is None:
        raise invalid_field("/client_id", "Say whose answer it is.")
    if given.assessed is not None and not work.is_a_person:
        raise invalid_field("/assessed", "That somebody looked at it is a person's to say.")
    if given.completes is not None and (given.external_id is not None or not work.is_a_person):
        raise invalid_field(
            "/completes", "A person completes a total, and what has a name elsewhere is a result of its own."
        )


def _keep_answer(work: Work, row: Score, client_id: UUID, given: ScoreIn) -> None:
    """An answer above nothing is somebody's to look at today, unless whoever records it has."""
    answer = given.item_nine or 0
    key = work.client_key(client_id)
    kept = answer_store.keep(work.session, key, row, client_id, answer)
    if given.assessed is not None:
        answer_store.look(work.session, key, client_id, given.assessed, words=None, by=work.actor_id, now=work.now)
        work.mention(assessed=given.assessed)
    elif measures.asks_for_a_look(answer, row.at, work.now):
        owner_id = answer_store.ask_today(work.session, kept, work.actor_id if work.is_a_person else None, work.now)
        work.mention(owner_id=str(owner_id or ""))


def _shown(work: Work, rows: Sequence[Score]) -> list[ScoreOut]:
    """An answer is told to people alone: whoever feeds the record from elsewhere has it already."""
    answers = answer_store.of_scores(work.session, [row.id for row in rows]) if work.is_a_person else {}
    keys = work.client_keys_left({one.client_id for one in answers.values()})
    looked = {one.assessed_by for one in answers.values() if one.assessed_by is not None}
    people = names.of_members(work.session, work.keyring, looked)
    return [_one(row, answers.get(row.id), keys, people) for row in rows]


def _one(row: Score, answer: ItemAnswer | None, keys: Mapping[UUID, DataKey], people: Mapping[UUID, str]) -> ScoreOut:
    key = None if answer is None else keys.get(answer.client_id)
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
        item_nine=None if answer is None or key is None else answer_store.opened(key, answer),
        assessed=None if answer is None or key is None else _assessed(answer, key, people),
    )


def _assessed(answer: ItemAnswer, key: DataKey, people: Mapping[UUID, str]) -> AssessedOut | None:
    if answer.assessed_at is None or answer.assessed_by is None or answer.assessed_how is None:
        return None
    return AssessedOut(
        at=answer.assessed_at,
        by=PersonOut(id=answer.assessed_by, name=people.get(answer.assessed_by, "")),
        how=answer.assessed_how,
        words=answer_store.words_of(key, answer),
    )
