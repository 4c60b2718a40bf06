"""What follows when a record says that a client has died: nothing is sent any more, nobody is asked to call.

It ends nothing: an episode ends with the note that its clinician writes, and for that a task is opened.
"""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.store import assessments, checkins, episodes, follow_ups, item_answers, referrals, tasks, tenancy, transfers
from schemas.tables import Client, Episode, Task
from schemas.vocabulary import StopReason, TaskKind


def follow(session: Session, client: Client, *, by: UUID | None, today: date, now: datetime) -> None:
    """Call it in the unit that wrote `died_on`, or took it back. Reaches every caseload and shows nobody's."""
    with tenancy.whole_practice(session):
        running = episodes.every(session, episodes.running_of(session, client.id))
        if client.died_on is not None:
            ask_nothing_more(session, {client.id}, now, by=by)
        else:
            transfers.reopen_of(session, client.id, today, now)
        for episode in running:
            known = [
                task
                for task in tasks.open_ones(session, TaskKind.WRITE_NOTE, episode.id)
                if task.client_id == client.id
            ]
            if client.died_on is None:
                # A note that is owed because the work goes on elsewhere is owed all the same.
                goes_on = transfers.latest_of_part(session, episode.id, {client.id}) is not None
                for task in [] if goes_on else known:
                    task.done_at, task.done_by, task.version = now, by, task.version + 1
            elif not known:
                _open(session, client.id, episode, today, now)
        assessments.refresh(session, [episode.id for episode in running], now)


def ask_nothing_more(session: Session, client_ids: Collection[UUID], now: datetime, *, by: UUID | None) -> None:
    """Nothing is sent to them, and nobody is asked to write to them, to look at them today or to hear how it went, in whatever
    caseload. Hold the clients before.
    """
    with tenancy.whole_practice(session):
        # Not as after any ending: an answer or a closing letter goes to nobody who has died.
        checkins.stop_pending(session, client_ids, StopReason.HELD, now)
        referrals.close_of(session, client_ids, now, by=by)
        transfers.settle_of(session, client_ids, now, by=by)
        for client_id in sorted(client_ids):
            follow_ups.finish_tasks_of(session, client_id, now, by=by)
            item_answers.finish(session, client_id, by=by, now=now)


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
