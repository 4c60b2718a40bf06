"""Looking back is counted fairly: what followed a flag, what is too recent to tell, and who counts at all."""

from datetime import datetime

import pytest
from hypothesis import given, settings

from api.domain import replay_figures
from api.domain.history import Absence, Agreement, Appointment, Contact, History
from api.domain.replay_figures import SHOWN, Figures, Flagging, Looked
from api.domain.rules_of_thumb import RuleOfThumb
from schemas.vocabulary import AbsenceKind, AgreementKind, EpisodeFormat, Sensitivity, Stage
from tests.domain.arbitrary import histories
from tests.domain.histories import ATTENDED, BOOKED, agreed, away, day, event, history, sessions, time

END = day(200)
RULE = RuleOfThumb.NOT_SEEN


def _figures(told: History, flags: list[float], until: datetime = END, showing: Stage | None = None) -> Figures:
    """The same flags by every way of noticing."""
    figures, instants = Figures(), [day(one) for one in flags]
    looked = Looked(
        {level: dict.fromkeys(SHOWN, instants) for level in Sensitivity},
        dict.fromkeys(RuleOfThumb, instants),
        showing,
    )
    replay_figures.count(figures, told, looked, until)
    return figures


def _flagging(told: list[Appointment], flags: list[float], *facts: Contact | Absence | Agreement) -> Flagging:
    return _figures(history(told, *facts), flags).rules[RULE]


@pytest.mark.parametrize(
    ("told", "flag", "followed"),
    [
        pytest.param(sessions(3), 30, (0, 1, 0), id="nobody came any more"),
        pytest.param([*sessions(3), time(89)], 30, (1, 0, 0), id="came on the 59th day"),
        pytest.param([*sessions(3), time(91)], 30, (0, 1, 0), id="came on the 61st day"),
        pytest.param([*sessions(3), time(89, BOOKED)], 30, (0, 1, 0), id="only booked"),
        pytest.param([*sessions(3), time(21, known=40)], 30, (1, 0, 0), id="had come, and nobody knew yet"),
        pytest.param([*sessions(3), time(21, known=29)], 30, (0, 1, 0), id="had come, and it was known"),
        pytest.param(sessions(3), 141, (0, 0, 1), id="less than sixty days left"),
        pytest.param([*sessions(3), time(150)], 141, (0, 0, 1), id="too recent although followed by a return"),
        pytest.param([*sessions(3), time(170)], 140, (1, 0, 0), id="just old enough"),
        pytest.param([time(30)], 10, (1, 0, 0), id="before the first session"),
    ],
)
def test_a_flag_is_judged_by_whether_the_client_came_within_sixty_days(
    told: list[Appointment], flag: float, followed: tuple[int, int, int]
) -> None:
    found = _flagging(told, [flag])
    assert (found.returned, found.not_returned, found.too_recent) == followed
    assert (found.clients, found.flags) == (1, 1)


def test_a_session_told_again_later_was_known_from_the_first_telling_on() -> None:
    again = Appointment("a", (event(BOOKED, 14, 7), event(ATTENDED, 14, 14.1), event(ATTENDED, 14, 60)))
    found = _flagging([*sessions(2), again], [44])
    assert found.not_returned == 1
    assert found.silent_days == {30: 1}


def test_days_are_counted_from_the_last_session_to_a_flag_that_no_return_followed() -> None:
    assert _flagging([*sessions(3), *sessions(2, first=60)], [20, 44, 97]).silent_days == {30: 1}


@pytest.mark.parametrize(
    ("facts", "until", "counts"),
    [
        pytest.param([], 200, True, id="stayed away"),
        pytest.param([], 73, False, id="not sixty days ago"),
        pytest.param([away(AbsenceKind.PAUSE, 20, None, known=20)], 200, False, id="a pause still runs"),
        pytest.param([away(AbsenceKind.PAUSE, 20, 50, known=20)], 200, True, id="a pause is over"),
        pytest.param([away(AbsenceKind.CLINICIAN_LEAVE, 20, None, known=20)], 200, True, id="the clinician's leave"),
        pytest.param([agreed(AgreementKind.DISCHARGE, 20, known=20)], 200, False, id="an end spoken of"),
        pytest.param([agreed(AgreementKind.PLANNED_END, 28, known=0)], 200, False, id="an end planned"),
        pytest.param([agreed(AgreementKind.DISCHARGE, 60, known=60)], 200, True, id="an end found out later"),
        pytest.param([agreed(AgreementKind.DISCHARGE, 1, known=1)], 200, True, id="an end that sessions overtook"),
    ],
)
def test_who_did_not_come_back(facts: list[Absence | Agreement], until: float, counts: bool) -> None:
    figures = _figures(history(sessions(3), *facts), [35], day(until))
    assert figures.not_back == counts
    assert figures.rules[RULE].stopped_days == ({21: 1} if counts else {})


def test_only_the_first_flag_after_the_last_session_tells_how_early() -> None:
    figures = _figures(history(sessions(5, every=20)), [10, 95, 120])
    assert figures.rules[RULE].stopped_days == {15: 1}


def test_a_flag_counts_from_when_the_last_session_was_known() -> None:
    late = history([*sessions(3), time(21, known=40)])
    assert _figures(late, [30, 51]).rules[RULE].stopped_days == {30: 1}


@pytest.mark.parametrize(
    ("recorded", "ends", "before"),
    [
        pytest.param(agreed(AgreementKind.DISCHARGE, 60, known=60), 1, {25: 1}, id="found out"),
        pytest.param(agreed(AgreementKind.DISCHARGE, 20, known=60), 1, {25: 1}, id="dated back"),
        pytest.param(agreed(AgreementKind.DISCHARGE, 30, known=30), 1, {}, id="before the flag"),
        pytest.param(agreed(AgreementKind.DISCHARGE, 20, known=20), 0, {}, id="spoken of"),
        pytest.param(agreed(AgreementKind.PLANNED_END, 60, known=60), 0, {}, id="planned, not found out"),
    ],
)
def test_the_first_flag_stands_beside_the_day_the_practice_recorded_the_end(
    recorded: Agreement, ends: int, before: dict[int, int]
) -> None:
    figures = _figures(history(sessions(3), recorded), [35])
    assert figures.ends_recorded == ends
    assert figures.rules[RULE].before_record == before


@pytest.mark.parametrize(
    ("told", "days", "months"),
    [
        pytest.param(history(), 0, 0, id="no times"),
        pytest.param(history(sessions(3)), 74, 3, id="sixty days after the last"),
        pytest.param(history(sessions(3), agreed(AgreementKind.DISCHARGE, 20, known=20)), 19, 1, id="until an end"),
        pytest.param(history([time(300, BOOKED, booked=0)]), 0, 0, id="not begun"),
        pytest.param(history(sessions(28)), 200, 7, id="until the end of the data"),
    ],
)
def test_a_client_counts_from_the_first_time_until_the_work_is_over(told: History, days: int, months: int) -> None:
    figures = _figures(told, [])
    assert (figures.client_days, figures.clients_by_month.total()) == (days, months)


def test_the_rhythm_the_days_and_what_is_not_recorded_are_counted() -> None:
    told = history([*sessions(5, every=14), time(70, BOOKED), time(300, BOOKED, booked=60)])
    figures = _figures(told, [], showing=Stage.QUIET)
    assert figures.intervals == {EpisodeFormat.INDIVIDUAL: {14: 1}}
    assert sum(figures.sessions_on.values()) == 5
    assert (figures.past_times, figures.not_recorded) == (6, 1)
    assert figures.showing == {Stage.QUIET: 1}


@given(histories(), histories())
@settings(max_examples=40, deadline=None)
def test_counting_together_is_adding_up(one: History, other: History) -> None:
    until = day(200)
    together, apart = Figures(), Figures()
    for told in (one, other):
        flags = [day(at) for at in (3, 60, 90)]
        looked = Looked({}, {RULE: flags}, None)
        replay_figures.count(together, told, looked, until)
        alone = Figures()
        replay_figures.count(alone, told, looked, until)
        apart.add(alone)
    assert together == apart
    found = together.rules[RULE]
    assert found.flags == found.returned + found.not_returned + found.too_recent == 6
