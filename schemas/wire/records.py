"""What is decided about one client's whole record: keeping it, holding it, erasing it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import ErasureReason
from schemas.wire.common import Day, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut


class EraseIn(WireIn):
    """Nothing brings it back. `confirm` is the word `erase`, so that no request does it by mistake."""

    confirm: Literal["erase"]
    reason: ErasureReason


class ErasedOut(WireOut):
    client_id: UUID
    erased_at: datetime
    deleted_count: int = Field(description="Rows that are gone. The others say that somebody came, and no longer who.")
    refused_count: int = Field(description="Addresses that stay refused, without saying whose they were.")


class LegalHoldIn(WireIn):
    """While it stands, nothing is erased. The reason is sealed, and no export has it."""

    reason: Words


class KeepIn(WireIn):
    """A record that is due is kept for longer."""

    until: Day
    reason: Words


class RecordOut(WireOut):
    """Where one client's record stands. `due_on`: the day on which its time is over, if the practice has set one."""

    client_id: UUID
    running_count: int = Field(description="Episodes under way; they end before anything is erased.")
    last_ended_on: date | None
    due_on: date | None
    keep_until: date | None
    keep_reason: str | None
    legal_hold_at: datetime | None
    legal_hold_reason: str | None
    erased_at: datetime | None


class DueOut(WireOut):
    """A record whose time is over. Nothing happens by itself: a person erases it, or keeps it and says why."""

    client: PersonOut
    last_ended_on: date
    due_on: date
