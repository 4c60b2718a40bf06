"""How a row is told to be about a client: what the list of belongings (`belongings`) is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.store import audit, checkins
from api.store.sealing import Place
from schemas.tables import (
    Appointment,
    AppointmentEvent,
    AuditEntry,
    CheckIn,
    ExternalId,
    Flag,
    FlagReview,
    ImportFormerValue,
    NoteReturn,
    TerminationNote,
)
from schemas.vocabulary import FlagKind

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Whose:
    """A client with the doubles merged into them, and the episodes in which they take part or did."""

    client_ids: frozenset[UUID]
    episode_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Opening:
    """How a sealed column opens: by whose key, and at which place. The names are read from the row."""

    key_of: str = "client_id"
    place: Callable[[str, str, Any], Place] = lambda table, column, row: Place(table, column, row.id)


class OnErasure(StrEnum):
    """What becomes of the rows when the client is erased. Whatever is kept is unreadable where it is sealed, and says no name."""

    DELETED = "deleted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Belonging:
    """`title` says to people what the rows are. `kept_back` names columns that are not handed out, with the reason.

    `hides` names those of one row. Bytes that are not sealed (digests, tokens) are never handed out. `on_erasure` says what becomes
    of the rows; of those that are kept, `blanks` says which columns are written over, and with what: digests always are.
    `not_to_clinicians`: what a client told about whoever treats them is not handed out by one who does.
    """

    model: type[Any]
    title: str
    mine: Callable[[Whose], Condition]
    on_erasure: OnErasure
    opens: Mapping[str, Opening] = field(default_factory=dict)
    kept_back: Mapping[str, str] = field(default_factory=dict)
    blanks: Mapping[str, object] = field(default_factory=dict)
    not_to_clinicians: bool = False
    hides: Callable[[Any], frozenset[str]] = lambda _row: frozenset()

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)


def by_client(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    return lambda whose: col(model.client_id).in_(whose.client_ids)


def by_episode(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    return lambda whose: col(model.episode_id).in_(whose.episode_ids)


def by_episode_or_client(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    """Of a couple, family or group: what is about all together, and about the client; nothing about the others alone."""

    def mine(whose: Whose) -> Condition:
        theirs = sa.and_(col(model.episode_id).in_(whose.episode_ids), col(model.client_id).is_(None))
        return sa.or_(col(model.client_id).in_(whose.client_ids), theirs)

    return mine


def events(whose: Whose) -> Condition:
    appointments = sa.select(col(Appointment.id)).where(by_episode_or_client(Appointment)(whose))
    return col(AppointmentEvent.appointment_id).in_(appointments)


def by_message(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    def mine(whose: Whose) -> Condition:
        return col(model.check_in_id).in_(sa.select(col(CheckIn.id)).where(by_client(CheckIn)(whose)))

    return mine


def by_note(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    def mine(whose: Whose) -> Condition:
        return col(model.note_id).in_(sa.select(col(TerminationNote.id)).where(by_client(TerminationNote)(whose)))

    return mine


def entries(whose: Whose) -> Condition:
    """What was done with the client's record, and with what is about the client alone or about all together."""
    appointments = sa.select(col(Appointment.id)).where(by_episode_or_client(Appointment)(whose))
    about = sa.or_(
        col(AuditEntry.subject_id).in_(whose.client_ids | whose.episode_ids),
        col(AuditEntry.subject_id).in_(appointments),
    )
    return sa.and_(about, sa.not_(audit.of_a_hold()))


def looks(whose: Whose) -> Condition:
    holds = sa.select(col(Flag.id)).where(by_client(Flag)(whose), col(Flag.kind) == FlagKind.PRACTICE_HOLD)
    return sa.and_(by_client(FlagReview)(whose), col(FlagReview.flag_id).not_in(holds))


def of_a_hold(row: Flag) -> frozenset[str]:
    """Else a hold because of what was told in confidence could be told from the others here."""
    is_hold = row.kind is FlagKind.PRACTICE_HOLD
    return frozenset({"note_sealed", "raised_by", "cleared_by"}) if is_hold else frozenset()


def of_what_may_still_go(row: CheckIn) -> frozenset[str]:
    """Why it is not to go, should it come back, is told once it has."""
    return frozenset() if checkins.why_stopped(row) is not None else frozenset({"stopped_by"})


def external(table: str, column: str, row: ExternalId) -> Place:
    return Place(table, column, row.target_id)


def former(table: str, _column: str, row: ImportFormerValue) -> Place:
    return Place(table, row.noun, row.target_id)


def returned(_table: str, _column: str, row: NoteReturn) -> Place:
    """Where the reason stood before returns had a table: rows were copied from there, by a migration that has no key."""
    return Place("termination_notes", "returned_reason", row.note_id)
