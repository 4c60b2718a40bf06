"""The rooms of the front end and who may enter them: what the navigation shows."""

from dataclasses import dataclass

from api.domain.access import Permission


@dataclass(frozen=True, slots=True)
class Room:
    name: str
    path: str
    opens_with: Permission

    def holds(self, here: str) -> bool:
        """Whether a page is in this room: the room itself or a page under it."""
        return here == self.path or here.startswith(f"{self.path}/")


ROOMS = (
    Room("Today", "/caseload", Permission.ENGAGEMENT_READ),
    Room("Replies", "/replies", Permission.REPLY_READ),
    Room("Tasks", "/tasks", Permission.TASK_READ),
    Room("In confidence", "/concerns", Permission.CONCERN_READ),
    Room("Clients", "/clients", Permission.CLIENT_READ),
    Room("Notes", "/notes", Permission.NOTE_READ),
    Room("Imports", "/imports", Permission.IMPORT_READ),
    Room("Statistics", "/statistics", Permission.STATISTICS_READ),
    Room("Members", "/members", Permission.MEMBER_READ),
    Room("Practice", "/practice", Permission.PRACTICE_READ),
)


def open_to(permissions: frozenset[Permission]) -> tuple[Room, ...]:
    return tuple(room for room in ROOMS if room.opens_with in permissions)
