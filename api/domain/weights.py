"""The weights of evidence that noticing uses, read from one data file with its version and origin.

Weights and the probability they add up to stay inside assessing, replaying and calibrating. They never
reach a page, the API or the record: a stage and its reasons do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache
from itertools import pairwise
from math import exp, log
from pathlib import Path
from typing import cast

from api.domain.errors import DomainError
from schemas.vocabulary import Sensitivity

_FILE = Path(__file__).with_name("weights.json")


class Hold(IntEnum):
    """What the calendar holds for the client, from the strongest sign of staying to none."""

    CLIENT = 0
    PLAIN = 1
    STANDING = 2
    PENDING = 3
    OPEN = 4


@dataclass(frozen=True, slots=True)
class ExpectedFlags:
    """Flags per 100 clients a month that a level of sensitivity gave on simulated practices. Of a caseload, never of a person."""

    drifting: float
    quiet: float


class UnusableWeights(DomainError, ValueError):
    """The weights would let silence count for less as it grows, or a booking count against the client."""

    code = "unusable_weights"
    message = "These weights break a promise of noticing."


@dataclass(frozen=True, slots=True)
class Model:
    """Log-odds, thresholds as probabilities, and the constants of the rules. Lists by ordinal end with "and more".

    `silence` has a curve over `beats` (usual distances between sessions) for each thing that the calendar may hold, in the
    order of `Hold`; an empty one is silent like one with a time still to be recorded, and weighs besides by how long it has
    been empty: `empty_books_ahead` for a client who always has the next time booked soon after a session,
    `empty_books_late` for one who never has. `in_touch` is a curve over `in_touch_beats`, counted from the
    last sign of life: what it takes away at first, and ever less; a session takes away as much, until
    `session_touches_beats`. `hold_setback` scales setbacks and
    messages without an answer, in the order of `Hold`. The thresholds and `expected_flags` are those of the chosen
    `sensitivity`; every other weight is the same at each level.
    """

    version: str
    origin: str
    prior_by_session: tuple[float, ...]
    beats: tuple[float, ...]
    silence: tuple[tuple[float, ...], ...]
    empty_books_ahead: tuple[float, ...]
    empty_books_late: tuple[float, ...]
    in_touch_beats: tuple[float, ...]
    in_touch: tuple[float, ...]
    session_touches_beats: float
    hold_setback: tuple[float, ...]
    not_kept: tuple[float, ...]
    late_cancelled_part: float
    softened_by_contact: float
    usual_miss_relief: float
    given_up: tuple[float, ...]
    series_cancelled: float
    unanswered: tuple[float, ...]
    unanswered_after_days: float
    recent_miss: float
    scores_sliding: float
    contact_counts_as_beats: float
    pending_days: float
    fallen_out_days: float
    practice_cadence_worth: float
    agreed_cadence_worth: float
    irregular_part: float
    books_ahead_prior: float
    books_ahead_worth: float
    reply_prior: float
    miss_prior: float
    taper_pace: float
    drifting_at_probability: float
    quiet_at_probability: float
    sensitivity: Sensitivity
    expected_flags: ExpectedFlags

    def __post_init__(self) -> None:
        """What is proved of noticing rests on these; a file that breaks them is refused. Raises `UnusableWeights`."""
        curves = (*self.silence, self.empty_books_ahead, self.empty_books_late)
        scales = (self.beats, self.in_touch_beats, self.in_touch, self.hold_setback)
        alone = (self.series_cancelled, self.recent_miss, self.scores_sliding)
        never_negative = (self.not_kept, self.given_up, self.unanswered, alone)
        sound = (
            all(list(values) == sorted(values) for values in (*curves, *scales))
            and all(values[0] == 0 and len(values) == len(self.beats) for values in curves)
            and all(_below(low, high) for low, high in pairwise(self.silence))
            and self.beats[0] == self.in_touch_beats[0] == self.in_touch[-1] == 0
            and len(self.in_touch) == len(self.in_touch_beats)
            and self.session_touches_beats > 0
            and list(self.prior_by_session) == sorted(self.prior_by_session, reverse=True)
            and all(min(values) >= 0 for values in (*never_negative, self.hold_setback))
            and len(self.silence) + 1 == len(self.hold_setback) == len(Hold)
            and 0 < self.drifting_at_probability <= self.quiet_at_probability < 1
            and 0 <= self.expected_flags.quiet <= self.expected_flags.drifting
        )
        if not sound:
            raise UnusableWeights

    @property
    def drifting_log_odds(self) -> float:
        return log_odds(self.drifting_at_probability)

    @property
    def quiet_log_odds(self) -> float:
        return log_odds(self.quiet_at_probability)


def _below(low: Sequence[float], high: Sequence[float]) -> bool:
    """Whether a curve nowhere rises above another: the calendar emptying never makes silence weigh less."""
    return all(one <= other for one, other in zip(low, high, strict=True))


def log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


def probability(odds: float) -> float:
    """The inverse of `log_odds`, safe for any size."""
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))


def read(raw: Mapping[str, object], sensitivity: Sensitivity = Sensitivity.BALANCED) -> Model:
    """A model from the shape of the data file, at one level. Raises `UnusableWeights` when the file breaks a promise of noticing.

    All levels are looked at, whichever is asked for: `fewer` must flag later and less often than `balanced`, and that than `earlier`.
    """
    levels = {level: _read(raw, level) for level in Sensitivity}
    if not _ordered([levels[level] for level in (Sensitivity.FEWER, Sensitivity.BALANCED, Sensitivity.EARLIER)]):
        raise UnusableWeights
    return levels[sensitivity]


def _read(raw: Mapping[str, object], sensitivity: Sensitivity) -> Model:
    chosen = cast("Mapping[str, Mapping[str, object]]", raw["sensitivity"])[sensitivity.value]
    flags = cast("Mapping[str, float]", chosen["expected_flags"])
    values: dict[str, object] = {
        "drifting_at_probability": chosen["drifting_at_probability"],
        "quiet_at_probability": chosen["quiet_at_probability"],
        "sensitivity": sensitivity,
        "expected_flags": ExpectedFlags(drifting=flags["drifting"], quiet=flags["quiet"]),
    }
    for field in fields(Model):
        if field.name in values:
            continue
        value = raw[field.name]
        if isinstance(value, Mapping):
            value = tuple(_plain(value[hold.name.lower()]) for hold in Hold if hold.name.lower() in value)
        values[field.name] = _plain(value)
    return Model(**values)  # type: ignore[arg-type]  # the data file is ours; a test reads it whole


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _ordered(levels: list[Model]) -> bool:
    """From the fewest flags to the earliest."""
    return all(
        less.drifting_at_probability > more.drifting_at_probability
        and less.quiet_at_probability > more.quiet_at_probability
        and less.expected_flags.drifting <= more.expected_flags.drifting
        and less.expected_flags.quiet <= more.expected_flags.quiet
        for less, more in pairwise(levels)
    )


def load(sensitivity: Sensitivity = Sensitivity.BALANCED) -> Model:
    """The weights that ship with the product, at the level that a practice chose."""
    return _shipped()[sensitivity]


@cache
def _shipped() -> dict[Sensitivity, Model]:
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return {level: read(raw, level) for level in Sensitivity}
