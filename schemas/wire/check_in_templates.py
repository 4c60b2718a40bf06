"""Templates of messages to clients: the practice's own, and those that ship with the product."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from schemas.vocabulary import Channel, CheckInKind, Locale, Situation, ToneFamily
from schemas.wire.common import Flag, Line, WireIn, WireOut, readable_text
from schemas.wire.tone_checks import ToneFindingOut

Body = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000), AfterValidator(readable_text)
]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(readable_text)
]


TemplateChannel = Literal[Channel.EMAIL, Channel.SMS, Channel.LETTER]


class CheckInTemplateIn(WireIn):
    """Words to begin with. Fields in braces, such as `{sender_name}`, are filled in for each message."""

    name: Line = Field(description="What it is called here; no client sees it.")
    kind: CheckInKind = CheckInKind.CHECK_IN
    locale: Locale
    situation: Situation = Situation.GENERAL
    channel: TemplateChannel = Field(default=Channel.EMAIL, description="By which way it is meant to go.")
    subject: Line = Field(description="Neutral, and without the client's name: it is read over a shoulder.")
    body: Body
    may_mention_therapy: Flag = Field(
        default=False, description="Meant only for addresses where that is allowed. The subject never mentions it."
    )
    override_reason: Reason | None = Field(
        default=None, description="Why it stays as it is, where the review of the wording advises against something."
    )


class CheckInTemplateOut(WireOut):
    id: UUID
    name: str
    kind: CheckInKind
    locale: Locale
    situation: Situation
    channel: Channel
    subject: str
    body: str
    may_mention_therapy: bool
    findings: list[ToneFamily] = Field(description="What the review named and its author kept.")
    override_reason: str | None
    written_by: UUID
    updated_at: datetime
    version: int


class PassageOut(ToneFindingOut):
    """A finding with the words it is about, as the client would read them, and the part of the message they stand in."""

    part: Literal["subject", "body"]
    passage: str


class BuiltInTemplateOut(WireOut):
    """Ships with the product. To change one, make a template of your own from it."""

    code: str = Field(examples=["hello"])
    name: str
    kind: CheckInKind
    locale: Locale
    situation: Situation
    channel: Channel
    subject: str
    body: str
