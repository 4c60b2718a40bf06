"""PHQ-9 and GAD-7 by their ranges, other measures by name alone, and when an answer asks a person to look."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from api.domain import measures
from api.domain.errors import Invalid
from api.domain.measures import FirstAndLast, Result

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("measure", "value", "higher", "item", "pointers"),
    [
        ("PHQ-9", 0, False, 0, []),
        ("PHQ-9", 27, False, 3, []),
        ("phq 9", 27.5, False, None, ["/value"]),
        ("PHQ9", -1, False, None, ["/value"]),
        ("GAD-7", 21, False, None, []),
        ("GAD-7", 22, False, None, ["/value"]),
        ("PHQ-9", 12, True, None, ["/higher_is_better"]),
        ("PHQ-9", 12, False, 4, ["/item_nine"]),
        ("PHQ-9", 1, False, 2, ["/value"]),
        ("GAD-7", 5, False, 1, ["/item_nine"]),
        ("ORS", 400, True, None, []),
        ("ORS", 20, True, 1, ["/item_nine"]),
    ],
)
def test_what_a_result_may_be(measure: str, value: float, higher: bool, item: int | None, pointers: list[str]) -> None:
    found = measures.problems(measure, value, higher_is_better=higher, item_nine=item)
    assert [one.pointer for one in found] == pointers


def test_a_range_is_said_in_words() -> None:
    (found,) = measures.problems("phq9", 40, higher_is_better=False, item_nine=None)
    assert found.detail == "The total of PHQ-9 is from 0 to 27."


@pytest.mark.parametrize(
    ("item", "days", "asks"),
    [(None, 0, False), (0, 0, False), (1, 0, True), (3, 29, True), (1, 30, True), (3, 31, False), (2, 900, False)],
)
def test_any_answer_above_nothing_that_is_news_asks_for_a_look(item: int | None, days: int, asks: bool) -> None:
    assert measures.asks_for_a_look(item, NOW - timedelta(days=days), NOW) is asks


def test_the_first_against_the_last_of_each_measure_on_the_client_s_calendar() -> None:
    late = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    told = [
        Result("PHQ-9", 6, NOW),
        Result("phq9", 18, late),
        Result("PHQ-9", 12, late + timedelta(days=9)),
        Result("Own", 3, NOW - timedelta(days=1)),
    ]
    assert measures.first_and_last(told, MADRID) == (
        FirstAndLast("PHQ-9", 18, date(2026, 2, 1), 6, date(2026, 3, 4)),
        FirstAndLast("Own", 3, date(2026, 3, 3), None, None),
    )
    assert measures.first_and_last([], MADRID) == ()


ONE, OTHER = UUID(int=1), UUID(int=2)


def test_an_answer_told_later_completes_the_one_total_of_its_day() -> None:
    assert measures.completed(14, [measures.Total(ONE, 14)], wanted=None, separate=False) == ONE
    assert measures.completed(14, [], wanted=None, separate=False) is None
    assert measures.completed(14, [measures.Total(ONE, 14)], wanted=None, separate=True) is None
    both = [measures.Total(ONE, 14), measures.Total(OTHER, 14)]
    assert measures.completed(14, both, wanted=OTHER, separate=False) == OTHER


@pytest.mark.parametrize(
    ("totals", "wanted", "pointer"),
    [
        ([(ONE, 14.0), (OTHER, 14.0)], None, "/completes"),
        ([(ONE, 9.0)], None, "/completes"),
        ([(ONE, 9.0)], ONE, "/value"),
        ([(ONE, 14.0)], OTHER, "/completes"),
        ([], ONE, "/completes"),
    ],
)
def test_to_which_total_an_answer_belongs_is_asked_and_never_guessed(
    totals: list[tuple[UUID, float]], wanted: UUID | None, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        measures.completed(14, [measures.Total(*one) for one in totals], wanted=wanted, separate=False)
    assert [one.pointer for one in refused.value.problems] == [pointer]
