"""API keys: how another system proves that it may come in, and for what."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.wire.common import Line, When, WireIn, WireOut

Scope = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}:[a-z_]{1,30}$"), Field(examples=["client:edit"])]


class KeyIn(WireIn):
    """A key holds only the scopes it is given; it never manages people, keys or the audit trail.

    Scopes that open clinical content are given by a practice lead.
    """

    name: Annotated[Line, Field(max_length=100, examples=["Practice-management system"])]
    scopes: list[Scope] = Field(min_length=1, max_length=40)
    expires_at: When | None = Field(default=None, description="In the future, within ten years. Null: never.")


class KeyOut(WireOut):
    id: UUID
    name: str
    prefix: str = Field(description="How the token begins, to recognise it by.", examples=["lt_8fJ2c0aQ"])
    scopes: list[str]
    created_by: UUID
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None


class NewKeyOut(WireOut):
    """`token` is shown this once and stored only as a hash."""

    key: KeyOut
    token: str = Field(examples=["lt_..."])
