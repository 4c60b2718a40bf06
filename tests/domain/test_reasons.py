"""The words of the reasons: what the record shows, kindly, and nothing about why."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given

from api.domain import engagement, reasons, weights
from api.domain.history import History, Rhythm
from api.domain.reasons import ReasonCode
from tests.domain.arbitrary import histories, instants

TODAY = date(2026, 6, 15)
UNKIND = re.compile(
    r"ghost|dropp?ed|avoid|refus|fail|fault|unrespons|complian|missed|no.show|patient|score|probab|risk|chase|%|!",
    re.IGNORECASE,
)


@given(histories(), instants)
def test_no_reason_blames_explains_or_measures_the_client(told: History, now: datetime) -> None:
    for reason in engagement.assess(told, Rhythm(), now, weights.load()).reasons:
        assert not UNKIND.search(reason.text)
        assert reason.text[0].isupper()
        assert reason.text.endswith(".")


def test_several_times_are_named_by_their_days_and_never_counted() -> None:
    days = tuple(date(2026, 6, number) for number in (1, 3, 8, 10))
    assert reasons.not_kept(days[:1], TODAY).text == "The time on 1 June did not take place."
    assert reasons.not_kept(days[:2], TODAY).text == "The times on 1 June and 3 June did not take place."
    assert reasons.not_kept(days, TODAY).text == "The times from 1 June to 10 June did not take place."


def test_the_year_is_said_when_it_is_another() -> None:
    assert reasons.day(date(2025, 12, 31), TODAY) == "31 December 2025"


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (date(2026, 6, 16), "today"),
        (date(2026, 6, 15), "today"),
        (date(2026, 6, 14), "yesterday"),
        (date(2026, 6, 5), "10 days ago"),
        (date(2026, 5, 25), "3 weeks ago"),
        (date(2026, 1, 5), "on 5 January"),
    ],
)
def test_the_past_is_told_as_a_person_would(then: date, words: str) -> None:
    assert reasons.ago(then, TODAY) == words


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (0.6, "a day"),
        (3.6, "4 days"),
        (7.2, "a week"),
        (10, "10 days"),
        (13.4, "2 weeks"),
        (28, "4 weeks"),
        (31, "about 4 weeks"),
    ],
)
def test_a_rhythm_is_told_as_a_person_would(cadence: float, words: str) -> None:
    assert reasons.every(cadence) == words


def test_an_absence_says_its_last_day_or_that_none_is_set() -> None:
    until = reasons.absence(ReasonCode.PAUSE_AGREED, date(2026, 7, 1), TODAY)
    assert until.text == "A pause is agreed until 1 July."
    open_ended = reasons.absence(ReasonCode.CLIENT_AWAY, None, TODAY)
    assert open_ended.text == "The client is away, with no end set."
