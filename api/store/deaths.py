"""What follows when a record says that a client has died: nothing is sent any more, nobody is asked to call.

It ends nothing: an episode ends with the note that its clinician writes, and for that a task is opened.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.store import assessments, checkins, episodes, referrals, tasks, tenancy
from schemas.tables import Client, Episode, Task
from schemas.vocabulary import StopReason, TaskKind


def follow(session: Session, client: Client, *, by: UUID | None, today: date, now: datetime) -> None:
    """Call it in the unit that wrote `died_on`, or took it back. Reaches every caseload and shows nobody's."""
    with tenancy.whole_practice(session):
        running = episodes.every(session, episodes.running_of(session, client.id))
        if client.died_on is not None:
            checkins.stop_pending(session, {client.id}, StopReason.HELD, now)
            referrals.close_of(session, {client.id}, now, by=by)
        for episode in running:
            known = [
                task
                for task in tasks.open_ones(session, TaskKind.WRITE_NOTE, episode.id)
                if task.client_id == client.id
            ]
            if client.died_on is None:
                for task in known:
                    task.done_at, task.done_by, task.version = now, by, task.version + 1
            elif not known:
                _open(session, client.id, episode, today, now)
        assessments.refresh(session, [episode.id for episode in running], now)


def _open(session: Session, client_id: UUID, episode: Episode, today: date, now: datetime) -> None:
    """Where nobody is responsible, the caseload says it to the practice lead."""
    if episode.responsible_id is None:
        return
    task = Task(
        kind=TaskKind.WRITE_NOTE,
        owner_id=episode.responsible_id,
        episode_id=episode.id,
        client_id=client_id,
        subject_id=episode.id,
        due_on=today,
        created_at=now,
    )
    tasks.add(session, task)
