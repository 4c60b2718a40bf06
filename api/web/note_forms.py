"""The guided note as a form: flat names for its goals and scores, read into the shape that the API has, and back."""

from dataclasses import dataclass

from api.domain import note_wording
from api.domain.errors import FieldProblem, Invalid
from api.web.forms import Form, as_shape, prefilled
from schemas.wire.terminations import NoteContent, NoteHintOut, TerminationNoteOut

MOST_GOALS = 10
MOST_SCORES = 20
_LINES = tuple(name for name in NoteContent.model_fields if name not in ("growth_goals", "scores"))
_GOAL = {
    "goal": "",
    "why": "_why",
    "next_step": "_next_step",
    "supports": "_supports",
    "how_known": "_how_known",
    "goal_id": "_id",
    "goal_version": "_version",
}
# What the page carries along and nobody types.
_CARRIED = frozenset({"goal_id", "goal_version"})
_SCORE = {"measure": "", "first": "_first", "first_on": "_first_on", "last": "_last", "last_on": "_last_on"}
_NUMBERS = ("first", "last")
_WHOLE = ("goal_version",)


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of each kind the page shows: those that say something, and one to go on with."""

    goals: int
    scores: int


@dataclass(frozen=True, slots=True)
class Hinted:
    """A hint, the field of the form it is about, and how the page calls that."""

    field: str
    label: str
    hint: NoteHintOut


def read(sent: Form) -> NoteContent:
    """Raises Invalid with the names of the form's own fields."""
    goals, scores = _rows(sent, "goal", _GOAL, MOST_GOALS), _rows(sent, "score", _SCORE, MOST_SCORES)
    try:
        return as_shape(
            NoteContent,
            **sent.present(*_LINES),
            growth_goals=list(goals.values()),
            scores=list(scores.values()),
        )
    except Invalid as error:
        raise named(error, list(goals), list(scores)) from None


def named(error: Invalid, goals: list[int] | None = None, scores: list[int] | None = None) -> Invalid:
    """The same, with `/growth_goals/0/why` as the field in which it was typed: `/goal_1_why`."""
    problems = [FieldProblem(_field(one.pointer, goals, scores), one.detail) for one in error.problems]
    return Invalid(*problems, code=error.code, message=error.message)


def filled(note: TerminationNoteOut) -> Form:
    content = note.content
    values: dict[str, object] = {name: getattr(content, name) for name in _LINES}
    for place, goal in enumerate(content.growth_goals, start=1):
        values |= {f"goal_{place}{end}": getattr(goal, name) for name, end in _GOAL.items()}
    for place, score in enumerate(content.scores, start=1):
        values |= {f"score_{place}{end}": _plain(getattr(score, name)) for name, end in _SCORE.items()}
    return prefilled(**values, version=note.version)


def hinted(note: TerminationNoteOut) -> list[Hinted]:
    return [Hinted(_field(one.pointer, None, None).strip("/"), _label(one.pointer), one) for one in note.hints]


def rows_of(form: Form) -> Rows:
    """One more than were filled in, so that a form without a script always has room."""
    goals = max(_rows(form, "goal", _GOAL, MOST_GOALS), default=0)
    scores = max(_rows(form, "score", _SCORE, MOST_SCORES), default=0)
    return Rows(min(goals + 1, MOST_GOALS), min(scores + 1, MOST_SCORES))


def _rows(form: Form, kind: str, parts: dict[str, str], most: int) -> dict[int, dict[str, object]]:
    """By the number of the row; rows in which nothing was typed are left out."""
    found: dict[int, dict[str, object]] = {}
    for place in range(1, most + 1):
        typed: dict[str, object] = {}
        for name, end in parts.items():
            field = f"{kind}_{place}{end}"
            given = form.numbers(field) if name in (*_NUMBERS, *_WHOLE) else form.present(field)
            if field in given:
                value = given[field]
                typed[name] = float(value) if isinstance(value, int) and name in _NUMBERS else value
        if typed.keys() - _CARRIED:
            found[place] = typed
    return found


def _field(pointer: str, goals: list[int] | None, scores: list[int] | None) -> str:
    parts = pointer.strip("/").split("/")
    kinds = {"growth_goals": ("goal", _GOAL, goals), "scores": ("score", _SCORE, scores)}
    if parts[0] not in kinds:
        return pointer
    kind, ends, rows = kinds[parts[0]]
    if len(parts) < 2 or not parts[1].isdecimal():  # noqa: PLR2004  # list and place
        return f"/{kind}_1"
    place = int(parts[1])
    row = rows[place] if rows is not None and place < len(rows) else place + 1
    return f"/{kind}_{row}{ends.get(parts[2], '') if len(parts) > 2 else ''}"  # noqa: PLR2004  # and its part


def _label(pointer: str) -> str:
    parts = pointer.strip("/").split("/")
    if parts[0] == "growth_goals":
        return f"{note_wording.PARTS['growth_goals']} {int(parts[1]) + 1}"
    return note_wording.PARTS[parts[0]]


def _plain(value: object) -> object:
    """`5`, not `5.0`."""
    return f"{value:g}" if isinstance(value, float) else value
