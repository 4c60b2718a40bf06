"""Whether the last results of a client's own measures went the wrong way, and since when that is known.

A result is the client's own word in figures. It never judges: one that is worse than the best of this work by more than
chance would have it, is worth a look, as is an alliance that falls three times. Improved and done is no fall; neither is
a little worse at little distress.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from math import isfinite
from typing import NamedTuple

from api.domain import measures
from api.domain.history import Score

# By name without signs: points that chance does not explain, and from where distress is called marked (NHS Talking
# Therapies manual: reliable change 6 and 4 points, caseness 10 and 8).
_KNOWN: dict[str, tuple[float, float]] = {"phq9": (6.0, 10.0), "gad7": (4.0, 8.0)}
# Measures of the alliance: a fall three times in a row counts, whatever its size.
_ALLIANCE = frozenset({"srs", "wai", "waisr", "haq", "haqii", "calpas"})
_IN_A_ROW = 3
# Of a measure that is not known here, and only from three results on: half of what this client's results span, and more
# than a tenth of the highest. Set by hand.
_PART_OF_SPAN = 0.5
_PART_OF_HIGHEST = 0.1


class Slide(NamedTuple):
    """`measure` as it was told; `at`, when the last result was given; `since`, when the record learned of it."""

    measure: str
    at: datetime
    since: datetime
    higher_is_better: bool


def sliding_since(scores: Iterable[Score]) -> Slide | None:
    """Of several measures the one known first. `scores` are those known at the moment asked for, of one episode.

    One person's results are never held against another's. Where only one is named, what names nobody is theirs too.
    """
    return min((slide for slide, _ in _falling(scores)), key=_first, default=None)


def behind(scores: Iterable[Score]) -> list[Score]:
    """The results that such a fall rests on, the last one first."""
    found = min(_falling(scores), key=lambda one: _first(one[0]), default=None)
    return [] if found is None else found[1][::-1]


def _first(slide: Slide) -> tuple[datetime, str]:
    return slide.since, slide.measure


def _falling(scores: Iterable[Score]) -> list[tuple[Slide, list[Score]]]:
    told = sorted({score for score in scores if isfinite(score.value)}, key=_place)
    several = len({score.participant for score in told} - {None}) > 1
    series: dict[tuple[str, str | None], list[Score]] = {}
    for score in told:
        whose = score.participant if several else None
        series.setdefault((measures.plain(score.measure), whose), []).append(score)
    return [(_slide(results[-1]), results) for (name, _), results in series.items() if _falls(name, results)]


def given_at(score: Score) -> datetime:
    """A result dated after it was known was given by then."""
    return min(score.at, score.known_at)


def _place(score: Score) -> tuple[datetime, datetime, float, str, str, bool]:
    whose = score.participant or ""
    return given_at(score), score.known_at, score.value, score.measure, whose, score.higher_is_better


def _slide(last: Score) -> Slide:
    return Slide(last.measure, given_at(last), last.known_at, last.higher_is_better)


def _falls(name: str, results: Sequence[Score]) -> bool:
    """Results that do not agree on which way is better say nothing."""
    if len(results) < 2 or len({score.higher_is_better for score in results}) > 1:  # noqa: PLR2004  # one has nothing before it
        return False
    sign = 1.0 if results[0].higher_is_better else -1.0
    values = [sign * score.value for score in results]
    if name in _ALLIANCE:
        last = values[-_IN_A_ROW:]
        return len(last) == _IN_A_ROW and all(one > other for one, other in pairwise(last))
    if name in _KNOWN:
        margin, marked = _KNOWN[name]
        return max(values) - values[-1] >= margin and -values[-1] >= marked
    if len(values) < _IN_A_ROW:
        return False
    span, highest = max(values) - min(values), max(abs(value) for value in values)
    fall = max(values) - values[-1]
    return fall > _PART_OF_HIGHEST * highest and fall >= _PART_OF_SPAN * span and values[-1] < values[-2]
