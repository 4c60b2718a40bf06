"""What a client told somebody who is not their clinician."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to


class Concern(KeyedRow, table=True):
    """Seen by `reader_id` and by nobody else, whatever else they may see: tenancy holds that for every session.

    `told_sealed` holds the answer, the reasons and the words together, so that a database without its keys does not tell
    what it is about. `hold_id` is the flag by which the reader keeps messages back; an erasure deletes it, and must not
    stumble over what nobody else sees. `client_agreed_on` is the day on which
    the client agreed that the clinician may read it.
    """

    __tablename__ = "concerns"
    __table_args__ = (
        belongs_to("check_ins", "check_in_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "reader_id"),
        sa.CheckConstraint("(released_at IS NULL) = (client_agreed_on IS NULL)", name="released_as_agreed"),
        sa.Index(None, "practice_id", "reader_id", "at", "id"),
        sa.Index(None, "practice_id", "check_in_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    check_in_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    reader_id: UUID = Field(sa_type=Identifier)
    told_sealed: bytes
    at: datetime = Field(sa_type=Instant)
    handled_at: datetime | None = Field(default=None, sa_type=Instant)
    hold_id: UUID | None = Field(default=None, sa_type=Identifier)
    released_at: datetime | None = Field(default=None, sa_type=Instant)
    client_agreed_on: date | None = None
    version: int = 1
