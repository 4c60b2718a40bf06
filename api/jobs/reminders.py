"""What the worker looks at by the calendar, every few minutes: nothing that happens would wake it."""

from api.services import follow_ups, reminders, unclear_texts
from api.services.work import Work


def remind(work: Work) -> int:
    """How many tasks there are more for somebody."""
    overdue = reminders.overdue_risks(work)
    for task_id in overdue:
        reminders.escalate(work, task_id)
    return len(overdue) + reminders.ask_again(work) + follow_ups.ask_for_those_due(work) + unclear_texts.pass_on(work)
