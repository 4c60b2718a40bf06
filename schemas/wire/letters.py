"""Closing letters: written with a note, approved with its signature."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import Channel, CheckInState, LetterState, Locale, StopReason
from schemas.wire.checkins import MessageWords, OutlookOut, Why, WordingReviewOut
from schemas.wire.common import Line, When, Whole, WireIn, WireOut
from schemas.wire.episodes import PersonOut


class LetterIn(WireIn):
    """A draft, beside its note. Its words are changed as those of any message: `/v1/check-ins/{check_in_id}`."""

    note_id: UUID
    consent_id: UUID | None = Field(
        default=None, description="The address it goes to; left out: the e-mail address that may be written to."
    )
    locale: Locale | None = Field(default=None, description="Left out: the client's language.")
    subject: Line | None = Field(default=None, description="Left out: a neutral one.")
    body: MessageWords | None = Field(
        default=None,
        description="Left out: words to begin with, drawn from the note. `{growth_goals}`, `{return_path}` and `{referrals}` stand for what it says.",
    )


class LetterWithNoteIn(WireIn):
    """Approves the note's letter by the same act. `version` is that of its message, as it was read."""

    letter_id: UUID
    version: Whole = Field(ge=1, le=2**31 - 1)
    override_reason: Why | None = Field(
        default=None, description="Why the wording stays as it is, where the review advises another."
    )


class NoteSignatureIn(WireIn):
    """What goes with a signature. Without `letter` the note is signed alone."""

    letter: LetterWithNoteIn | None = None


class LetterHandedOverIn(WireIn):
    """You gave it to the client yourself, on paper."""

    at: When | None = Field(default=None, description="When; left out: now. Within the last two days.")
    override_reason: Why | None = Field(
        default=None, description="Why the wording stays as it is, where the review advises another."
    )


class LetterFieldOut(WireOut):
    """What can stand in braces in the letter. `value`: what would be filled in now; null where there is nothing, this address may not show it, or
    it is too long.
    """

    name: str
    means: str
    value: str | None
    too_long: bool = Field(description="The note says more there than a letter holds; one that asks for it is refused.")


class LetterOut(WireOut):
    """`version` is its message's: that of `If-Match`. `outlook` and `review` are told of a draft that is read by itself."""

    id: UUID
    note_id: UUID
    note_signed: bool = Field(description="In full: until then it goes with the signature and by no other way.")
    check_in_id: UUID
    episode_id: UUID
    client: PersonOut
    state: LetterState
    message_state: CheckInState
    stopped_by: StopReason | None
    channel: Channel
    by_hand: bool
    locale: Locale
    subject: str
    body: str
    state_at: datetime
    written_by: UUID
    approved_by: UUID | None = Field(description="Whose word lets it go: of a supervised author's letter, theirs.")
    waits_since: datetime | None
    released_by: UUID | None = Field(description="Who cosigned, of a supervised author's letter.")
    review: WordingReviewOut | None
    outlook: OutlookOut | None = Field(
        description="Whether it could leave now, as if the note were signed. Of a draft that is read by itself."
    )
    fields: list[LetterFieldOut] = Field(description="What can stand in braces in its words. Of a draft; else none.")
    version: int
