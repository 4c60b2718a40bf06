"""One's own tasks."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import CursorText, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import item_answers, tasks
from schemas.wire.common import Page
from schemas.wire.scores import AssessedIn
from schemas.wire.tasks import TaskOut

router = APIRouter(prefix="/tasks", tags=["Tasks"], route_class=OnceRoute)


@router.get("", summary="List one's own tasks, what is for today first", responses=problems(401, 403))
def page(work: SignedIn, cursor: CursorText = None, limit: Limit = 50) -> Page[TaskOut]:
    """Then whatever is due first. What is done is not listed."""
    return tasks.page(work, cursor=cursor, limit=limit)


@router.post("/{task_id}/done", summary="Say that a task is done", responses=problems(401, 403, 404, 409))
def done(work: SignedIn, task_id: UUID) -> TaskOut:
    """409 `done_by_its_act` for what its own act does: a risk is looked at, a note signed, a message settled."""
    return tasks.done(work, task_id)


@router.post(
    "/{task_id}/assessed",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Say how an answer was looked at",
    responses=problems(401, 403, 404),
)
def assess(work: SignedIn, task_id: UUID, given: AssessedIn) -> Response:
    """For the owner of a `look_at_answer` task, also where the client is in the caseload of a colleague who is away."""
    item_answers.assess_for_task(work, task_id, given)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
