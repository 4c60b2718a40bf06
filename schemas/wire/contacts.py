"""What happens outside the room: contacts, absences, agreements; and the timeline that shows it all."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, model_validator

from schemas.vocabulary import AbsenceKind, AgreementKind, Channel, ContactDirection, ContactOutcome
from schemas.wire.common import Cadence, Day, Flag, When, WireIn, WireOut, Words


class ContactIn(WireIn):
    """A call, message or word at the desk made elsewhere. Without `at`, it was just now."""

    client_id: UUID | None = Field(default=None, description="Which participant, where there are several.")
    at: When | None = None
    direction: ContactDirection
    channel: Channel
    outcome: ContactOutcome | None = None
    automated: Flag = False
    note: Words | None = Field(default=None, description="Kept sealed. No session content belongs here.")


class ContactOut(WireOut):
    id: UUID
    episode_id: UUID
    client_id: UUID | None
    at: datetime
    direction: ContactDirection
    channel: Channel
    outcome: ContactOutcome | None
    automated: bool
    note: str | None
    recorded_by: UUID | None


class AbsenceIn(WireIn):
    """A pause or the client away: local dates, both included. Without `to_on` it is open."""

    kind: AbsenceKind = AbsenceKind.PAUSE
    from_on: Day
    to_on: Day | None = None

    @model_validator(mode="after")
    def _of_an_episode_and_in_order(self) -> "AbsenceIn":
        if self.kind not in (AbsenceKind.PAUSE, AbsenceKind.CLIENT_AWAY):
            raise ValueError("an episode's absence is a pause or the client away")
        if self.to_on is not None and self.to_on < self.from_on:
            raise ValueError("to_on comes before from_on")
        return self


class AbsenceOut(WireOut):
    id: UUID
    episode_id: UUID
    kind: AbsenceKind
    from_on: date
    to_on: date | None
    withdrawn: bool
    version: int


class AgreementIn(WireIn):
    """A planned end or another cadence, settled with the client."""

    kind: AgreementKind
    from_on: Day
    cadence_days: Cadence | None = None

    @model_validator(mode="after")
    def _a_change_of_cadence_says_which(self) -> "AgreementIn":
        if self.kind is AgreementKind.DISCHARGE:
            raise ValueError("an episode is ended, not agreed to be discharged, here")
        if (self.kind is AgreementKind.CADENCE_CHANGE) != (self.cadence_days is not None):
            raise ValueError("cadence_days goes with cadence_change, and only with it")
        return self


class AgreementOut(WireOut):
    id: UUID
    episode_id: UUID
    kind: AgreementKind
    from_on: date
    cadence_days: float | None


class TimelineItem(WireOut):
    """One thing in the record of a client, newest first. `noun` says what it is, `text` says it in words."""

    at: datetime
    noun: str = Field(examples=["appointment"])
    id: UUID
    episode_id: UUID
    code: str = Field(examples=["no_show"])
    text: str = Field(examples=["The time on 3 March did not take place."])


class TimelineOut(WireOut):
    items: list[TimelineItem]
