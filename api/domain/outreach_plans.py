"""A sketch of how to reach out: at most three notes, days apart. What may be sketched, which note is due, what ends it. Pure.

A plan sends nothing and approves nothing. Each note becomes an ordinary check-in on its day, by a person, and is held to the
same contact decision as any other: the ceiling and the spacing hold across plans, channels and clinicians by that alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.domain.contact_facts import Limits
from api.domain.errors import Conflict, FieldProblem, Invalid, invalid_field
from schemas.vocabulary import CheckInKind, PlanEnd, StopReason

MOST_STEPS = 3
FURTHEST = timedelta(days=120)

ORDINAL = {1: "first", 2: "second", 3: "third"}
# What cancels a message that waits ends a plan too. A permission that changed does not, nor a merge: each note is asked about anew.
_ENDS = {
    StopReason.BOOKED: PlanEnd.BOOKED,
    StopReason.SIGN_OF_LIFE: PlanEnd.SIGN_OF_LIFE,
    StopReason.REPLIED: PlanEnd.REPLIED,
    StopReason.OPTED_OUT: PlanEnd.OPTED_OUT,
    StopReason.FLAGGED: PlanEnd.FLAGGED,
    StopReason.HELD: PlanEnd.HELD,
    StopReason.ENDED: PlanEnd.ENDED,
    StopReason.HANDED_OVER: PlanEnd.HANDED_OVER,
    StopReason.AWAY: PlanEnd.AWAY,
}
BY_A_PERSON = (PlanEnd.SPOKE, PlanEnd.DOES_NOT_FIT, PlanEnd.OTHER)
WHY_ENDED = {
    PlanEnd.DONE: "Each of its notes was looked over.",
    PlanEnd.SPOKE: "You spoke.",
    PlanEnd.DOES_NOT_FIT: "It did not fit any more.",
    PlanEnd.OTHER: "Somebody stopped it.",
    PlanEnd.BOOKED: "A time was booked, or a session took place.",
    PlanEnd.SIGN_OF_LIFE: "The client was in touch.",
    PlanEnd.REPLIED: "The client replied.",
    PlanEnd.OPTED_OUT: "The client asked not to be written to.",
    PlanEnd.FLAGGED: "A safety flag stands.",
    PlanEnd.HELD: "Paused by the practice.",
    PlanEnd.ENDED: "The work has ended.",
    PlanEnd.HANDED_OVER: "Somebody else has become responsible.",
    PlanEnd.AWAY: "A pause or time away was recorded.",
}


@dataclass(frozen=True, slots=True)
class Step:
    position: int
    due_on: date
    is_drafted: bool = False


def require_days(days: Sequence[date], today: date, limits: Limits) -> None:
    """One to three days, no more than one quiet spell allows, from today on, and as far apart as messages are. Raises Invalid."""
    most = min(MOST_STEPS, limits.ceiling)
    if not 1 <= len(days) <= most:
        raise invalid_field("/steps", f"Sketch one note, or up to {most}.")
    found = [
        FieldProblem(f"/steps/{place}/due_on", problem)
        for place, problem in enumerate(_wrong(days, today, limits.spacing_days))
        if problem
    ]
    if found:
        raise Invalid(*found, code="too_close" if min(days) >= today else "invalid")


def require_other_day(day: date, left: Sequence[date], today: date, limits: Limits) -> None:
    """`left` are the days of all notes of which there is no draft yet, that one among them: what had its day stays. Raises Invalid."""
    try:
        require_days(left, min(today, *left), limits)
        require_days([day], today, limits)
    except Invalid as refused:
        raise Invalid(FieldProblem("/due_on", refused.problems[0].detail), code=refused.code) from None


def _wrong(days: Sequence[date], today: date, spacing_days: int) -> list[str]:
    problems: list[str] = []
    for place, day in enumerate(days):
        problem = ""
        if day < today:
            problem = "Choose today or a day to come."
        elif day > today + FURTHEST:
            problem = f"Choose a day within {FURTHEST.days} days."
        elif place and day < days[place - 1] + timedelta(days=spacing_days):
            problem = f"Leave at least {spacing_days} days between two notes."
        problems.append(problem)
    return problems


def require_template(kind: CheckInKind | None, pointer: str) -> None:
    """A note of a plan is a check-in. A closing letter comes with its ending, never on a day set before. Raises Invalid."""
    if kind is None:
        raise invalid_field(pointer, "There is no such template.")
    if kind is CheckInKind.CLOSING_LETTER:
        raise Invalid(FieldProblem(pointer, "A plan holds no closing letter."), code="no_closing_letter")
    if kind is not CheckInKind.CHECK_IN:
        raise invalid_field(pointer, "A plan is made of check-ins: this kind rests on something that is not known yet.")


def next_step(steps: Sequence[Step]) -> Step | None:
    """The first note of which nobody made a draft yet, due or not."""
    return next((one for one in sorted(steps, key=lambda one: one.position) if not one.is_drafted), None)


def require_its_turn(step: Step, steps: Sequence[Step], today: date) -> None:
    """A note is looked over on its day or after it, and one after the other. Raises Conflict."""
    if step != next_step(steps):
        raise Conflict("Another note of this plan comes first.", code="not_its_turn")
    if step.due_on > today:
        raise Conflict("This note is for a later day: see then whether it still fits.", code="not_its_day")


def earliest(steps: Sequence[Step], allowed_from: date, limits: Limits) -> dict[int, date]:
    """By position, the first day on which each note that is left could go, if nothing else is sent meanwhile."""
    found: dict[int, date] = {}
    former: date | None = None
    for step in sorted(steps, key=lambda one: one.position):
        if step.is_drafted:
            continue
        day = max(step.due_on, allowed_from)
        if former is not None:
            day = max(day, former + timedelta(days=limits.spacing_days))
        found[step.position] = former = day
    return found


def ended_by(reason: StopReason) -> PlanEnd | None:
    """None for what stops a message and not the plan."""
    return _ENDS.get(reason)


def require_running(*, ended: bool) -> None:
    """Raises Conflict."""
    if ended:
        raise Conflict("This plan has ended.", code="plan_over")
