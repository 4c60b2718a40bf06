"""What every table shares: constraint names, the types of identifiers and instants, tenancy columns.

Plain SQLAlchemy types with result processors are used instead of TypeDecorators, which cost several
times as much per value. Tables have no relationships: a row never loads another behind your back.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, SafeUUID

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlmodel import Field, SQLModel
from uuid_utils import uuid7

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING_CONVENTION

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000  # microseconds
_UNKNOWN = SafeUUID.unknown

# Later than any instant a practice can record; stands for "never by time alone" where a column must sort.
FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): sorts by the moment of its making, so indexes grow at one end."""
    return _made_of(uuid7().int)


def _require_aware(value: datetime) -> datetime:
    # Nearly all are in UTC, and asking for the zone costs an eighth of asking for its offset.
    if value.tzinfo is not UTC and value.utcoffset() is None:
        raise ValueError("an instant without a time zone must never be stored")
    return value


def _identifier(stored: bytes) -> UUID:
    return _made_of(int.from_bytes(stored, "big"))


def _made_of(number: int) -> UUID:
    """`UUID(int=number)` without its checks of arguments, which take more than half of its time."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", number)
    object.__setattr__(made, "is_safe", _UNKNOWN)
    return made


class _SqliteIdentifier(sa.types.LargeBinary):
    """Sixteen bytes; SQLAlchemy's own type would store 32 hexadecimal characters."""

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return lambda value: None if value is None else value.bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return lambda value: None if value is None else _identifier(value)


class _SqliteInstant(sa.types.BigInteger):
    """Microseconds since 1970 UTC: exact, sortable, and cheaper to read than text."""

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return lambda value: None if value is None else (_require_aware(value) - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return lambda value: None if value is None else _EPOCH + timedelta(0, value // _SECOND, value % _SECOND)


class _PostgresInstant(sa.types.DateTime):
    """`timestamptz`; connections speak UTC, so no conversion is needed on the way back."""

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return lambda value: None if value is None else _require_aware(value)


Identifier = sa.Uuid(as_uuid=True).with_variant(_SqliteIdentifier(16), "sqlite")
Instant = (
    sa.DateTime(timezone=True).with_variant(_SqliteInstant(), "sqlite").with_variant(_PostgresInstant(), "postgresql")
)


def code_type(codes: type[StrEnum]) -> sa.Enum:
    """A column of vocabulary codes: text with a check constraint, so that adding a code needs no new type."""
    return sa.Enum(
        codes,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=codes.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def belongs_to(table: str, column: str, *, on_delete: str | None = None) -> sa.ForeignKeyConstraint:
    """The second lock of tenancy: a row can only refer to rows of its own practice."""
    return sa.ForeignKeyConstraint(["practice_id", column], [f"{table}.practice_id", f"{table}.id"], ondelete=on_delete)


class PracticeRow(SQLModel):
    """A row that belongs to a practice. The session stamps `practice_id`; nobody sets it by hand."""

    practice_id: UUID = Field(default=None, primary_key=True, sa_type=Identifier)


class KeyedRow(PracticeRow):
    """A practice's row with an identifier of its own; the key is (practice_id, id)."""

    id: UUID = Field(default_factory=new_id, primary_key=True, sa_type=Identifier)
