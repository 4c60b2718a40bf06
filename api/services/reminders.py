"""The worker's duties by the calendar: a risk that nobody has touched becomes others' task too; permissions are asked for again."""

from uuid import UUID

from api.domain import clock
from api.domain import tasks as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import locks
from api.store import reminders as reminder_store
from api.store import tasks as task_store
from schemas.tables import Task
from schemas.vocabulary import TaskKind


@use_case(Permission.JOB_RUN, audit=None)
def overdue_risks(work: Work) -> list[UUID]:
    """Tasks to reach somebody that nobody has touched for too long. None where another worker is at it."""
    if not locks.alone(work.session, "tell of risks that wait"):
        return []
    hours = work.runtime.limits.risk_hours
    return [
        task.id
        for task, zone_name in reminder_store.untouched_risks(work.session)
        if work.now >= rules.escalates_at(task.created_at, task.due_on, zone_name, hours)
    ]


@use_case(Permission.JOB_RUN, audit=Action.RISK_ESCALATE, noun=Noun.TASK, subject="task_id")
def escalate(work: Work, task_id: UUID) -> None:
    """Once for each risk; the first task stays whose it is. It is done, for all, with the word of whoever reached the client."""
    task = task_store.get(work.session, task_id)
    if task is None:
        raise NotFound
    owners = reminder_store.who_sees_to_it(work.session, task.owner_id)
    for owner_id in owners:
        row = Task(
            kind=task.kind if task.kind is TaskKind.LOOK_AT_ANSWER else TaskKind.RISK_OVERDUE,
            owner_id=owner_id,
            episode_id=task.episode_id,
            client_id=task.client_id,
            subject_id=task.subject_id,
            due_on=task.due_on,
            created_at=work.now,
        )
        task_store.add(work.session, row)
    work.mention(count=len(owners))


@use_case(Permission.JOB_RUN, audit=None)
def ask_again(work: Work) -> int:
    """A fortnight before a permission runs out, and when a minor has come of age, its clinician is asked to ask again."""
    if not locks.alone(work.session, "ask for permissions again"):
        return 0
    made = 0
    for one in reminder_store.permissions_to_ask_about(work.session, work.now):
        today = clock.local_day(clock.second(work.now), one.time_zone)
        asked_on = clock.local_day(clock.second(one.asked_at), one.time_zone)
        if not rules.is_asked_again(one.valid_until, asked_on, one.adult_on, today):
            continue
        row = Task(
            kind=TaskKind.ASK_AGAIN,
            owner_id=one.owner_id,
            episode_id=one.episode_id,
            client_id=one.client_id,
            subject_id=one.consent_id,
            due_on=max(today, one.valid_until) if one.valid_until is not None else today,
            created_at=work.now,
        )
        task_store.add(work.session, row)
        made += 1
    return made
