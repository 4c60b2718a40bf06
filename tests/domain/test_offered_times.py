"""Times that a message offers: two or three, to come, and said on the client's clock in the client's language."""

from datetime import UTC, datetime, timedelta

import pytest

from api.domain import offered_times as rules
from api.domain.errors import Conflict, Invalid
from schemas.vocabulary import Locale

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TUESDAY, THURSDAY = datetime(2026, 3, 10, 15, tzinfo=UTC), datetime(2026, 3, 12, 9, 15, tzinfo=UTC)


def test_none_two_or_three_are_offered_earliest_first() -> None:
    assert rules.required([], NOW) == []
    assert rules.required([THURSDAY, TUESDAY], NOW) == [TUESDAY, THURSDAY]


@pytest.mark.parametrize(
    "times",
    [
        [TUESDAY],
        [TUESDAY, TUESDAY],
        [TUESDAY + timedelta(days=day) for day in range(4)],
        [NOW, TUESDAY],
        [NOW - timedelta(days=1), TUESDAY],
    ],
)
def test_anything_else_is_no_choice(times: list[datetime]) -> None:
    with pytest.raises(Invalid) as refused:
        rules.required(times, NOW)
    assert [one.pointer for one in refused.value.problems] == ["/offered_times"]


def test_a_time_that_is_over_before_the_message_goes_is_not_offered() -> None:
    rules.require_to_come([TUESDAY, THURSDAY], NOW)
    with pytest.raises(Conflict):
        rules.require_to_come([TUESDAY, THURSDAY], TUESDAY)


def test_a_time_is_held_until_it_comes_or_nobody_can_tap_it_any_more() -> None:
    assert rules.held_until(TUESDAY, None) == TUESDAY
    assert rules.held_until(TUESDAY, THURSDAY) == TUESDAY
    assert rules.held_until(THURSDAY, TUESDAY) == TUESDAY


@pytest.mark.parametrize(
    ("zone", "locale", "said"),
    [
        ("Europe/Madrid", Locale.EN, "Tuesday 10 March at 4:00 pm or Thursday 12 March at 10:15 am"),
        ("Europe/Madrid", Locale.ES, "el martes 10 de marzo a las 16:00 o el jueves 12 de marzo a las 10:15"),
        ("America/New_York", Locale.EN, "Tuesday 10 March at 11:00 am or Thursday 12 March at 5:15 am"),
        ("Pacific/Auckland", Locale.EN, "Wednesday 11 March at 4:00 am or Thursday 12 March at 10:15 pm"),
    ],
)
def test_times_are_said_on_the_clients_clock(zone: str, locale: Locale, said: str) -> None:
    assert rules.in_a_sentence([TUESDAY, THURSDAY], zone, locale, named_zone=False) == said


def test_noon_and_one_at_night_are_said_as_people_say_them() -> None:
    noon, one = datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 3, 10, 1, tzinfo=UTC)
    assert rules.said(noon, "UTC", Locale.EN) == "Tuesday 10 March at 12:00 pm"
    assert rules.said(one, "UTC", Locale.ES) == "martes 10 de marzo a la 1:00"


def test_the_zone_is_named_as_people_know_it() -> None:
    assert rules.zone_said("America/New_York", Locale.EN) == "New York time"
    assert rules.zone_said("America/Argentina/Buenos_Aires", Locale.ES) == "hora de Buenos Aires"
    assert rules.zone_said("UTC", Locale.EN) == "UTC"
    sentence = rules.in_a_sentence([TUESDAY, THURSDAY], "Europe/Madrid", Locale.EN, named_zone=True)
    assert sentence.endswith("(Madrid time)")
