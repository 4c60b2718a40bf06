"""Where an episode stands, why, what would change it, and why it is not further on.

Words and days only: no number here could pass for a property of the client.
"""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import ChangeEffect, ChangeKind, FactKind, HolderKind, Stage
from schemas.wire.common import WireOut
from schemas.wire.episodes import NextStepOut, PersonOut, ReasonOut


class FactOut(WireOut):
    """One thing on record. `id` is that of the record, where there is one; `client`, whose attendance or word it is,
    where several take part.
    """

    kind: FactKind
    code: str = Field(examples=["no_show"], description="The record's own: a status, an outcome, a kind.")
    id: UUID | None
    on: date = Field(description="A day on the client's calendar.")
    at: datetime | None
    text: str = Field(examples=["The time on 26 February did not take place."])
    client: PersonOut | None


class GroundedReasonOut(ReasonOut):
    """A reason with the facts that it rests on."""

    facts: list[FactOut]


class ProspectOut(WireOut):
    """What would change it: the model was asked, with this added to what is known. `stage` would be shown from `from_on` on."""

    kind: ChangeKind
    effect: ChangeEffect
    text: str = Field(examples=["If the client books a time, for instance for 13 March, this is engaged again."])
    stage: Stage
    from_on: date


class HolderOut(WireOut):
    """What keeps it where it stands: the model was asked without it, and would show `stage`."""

    kind: HolderKind
    text: str
    stage: Stage
    facts: list[FactOut]


class NotYetOut(WireOut):
    """Why it is not drifting, or not quiet: what speaks for that and does not suffice, and what holds it."""

    stage: Stage = Field(description="The stage that it is not.")
    text: str
    against: list[GroundedReasonOut]
    holding: list[HolderOut]


class StageShownOut(WireOut):
    """A stage from the instant at which it was shown, with the reasons as they were worded then."""

    at: datetime
    stage: Stage
    reasons: list[ReasonOut]


class LearnedOut(WireOut):
    """Something that was learned, and when."""

    learned_at: datetime
    fact: FactOut


class EngagementTimelineOut(WireOut):
    """Newest first, of the twelve months past: the stages that were shown, and what was learned lately."""

    since: datetime
    stages: list[StageShownOut]
    learned: list[LearnedOut]


class _Standing(WireOut):
    episode_id: UUID
    stage: Stage
    since: datetime | None
    next_step: NextStepOut
    drifting_at: datetime | None = Field(description="When it will be, or was, drifting if nothing more is learned.")
    quiet_at: datetime | None
    paused_until: datetime | None
    assessed_at: datetime | None
    model_version: str | None = Field(description="The version of the weights by which it was worked out.")


class StandingOut(_Standing):
    """Where an episode stands, in short."""

    reasons: list[ReasonOut]


class EngagementOut(_Standing):
    """Where an episode stands, and all that explains it. `about` is whom the reasons are about, where several take part and
    the record tells their attendance apart: whoever is furthest away stands for all.
    """

    about: PersonOut | None
    reasons: list[GroundedReasonOut]
    would_change: list[ProspectOut]
    not_yet: NotYetOut | None
    timeline: EngagementTimelineOut
