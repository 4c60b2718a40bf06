"""What a practice's record holds about one client, and the truth that no record has. Days count from the first day watched."""

from dataclasses import dataclass, field
from enum import StrEnum

from schemas.vocabulary import AgreementKind, AppointmentStatus, Initiator


class Ending(StrEnum):
    """How it truly went on: still coming, an end both knew of, or leaving without a word."""

    RUNNING = "running"
    AGREED = "agreed"
    LEFT = "left"


@dataclass(slots=True)
class Event:
    """One status of one booked time. `start` and `known` are days, with a fraction."""

    key: str
    start: float
    status: AppointmentStatus
    known: float
    initiator: Initiator | None
    rescheduled_from: str | None = None


@dataclass(slots=True)
class Message:
    at: float
    inbound: bool
    automated: bool


@dataclass(slots=True)
class Agreed:
    """A pause or absence, a planned end, a discharge or another cadence, as whole days."""

    kind: str
    first: float
    last: float | None
    known: float


PAUSE, ABSENCE = "pause", "absence"
PLANNED_END, DISCHARGE = AgreementKind.PLANNED_END.value, AgreementKind.DISCHARGE.value
CADENCE_CHANGE = AgreementKind.CADENCE_CHANGE.value


@dataclass(slots=True)
class Life:
    """One client. `left_at` is the moment of deciding not to come again; None for everybody else."""

    key: str
    clinician: str
    format: str = "individual"
    agreed_cadence: float | None = None
    first_seen: float = 0.0
    ending: Ending = Ending.RUNNING
    left_at: float | None = None
    over_at: float | None = None
    events: list[Event] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    agreements: list[Agreed] = field(default_factory=list)
