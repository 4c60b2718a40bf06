"""Covers: for which days one may be named, by whom it is filled, and which addresses it may use.

A cover opens what is due and what acting on it needs, for as long as the leave it stands in for, and nothing of its own lapses into more.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from api.domain.errors import Conflict, invalid_field
from schemas.vocabulary import ConsentState, FlagKind, Role

COVERS_AS = frozenset({Role.CLINICIAN, Role.PRACTICE_LEAD})
# A hold and a confidential programme keep back what is sent; a call is a person's own judgement, and safer not made either.
_KEEPS_ALL_BACK = frozenset({FlagKind.PRACTICE_HOLD, FlagKind.CONFIDENTIAL_PROGRAMME})


@dataclass(frozen=True, slots=True)
class Days:
    """Both included. Without a last day it is open."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is on record about a cover that somebody wants to name. `others`: covers of the same clinician that stand."""

    days: Days
    leave: Collection[Days]
    others: Collection[Days]
    leave_of_covering: Collection[Days]


def require_days(wanted: Wanted, today: date) -> None:
    """Raises Invalid for days that are over, Conflict where the record speaks against it."""
    if wanted.days.last is not None and wanted.days.last < today:
        raise invalid_field("/to_on", "Choose a day to come.")
    if not is_within(wanted.days, wanted.leave):
        raise Conflict("Record the leave first: a cover stands for days on which somebody is away.", code="no_leave")
    if any(_meet(wanted.days, one) for one in wanted.leave_of_covering):
        raise Conflict("They are away on some of these days themselves.", code="cover_away")
    if any(_meet(wanted.days, one) for one in wanted.others):
        raise Conflict("A cover is named for some of these days already. End that one first.", code="cover_named")


def is_within(days: Days, leave: Iterable[Days]) -> bool:
    """Whether each of the days is one of leave, which may be recorded in several pieces."""
    next_day = days.first
    for one in sorted(leave, key=lambda piece: piece.first):
        if one.first > next_day:
            break
        if one.last is None:
            return True
        next_day = max(next_day, one.last + timedelta(days=1))
    return days.last is not None and next_day > days.last


def _meet(one: Days, other: Days) -> bool:
    return (one.last is None or other.first <= one.last) and (other.last is None or one.first <= other.last)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is on record about one address. `flags` are those that stand about it or about every address of the client."""

    state: ConsentState
    valid_until: date | None
    flags: Collection[FlagKind]
    bound_by_others: bool
    died: bool


def may_be_used(limits: Limits, today: date) -> bool:
    """Fails closed: only what was allowed, is allowed still, and has nothing against it. The client's own day counts.

    A risk of harm does not close an address: then a person has to reach the client.
    """
    return (
        limits.state is ConsentState.GRANTED
        and (limits.valid_until is None or limits.valid_until >= today)
        and FlagKind.UNSAFE_TO_CONTACT not in limits.flags
        and not _KEEPS_ALL_BACK.intersection(limits.flags)
        and not limits.bound_by_others
        and not limits.died
    )
