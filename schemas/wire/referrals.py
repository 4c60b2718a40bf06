"""Referrals: helping one client on to somebody who fits them better, until it has worked out."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator

from schemas.vocabulary import PassingOn, ReferralEnd, ReferralStep
from schemas.wire.common import Day, Line, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut
from schemas.wire.referral_providers import ReferralProviderOut, WishesIn, WishesOut


class ReferralIn(WireIn):
    """Of one client. Nothing is sent by it, to nobody. Sealed with the client's key; no session content belongs here."""

    episode_id: UUID
    client_id: UUID | None = Field(default=None, description="For whom it is, where several take part.")
    wishes: WishesIn = Field(default=WishesIn())
    passing_on: PassingOn = Field(
        default=PassingOn.NOT_ASKED, description="What the client said to anything being passed on. Nothing is, by us."
    )
    passing_on_said_on: Day | None = Field(default=None, description="When they said so; today, if it is not said.")
    what_to_pass_on: Words | None = Field(default=None, description="What they agreed to, in their words.")
    words: Words | None = Field(default=None, description="A note for colleagues.")
    owner_id: UUID | None = Field(default=None, description="Who asks how it went; yourself, if it is not said.")
    follow_up_on: Day | None = Field(default=None, description="When; in a fortnight, if it is not said.")


class ReferralPatch(WireIn):
    """Only what is sent changes."""

    wishes: WishesIn | None = None
    passing_on: PassingOn | None = None
    passing_on_said_on: Day | None = Field(
        default=None, description="When they said so. Left out: today, where the answer changes; else it stays."
    )
    what_to_pass_on: Words | None = None
    words: Words | None = None
    owner_id: UUID | None = None
    follow_up_on: Day | None = None


class OutsideIn(WireIn):
    """Somebody who is not in the directory."""

    name: Line
    contact: Line | None = None


class ReferralOptionIn(WireIn):
    """One of the directory, or somebody else by name."""

    provider_id: UUID | None = None
    outside: OutsideIn | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "ReferralOptionIn":
        if (self.provider_id is None) == (self.outside is None):
            raise ValueError("send either provider_id or outside")
        return self


class ReferralStepIn(WireIn):
    """How far it has come with one of them."""

    step: Literal[ReferralStep.CONTACTED, ReferralStep.FIRST_TALK, ReferralStep.STARTED, ReferralStep.DID_NOT_WORK_OUT]
    taken_on: Day | None = Field(default=None, description="Today, if it is not said.")
    words: Words | None = None
    follow_up_on: Day | None = Field(default=None, description="When to ask next; in a fortnight, if it is not said.")


class ReferralCloseIn(WireIn):
    """Why nobody here has to look after it any more."""

    because: ReferralEnd


class ReferralProgressOut(WireOut):
    step: ReferralStep
    taken_on: date
    words: str | None
    recorded_by: UUID
    recorded_at: datetime


class ReferralOptionOut(WireOut):
    """`name` and `contact` are as they were told then; `provider` is what the directory says now."""

    id: UUID
    position: int
    name: str
    contact: str | None
    provider: ReferralProviderOut | None
    step: ReferralStep
    step_on: date
    progress: list[ReferralProgressOut]


class ReferralOut(WireOut):
    """While it is open it has an owner and a day on which they ask. Of somebody who was erased nothing is left."""

    id: UUID
    episode_id: UUID
    client: PersonOut
    owner: PersonOut
    follow_up_on: date | None
    wishes: WishesOut
    passing_on: PassingOn
    passing_on_said_on: date | None = Field(
        description="When the client said so; null where nobody asked, or no day was kept."
    )
    passing_on_recorded_by: PersonOut | None
    what_to_pass_on: str | None
    words: str | None
    options: list[ReferralOptionOut]
    made_by: UUID
    made_at: datetime
    closed_at: datetime | None
    closed_because: ReferralEnd | None
    version: int
