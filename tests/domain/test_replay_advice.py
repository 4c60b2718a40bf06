"""What a past suggests: a level that there is time for, the usual cadence, and a question about days on which nobody came."""

from collections import Counter
from datetime import date, timedelta

import pytest

from api.domain import replay_advice
from api.domain.replay_advice import Closure
from api.domain.replay_figures import Figures
from schemas.vocabulary import EpisodeFormat, Sensitivity, Stage

MONDAY = date(2025, 9, 1)


def _figures(fewer: int, balanced: int, earlier: int) -> Figures:
    """Flags in a hundred client-months."""
    figures = Figures(client_days=round(100 * replay_advice.DAYS_OF_A_MONTH))
    for level, flags in zip(
        (Sensitivity.FEWER, Sensitivity.BALANCED, Sensitivity.EARLIER), (fewer, balanced, earlier), strict=True
    ):
        figures.ours[level][Stage.DRIFTING].flags = flags
    return figures


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        ((5, 10, 19), Sensitivity.EARLIER),
        ((5, 10, 21), Sensitivity.BALANCED),
        ((5, 30, 40), Sensitivity.FEWER),
        ((25, 30, 40), Sensitivity.FEWER),
    ],
)
def test_the_earliest_level_that_there_is_time_for(flags: tuple[int, int, int], level: Sensitivity) -> None:
    assert replay_advice.level(_figures(*flags), most=20) is level


def test_without_any_time_to_count_over_nothing_is_suggested() -> None:
    assert replay_advice.level(Figures(), most=20) is None
    assert replay_advice.a_month(Figures().ours[Sensitivity.FEWER][Stage.QUIET], 0) is None


@pytest.mark.parametrize(
    ("counts", "default", "suggested"),
    [({7: 15, 14: 4}, 7.0, ()), ({7: 15, 14: 10}, 7.0, (None,)), ({7: 4, 14: 30}, 7.0, (14,)), ({8: 30}, 7.0, (None,))],
)
def test_another_cadence_is_suggested_where_the_default_is_far_off(
    counts: dict[int, int], default: float, suggested: tuple[int | None, ...]
) -> None:
    found = replay_advice.cadences({EpisodeFormat.COUPLE: Counter(counts)}, default)
    assert tuple(one.suggested for one in found) == suggested


def _practice(*, a_day: int = 4, weekdays: int = 5, closed: tuple[int, int] | None = None) -> dict[date, int]:
    """Twenty-six weeks from Monday to Friday; `closed`: from one day to another, counted from the first Monday."""
    days = (MONDAY + timedelta(days=ahead) for ahead in range(182))
    return {
        day: a_day
        for day in days
        if day.weekday() < weekdays and not (closed and closed[0] <= (day - MONDAY).days <= closed[1])
    }


@pytest.mark.parametrize(
    ("closed", "asked"),
    [
        pytest.param(None, [], id="never"),
        pytest.param((112, 116), [(112, 116)], id="a working week"),
        pytest.param((110, 119), [(112, 119)], id="beginning on a weekend"),
        pytest.param((112, 123), [(112, 123)], id="two weeks"),
        pytest.param((112, 115), [], id="four days"),
        pytest.param((20, 100), [], id="longer than any closure"),
        pytest.param((0, 11), [], id="before anything"),
    ],
)
def test_a_stretch_on_which_nobody_came_between_busy_weeks_is_asked_about(
    closed: tuple[int, int] | None, asked: list[tuple[int, int]]
) -> None:
    found = replay_advice.closures(_practice(closed=closed))
    assert found == [Closure(MONDAY + timedelta(days=one), MONDAY + timedelta(days=other)) for one, other in asked]


def test_a_small_practice_is_asked_nothing_because_an_empty_week_may_be_chance() -> None:
    assert replay_advice.closures(_practice(a_day=1, closed=(112, 116))) == []


def test_one_who_works_two_days_a_week_is_asked_about_two_weeks() -> None:
    found = replay_advice.closures(_practice(a_day=6, weekdays=2, closed=(112, 123)))
    assert found == [Closure(MONDAY + timedelta(days=112), MONDAY + timedelta(days=120))]


@pytest.mark.parametrize(("part", "value"), [(0.25, 1), (0.5, 2), (0.75, 9), (1.0, 9)])
def test_quantiles_of_counts(part: float, value: int) -> None:
    assert replay_advice.quantile({1: 2, 2: 3, 9: 2}, part) == value
    assert replay_advice.quantile({}, part) is None
