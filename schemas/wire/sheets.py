"""The one page that a client takes along at the end: goals, early signs, the way back, and where help is now."""

from uuid import UUID

from pydantic import Field

from schemas.vocabulary import Locale
from schemas.wire.common import WireOut
from schemas.wire.crisis_lines import CrisisLineOut


class SheetGoalOut(WireOut):
    goal: str
    why: str | None
    next_step: str | None
    supports: str | None
    how_known: str | None


class SheetOut(WireOut):
    """Without a name: a sheet may lie about. Goals are those that are open on record; early signs and supports are the note's."""

    episode_id: UUID
    client_id: UUID
    locale: Locale
    goals: list[SheetGoalOut]
    early_signs: str | None
    supports: str | None
    way_back: list[str] = Field(
        description="How to come back and who answers: the note's words, else the practice's, else ours."
    )
    emergency: list[str] = Field(description="The emergency numbers of the practice's country.")
    crisis_lines: list[CrisisLineOut] = Field(description="Those alone that somebody in the practice has checked.")
