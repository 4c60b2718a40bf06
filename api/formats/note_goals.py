"""The goals of a termination note as the rules about goals see them, and back into the note."""

from collections.abc import Collection, Sequence
from uuid import UUID

from api.domain import goals as rules
from api.domain.goals import InNote, Words
from schemas.wire.terminations import NoteContent

_PARTS = ("goal", "why", "next_step", "supports", "how_known")


def of(content: NoteContent) -> list[InNote]:
    return [
        InNote(one.goal_id, Words(**{name: getattr(one, name) for name in _PARTS}), one.goal_version)
        for one in content.growth_goals
    ]


def named(content: NoteContent, ours: Collection[UUID], new_ids: Sequence[UUID]) -> NoteContent:
    """The same, each of its goals with the id under which it stands on record. `new_ids`: one for each, used where it has none."""
    told = rules.named(of(content), ours, new_ids)
    goals = [
        goal.model_copy(update={"goal_id": one.id, "goal_version": one.version})
        for goal, one in zip(content.growth_goals, told, strict=True)
    ]
    return content.model_copy(update={"growth_goals": goals})
