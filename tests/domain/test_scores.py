"""When the last results of a client's own measures went the wrong way, and when they did not."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.history import Score
from api.domain.scores import sliding_since
from tests.domain.histories import day


def results(measure: str, *values: float, better: bool = False, known: float | None = None) -> list[Score]:
    """One a week; each is known when it was given unless told otherwise."""
    return [
        Score(measure, value, better, day(7.0 * week), day(7.0 * week if known is None else known))
        for week, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("measure", "values", "falls"),
    [
        ("PHQ-9", (12, 10, 16), True),
        ("PHQ-9", (12, 10, 15), False),
        ("phq 9", (18, 20, 24), True),
        ("GAD-7", (9, 8, 12), True),
        ("GAD-7", (9, 8, 11), False),
        ("PHQ-9", (20, 14, 9), False),
        ("PHQ-9", (16,), False),
    ],
)
def test_a_fall_is_more_than_chance_would_have_it(measure: str, values: tuple[float, ...], falls: bool) -> None:
    assert (sliding_since(results(measure, *values)) is not None) is falls


def test_improved_and_done_is_no_fall() -> None:
    """A quick gain that ends at little distress: a little worse at the end says nothing."""
    assert sliding_since(results("PHQ-9", 21, 12, 3, 1, 8)) is None
    assert sliding_since(results("GAD-7", 18, 5, 1, 5)) is None


def test_a_measure_nobody_here_knows_falls_by_half_of_what_it_spans_and_from_three_results_on() -> None:
    assert sliding_since(results("CORE-OM", 30, 18)) is None
    assert sliding_since(results("CORE-OM", 30, 18, 28)) is not None
    assert sliding_since(results("CORE-OM", 30, 18, 21)) is None
    assert sliding_since(results("WEMWBS", 40, 52, 41, better=True)) is not None
    assert sliding_since(results("WEMWBS", 40, 52, 55, better=True)) is None
    assert sliding_since(results("Own scale", 20, 21, 20, 21)) is None


def test_an_alliance_that_falls_three_times_counts_whatever_the_size() -> None:
    assert sliding_since(results("SRS", 38, 37.5, 37, better=True)) is not None
    assert sliding_since(results("SRS", 38, 37, better=True)) is None
    assert sliding_since(results("WAI-SR", 50, 44, 45, better=True)) is None


def test_it_says_which_measure_when_and_since_when_it_is_known() -> None:
    late = [*results("PHQ-9", 12, 10), Score("PHQ-9", 19, higher_is_better=False, at=day(14), known_at=day(20))]
    slide = sliding_since(late)
    assert slide is not None
    assert (slide.measure, slide.at, slide.since) == ("PHQ-9", day(14), day(20))


def test_of_several_measures_the_one_known_first_is_named() -> None:
    both = [*results("PHQ-9", 12, 10, 19), *results("GAD-7", 9, 8, 14, known=40)]
    slide = sliding_since(both)
    assert slide is not None
    assert slide.measure == "PHQ-9"


def test_a_better_result_afterwards_settles_it() -> None:
    assert sliding_since(results("PHQ-9", 12, 10, 19, 11)) is None


def test_results_that_do_not_agree_on_which_way_is_better_say_nothing() -> None:
    assert sliding_since([*results("Own", 5, 9), *results("Own", 1, 2, 30, better=True)]) is None


def test_one_partner_s_results_are_never_held_against_the_other_s() -> None:
    hers = [replace(one, participant="a") for one in results("PHQ-9", 4, 5)]
    his = [replace(one, participant="b") for one in results("PHQ-9", 19, 18)]
    assert sliding_since([*hers, *his]) is None
    assert sliding_since([*hers, replace(his[-1], participant="a")]) is not None


def test_of_one_person_alone_what_names_nobody_is_theirs() -> None:
    imported = results("PHQ-9", 12, 10)
    assert sliding_since(
        [*imported, Score("PHQ-9", 19, higher_is_better=False, at=day(14), known_at=day(14), participant="a")]
    )


def test_a_result_dated_ahead_was_given_when_it_was_known() -> None:
    slide = sliding_since(
        [*results("PHQ-9", 12, 10), Score("PHQ-9", 19, higher_is_better=False, at=day(400), known_at=day(20))]
    )
    assert slide is not None
    assert slide.at == day(20)


scores = st.builds(
    Score,
    st.sampled_from(["PHQ-9", "phq9", "GAD-7", "SRS", "Own"]),
    st.floats(),
    st.booleans(),
    st.integers(0, 90).map(day),
    st.integers(0, 90).map(day),
)


@given(st.lists(scores, max_size=8), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter_and_nothing_crashes(told: list[Score], chance: Random) -> None:
    again = told + chance.sample(told, chance.randint(0, len(told)))
    chance.shuffle(again)
    assert sliding_since(again) == sliding_since(told)
