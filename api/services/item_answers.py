"""Use cases about an answer that a person has to look at: saying that somebody did, from the result or from the task.

Whoever looked, looked at the client: every answer of theirs that waited is done with it. No flag is raised or cleared here; a risk
of harm is a person's to say (decision 0048).
"""

from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import covering as covering_store
from api.store import covers as cover_store
from api.store import item_answers as answer_store
from api.store import scores as score_store
from api.store import tasks as task_store
from api.store import tenancy
from schemas.tables import Task
from schemas.wire.scores import AssessedIn


@use_case(Permission.FLAG_RAISE, audit=Action.SCORE_ASSESS, noun=Noun.EPISODE, subject="episode_id", changes=True)
def assess(work: Work, episode_id: UUID, score_id: UUID, given: AssessedIn) -> None:
    """For whoever treats the client. Raises Conflict where somebody has said so before, NotFound where there is nothing to look at."""
    client_store.lock_of_episodes(work.session, [episode_id])
    if score_store.get(work.session, episode_id, score_id) is None:
        raise NotFound
    row = answer_store.of_scores(work.session, [score_id]).get(score_id)
    if row is None:
        raise NotFound
    if row.assessed_at is not None:
        raise Conflict("Somebody has looked at this answer.", code="already_assessed")
    _look(work, row.client_id, given)


@use_case(Permission.FLAG_RAISE, audit=Action.SCORE_ASSESS, noun=Noun.CLIENT)
def assess_for_task(work: Work, task_id: UUID, given: AssessedIn) -> None:
    """For whoever has the task, also where the client is in the caseload of a colleague who is away. Said again, the first word stands."""
    task = _own(work, task_id)
    if task is None or task.kind is not answer_store.KIND or task.client_id is None:
        raise NotFound
    work.about(task.client_id)
    if task.done_at is not None:
        return
    with tenancy.whole_practice(work.session):
        client_store.lock(work.session, {task.client_id})
        _look(work, task.client_id, given)


def _look(work: Work, client_id: UUID, given: AssessedIn) -> None:
    key = work.client_key(client_id)
    looked = answer_store.look(
        work.session, key, client_id, given.how, words=given.words, by=work.actor_id, now=work.now
    )
    work.mention(how=given.how, count=looked)


def _own(work: Work, task_id: UUID) -> Task | None:
    task = task_store.get(work.session, task_id)
    if task is not None and (task.owner_id == work.principal.id or work.principal.sees is None):
        return task
    found = covering_store.risk_task(work.session, task_id, work.actor_id, cover_store.today(work.session, work.now))
    if found is None:
        return None
    work.mention(cover_id=str(found[1].id))
    return found[0]
