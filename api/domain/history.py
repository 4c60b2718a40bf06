"""The facts about one episode, as the record learned them: what every question of the domain is asked of.

Two times run through all of it. When something happened (`starts_at`, `at`, `from_on`) and when the
record learned it (`known_at`). A question put for an instant may use only facts whose `known_at` is
not after that instant, so that looking back shows what could have been seen, never more.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    EpisodeFormat,
    EpisodeKind,
    Initiator,
)


class Reach(StrEnum):
    """To whom of those who take part the practice may turn first. The others contact us, and nobody asks why."""

    EVERYBODY = "everybody"
    SOME = "some"
    NOBODY = "nobody"


class KeptBack(StrEnum):
    """What keeps the practice from turning to those who take part, beside what they said about it themselves."""

    NOTHING = "nothing"
    UNSAFE = "unsafe"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One thing the record learned about an appointment. All instants are aware and in UTC."""

    status: AppointmentStatus
    starts_at: datetime
    known_at: datetime
    initiator: Initiator | None = None
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked time and everything learned about it, oldest knowledge first.

    `rescheduled_from` is the key of the appointment this one replaces: the pair is one event, never a
    cancellation plus a booking. `standing` marks a time that belongs to a series booked in one go,
    which is weaker evidence of staying than a booking the client made. `participant` names the one
    person whose attendance it records in a couple or family; none means all of them together.
    """

    key: str
    events: tuple[StatusEvent, ...]
    duration_minutes: int = 50
    rescheduled_from: str | None = None
    standing: bool = False
    participant: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Something said or sent outside the room. Inbound and not automated: a sign of life.

    `outcome` SPOKE is a sign of life in either direction: the client was reached in person.
    """

    at: datetime
    known_at: datetime
    direction: ContactDirection
    channel: Channel
    automated: bool = False
    outcome: ContactOutcome | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which silence says nothing: local dates in the client's zone, both included; no `to_on`, open-ended.

    From `withdrawn_at` on the record knows better, and it counts for nothing any more.
    """

    kind: AbsenceKind
    from_on: date
    to_on: date | None
    known_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was settled about the course of the work. `cadence_days` only with a change of cadence."""

    kind: AgreementKind
    from_on: date
    known_at: datetime
    to_on: date | None = None
    cadence_days: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One result of one measure of the client's own. `participant` as with an appointment."""

    measure: str
    value: float
    higher_is_better: bool
    at: datetime
    known_at: datetime
    participant: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a message of ours; open until somebody handled it. `chose_time`: one of those that the message offered."""

    at: datetime
    handled_at: datetime | None = None
    chose_time: bool = False

    def is_open(self, now: datetime) -> bool:
        return self.at <= now and (self.handled_at is None or self.handled_at > now)


@dataclass(frozen=True, slots=True)
class Note:
    """The next note of an outreach plan: somebody means to look it over on that day or after it. `position` counts from one."""

    position: int
    due_on: date


@dataclass(frozen=True, slots=True)
class History:
    """Everything known about one episode. Order within the tuples does not matter.

    `reach` is today's: what a client says about being reached binds also whoever looks back. `died_on`: everybody who takes
    part has died, the last of them on that day. `risk_since`: a risk of harm to one of them stands since then. It and
    `kept_back` are what stood at the instant for which the history was read.
    """

    time_zone: str
    format: EpisodeFormat = EpisodeFormat.INDIVIDUAL
    kind: EpisodeKind = EpisodeKind.ONGOING
    started_at: datetime | None = None
    ended_at: datetime | None = None
    agreed_cadence_days: float | None = None
    died_on: date | None = None
    reach: Reach = Reach.EVERYBODY
    kept_back: KeptBack = KeptBack.NOTHING
    risk_since: datetime | None = None
    appointments: tuple[Appointment, ...] = ()
    contacts: tuple[Contact, ...] = ()
    absences: tuple[Absence, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    replies: tuple[Reply, ...] = ()
    scores: tuple[Score, ...] = ()
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the practice expects where a client's own rhythm is not known yet. Days between sessions."""

    default_cadence_days: float = 7.0
    by_format: dict[EpisodeFormat, float] = field(default_factory=dict)
