"""Everything the database says of facts, row by row, to compare before and after."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.store import names
from schemas.tables import (
    Absence,
    Agreement,
    Appointment,
    AppointmentEvent,
    Client,
    ClientKey,
    Consent,
    ConsentAnswer,
    Contact,
    Episode,
    EpisodeClinician,
    EpisodeParticipant,
    ExternalId,
    FormerClinician,
    ImportFormerValue,
    ImportRepeat,
    Member,
    MemberRole,
    Score,
)
from tests.support.house import House

FACTS: tuple[type[Any], ...] = (
    Absence,
    Agreement,
    Appointment,
    AppointmentEvent,
    Client,
    ClientKey,
    Consent,
    ConsentAnswer,
    Contact,
    Episode,
    EpisodeClinician,
    EpisodeParticipant,
    ExternalId,
    FormerClinician,
    ImportFormerValue,
    ImportRepeat,
    Member,
    MemberRole,
    Score,
)
# What moves although nothing is said anew.
MOVING = ("version", "updated_at", "assessed_at", "assessment_due")

_TELLING: tuple[type[Any], ...] = (Appointment, AppointmentEvent, Contact, Absence, Agreement, Score, Episode)

Snapshot = dict[str, list[str]]


def rows(house: House, *, without: Collection[str] = ()) -> Snapshot:
    """Each table's rows as they are stored."""
    _ = house.lead  # whoever hands files in is made before the first picture is taken
    with house.rows() as work:
        found = {}
        for model in FACTS:
            columns = [column for column in model.__table__.columns if column.name not in without]
            answers = work.session.connection().execute(_of_practice(model, columns, work.practice_id))
            found[model.__tablename__] = sorted(repr(row) for row in answers)
        return found


def content(house: House) -> Snapshot:
    """What the rows say: sealed names opened, since what was put back is sealed anew, no count of changes, and not who
    told it again.
    """
    found = rows(house, without=("name_sealed", *MOVING))
    del found["import_repeats"]
    with house.rows() as work:
        ids = list(work.session.scalars(sa.select(col(Client.id))))
        found["names"] = sorted(
            f"{one} {name}" for one, name in names.of_clients(work.session, work.keyring, ids).items()
        )
    return found


def meaning(house: House) -> Snapshot:
    """What was told, without the identifiers and moments of our own: two houses told the same agree in it."""
    hidden = {"id", "recorded_by", "created_at", "attention_at", *MOVING}
    found = {}
    with house.rows() as work:
        for model in _TELLING:
            columns = [
                column
                for column in model.__table__.columns
                if column.name not in hidden and (column.name == "external_id" or not column.name.endswith("_id"))
            ]
            answers = work.session.connection().execute(_of_practice(model, columns, work.practice_id))
            found[str(model.__tablename__)] = sorted(repr(row) for row in answers)
        ids = list(work.session.scalars(sa.select(col(Client.id))))
        found["names"] = sorted(names.of_clients(work.session, work.keyring, ids).values())
        members = list(work.session.scalars(sa.select(col(Member.id))))
        found["members"] = sorted(names.of_members(work.session, work.keyring, members).values())
    return found


def _of_practice(model: type[Any], columns: list[Any], practice_id: UUID) -> sa.Select[Any]:
    return sa.select(*columns).where(model.__table__.c.practice_id == practice_id)
