"""Termination notes: what a clinician writes down at the end of the work, and what the record adds to it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict

from schemas.vocabulary import (
    Channel,
    ClosingSession,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    GoalsBasis,
    NoteForm,
    NoteState,
    RiskReview,
    SignaturePart,
)
from schemas.wire.common import ON_RECORD, Day, Line, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut

Points = Annotated[float, Strict(), Field(ge=-10_000, le=10_000, allow_inf_nan=False)]


class GrowthGoal(WireIn):
    """A goal for continued growth. `goal_id` is the goal on record that it is, and `goal_version` how that stood when it was put here."""

    goal: Words
    why: Words | None = Field(default=None, description="Why it matters to the client.")
    next_step: Words | None = Field(default=None, description="The next small step.")
    supports: Words | None = Field(default=None, description="Who or what helps with it.")
    how_known: Words | None = Field(default=None, description="How the client will know.")
    goal_id: UUID | None = None
    goal_version: Annotated[int, Strict(), Field(ge=1)] | None = None


class MeasureScores(WireIn):
    """The first and the last score of one measure. Scores only: no item text of any questionnaire belongs here."""

    measure: Line = Field(examples=["PHQ-9"])
    first: Points | None = None
    first_on: Day | None = None
    last: Points | None = None
    last_on: Day | None = None


class NoteContent(WireIn):
    """What the clinician writes. A draft may lack anything; signing asks for each required part and says why.

    Part of the clinical record, kept sealed. Private psychotherapy notes (45 CFR 164.501) do not belong here.
    """

    form: NoteForm = Field(
        default=NoteForm.WITH_CONVERSATION, description="Which of the two guided forms: with a conversation or without."
    )
    how_it_ended: EndingKind | None = None
    reason: Words | None = Field(default=None, description="Required where the clinician decided or a rule did.")
    ended_on: Day | None = Field(
        default=None, description="The day of the ending on the client's calendar. Without it, the day of signing."
    )
    closing_session: ClosingSession | None = Field(
        default=None,
        description="Left out: what is on record of it by the signature. Whoever writes the note may say otherwise; both are kept.",
    )
    work_reviewed: Words | None = None
    goals_basis: GoalsBasis | None = Field(default=None, description="Where the goals come from. None is ever made up.")
    goals_agreed_on: Day | None = Field(default=None, description="With `last_agreed`: on which day.")
    growth_goals: list[GrowthGoal] = Field(default_factory=list, max_length=10)
    safety: Words | None = Field(default=None, description="Safety at closing.")
    risk_review: RiskReview | None = Field(
        default=None, description="How risk was looked at. Required while a flag of harm stands."
    )
    risk_review_words: Words | None = None
    progress: Words | None = None
    client_words: Words | None = Field(default=None, description="In the client's own words.")
    strengths: Words | None = None
    helped: Words | None = None
    did_not_help: Words | None = None
    scores: list[MeasureScores] = Field(default_factory=list, max_length=20)
    early_signs: Words | None = Field(default=None, description="What to watch for, and what to do then.")
    supports: Words | None = None
    referrals: Words | None = None
    records: Words | None = Field(default=None, description="Where the records are and how to ask for them.")
    return_path: Words | None = Field(default=None, description="How to come back.")

    @classmethod
    def on_record(cls, kept: bytes | str) -> "NoteContent":
        """As it was kept. A note that was signed once can be read whatever is refused since."""
        return NoteContent.model_validate_json(kept, context=ON_RECORD)

    @classmethod
    def of_record(cls, parts: Mapping[str, object]) -> "NoteContent":
        """Begun with words that are kept elsewhere: goals, the practice's way back. They were let in by the rules of their day."""
        return NoteContent.model_validate(parts, context=ON_RECORD)


class TerminationNoteIn(NoteContent):
    """A draft for one client's part in an episode. Couples and families: each participant has their own."""

    episode_id: UUID
    client_id: UUID | None = Field(default=None, description="Which participant, where there are several.")


class NoteReturnIn(WireIn):
    """Back to its author, who changes and signs it again."""

    reason: Words


class NoteAddendumIn(WireIn):
    """Something added to a signed note. The note itself stays as it was signed."""

    words: Words


class EpisodeEndIn(WireIn):
    """An ending without a note yet: a task asks for it. In couples and families `client_id` is who leaves; without it, all."""

    how_it_ended: EndingKind
    reason: Words | None = Field(default=None, description="Required where the clinician decided or a rule did.")
    client_id: UUID | None = None
    risk_review: RiskReview | None = Field(default=None, description="Required while a flag of harm stands.")


class AttemptOut(WireOut):
    """One try to reach the client, as the record has it."""

    at: datetime
    channel: Channel
    outcome: ContactOutcome | None


class LastContactOut(WireOut):
    at: datetime
    direction: ContactDirection
    channel: Channel
    outcome: ContactOutcome | None


class ScoreSpanOut(WireOut):
    """The first result of one measure against the last. Without `last` there is one only."""

    measure: str
    first: float
    first_on: date
    last: float | None
    last_on: date | None


class NoteRecord(WireOut):
    """What the record itself says. Drawn anew while the note is a draft; frozen with the author's signature.

    `attempts` are those made since the client was last seen or heard of, oldest first. `scores` are empty in notes that were signed
    before results were drawn in.
    """

    drawn_at: datetime
    started_at: datetime | None
    first_session_at: datetime | None
    last_session_at: datetime | None
    session_count: int
    last_contact: LastContactOut | None
    attempts: list[AttemptOut]
    closing_session: ClosingSession | None = Field(
        default=None,
        description="What is on record of a closing session. Null: nothing, which does not say that none was offered.",
    )
    scores: list[ScoreSpanOut] = Field(default_factory=list, description="First against last, by measure.")
    goes_to: str | None = Field(default=None, description="To whom elsewhere the care goes, as its transfer says.")


class NoteSignatureOut(WireOut):
    part: SignaturePart
    by: PersonOut
    at: datetime


class NoteReturnOut(WireOut):
    """A return to the author for changes. It is about the note and no part of it: no signature and no fingerprint of the note is over it."""

    reason: str
    by: PersonOut
    at: datetime


class NoteAddendumOut(WireOut):
    id: UUID
    words: str
    by: PersonOut
    at: datetime


class NoteHintOut(WireOut):
    """A word of a draft that judges, and what may stand there: the client may read the note. `start` to `end`: characters of the
    part at `pointer`.
    """

    pointer: str = Field(examples=["/work_reviewed"])
    start: int
    end: int
    said: str
    why: str
    instead: str


class NoteSummaryOut(WireOut):
    """A line of a list: no word of what the note says."""

    id: UUID
    episode_id: UUID
    client: PersonOut
    author: PersonOut
    state: NoteState
    how_it_ended: EndingKind | None
    created_at: datetime
    updated_at: datetime
    signed_at: datetime | None
    locked_at: datetime | None
    version: int


class TerminationNoteOut(NoteSummaryOut):
    """`fingerprint` is SHA-256 over what is stored; `leavetaking verify` compares it with the sealed trail.

    `required` says which parts have to be there before this note can be signed, and why.
    """

    content: NoteContent
    record: NoteRecord
    required: dict[str, str]
    risk_reviewed_at: datetime | None
    risk_reviewed_by: PersonOut | None
    risk_review_needed: bool = Field(description="A flag of harm stands that nobody has looked at since it was raised.")
    needs_cosign: bool
    returned_reason: str | None = Field(
        description="Of a draft: why it was returned last. Each return is in `returns`."
    )
    returned_by: PersonOut | None
    returned_at: datetime | None
    returns: list[NoteReturnOut] = Field(
        description="Every return for changes, the oldest first; also once it is signed again."
    )
    signatures: list[NoteSignatureOut]
    addenda: list[NoteAddendumOut]
    fingerprint: str | None
    hints: list[NoteHintOut] = Field(description="On the wording of a draft; none of a note that is signed.")


class NoteSignedOut(WireOut):
    """Where a note stands after a signature, a return or an addendum. `episode_ended` by now, with this act or before."""

    id: UUID
    episode_id: UUID
    state: NoteState
    episode_ended: bool
    fingerprint: str | None
    version: int


class EpisodeEndedOut(WireOut):
    """`draft_ids`: the notes that are still to be written; a task asks for each."""

    episode_id: UUID
    ended_at: datetime | None = Field(description="Null while somebody else still takes part.")
    ending: EndingKind | None
    draft_ids: list[UUID]
