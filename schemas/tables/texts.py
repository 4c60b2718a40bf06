"""Text messages that came in."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to


class ReceivedText(KeyedRow, table=True):
    """That a text message came in, by the provider's name for it: the same one is taken in once.

    What a client wrote stands in a `Reply`. Only where nobody could tell whose it is, the words wait here for `reader_id`, sealed
    with the practice's key, beside the digest of the number; they go once somebody said whose they are, or put them aside.
    `opted_out`: with it somebody asked for no more, be it that only the provider understood it so. `comes_first`: its words may
    be about danger.
    """

    __tablename__ = "received_texts"
    __table_args__ = (
        belongs_to("members", "reader_id"),
        belongs_to("members", "handled_by"),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        sa.UniqueConstraint("practice_id", "provider_id"),
        sa.Index(None, "practice_id", "address_digest"),
    )

    provider_id: str = Field(max_length=64)
    address_digest: bytes | None = None
    words_sealed: bytes | None = None
    opted_out: bool = False
    comes_first: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    reader_id: UUID | None = Field(default=None, sa_type=Identifier)
    at: datetime = Field(sa_type=Instant)
    handled_at: datetime | None = Field(default=None, sa_type=Instant)
    handled_by: UUID | None = Field(default=None, sa_type=Identifier)
