"""What would change where an episode stands, and when: found by adding what could be learned, and assessing again.

Nothing is said here that the model was not asked. What would change nothing is not said at all.
"""

from dataclasses import dataclass
from datetime import datetime

from api.domain import reasons, replay, suppositions
from api.domain.engagement import Assessment
from api.domain.history import History
from api.domain.inquiry import Inquiry
from api.domain.suppositions import Supposition
from schemas.vocabulary import ChangeEffect, ChangeKind, Stage

_SHOWN_BY_TIME = 3
_FLAGS = frozenset({Stage.DRIFTING, Stage.QUIET})
_AFTERWARDS = {
    Stage.ENGAGED: "this is engaged again",
    Stage.DRIFTING: "this shows as drifting",
    Stage.QUIET: "this shows as quiet",
    Stage.PAUSED: "the clock stops: this shows as paused",
    Stage.ENDED: "the work has ended",
}


@dataclass(frozen=True, slots=True)
class Prospect:
    """`stage` is shown from `at` on if `history` is what will be known; at `differs_at` something else would be otherwise.

    For time alone `history` is what is known already.
    """

    kind: ChangeKind
    effect: ChangeEffect
    text: str
    stage: Stage
    at: datetime
    history: History
    differs_at: datetime


def would_change(look: Inquiry) -> tuple[Prospect, ...]:
    """What time alone will do first, then what somebody could record, do or agree on."""
    asked = [_asked(look, one) for one in suppositions.of(look)]
    return (*by_itself(look), *_each_kind_once([one for one in asked if one is not None]))


def by_itself(look: Inquiry) -> tuple[Prospect, ...]:
    """The coming stages if nothing more is learned, in order."""
    found: list[Prospect] = []
    shown = look.found.stage
    crossings = look.found.drifting_at, look.found.quiet_at
    for at in replay.by_time(look.evidence, crossings, look.history.ended_at):
        stage = look.stage_at(look.found, at)
        if at > look.now and stage is not shown:
            day = reasons.day(look.day(at), look.today)
            text = f"If nothing more is learned, {_becoming(stage, shown)} from {day}."
            found.append(Prospect(ChangeKind.NOTHING_LEARNED, ChangeEffect.STAGE, text, stage, at, look.history, at))
            shown = stage
    return tuple(found[:_SHOWN_BY_TIME])


def _becoming(stage: Stage, before: Stage) -> str:
    """Time alone brings nobody back: after a pause the clock goes on, and nothing more is said of it."""
    if stage is Stage.ENGAGED and before is Stage.PAUSED:
        return "the clock goes on and this shows as engaged"
    return "this shows as engaged" if stage is Stage.ENGAGED else _AFTERWARDS[stage]


def _each_kind_once(found: list[Prospect]) -> list[Prospect]:
    """The first that has an effect stands for its kind and stage: whoever reads needs one way, not all."""
    return list({(one.kind, one.stage): one for one in reversed(found)}.values())[::-1]


def _asked(look: Inquiry, one: Supposition) -> Prospect | None:
    """None where the model says that it would change nothing."""
    supposed = look.ask(one.history, one.at)
    then, otherwise = look.stage_at(supposed, one.at), look.stage_at(look.found, one.at)
    if then is otherwise:
        return _moved(look, one, supposed)
    text = f"{one.condition}, {_at_once(look, one, then, otherwise)}."
    return Prospect(one.kind, ChangeEffect.STAGE, text, then, one.at, one.history, one.at)


def _at_once(look: Inquiry, one: Supposition, then: Stage, otherwise: Stage) -> str:
    if one.kind is ChangeKind.END_AGREED:
        return f"silence says nothing any more and this shows as {then}"
    if then is Stage.ENGAGED and otherwise is Stage.PAUSED:
        return "the clock goes on and this shows as engaged"
    if then is Stage.DRIFTING and otherwise is Stage.QUIET:
        return "this goes back to drifting"
    text = _AFTERWARDS[then]
    return text if one.at <= look.now else f"{text} from then on"


def _moved(look: Inquiry, one: Supposition, supposed: Assessment) -> Prospect | None:
    """The same stage for now, but another day on which time alone would change it."""
    coming, known = _next_flag(look, supposed, one.at), _next_flag(look, look.found, one.at)
    if coming is None:
        return None if known is None else _spared(look, one, supposed, known)
    stage, at = coming
    day, former = look.day(at), None if known is None else look.day(known[1])
    if day == former:
        return None
    text = f"{one.condition} and nothing more is learned, {_AFTERWARDS[stage]} from {reasons.day(day, look.today)}"
    differs_at = at
    if known is not None and former is not None and known[0] is stage:
        text = f"{text}, not from {reasons.day(former, look.today)}"
        differs_at = min(at, known[1])
    if look.stage_at(supposed, differs_at) is look.stage_at(look.found, differs_at):
        return None
    return Prospect(one.kind, ChangeEffect.DAY, f"{text}.", stage, at, one.history, differs_at)


def _spared(look: Inquiry, one: Supposition, supposed: Assessment, known: tuple[Stage, datetime]) -> Prospect:
    stage, at = known
    text = f"{one.condition}, time alone no longer shows this as {stage}."
    return Prospect(one.kind, ChangeEffect.DAY, text, look.stage_at(supposed, at), at, one.history, at)


def _next_flag(look: Inquiry, found: Assessment, after: datetime) -> tuple[Stage, datetime] | None:
    """The first flag that time alone raises later."""
    shown = look.stage_at(found, after)
    for at in replay.by_time(found.evidence, (found.drifting_at, found.quiet_at), look.history.ended_at):
        if at <= after:
            continue
        stage = look.stage_at(found, at)
        if stage is not shown and stage in _FLAGS:
            return stage, at
        shown = stage
    return None
