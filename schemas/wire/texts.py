"""Text messages of which nobody could tell whose they are."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.wire.common import WireIn, WireOut
from schemas.wire.episodes import PersonOut


class TextOut(WireOut):
    """A text message from a number that several clients have."""

    id: UUID
    at: datetime
    words: str | None = Field(
        description="What was written, until somebody has said whose it is. Null: it was handed on, put aside, or not kept."
    )
    opted_out: bool = Field(
        description="With it somebody asked for no more text messages to this number, as the words or the provider say. It binds already."
    )
    comes_first: bool = Field(
        description="Some of the words may be about danger, as a program reads them: read it first. A person says whether there is."
    )
    clients: list[PersonOut] = Field(description="Who has this number.")
    handled_at: datetime | None
    handled_by: UUID | None


class TextAssignIn(WireIn):
    client_id: UUID = Field(description="Whose it is: one of those who have the number.")
