"""When the last results of a client's own measures went the wrong way, and when they did not."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import replay, weights
from api.domain.history import History, Rhythm, Score
from api.domain.scores import sliding_since
from schemas.vocabulary import Stage
from tests.domain.histories import BOOKED, assess, codes, day, history, sessions, time


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


FELL = results("PHQ-9", 12, 10, 19)


def _with(told: list[Score]) -> History:
    return replace(history(sessions(4)), scores=tuple(told))


def test_a_fall_weighs_from_when_it_is_known_and_is_said_with_measure_and_day() -> None:
    plain, fell = history(sessions(4)), _with(FELL)
    assert assess(fell, 13.9).probability == assess(plain, 13.9).probability
    assert assess(fell, 24).probability > assess(plain, 24).probability
    said = {reason.code.value: reason.text for reason in assess(fell, 40).reasons}
    assert said["scores_sliding"] == "The last PHQ-9, on 19 January, was higher than before."
    assert "19." not in said["scores_sliding"]


def test_a_falling_measure_of_wellbeing_is_said_the_other_way_round() -> None:
    fell = _with(results("WEMWBS", 40, 55, 42, better=True))
    said = {reason.code.value: reason.text for reason in assess(fell, 40).reasons}
    assert said["scores_sliding"] == "The last WEMWBS, on 19 January, was lower than before."


def test_a_fall_alone_makes_nobody_drift() -> None:
    """Coming, with a time booked: the results are a matter for the room."""
    told = [*sessions(9), time(63, BOOKED, booked=56)]
    found = assess(replace(history(told), scores=tuple(FELL)), 60)
    assert found.stage is Stage.ENGAGED
    assert "scores_sliding" not in codes(found)


def test_drifting_that_a_fall_brought_about_does_not_begin_before_it_was_known() -> None:
    late = [*FELL[:-1], replace(FELL[-1], known_at=day(32.5))]
    plain, fell = assess(history(sessions(4)), 33), assess(_with(late), 33)
    assert plain.drifting_at is not None
    assert fell.drifting_at is not None
    assert min(plain.drifting_at, day(32.5)) <= fell.drifting_at <= plain.drifting_at


def test_what_is_kept_of_a_fall_has_no_result_in_it() -> None:
    kept = json.dumps(assess(_with(results("PHQ-9", 12, 10, 19.125)), 40).evidence.to_json())
    assert "PHQ-9" in kept
    assert "19.125" not in kept


def test_one_partner_s_fall_is_in_that_partner_s_strand_alone() -> None:
    told = [time(at, who=who, key=f"{who}{at}") for at in (0, 7, 14, 21) for who in ("a", "b")]
    hers = tuple(replace(one, participant="a") for one in FELL)
    strands = assess(replace(history(told), scores=hers), 24).evidence.strands
    assert [strand.sliding is not None for strand in strands] == [True, False]


def test_looking_back_shows_a_fall_when_it_was_learned() -> None:
    plain, fell = history(sessions(4)), _with([*FELL[:-1], replace(FELL[-1], known_at=day(24))])
    first = [next(iter(replay.changes(told, Rhythm(), weights.load(), day(90)))).flagged_at for told in (plain, fell)]
    assert day(24) <= first[1] <= first[0]


@given(st.lists(scores, max_size=8), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter_and_nothing_crashes(told: list[Score], chance: Random) -> None:
    again = told + chance.sample(told, chance.randint(0, len(told)))
    chance.shuffle(again)
    assert sliding_since(again) == sliding_since(told)
