"""Checks of wording: a text as the client will read it, and what it says between the lines."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from schemas.vocabulary import Channel, CheckInKind, Locale, ToneFamily, ToneSeverity, ToneVerdict
from schemas.wire.common import Flag, WireIn, WireOut, readable_text

# As it is: findings count its characters, so nothing may be stripped.
TextAsWritten = Annotated[str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(readable_text)]

Typed = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(readable_text)]


class ToneCheckIn(WireIn):
    """The text after merge fields are filled in. Nothing of it is kept."""

    text: TextAsWritten = Field(examples=["Hello Ana, this is Marta. No reply is needed."])
    channel: Channel = Field(description="The way it takes. `sms` is measured in characters, the others in words.")
    locale: Locale = Field(description="The language it is written in.")
    may_mention_therapy: Flag = Field(
        default=False, description="Whether the client allowed that a message to this address names therapy."
    )


class ToneHintIn(WireIn):
    """A message as it is being typed, merge fields unexpanded. Nothing of it is kept."""

    subject: Typed = ""
    body: Typed = ""
    kind: CheckInKind = CheckInKind.CHECK_IN
    channel: Channel = Channel.EMAIL
    locale: Locale = Locale.EN
    may_mention_therapy: bool = False


class ToneFindingOut(WireOut):
    """`start` and `end` count characters (Unicode code points) of the text, the end not included."""

    family: ToneFamily
    severity: ToneSeverity
    start: int
    end: int
    why: str = Field(description="Why it can hurt, for whoever writes it.")
    gentler: str = Field(description="What could be written in its place, in the language of the text.")


class WholeMessageOut(WireOut):
    """Counts of the message as a whole, for whoever writes it. None of them is a finding."""

    word_count: int
    question_count: int
    demand_count: int = Field(description='What it tells or asks the client to do, without an "if you like".')
    choice_count: int = Field(description="What it holds out to choose from: two times and another day are three.")
    says_no_reply_is_fine: bool


class TextSizeOut(WireOut):
    """How a text message is cut up on its way; of a draft, with the line that holds the link. Information, and no reason to refuse."""

    alphabet: Literal["gsm_7", "ucs_2"]
    units: int = Field(description="What it takes of its alphabet.")
    parts: int
    per_part: int
    wide: list[str] = Field(description="The characters because of which it does not fit the short alphabet.")


class ToneCheckOut(WireOut):
    """`ok` says that nothing known was found. It certifies no kindness."""

    verdict: ToneVerdict
    findings: list[ToneFindingOut] = Field(description="In the order of the text.")
    reading_grade: float | None = Field(
        description="School years that reading it takes; null for a text of fewer than 30 words."
    )
    whole: WholeMessageOut
    text_size: TextSizeOut | None = Field(description="Of a text message; null by any other way.")
