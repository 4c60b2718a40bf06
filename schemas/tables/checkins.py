"""Messages to clients, the outbox they leave by, and every decision on whether they may."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import Asked, Channel, CheckInKind, CheckInState, Locale, OvertakenBy, StopReason


class CheckIn(KeyedRow, table=True):
    """One message to one participant of an episode, by one address.

    `in_reply_to` is the reply it answers, `asked_for_on` the day on which the client wished for it. `typed` is what its author
    wrote, before what stands in braces was filled in. `address_digest` is the address that was approved, `terms_digest` what it
    allowed: should the record say another by then, the message does not go.
    `token_digest` finds the message of a reply link until `reply_until`. `findings` are the codes that the review of its
    wording named and its author overrode, with the reason sealed beside them. `stopped_by` is why it did not go; of one that
    is in hand, why it is not to go should it come back unsent. `overtaken_at` is when the record first learned something that the
    words did not know of, whatever date that fact has itself, and `overtaken_by` what it was (None: nobody kept it, before 0056). `by_hand`: a person sent it themselves, and nothing
    left from here.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("consents", "consent_id"),
        belongs_to("members", "written_by"),
        belongs_to("members", "approved_by"),
        sa.UniqueConstraint("token_digest"),
        sa.CheckConstraint("overtaken_by IS NULL OR overtaken_at IS NOT NULL", name="overtaken_at_a_time"),
        sa.Index(None, "practice_id", "episode_id", "id"),
        sa.Index(None, "practice_id", "client_id", "state"),
        sa.Index(None, "practice_id", "consent_id"),
        sa.Index(
            "ix_check_ins_texted",
            "address_digest",
            sqlite_where=sa.text("channel = 'sms'"),
            postgresql_where=sa.text("channel = 'sms'"),
        ),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    consent_id: UUID | None = Field(default=None, sa_type=Identifier)
    kind: CheckInKind = Field(default=CheckInKind.CHECK_IN, sa_type=code_type(CheckInKind))
    channel: Channel = Field(default=Channel.EMAIL, sa_type=code_type(Channel))
    locale: Locale = Field(default=Locale.EN, sa_type=code_type(Locale))
    in_reply_to: UUID | None = Field(default=None, sa_type=Identifier)
    asked_for_on: date | None = None
    typed_sealed: bytes | None = None
    subject_sealed: bytes
    body_sealed: bytes
    findings: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    override_sealed: bytes | None = None
    state: CheckInState = Field(default=CheckInState.DRAFT, sa_type=code_type(CheckInState))
    stopped_by: StopReason | None = Field(default=None, sa_type=code_type(StopReason))
    state_at: datetime = Field(sa_type=Instant)
    written_by: UUID = Field(sa_type=Identifier)
    written_at: datetime = Field(sa_type=Instant)
    approved_by: UUID | None = Field(default=None, sa_type=Identifier)
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    address_digest: bytes | None = None
    terms_digest: bytes | None = None
    token_digest: bytes | None = None
    reply_until: datetime | None = Field(default=None, sa_type=Instant)
    overtaken_at: datetime | None = Field(default=None, sa_type=Instant)
    overtaken_by: OvertakenBy | None = Field(default=None, sa_type=code_type(OvertakenBy))
    by_hand: bool = False
    version: int = 1


class Delivery(KeyedRow, table=True):
    """The outbox: written in the commit of the approval, claimed by a worker under a lease, settled once.

    `next_at` is when it may be tried. From `handing_over_at` on it is unknown whether the other side has it, until
    `settled_at`. `message_id` stays the same over all attempts. `settled_by` names the person who decided an unknown end.
    `provider_id` is what a provider of text messages calls it. Of one whose end nobody knows, its list is looked through at
    `look_up_at`, for the `look_up_count`th time.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        belongs_to("check_ins", "check_in_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("members", "settled_by"),
        sa.UniqueConstraint("practice_id", "check_in_id"),
        sa.Index(
            "ix_deliveries_due",
            "next_at",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
        sa.Index(
            "ix_deliveries_look_up",
            "look_up_at",
            sqlite_where=sa.text("look_up_at IS NOT NULL"),
            postgresql_where=sa.text("look_up_at IS NOT NULL"),
        ),
        sa.Index(None, "message_id"),
        sa.Index(None, "practice_id", "episode_id"),
    )

    check_in_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    next_at: datetime = Field(sa_type=Instant)
    message_id: str = Field(max_length=200)
    attempt_count: int = 0
    failure_code: str | None = Field(default=None, max_length=60)
    lease_token: UUID | None = Field(default=None, sa_type=Identifier)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    handing_over_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_by: UUID | None = Field(default=None, sa_type=Identifier)
    provider_id: str | None = Field(default=None, max_length=64)
    look_up_at: datetime | None = Field(default=None, sa_type=Instant)
    look_up_count: int = 0
    created_at: datetime = Field(sa_type=Instant)


class ChannelPace(SQLModel, table=True):
    """From when on a way of the whole installation is free again: what its limit of messages per minute allows, over all workers."""

    __tablename__ = "channel_paces"

    channel: Channel = Field(primary_key=True, sa_type=code_type(Channel))
    free_at: datetime = Field(sa_type=Instant)


class ContactDecision(KeyedRow, table=True):
    """Whether a message might go, as asked and answered at one moment; of the unsent as of the sent.

    `reasons` are codes; `facts` the same with the days, hours and counts they rested on then. None: kept before those were.
    """

    __tablename__ = "contact_decisions"
    __table_args__ = (
        belongs_to("check_ins", "check_in_id"),
        belongs_to("episodes", "episode_id"),
        sa.Index(None, "practice_id", "check_in_id", "at"),
        sa.Index(None, "practice_id", "episode_id"),
    )

    check_in_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    at: datetime = Field(sa_type=Instant)
    asked: Asked = Field(sa_type=code_type(Asked))
    allowed: bool
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    facts: list[dict[str, str]] | None = Field(default=None, sa_type=sa.JSON)
