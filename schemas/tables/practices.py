"""Practices: the tenants."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from schemas.tables.base import Identifier, Instant, code_type, new_id
from schemas.vocabulary import Sensitivity


class Practice(SQLModel, table=True):
    """A practice and its defaults. `default_cadence_days` is what is expected until a client's own rhythm is known.

    `sensitivity` is how early it wants to be told that somebody drifts or is quiet.

    `retention_years` is how long a record is kept after the last episode ended; of somebody who was a minor then,
    `retention_years_of_minors` after they came of age, if that is later. None: nobody is ever due.
    What the page behind a reply link says, in each language: where help is now, and when answers are read. Empty: in
    our own general words. `country` is where its clients look for help, as ISO 3166 has it; `crisis_lines` are those that
    somebody here has checked, each with a name, a number, a source and the day. None: nobody has, and only the country's
    emergency number is shown.
    """

    __tablename__ = "practices"
    __table_args__ = (
        sa.CheckConstraint("default_cadence_days > 0", name="cadence_positive"),
        sa.CheckConstraint(
            "retention_years BETWEEN 1 AND 100 AND retention_years_of_minors BETWEEN 1 AND 100",
            name="retention_sensible",
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True, sa_type=Identifier)
    name: str = Field(max_length=200)
    time_zone: str = Field(max_length=64)
    locale: str = Field(default="en", max_length=16)
    default_cadence_days: float = Field(default=7.0)
    # The default is the database's too: a process of before the column goes on founding practices.
    sensitivity: Sensitivity = Field(
        default=Sensitivity.BALANCED,
        sa_type=code_type(Sensitivity),
        sa_column_kwargs={"server_default": Sensitivity.BALANCED.value},
    )
    retention_years: int | None = None
    retention_years_of_minors: int | None = None
    help_now_en: str | None = Field(default=None, max_length=600)
    help_now_es: str | None = Field(default=None, max_length=600)
    replies_read_en: str | None = Field(default=None, max_length=600)
    replies_read_es: str | None = Field(default=None, max_length=600)
    country: str | None = Field(default=None, max_length=2)
    crisis_lines: list[dict[str, str]] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    crisis_lines_checked_on: date | None = None
    crisis_lines_checked_by: UUID | None = Field(default=None, sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    version: int = Field(default=1)


class PracticeKey(SQLModel, table=True):
    """The practice's data key, wrapped by the master key named by `master_key_id`."""

    __tablename__ = "practice_keys"
    __table_args__ = (sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),)

    practice_id: UUID = Field(primary_key=True, sa_type=Identifier)
    wrapped: bytes
    master_key_id: str = Field(max_length=16)
    created_at: datetime = Field(sa_type=Instant)


class InstallationKey(SQLModel, table=True):
    """A key of the whole installation (such as the one for keyed look-up digests), wrapped like the others."""

    __tablename__ = "installation_keys"

    purpose: str = Field(primary_key=True, max_length=40)
    wrapped: bytes
    master_key_id: str = Field(max_length=16)
    created_at: datetime = Field(sa_type=Instant)
