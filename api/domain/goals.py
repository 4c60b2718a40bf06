"""Goals for continued growth, and how they meet the note about the ending. Pure.

A goal is the client's: what became of it is their word, and nothing here judges. The note is begun with the goals that are
open, and with the signature that ends the work its goals are the goals on record (decision 0047).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from api.domain.errors import FieldProblem, Invalid
from schemas.vocabulary import GoalsBasis, GoalState

MOST_IN_A_NOTE = 10


@dataclass(frozen=True, slots=True)
class Words:
    """What a goal says, as it is sealed."""

    goal: str
    why: str | None = None
    next_step: str | None = None
    supports: str | None = None
    how_known: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Words":
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A goal of one client's part in an episode, opened."""

    id: UUID
    words: Words
    agreed_on: date
    version: int


@dataclass(frozen=True, slots=True)
class InNote:
    """A goal as the note has it. `id` is that of the goal on record, `version` how that stood when it was put into the note."""

    id: UUID | None
    words: Words
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the goals of a signed note do to those on record. `newer`: said anew since they were put into it; their words stay."""

    added: tuple[InNote, ...]
    changed: tuple[InNote, ...]
    newer: tuple[UUID, ...]


def settled_on(state: GoalState, wanted: date | None, agreed_on: date, today: date) -> date | None:
    """The day to keep with a state. Raises Invalid for one that has not come, or that lies before the goal was agreed."""
    if state is GoalState.OPEN:
        return None
    day = wanted or today
    require_day("/on", day, today)
    if day < agreed_on:
        raise Invalid(FieldProblem("/on", "The goal was agreed after this day."))
    return day


def require_day(pointer: str, day: date, today: date) -> None:
    if day > today:
        raise Invalid(FieldProblem(pointer, "This day has not come yet."))


def to_begin_with(standing: Sequence[OnRecord]) -> dict[str, object]:
    """The parts of a draft that the record can fill: goals that are open, and that they are those last agreed, with the day.

    That they were agreed at the end is for whoever was there to say. Without any, nothing is said at all.
    """
    if not standing:
        return {}
    latest = sorted(standing, key=lambda one: (one.agreed_on, one.id))[-MOST_IN_A_NOTE:]
    return {
        "goals_basis": GoalsBasis.LAST_AGREED,
        "goals_agreed_on": latest[-1].agreed_on,
        "growth_goals": [{"goal_id": one.id, "goal_version": one.version, **asdict(one.words)} for one in latest],
    }


def named(in_note: Sequence[InNote], ours: Collection[UUID], new_ids: Sequence[UUID]) -> tuple[InNote, ...]:
    """Each with an id: its own where that is a goal of this part of the work and not named twice, else a new one."""
    taken: set[UUID] = set()
    found = []
    for one, new_id in zip(in_note, new_ids, strict=True):
        is_ours = one.id is not None and one.id in ours and one.id not in taken
        kept = one if is_ours else replace(one, id=new_id, version=None)
        found.append(kept)
        taken.add(kept.id or new_id)
    return tuple(found)


def meet(in_note: Sequence[InNote], on_record: Mapping[UUID, OnRecord]) -> Meeting:
    """What somebody said anew on record since a goal was put into the note is not written over by it: no words are lost."""
    known = [(one, on_record[one.id]) for one in in_note if one.id is not None and one.id in on_record]
    differ = [(one, row) for one, row in known if one.words != row.words]
    return Meeting(
        added=tuple(one for one in in_note if one.id not in on_record),
        changed=tuple(one for one, row in differ if one.version in (None, row.version)),
        newer=tuple(row.id for one, row in differ if one.version not in (None, row.version)),
    )


def agreed_on(basis: GoalsBasis | None, last_agreed_on: date | None, ended_on: date) -> date | None:
    """The day that a note gives its goals; None where it says that none were discussed."""
    if basis is GoalsBasis.AT_CLOSING:
        return ended_on
    return last_agreed_on if basis is GoalsBasis.LAST_AGREED else None
