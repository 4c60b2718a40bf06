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

    `comes_first`: its words may be about danger; a matter of order, and no verdict. `seen_at` is when its reader first opened it;
    what came by the same link before that took its place, which `superseded_by` names. `acknowledged_at`: its reader said that
    they see to it. `handled_at`: it is resolved.
    """

    __tablename__ = "concerns"
    __table_args__ = (
        belongs_to("check_ins", "check_in_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "reader_id"),
        belongs_to("concerns", "superseded_by"),
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
    comes_first: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    superseded_by: UUID | None = Field(default=None, sa_type=Identifier)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class ConcernNote(KeyedRow, table=True):
    """What was said when its reader spoke with the client, for that reader alone, like the concern itself.

    `spoken_on` is the day of it. `words_sealed` takes the client's key and the practice's. Added, never changed.
    """

    __tablename__ = "concern_notes"
    __table_args__ = (
        belongs_to("concerns", "concern_id"),
        sa.Index(None, "practice_id", "concern_id"),
    )

    concern_id: UUID = Field(sa_type=Identifier)
    spoken_on: date
    words_sealed: bytes
    at: datetime = Field(sa_type=Instant)
