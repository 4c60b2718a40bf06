"""What clients answer to a message, by its link."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import Recipient, ReplyAnswer, ReplyHandling


class Reply(KeyedRow, table=True):
    """One answer of one participant. A later one is added beside it, or takes its place while nobody has read it: none is lost.

    `comes_first`: its words may be about danger, or those in whose place it stands; a matter of order, and no verdict.
    `seen_at` is when somebody first opened it. `superseded_by` names the answer that took its place before that, and
    `handled_at` is then the instant of it; `waiting_since` of the later one is since when the client has waited, if
    that is longer than since `at`.

    `check_in_id` is the message it answers; without one the client wrote of their own accord, by text message.
    Without `answer` the client sent words or reasons alone. `reasons` are codes of `GivenReason`, none of them sealed.
    `offered_time_id` is the time that was tapped. `opted_out`: with it the client took back the permission to write to the address. Open until `handled_at`.
    """

    __tablename__ = "replies"
    __table_args__ = (
        belongs_to("check_ins", "check_in_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "handled_by"),
        belongs_to("offered_times", "offered_time_id"),
        belongs_to("replies", "superseded_by"),
        sa.Index(None, "practice_id", "check_in_id"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(None, "practice_id", "episode_id", "handled_at"),
        sa.Index("ix_replies_inbox", "practice_id", "at", "id"),
        sa.Index(None, "practice_id", "superseded_by"),
    )

    check_in_id: UUID | None = Field(default=None, sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    answer: ReplyAnswer | None = Field(default=None, sa_type=code_type(ReplyAnswer))
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    offered_time_id: UUID | None = Field(default=None, sa_type=Identifier)
    words_sealed: bytes | None = None
    opted_out: bool = False
    spoken_by: Recipient | None = Field(default=None, sa_type=code_type(Recipient))
    at: datetime = Field(sa_type=Instant)
    handled_at: datetime | None = Field(default=None, sa_type=Instant)
    handled_by: UUID | None = Field(default=None, sa_type=Identifier)
    handled_how: ReplyHandling | None = Field(default=None, sa_type=code_type(ReplyHandling))
    comes_first: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    waiting_since: datetime | None = Field(default=None, sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    superseded_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1
