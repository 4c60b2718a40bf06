"""The levels of sensitivity in words: what each asks of people, never of a client."""

from collections.abc import Iterable

from schemas.vocabulary import Sensitivity
from schemas.wire.practices import ExpectedFlagsOut, NoticingOut

LEVEL = {
    Sensitivity.FEWER: "Fewer flags",
    Sensitivity.BALANCED: "Balanced",
    Sensitivity.EARLIER: "Earlier",
}
LEVEL_MEANS = {
    Sensitivity.FEWER: "Tells later, and seldom for nothing.",
    Sensitivity.BALANCED: "What we suggest to begin with.",
    Sensitivity.EARLIER: "Tells sooner, and more often of somebody who comes back by themselves.",
}


def to_choose(told: NoticingOut) -> list[tuple[Sensitivity, str, list[str]]]:
    """Code, name, and what is said about it, a line each."""
    return [
        (
            level.sensitivity,
            LEVEL[level.sensitivity],
            [
                LEVEL_MEANS[level.sensitivity],
                _measured(level.drifting, level.quiet),
                *_here(level.drifting, level.quiet, told.running_episode_count),
            ],
        )
        for level in told.levels
    ]


def chosen(told: NoticingOut) -> tuple[str, list[str]]:
    """The level the practice is told at."""
    [level] = [level.sensitivity for level in told.levels if level.chosen]
    return next((name, lines) for code, name, lines in to_choose(told) if code is level)


def progress(told: NoticingOut) -> str | None:
    """While episodes wait to be assessed again."""
    if not told.waiting_count:
        return None
    done = told.running_episode_count - told.waiting_count
    return f"Episodes are being looked at again: {done:,} of {told.running_episode_count:,} are done. This takes a little while; what is shown until then is as it was."


def _measured(drifting: ExpectedFlagsOut, quiet: ExpectedFlagsOut) -> str:
    return f"Per 100 clients a month: about {drifting.per_100_a_month:g} drifting, {quiet.per_100_a_month:g} quiet."


def _here(drifting: ExpectedFlagsOut, quiet: ExpectedFlagsOut, running: int) -> Iterable[str]:
    """Both at once, or nothing where nobody is on the caseload yet."""
    if not running:
        return
    episodes = "your one running episode" if running == 1 else f"your {running:,} running episodes"
    yield f"For {episodes}: {_about(drifting)} drifting, {_about(quiet)} quiet."


def _about(expected: ExpectedFlagsOut) -> str:
    span = f"in most months {expected.a_month_from:,} to {expected.a_month_to:,}"
    if expected.a_month < 1:
        return f"fewer than one a month ({span})"
    return f"about {round(expected.a_month):,} a month ({span})"
