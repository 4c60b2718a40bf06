"""Clients and their consents: which address may be used, how and when."""

from datetime import date, datetime, time
from uuid import UUID

from pydantic import Field, model_validator

from schemas.vocabulary import Authority, Channel, ConsentState, Locale, Recipient
from schemas.wire.common import Day, Flag, Line, LocalTime, TimeZone, Whole, WireIn, WireOut


class ExternalIdOut(WireOut):
    source: str = Field(examples=["cliniko"])
    external_id: str


class ClientIn(WireIn):
    """A client. Without a zone they live in the practice's."""

    name: Line = Field(examples=["Ana Moreno"])
    time_zone: TimeZone | None = None
    client_contacts_us: Flag = Field(
        default=False, description="The client contacts the practice, never the other way round. Nobody is asked why."
    )
    locale: Locale | None = Field(default=None, description="The language in which the client is written to.")
    adult_on: Day | None = Field(
        default=None,
        description="Of a minor: the day on which they come of age. Until then it has to be said who reads.",
    )
    emergency_contact: Line | None = Field(default=None, description="Whom to call in need: a name and a number.")


class ClientSearchIn(WireIn):
    """Sent in a body: a client's name never stands in an address, where logs and histories would keep it."""

    name: Line = Field(description="Part of a name; searched among the clients you may see.")
    limit: Whole = Field(default=50, ge=1, le=200)
    cursor: UUID | None = Field(
        default=None,
        description="`next_cursor` of the answer before. While there is one, not every name has been looked at.",
    )


class ClientPatch(WireIn):
    """Only what is sent changes. A null takes away what is on record, where there need not be anything."""

    name: Line | None = None
    time_zone: TimeZone | None = None
    client_contacts_us: Flag | None = None
    locale: Locale | None = None
    adult_on: Day | None = None
    died_on: Day | None = Field(
        default=None,
        description="The client died on this day. Nothing is sent any more; each running episode asks for its note.",
    )
    emergency_contact: Line | None = None


class ClientOut(WireOut):
    id: UUID
    name: str
    time_zone: str
    client_contacts_us: bool
    locale: Locale | None
    adult_on: date | None
    died_on: date | None
    emergency_contact: str | None
    merged_into_id: UUID | None = Field(description="The client this double was merged into.")
    erased_at: datetime | None = Field(description="From then on nothing that was theirs can be read.")
    external_ids: list[ExternalIdOut]
    created_at: datetime
    updated_at: datetime
    version: int


class ClientMergeIn(WireIn):
    """`double_id` is merged into the client of the address; its facts move, its id keeps resolving."""

    double_id: UUID


class ConsentIn(WireIn):
    """One address and what may be done with it. Nothing is permitted until somebody asked."""

    channel: Channel
    address: Line = Field(
        description="An e-mail address, a telephone number with its country code, or a postal address."
    )
    state: ConsentState = ConsentState.NOT_ASKED
    valid_until: Day | None = Field(default=None, description="After this day the client is asked again.")
    may_mention_therapy: Flag = False
    voicemail_allowed: Flag = False
    sender_name: Line | None = Field(default=None, description="The name the client wants to see as sender.")
    safe_from: LocalTime | None = Field(default=None, description="Local time in the client's zone.")
    safe_until: LocalTime | None = None
    recipient: Recipient | None = Field(
        default=None, description="Who reads what is sent there. Of a minor it has to be said."
    )
    authority: Authority | None = Field(
        default=None, description="What lets them be written to and told about a minor. It has to be said, too."
    )

    @model_validator(mode="after")
    def _safe_hours_come_in_pairs(self) -> "ConsentIn":
        if (self.safe_from is None) != (self.safe_until is None):
            raise ValueError("safe_from and safe_until belong together")
        if self.channel in (Channel.PORTAL, Channel.IN_PERSON):
            raise ValueError("consents are for e-mail, sms, phone and letter")
        return self


class ConsentAnswerOut(WireOut):
    """What the client said about an address, and when. A later answer adds to it and replaces none."""

    state: ConsentState
    valid_until: date | None
    at: datetime
    recorded_by: UUID | None = Field(description="Null: the client said so themselves, by the link of a message.")


class ConsentOut(WireOut):
    id: UUID
    channel: Channel
    address: str
    state: ConsentState
    asked_at: datetime | None
    valid_until: date | None
    may_mention_therapy: bool
    voicemail_allowed: bool
    sender_name: str | None
    safe_from: time | None
    safe_until: time | None
    recipient: Recipient | None
    authority: Authority | None
    refused_before: bool = Field(
        description="Somebody refused this address who was erased since. Nothing is sent there, whatever is allowed now."
    )
    bouncing_since: datetime | None = Field(
        description="A mail server says that there is no such address. Nothing is sent there until somebody saves it again."
    )
    answers: list[ConsentAnswerOut] = Field(description="Everything that was said about it, oldest first.")
    updated_at: datetime
    version: int
