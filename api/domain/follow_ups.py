"""What belongs to a message that a client asked for at the end: their word with its day, and a day within reach. Pure.

It is a wish on record and a reminder for a person. The message itself is a check-in of the kind `follow_up`, written and approved by
somebody and let go by the contact decision, or not.
"""

from datetime import date, timedelta

from api.domain.errors import Conflict, FieldProblem, Invalid

# "Write to me in the autumn" is said at a last session; after half a year nobody knows whether it is still wanted.
REACH = timedelta(days=183)


def require_living(*, died: bool) -> None:
    if died:
        raise Conflict("The client has died. Nobody will be asked to write to them.", code="client_died")


def require_wish(asked_on: date, due_on: date, today: date) -> None:
    """Raises Invalid, naming each field."""
    problems = []
    if asked_on > today:
        problems.append(FieldProblem("/asked_on", "That day is still to come."))
    if due_on <= asked_on:
        problems.append(FieldProblem("/due_on", "Choose a day after they asked."))
    elif due_on > asked_on + REACH:
        problems.append(FieldProblem("/due_on", "A wish reaches half a year. Ask again then."))
    elif due_on < today:
        problems.append(FieldProblem("/due_on", "Choose a day to come."))
    if problems:
        raise Invalid(*problems)
