"""The page for a last meeting: a proposal, or as somebody put it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from schemas.vocabulary import AgendaForm, AgendaPart, Locale
from schemas.wire.checkins import WordingReviewOut
from schemas.wire.common import WireIn, WireOut, readable_text
from schemas.wire.episodes import PersonOut

PartWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(readable_text)]


class AgendaPartIn(WireIn):
    part: AgendaPart
    words: PartWords


class ClosingAgendaIn(WireIn):
    """In your own words. A part that is empty or left out is not on the page."""

    client_id: UUID | None = Field(default=None, description="Whose it is, where several take part.")
    locale: Locale = Locale.EN
    form: AgendaForm = AgendaForm.FULL
    parts: list[AgendaPartIn] = Field(max_length=len(AgendaPart))


class AgendaPartOut(WireOut):
    part: AgendaPart
    heading: str
    words: str


class ClosingAgendaOut(WireOut):
    """`edited` false: the proposal, by how many sessions were held. `version` 0 then; `If-Match` of the first change is `"v0"`."""

    episode_id: UUID
    client: PersonOut
    locale: Locale
    form: AgendaForm
    session_count: int
    title: str
    parts: list[AgendaPartOut]
    text: str = Field(description="The page as plain text, to print or to share.")
    review: WordingReviewOut = Field(description="Nothing is sent by it, so nothing is refused.")
    edited: bool
    updated_by: UUID | None
    updated_at: datetime | None
    version: int
