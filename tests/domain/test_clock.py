"""The clock of silence: it runs, stands still and runs slower, and never goes back."""

from datetime import UTC, date, datetime
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import clock

D = clock.DAY


def test_a_beat_is_the_usual_distance_between_sessions() -> None:
    weekly = clock.pace(0, [(0.0, 1 / 7)], [])
    assert clock.beats(weekly, 0, 7 * D) == pytest.approx(1)
    assert clock.beats(weekly, 7 * D, 0) == 0


def test_an_absence_stops_the_clock_and_only_that_long() -> None:
    paused = clock.pace(0, [(0.0, 1 / 7)], [(7 * D, 21.0 * D)])
    assert clock.beats(paused, 0, 21 * D) == pytest.approx(1)
    assert clock.beats(paused, 0, 28 * D) == pytest.approx(2)


def test_an_absence_under_way_at_the_start_holds_the_clock_until_it_ends() -> None:
    paused = clock.pace(5 * D, [(0.0, 1.0)], [(0, 10.0 * D)])
    assert clock.beats(paused, 5 * D, 12 * D) == pytest.approx(2)


def test_a_slower_rhythm_slows_the_clock_from_its_day_on() -> None:
    slower = clock.pace(0, [(0.0, 1 / 7), (14.0 * D, 1 / 14)], [])
    assert clock.beats(slower, 0, 28 * D) == pytest.approx(3)


def test_a_taper_is_taken_slower_within_its_span() -> None:
    steps = clock.slowed(clock.pace(0, [(0.0, 1.0)], []), (2 * D, 4.0 * D), 0.5)
    assert clock.beats(steps, 0, 6 * D) == pytest.approx(5)


def test_a_clock_that_stands_still_for_ever_is_never_reached() -> None:
    ended = clock.pace(0, [(0.0, 1.0)], [(3 * D, inf)])
    assert clock.reached(ended, 0, 2.0) == pytest.approx(2 * D)
    assert clock.reached(ended, 0, 3.5) == inf


def test_no_pace_at_all_counts_nothing() -> None:
    assert clock.beats((), 0, 1e9) == 0
    assert clock.reached((), 0, 1.0) == inf


spans = st.lists(st.tuples(st.integers(0, 100 * D), st.floats(0, 120.0 * D) | st.just(inf)), max_size=4)


@given(spans, st.floats(0.01, 2), st.floats(0.01, 20))
def test_what_the_clock_counts_by_the_instant_it_reaches_is_what_was_asked(
    stopped: list[clock.Span], rate: float, wanted: float
) -> None:
    steps = clock.pace(0, [(0.0, rate)], clock.united(stopped))
    at = clock.reached(steps, 0, wanted)
    if at < inf:
        assert clock.beats(steps, 0, at) == pytest.approx(wanted)
        assert clock.beats(steps, 0, at - 60) < wanted


@given(spans, st.floats(0, 200.0 * D), st.floats(0, 200.0 * D))
def test_the_clock_never_goes_back(stopped: list[clock.Span], one: float, other: float) -> None:
    steps = clock.pace(0, [(0.0, 1 / 7)], clock.united(stopped))
    assert clock.beats(steps, 0, min(one, other)) <= clock.beats(steps, 0, max(one, other))


def test_spans_that_overlap_are_one_and_backward_ones_none() -> None:
    assert clock.united([(5, 9.0), (1, 6.0), (9, 12.0), (20, 15.0)]) == [(1, 12.0)]


def test_a_day_begins_at_midnight_where_the_client_lives() -> None:
    assert clock.midnight(date(2026, 7, 1), "Europe/Berlin") == datetime(2026, 6, 30, 22, tzinfo=UTC).timestamp()
    assert clock.end_of(date(2026, 7, 1), "Europe/Berlin") == datetime(2026, 7, 1, 22, tzinfo=UTC).timestamp()
    assert clock.end_of(None, "Europe/Berlin") == inf


@pytest.mark.parametrize("on", [date.min, date.max])
def test_the_first_and_last_days_there_are_can_be_asked_for(on: date) -> None:
    assert clock.midnight(on, "Pacific/Apia") <= clock.end_of(on, "Pacific/Apia")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Europe", "\x00", "x" * 300])
def test_a_zone_that_does_not_exist_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(clock.UnknownTimeZone) as refused:
        clock.zone(name)
    assert not name or name not in str(refused.value)


def test_an_instant_that_never_comes_is_none() -> None:
    assert clock.instant(inf) is None
    assert clock.instant(0.4) == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
