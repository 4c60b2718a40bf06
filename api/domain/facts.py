"""What one row of somebody else's file says, once it has been understood.

A reader in `formats` turns every data row into exactly one of these or into a `RowProblem`, so that an
import can account for the whole file. `line` is the physical line the row starts on, the header being 1.
Keys are the other system's identifiers; they mean nothing outside their `source`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from api.domain.history import StatusEvent
from schemas.vocabulary import AbsenceKind, AgreementKind, Channel, ContactDirection, EpisodeFormat


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that could not be understood. `detail` never repeats what the row said: it may name a person."""

    line: int
    code: str
    column: str | None
    detail: str


class AppointmentFact(NamedTuple):
    """One or more status events of one appointment, oldest knowledge first.

    Files have them by the hundred thousand, and a named tuple is made in a quarter of a dataclass's time.
    """

    line: int
    client_key: str
    appointment_key: str
    events: tuple[StatusEvent, ...]
    clinician_key: str | None = None
    client_name: str | None = None
    format: EpisodeFormat = EpisodeFormat.INDIVIDUAL
    group_key: str | None = None
    duration_minutes: int = 50
    rescheduled_from_key: str | None = None
    time_zone: str | None = None
    standing: bool = False


@dataclass(frozen=True, slots=True)
class ClientFact:
    """A client as the other system lists them."""

    line: int
    client_key: str
    clinician_key: str | None = None
    client_name: str | None = None
    time_zone: str | None = None
    format: EpisodeFormat = EpisodeFormat.INDIVIDUAL
    agreed_cadence_days: float | None = None
    first_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A message in or out; `automated` ones are never a sign of life."""

    line: int
    client_key: str
    at: datetime
    direction: ContactDirection
    channel: Channel
    automated: bool = False


@dataclass(frozen=True, slots=True)
class AbsenceFact:
    """A pause or the client away: local dates, both included; without `to_on` it is open-ended."""

    line: int
    client_key: str
    kind: AbsenceKind
    from_on: date
    to_on: date | None
    known_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementFact:
    """A planned end, a discharge or a change of cadence (days between sessions)."""

    line: int
    client_key: str
    kind: AgreementKind
    from_on: date
    to_on: date | None
    known_at: datetime
    cadence_days: float | None = None


@dataclass(frozen=True, slots=True)
class LeaveFact:
    """A clinician's own absence."""

    line: int
    clinician_key: str
    from_on: date
    to_on: date | None
    known_at: datetime


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """A result of a measure of the client's own: the number, and which way is better."""

    line: int
    client_key: str
    measure: str
    value: float
    higher_is_better: bool
    at: datetime
    known_at: datetime
    item_nine: int | None = None


Fact = AppointmentFact | ClientFact | ContactFact | AbsenceFact | AgreementFact | LeaveFact | ScoreFact
