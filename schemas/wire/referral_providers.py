"""The practice's own directory of those who may be a better fit, and what somebody would like of them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.vocabulary import Accepting, EpisodeFormat, Meeting, Wish, WishOutcome
from schemas.wire.common import Day, Flag, ForeignId, Line, Whole, WireIn, WireOut, Words

Lines = Annotated[list[Line], Field(max_length=40)]
Formats = Annotated[list[EpisodeFormat], Field(max_length=4)]
Fee = Annotated[Whole, Field(ge=0, le=1_000_000, description="For one session, in whole units of the currency.")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["EUR"], description="ISO 4217.")]


class ReferralProviderPatch(WireIn):
    """Only what is sent changes. A null says that the directory does not know any more."""

    name: Line | None = None
    organisation: Line | None = None
    external_id: ForeignId | None = Field(
        default=None, description="What another list calls them, so that importing it again finds them."
    )
    specialisations: Lines | None = Field(default=None, description="What they know well.")
    therapies: Lines | None = Field(default=None, description="Types of therapy.")
    qualifications: Lines | None = Field(default=None, description="Qualifications and credentials.")
    languages: Lines | None = Field(default=None, description="By name or code; all in which they work.")
    formats: Formats | None = None
    insurances: Lines | None = Field(default=None, description="An empty list: none is taken.")
    fee_from: Fee | None = None
    fee_to: Fee | None = None
    currency: Currency | None = None
    sliding_scale: Flag | None = None
    free_talk: Flag | None = Field(default=None, description="Whether there is a free talk on the phone first.")
    accepting: Flag | None = Field(default=None, description="Whether new clients are taken.")
    accepting_checked_on: Day | None = Field(
        default=None, description="When somebody last asked; today, if it is not said. It holds for ninety days."
    )
    in_person: Flag | None = None
    place: Line | None = Field(default=None, description="Where, if in person.")
    online: Flag | None = None
    phone: Line | None = None
    email: Line | None = None
    website: Line | None = None
    address: Line | None = None
    notes: Words | None = Field(default=None, description="For colleagues. Nothing about a client belongs here.")


class ReferralProviderIn(ReferralProviderPatch):
    """One person or service. Whatever is left out, the directory does not say. No client stands in it."""

    name: Line = Field(examples=["Rosa Lindt"])


class ReferralProviderOut(WireOut):
    """Null everywhere means that the directory does not say."""

    id: UUID
    name: str
    organisation: str | None
    external_id: str | None
    specialisations: list[str] | None
    therapies: list[str] | None
    qualifications: list[str] | None
    languages: list[str] | None
    formats: list[EpisodeFormat] | None
    insurances: list[str] | None
    fee_from: int | None
    fee_to: int | None
    currency: str | None
    sliding_scale: bool | None
    free_talk: bool | None
    accepting: bool | None
    accepting_checked_on: date | None
    in_person: bool | None
    place: str | None
    online: bool | None
    phone: str | None
    email: str | None
    website: str | None
    address: str | None
    notes: str | None
    updated_at: datetime
    removed: bool = Field(description="Out of the directory; referrals still name them.")
    version: int


class WishesIn(WireIn):
    """What a client would like. Never a diagnosis. What is left out does not matter to them."""

    languages: Lines = Field(default=[], description="One of them is enough.")
    format: EpisodeFormat | None = None
    therapies: Lines = Field(default=[])
    specialisations: Lines = Field(default=[], description="What they would like somebody to know well.")
    qualifications: Lines = Field(default=[])
    insurance: Line | None = None
    most_to_pay: Fee | None = Field(default=None, description="For one session; goes with the currency.")
    currency: Currency | None = None
    meeting: Meeting | None = None
    place: Line | None = Field(default=None, description="Where, if in person.")
    free_talk: Flag = Field(default=False, description="A free talk first.")


class WishesOut(WireOut):
    languages: list[str]
    format: EpisodeFormat | None
    therapies: list[str]
    specialisations: list[str]
    qualifications: list[str]
    insurance: str | None
    most_to_pay: int | None
    currency: str | None
    meeting: Meeting | None
    place: str | None
    free_talk: bool


class WishOut(WireOut):
    """What became of one wish, in words."""

    wish: Wish
    asked: str = Field(examples=["Spanish"])
    outcome: WishOutcome
    text: str = Field(examples=["Works in English and Spanish."])


class ReferralMatchOut(WireOut):
    """No number stands for anybody. The order: who takes new clients, who leaves fewer wishes unmet, then fewer open, then the name."""

    provider: ReferralProviderOut
    accepting: Accepting
    accepting_text: str = Field(examples=["Takes new clients."])
    wishes: list[WishOut]


class DirectoryProblemOut(WireOut):
    """A row that was not taken. What it said is not repeated."""

    line: int
    code: str
    pointer: str = Field(
        examples=["/rows/12/fee_to"], description="The line of the file, and the column where one is meant."
    )
    detail: str


class DirectoryImportOut(WireOut):
    """`counts` adds up to `rows_read`. A dry run changes nothing and says the same."""

    dry_run: bool
    rows_read: int
    counts: dict[str, int] = Field(examples=[{"created": 40, "updated": 2, "unchanged": 57, "rejected": 1}])
    problems: list[DirectoryProblemOut] = Field(description="The first two hundred.")
    problem_count: int
