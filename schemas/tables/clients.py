"""Clients, the keys their words are sealed with, and the ways they may be reached."""

from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, PracticeRow, belongs_to, code_type
from schemas.vocabulary import Authority, Channel, ConsentState, Locale, Recipient


class Client(KeyedRow, table=True):
    """A client. `merged_into_id` marks a double whose facts were moved; such a row is kept so that old links resolve.

    `opened_by` sees the client only while no episode says whose caseload they are in. `adult_on` is the day on which a
    client who was a minor when it was recorded turns eighteen. From `erased_at` on there is no key: what is sealed cannot be
    opened any more. `death_known_at` is when the record learned of a death. While `legal_hold_at` is set, nothing is erased. `keep_until` puts off the end of the time for which
    the practice keeps a record.
    """

    __tablename__ = "clients"
    __table_args__ = (
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        belongs_to("clients", "merged_into_id"),
        belongs_to("imports", "import_id"),
        sa.Index(None, "practice_id", "import_id"),
        sa.Index(None, "practice_id", "opened_by"),
    )

    name_sealed: bytes
    time_zone: str = Field(max_length=64)
    client_contacts_us: bool = False
    locale: Locale | None = Field(default=None, sa_type=code_type(Locale))
    adult_on: date | None = None
    died_on: date | None = None
    death_known_at: datetime | None = Field(default=None, sa_type=Instant)
    emergency_contact_sealed: bytes | None = None
    merged_into_id: UUID | None = Field(default=None, sa_type=Identifier)
    opened_by: UUID | None = Field(default=None, sa_type=Identifier)
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)
    erased_by: UUID | None = Field(default=None, sa_type=Identifier)
    legal_hold_at: datetime | None = Field(default=None, sa_type=Instant)
    legal_hold_by: UUID | None = Field(default=None, sa_type=Identifier)
    legal_hold_reason_sealed: bytes | None = None
    keep_until: date | None = None
    keep_reason_sealed: bytes | None = None
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1


class ClientKey(PracticeRow, table=True):
    """A client's data key, wrapped. Destroying this row makes everything sealed with it unreadable."""

    __tablename__ = "client_keys"
    __table_args__ = (belongs_to("clients", "client_id", on_delete="CASCADE"),)

    client_id: UUID = Field(primary_key=True, sa_type=Identifier)
    wrapped: bytes
    master_key_id: str = Field(max_length=16)
    created_at: datetime = Field(sa_type=Instant)


class Consent(KeyedRow, table=True):
    """One address of a client and what may be done with it. Nothing is permitted until asked (DOMAIN: "permission").

    An address stands here once; what was said of it over time stands in `ConsentAnswer`. Safe hours are local times in
    the client's zone. `address_digest` finds the same address on another client. Of a minor, `recipient` is who reads there and
    `authority` what lets them be written to and told. `bouncing_since`: a mail server said that there is no such address; nothing
    goes there until somebody looks it over and saves it.
    """

    __tablename__ = "consents"
    __table_args__ = (
        belongs_to("clients", "client_id", on_delete="CASCADE"),
        sa.Index("uq_consents_address", "practice_id", "client_id", "channel", "address_digest", unique=True),
        sa.Index(None, "practice_id", "address_digest"),
        sa.Index(
            "ix_consents_texted",
            "address_digest",
            sqlite_where=sa.text("channel = 'sms'"),
            postgresql_where=sa.text("channel = 'sms'"),
        ),
    )

    client_id: UUID = Field(sa_type=Identifier)
    channel: Channel = Field(sa_type=code_type(Channel))
    address_sealed: bytes
    address_digest: bytes
    state: ConsentState = Field(default=ConsentState.NOT_ASKED, sa_type=code_type(ConsentState))
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    valid_until: date | None = None
    may_mention_therapy: bool = False
    voicemail_allowed: bool = False
    recipient: Recipient | None = Field(default=None, sa_type=code_type(Recipient))
    authority: Authority | None = Field(default=None, sa_type=code_type(Authority))
    sender_name_sealed: bytes | None = None
    safe_from: time | None = None
    safe_until: time | None = None
    recorded_by: UUID = Field(sa_type=Identifier)
    bouncing_since: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1


class ConsentAnswer(KeyedRow, table=True):
    """What a client said about one address, and when: each answer is added and none is ever replaced.

    `valid_until` is the day to which a permission was given. Nobody recorded what the client said by a link of ours.
    """

    __tablename__ = "consent_answers"
    __table_args__ = (
        belongs_to("consents", "consent_id", on_delete="CASCADE"),
        belongs_to("clients", "client_id", on_delete="CASCADE"),
        sa.CheckConstraint("state <> 'not_asked'", name="an_answer"),
        sa.Index(None, "practice_id", "consent_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    consent_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    state: ConsentState = Field(sa_type=code_type(ConsentState))
    valid_until: date | None = None
    at: datetime = Field(sa_type=Instant)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)


class RefusedAddress(PracticeRow, table=True):
    """An address that somebody refused who was erased since, or whose it is no more. Nothing says whose it was; it is still not
    to be written to.
    """

    __tablename__ = "refused_addresses"
    __table_args__ = (sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),)

    channel: Channel = Field(primary_key=True, sa_type=code_type(Channel))
    address_digest: bytes = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)


class ExternalId(PracticeRow, table=True):
    """What another system calls a client, clinician or group. Looked up by keyed digest; the identifier itself is sealed."""

    __tablename__ = "external_ids"
    __table_args__ = (
        sa.CheckConstraint("noun IN ('client', 'member', 'group')", name="noun"),
        sa.Index(None, "practice_id", "noun", "target_id"),
        sa.Index(None, "practice_id", "import_id"),
        belongs_to("imports", "import_id"),
    )

    noun: str = Field(primary_key=True, max_length=8)
    source: str = Field(primary_key=True, max_length=40)
    digest: bytes = Field(primary_key=True)
    target_id: UUID = Field(sa_type=Identifier)
    external_id_sealed: bytes
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
