"""Keeps every statement inside its practice, and a member's statements inside the caseloads they may see.

Hooks the session: adds the criteria to each ORM statement, stamps new rows, refuses a session without a
scope. Fails closed. `Model.__table__`, text() and bulk statements bypass it: they stay in this package
and name the scope themselves (tests/contract holds that).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlmodel import SQLModel

from schemas.tables import (
    Absence,
    Agreement,
    Appointment,
    AppointmentEvent,
    CheckIn,
    Client,
    ClosingAgenda,
    ClosingRecord,
    Concern,
    ConcernNote,
    Consent,
    ConsentAnswer,
    Contact,
    ContactDecision,
    Delivery,
    Episode,
    EpisodeClinician,
    EpisodeKindChange,
    EpisodeParticipant,
    ExternalId,
    Flag,
    FlagReview,
    FollowUp,
    FormerClinician,
    Goal,
    ItemAnswer,
    Letter,
    NoteAddendum,
    NoteReturn,
    NoteSignature,
    OfferedTime,
    OutreachPlan,
    OutreachStep,
    Practice,
    PracticeRow,
    Referral,
    ReferralOption,
    ReferralProgress,
    Reply,
    Score,
    Snooze,
    Task,
    TerminationNote,
    Transfer,
)

# Rows of one client, and rows of one episode: seen with it.
_OF_CLIENTS: tuple[type[Any], ...] = (
    Consent,
    ConsentAnswer,
    Flag,
    FlagReview,
)
_OF_EPISODES: tuple[type[Any], ...] = (
    EpisodeClinician,
    FormerClinician,
    EpisodeKindChange,
    EpisodeParticipant,
    Appointment,
    Contact,
    Agreement,
    CheckIn,
    ClosingAgenda,
    ClosingRecord,
    ContactDecision,
    Delivery,
    FollowUp,
    Goal,
    ItemAnswer,
    OfferedTime,
    OutreachPlan,
    OutreachStep,
    Referral,
    ReferralOption,
    ReferralProgress,
    Reply,
    Score,
    Snooze,
    TerminationNote,
    Transfer,
)
_OF_NOTES: tuple[type[Any], ...] = (
    Letter,
    NoteSignature,
    NoteAddendum,
    NoteReturn,
)
_Rule = Callable[[Any], Any]
_TOLD_TO_ONE: tuple[type[Any], ...] = (Concern, ConcernNote)
# Each alone in the FROM of its subquery, so that one serves them all; only the parts of who was opened are asked for each of them, and
# `just_opened_by` must not stand within itself. Made once: an alias works out its columns when it is first asked for one, which
# was two thirds of what it takes to make the criteria of a scope.
_CLINICIANS = EpisodeClinician.__table__.alias("scope_clinicians")  # type: ignore[attr-defined]  # set by SQLModel
_PARTS = EpisodeParticipant.__table__.alias("scope_participants")  # type: ignore[attr-defined]  # set by SQLModel
_OPENED = Client.__table__.alias("scope_opened")  # type: ignore[attr-defined]  # set by SQLModel
_OPENED_PARTS = EpisodeParticipant.__table__.alias("scope_opened_parts")  # type: ignore[attr-defined]  # set by SQLModel
_NOTES = TerminationNote.__table__.alias("scope_notes")  # type: ignore[attr-defined]  # set by SQLModel
_TOLD = Concern.__table__.alias("scope_concerns")  # type: ignore[attr-defined]  # set by SQLModel
_SCOPE = "leavetaking_scope"
_BEFORE_TENANT = "leavetaking_before_tenant"
_TOUCHED: WeakKeyDictionary[Any, frozenset[type[SQLModel]]] = WeakKeyDictionary()
_NOBODY = UUID(int=0)


class NoScope(RuntimeError):
    """A statement was about to run without saying for which practice."""


class NoCriterion(RuntimeError):
    """A statement touched a table that belongs to no practice, and was not marked as one that runs before a practice is known."""


class ForeignRow(RuntimeError):
    """A row of one practice was about to be written in the scope of another."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One practice, and within it the caseloads of `members`; None: the whole practice.

    `reader_id` is whoever asks: what a client told one person is shown to that person, however much another may see.
    """

    practice_id: UUID
    members: frozenset[UUID] | None = frozenset()
    reader_id: UUID | None = None


def enter(session: Session, scope: Scope) -> None:
    """From here on the session speaks for this practice. It cannot be changed to another."""
    existing = session.info.get(_SCOPE)
    if existing is not None and existing.practice_id != scope.practice_id:
        raise ForeignRow
    session.info[_SCOPE] = scope


def scope_of(session: Session) -> Scope:
    scope = session.info.get(_SCOPE)
    if scope is None:
        raise NoScope
    return scope  # type: ignore[no-any-return]  # session.info is an untyped dict


def is_scoped(session: Session) -> bool:
    return _SCOPE in session.info


def practice_of(session: Session) -> UUID:
    return scope_of(session).practice_id


@contextmanager
def whole_practice(session: Session, *, reader_id: UUID | None = None) -> Iterator[None]:
    """For acts that touch every caseload and show nobody's: handing over, leave, closing days. A test pins who may call this.

    What a client told one person is not within, unless that person is named.
    """
    former = scope_of(session)
    session.flush()
    session.info[_SCOPE] = Scope(former.practice_id, members=None, reader_id=reader_id)
    try:
        yield
        session.flush()
    finally:
        session.info[_SCOPE] = former


@contextmanager
def standing_in_for(session: Session, absent_id: UUID) -> Iterator[None]:
    """The caseload of somebody who is away, for a colleague whose cover was found to run. A test pins who may call this.

    The session sees that caseload alone meanwhile, and nothing that was told to one person in confidence.
    """
    former = scope_of(session)
    session.flush()
    session.info[_SCOPE] = Scope(former.practice_id, members=frozenset({absent_id}))
    try:
        yield
        session.flush()
    finally:
        session.info[_SCOPE] = former


def before_tenant(statement: Any) -> Any:  # noqa: ANN401  # any executable statement goes in, the same comes out
    """Marks the few look-ups that run before a practice is known. A test pins who may call this."""
    return statement.execution_options(**{_BEFORE_TENANT: True})


def watch(session: Session) -> Session:
    """Puts a session under this module's rules."""
    event.listen(session, "do_orm_execute", _narrow)
    event.listen(session, "before_flush", _stamp)
    return session


def _narrow(state: ORMExecuteState) -> None:
    if state.execution_options.get(_BEFORE_TENANT) or state.is_column_load:
        return
    scope = scope_of(state.session)
    state.statement = state.statement.options(*(_criterion(scope, model) for model in _models_in(state.statement)))


def _models_in(statement: Any) -> frozenset[type[SQLModel]]:  # noqa: ANN401  # any ORM statement
    """The mapped classes a statement touches anywhere, also in subqueries and as aliases.

    Criteria for these alone cost a fraction of criteria for every table on every statement. A statement never changes: of one that
    is made once and asked again, they are kept. Not of one with annotations, which passes for the one it was made from.
    """
    keeps = not statement._annotations  # noqa: SLF001  # as below
    known = _TOUCHED.get(statement) if keeps else None
    if known is not None:
        return known
    found: set[type[SQLModel]] = set()
    for element in visitors.iterate(statement):
        entity = element._annotations.get("parententity")  # noqa: SLF001  # how SQLAlchemy marks ORM columns and tables
        if entity is not None:
            found.add(entity.mapper.class_)
    touched = frozenset(found)
    if keeps:
        _TOUCHED[statement] = touched
    return touched


def _criterion(scope: Scope, model: type[SQLModel]) -> Any:  # noqa: ANN401  # an option of a statement
    """Kept by what it depends on: most tables are the practice's, whoever asks."""
    members = scope.members if model in _BY_CASELOAD else None
    reader = scope.reader_id if model in _TOLD_TO_ONE else None
    return _made(scope.practice_id, members, reader or _NOBODY, model)


@lru_cache(maxsize=4_096)  # about 12 kB each where a caseload is in it, 2 kB elsewhere
def _made(practice: UUID, members: frozenset[UUID] | None, reader: UUID, model: type[SQLModel]) -> Any:  # noqa: ANN401  # as above
    """Made when a statement first asks for it: all of a scope's at once took longer than the statements that followed."""
    if model is Practice:
        return _limited(model, lambda row: row.id == practice)
    if not issubclass(model, PracticeRow):
        raise NoCriterion(model.__name__)
    if model is Concern:
        return _limited(model, lambda row: sa.and_(row.practice_id == practice, row.reader_id == reader))
    if model is ConcernNote:
        told = _told_to(practice, reader)
        return _limited(model, lambda row: sa.and_(row.practice_id == practice, row.concern_id.in_(told)))
    if members is not None:
        return _limited(model, _BY_CASELOAD[model](practice, sorted(members)))
    # Data keys too are narrowed to the practice only: a key without what it sealed says nothing, and each read joins it.
    return _limited(model, lambda row: row.practice_id == practice)


def _limited(model: type[Any], rule: _Rule) -> Any:  # noqa: ANN401  # SQL expressions
    """A lambda, because only that is asked again for each alias: an expression made from the class itself is put into
    the ON of a JOIN as it stands, and an alias joined there would not be narrowed at all. What varies must stand in
    variables of the enclosing function; SQLAlchemy keeps the lambda's SQL and takes their values anew each time.
    """
    return with_loader_criteria(model, rule, include_aliases=True)


def episode_keys_of(practice: Any, members: Any) -> sa.Select[tuple[UUID, UUID]]:  # noqa: ANN401  # values, or parameters for them
    """Practice and id of the episodes in which one of `members` takes part as a clinician: what a caseload is, in one place."""
    ours = sa.and_(_CLINICIANS.c.practice_id == practice, _CLINICIANS.c.member_id.in_(members))
    return sa.select(_CLINICIANS.c.practice_id, _CLINICIANS.c.episode_id).where(ours)


def episodes_of(practice: Any, members: Any) -> sa.Select[tuple[UUID]]:  # noqa: ANN401  # as above
    """The same by id alone, for rows whose practice is asked for anyhow."""
    keys = episode_keys_of(practice, members)
    return keys.with_only_columns(keys.selected_columns.episode_id)


def just_opened_by(practice: Any, members: Any) -> sa.Select[tuple[UUID]]:  # noqa: ANN401  # values, or parameters for them
    """The clients whom one of `members` opened and who took part in no episode of the practice yet, nor were merged away.

    Asked of the parts themselves, whoever wrote them: an episode that an import began or a merge brought along says
    just as well whose caseload the client is in, and who opened the record is then nobody in particular.
    """
    in_an_episode = sa.exists().where(
        _OPENED_PARTS.c.practice_id == practice, _OPENED_PARTS.c.client_id == _OPENED.c.id
    )
    return sa.select(_OPENED.c.id).where(
        _OPENED.c.practice_id == practice,
        _OPENED.c.opened_by.in_(members),
        _OPENED.c.merged_into_id.is_(None),
        sa.not_(in_an_episode),
    )


def _clients_of(practice: UUID, members: list[UUID]) -> sa.CompoundSelect[UUID]:
    episodes = episodes_of(practice, members)
    # Nested, not joined: SQLite would begin a join at the participants of the whole practice.
    ours = sa.and_(_PARTS.c.practice_id == practice, _PARTS.c.episode_id.in_(episodes))
    taking_part = sa.select(_PARTS.c.client_id).where(ours)
    return sa.union_all(taking_part, just_opened_by(practice, members))


# A lambda for each column, written out: SQLAlchemy follows what varies in one as a value, and a column's name is none.
def _by_own_episode(practice: UUID, members: list[UUID]) -> _Rule:
    episodes = episodes_of(practice, members)
    return lambda row: sa.and_(row.practice_id == practice, row.id.in_(episodes))


def _by_episode(practice: UUID, members: list[UUID]) -> _Rule:
    episodes = episodes_of(practice, members)
    return lambda row: sa.and_(row.practice_id == practice, row.episode_id.in_(episodes))


def _by_episode_if_any(practice: UUID, members: list[UUID]) -> _Rule:
    episodes = episodes_of(practice, members)
    return lambda row: sa.and_(
        row.practice_id == practice, sa.or_(row.episode_id.is_(None), row.episode_id.in_(episodes))
    )


def _by_own_client(practice: UUID, members: list[UUID]) -> _Rule:
    clients = _clients_of(practice, members)
    return lambda row: sa.and_(row.practice_id == practice, row.id.in_(clients))


def _by_client(practice: UUID, members: list[UUID]) -> _Rule:
    clients = _clients_of(practice, members)
    return lambda row: sa.and_(row.practice_id == practice, row.client_id.in_(clients))


def _by_client_if_of_one(practice: UUID, members: list[UUID]) -> _Rule:
    clients = _clients_of(practice, members)
    return lambda row: sa.and_(row.practice_id == practice, sa.or_(row.noun != "client", row.target_id.in_(clients)))


def _by_appointment(practice: UUID, members: list[UUID]) -> _Rule:
    times = Appointment.__table__  # type: ignore[attr-defined]  # set by SQLModel
    episodes = episodes_of(practice, members)
    appointments = sa.select(times.c.id).where(times.c.practice_id == practice, times.c.episode_id.in_(episodes))
    return lambda row: sa.and_(row.practice_id == practice, row.appointment_id.in_(appointments))


def _by_note(practice: UUID, members: list[UUID]) -> _Rule:
    episodes = episodes_of(practice, members)
    notes = sa.select(_NOTES.c.id).where(_NOTES.c.practice_id == practice, _NOTES.c.episode_id.in_(episodes))
    return lambda row: sa.and_(row.practice_id == practice, row.note_id.in_(notes))


def _by_owner(practice: UUID, members: list[UUID]) -> _Rule:
    return lambda row: sa.and_(row.practice_id == practice, row.owner_id.in_(members))


# What a caseload cuts down, and by what. Whatever is not here is the whole practice's.
_BY_CASELOAD: dict[type[Any], Callable[[UUID, list[UUID]], _Rule]] = {
    **dict.fromkeys(_OF_CLIENTS, _by_client),
    **dict.fromkeys(_OF_EPISODES, _by_episode),
    **dict.fromkeys(_OF_NOTES, _by_note),
    Absence: _by_episode_if_any,
    AppointmentEvent: _by_appointment,
    Client: _by_own_client,
    Episode: _by_own_episode,
    ExternalId: _by_client_if_of_one,
    Task: _by_owner,
}


def _told_to(practice: UUID, reader: UUID) -> sa.Select[tuple[UUID]]:
    return sa.select(_TOLD.c.id).where(_TOLD.c.practice_id == practice, _TOLD.c.reader_id == reader)


def _stamp(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, PracticeRow):
            continue
        practice_id = practice_of(session)
        stamped: UUID | None = row.practice_id
        if stamped is None and row in session.new:
            row.practice_id = practice_id
        elif stamped != practice_id:
            raise ForeignRow
