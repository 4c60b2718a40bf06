"""What the published contract says about itself: names of operations, and tags in the order of the road."""

from fastapi.routing import APIRoute

TAGS: list[dict[str, str]] = [
    {"name": "Sign-ins", "description": "Who: signing in and out. A session is a therapy session, never a login."},
    {"name": "Me", "description": "Who: one's own account and one's own leave."},
    {"name": "Practice", "description": "Who: the practice's settings and the days on which it is closed."},
    {"name": "Members", "description": "Who: the people of the practice, their roles, supervision and leave."},
    {"name": "Keys", "description": "Who: keys for other systems, each with the scopes it was given."},
    {"name": "Clients", "description": "Facts in: clients, and their names in other systems."},
    {"name": "Consents", "description": "Facts in: which address may be written to, how and when."},
    {"name": "Episodes", "description": "Facts in: courses of work, who takes part and who is responsible."},
    {"name": "Absences", "description": "Facts in: days on which silence says nothing, and what was agreed."},
    {"name": "Appointments", "description": "Facts in: booked times and what became of them."},
    {"name": "Contacts", "description": "Facts in: what happened outside the room."},
    {"name": "Imports", "description": "Facts in: whole files, with a dry run, a report on every row, and undo."},
    {"name": "Caseload", "description": "Notice: who is drifting, why, and the one next kind act."},
    {"name": "Audit", "description": "Who did, read or was refused what."},
    {"name": "Health", "description": "For whatever keeps the process running."},
]


def operation_id(route: APIRoute) -> str:
    """`clients_add`: the noun's file and the route's name, which generated clients turn into a method."""
    return f"{route.endpoint.__module__.rsplit('.', 1)[-1]}_{route.name}"
