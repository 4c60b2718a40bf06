"""Use cases about one's own tasks: what a named person has to do, beside the next act of an episode."""

from collections.abc import Sequence
from uuid import UUID

from api.domain import tasks as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import AccessDenied, Conflict, NotFound
from api.domain.tasks import Position
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import names
from api.store import tasks as task_store
from schemas.tables import Task
from schemas.wire.common import Page
from schemas.wire.episodes import PersonOut
from schemas.wire.tasks import TaskOut


@use_case(Permission.TASK_READ, audit=Action.TASK_LIST, noun=Noun.TASK)
def page(work: Work, *, cursor: str | None, limit: int) -> Page[TaskOut]:
    """One's own: first what is for today, then whatever is due first."""
    found = task_store.page(work.session, work.actor_id, after=rules.read(cursor), limit=limit + 1)
    shown = found[:limit]
    work.mention(count=len(shown))
    last = shown[-1] if len(found) > limit else None
    next_cursor = Position(rules.rank(last.kind), last.due_on, last.id).to_text() if last else None
    return Page[TaskOut](items=_shown(work, shown), next_cursor=next_cursor)


@use_case(Permission.TASK_DO, audit=Action.TASK_DO, noun=Noun.TASK, subject="task_id")
def done(work: Work, task_id: UUID) -> TaskOut:
    """By whoever has it, or by a practice lead for them. Said again, the first word stands.

    Raises Conflict for what its own act does: a risk, a note, a message about which nobody knows.
    """
    row = task_store.get(work.session, task_id)
    if row is None:
        raise NotFound
    if work.principal.changes is not None and row.owner_id not in work.principal.changes:
        raise AccessDenied(code="not_in_your_caseload")
    if row.done_at is None:
        where = rules.where_done(row.kind, within_reach=_is_within_reach(work, row))
        if where is not None:
            raise Conflict(where, code="done_by_its_act")
        row.done_at, row.done_by, row.version = work.now, work.actor_id, row.version + 1
    return _shown(work, [row])[0]


def _is_within_reach(work: Work, row: Task) -> bool:
    return row.client_id is not None and client_store.get(work.session, row.client_id) is not None


def _shown(work: Work, rows: Sequence[Task]) -> list[TaskOut]:
    """A client who is in one's caseload no more is not named."""
    wanted = {row.client_id for row in rows if row.client_id is not None}
    seen = {client.id for client in client_store.every(work.session, wanted)} if wanted else set()
    called = names.of_clients(work.session, work.keyring, seen)
    return [
        TaskOut(
            id=row.id,
            kind=row.kind,
            client=PersonOut(id=row.client_id, name=called[row.client_id]) if row.client_id in called else None,
            episode_id=row.episode_id,
            subject_id=row.subject_id,
            due_on=row.due_on,
            created_at=row.created_at,
            done_at=row.done_at,
            version=row.version,
        )
        for row in rows
    ]
