"""What a file tells that another import told before: noted in passing, so that undoing the other does not unsay it.

A fact belongs to the import that told it first. Those that repeat it keep a few bytes about it, a slice in one row, and
when the first is taken back the fact becomes the next one's, as that one told it.
"""

import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import bulk, tenancy
from api.store.intake import redrawing
from schemas.tables import Absence, Agreement, AppointmentEvent, Contact, Import, ImportRepeat, Score

EVENT = "event"
_MODELS: dict[str, type[Any]] = {
    "contact": Contact,
    "absence": Absence,
    "agreement": Agreement,
    "score": Score,
}
NOUNS: Mapping[type, str] = {model: noun for noun, model in _MODELS.items()}
# A row's identifier; for an event its appointment's, the event's position and when this import says it was learned.
_TOLD = struct.Struct(">16sIq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TAKEN_OVER = ("practice_id", "appointment_id", "position", "import_id", "recorded_by", "known_at")

Place = tuple[UUID, int]


@dataclass(slots=True)
class Repeats:
    """Of one slice, by the import that told it first and the kind of fact."""

    _told: dict[tuple[UUID, str], dict[Place, datetime]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, of_import_id: UUID, noun: str, place: Place, known_at: datetime = _EPOCH) -> None:
        """Told several times, the first counts."""
        self._told[of_import_id, noun].setdefault(place, known_at)

    def write(self, session: Session, import_id: UUID) -> None:
        for (of_import_id, noun), told in self._told.items():
            packed = b"".join(
                _TOLD.pack(row_id.bytes, position, (known_at - _EPOCH) // _MICROSECOND)
                for (row_id, position), known_at in told.items()
            )
            session.add(ImportRepeat(import_id=import_id, of_import_id=of_import_id, noun=noun, told=packed))
        self._told.clear()


def hand_over(session: Session, import_id: UUID) -> set[UUID] | None:
    """Gives what one slice of another import repeated of this one to that other, the earliest first.

    The appointments that thereby say something else; None once nothing is left to hand over.
    """
    statement = (
        sa.select(ImportRepeat)
        .where(col(ImportRepeat.of_import_id) == import_id)
        .order_by(col(ImportRepeat.import_id), col(ImportRepeat.id))
        .limit(1)
    )
    part = session.scalars(statement).first()
    if part is None:
        return None
    told = {
        (UUID(bytes=row_id), position): _EPOCH + known * _MICROSECOND
        for row_id, position, known in _TOLD.iter_unpack(part.told)
    }
    changed = _hand_over_events(session, part, told) if part.noun == EVENT else _hand_over_rows(session, part, told)
    session.delete(part)
    session.flush()
    return changed


def forget(session: Session, import_id: UUID) -> None:
    """An import that is taken back repeats nothing any more."""
    mine = sa.delete(ImportRepeat).where(col(ImportRepeat.import_id) == import_id)
    session.execute(mine, execution_options={"synchronize_session": False})


def _hand_over_events(session: Session, part: ImportRepeat, told: dict[Place, datetime]) -> set[UUID]:
    practice_id, later, theirs = tenancy.practice_of(session), Repeats(), []
    recorded_by = session.scalar(sa.select(col(Import.created_by)).where(col(Import.id) == part.import_id))
    changed = set()
    statement = sa.select(
        col(AppointmentEvent.appointment_id),
        col(AppointmentEvent.position),
        col(AppointmentEvent.known_at),
        col(AppointmentEvent.import_id),
    ).where(col(AppointmentEvent.appointment_id).in_({row_id for row_id, _ in told}))
    for row_id, position, known_at, owner_id in session.execute(statement):
        said_at = told.get((row_id, position))
        if said_at is None or owner_id is None or owner_id == part.import_id:
            continue
        if owner_id != part.of_import_id:
            # An import between the two has it by now; what this one said is kept for the day on which that is undone.
            later.add(owner_id, EVENT, (row_id, position), said_at)
            continue
        theirs.append((practice_id, row_id, position, part.import_id, recorded_by, max(known_at, said_at)))
        if said_at > known_at:
            changed.add(row_id)
    bulk.update(session, AppointmentEvent, _TAKEN_OVER, theirs, keys=3)
    later.write(session, part.import_id)
    return redrawing.redraw(session, changed)


def _hand_over_rows(session: Session, part: ImportRepeat, told: dict[Place, datetime]) -> set[UUID]:
    """They say the same under another name, so nothing has to be worked out again."""
    model, later = _MODELS[part.noun], Repeats()
    statement = sa.select(model).where(col(model.id).in_({row_id for row_id, _ in told}))
    for row in session.scalars(statement):
        if row.import_id == part.of_import_id:
            row.import_id = part.import_id
        elif row.import_id is not None and row.import_id != part.import_id:
            later.add(row.import_id, part.noun, (row.id, 0))
    later.write(session, part.import_id)
    return set()
