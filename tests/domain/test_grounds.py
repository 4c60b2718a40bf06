"""The facts that a reason rests on are on record, were known, and are the ones that make it."""

import re
from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings

from api.domain import grounds, inquiry, reasons, weights
from api.domain.history import History, Score
from api.domain.reasons import Reason, ReasonCode
from schemas.vocabulary import AbsenceKind, AgreementKind, EpisodeKind, FactKind, Initiator
from tests.domain.arbitrary import histories, instants
from tests.domain.histories import (
    BOOKED,
    CANCELLED,
    NO_SHOW,
    WEEKLY,
    agreed,
    away,
    cadence,
    day,
    heard,
    history,
    sessions,
    time,
    written,
)

MODEL = weights.load()


def said(told: History, at: float) -> dict[str, list[str]]:
    look = inquiry.about(told, WEEKLY, day(at), MODEL)
    return {reason.code.value: [fact.text for fact in grounds.of(reason, look)] for reason in look.found.reasons}


def test_silence_rests_on_the_last_session_and_on_those_that_tell_the_rhythm() -> None:
    assert said(history(sessions(6)), 60)["longer_than_usual"] == [
        "The session on 9 February took place.",
        "The session on 2 February took place.",
        "The session on 26 January took place.",
        "The session on 19 January took place.",
    ]


def test_an_agreed_rhythm_is_what_silence_rests_on() -> None:
    told = said(history(sessions(4, every=14), cadence(30, 14, known=30)), 95)["longer_than_usual"]
    assert told[1] == "Another rhythm is agreed from 4 February: sessions 2 weeks apart."
    few = said(history(sessions(1)), 40)["longer_than_usual"]
    assert few[-1] == "While few sessions are known, the rhythm that is usual in the practice stands in."
    settled = said(history(sessions(1), agreed=14), 60)["longer_than_usual"]
    assert settled[-1] == "Sessions are agreed to be 2 weeks apart."


def test_an_empty_calendar_rests_on_its_last_time_and_on_what_is_not_there() -> None:
    assert said(history([*sessions(6), time(42, NO_SHOW)]), 60)["nothing_booked"] == [
        "The time on 16 February did not take place.",
        "No time after 6 March is on record.",
    ]


def test_times_not_kept_are_each_named() -> None:
    told = said(history([*sessions(6), *[time(42 + 7 * i, NO_SHOW) for i in range(3)]]), 60)
    assert told["not_kept"] == [
        f"The time on {on} did not take place." for on in ("2 March", "23 February", "16 February")
    ]


def test_a_cut_series_names_the_times_that_were_taken_out() -> None:
    cut = [time(49 + 7 * i, CANCELLED, booked=40, known=44, by=Initiator.PRACTICE) for i in range(3)]
    told = said(history([*sessions(6), time(42, NO_SHOW), *cut]), 46)
    assert len(told["series_cancelled"]) == 3
    assert told["series_cancelled"][0] == "The practice cancelled the time on 23 February."


def test_messages_without_an_answer_are_named_once_they_have_waited() -> None:
    told = said(history(sessions(6), written(45), written(55)), 57)
    assert told["not_answered_yet"] == ["The practice was in touch on 19 February: an e-mail."]


def test_reasons_for_staying_rest_on_facts_too() -> None:
    ahead = time(49, BOOKED, booked=43, booked_by=Initiator.CLIENT)
    told = said(history([*sessions(7), ahead], heard(45)), 46)
    assert told["booked_by_client"] == ["The client booked a time for 23 February."]
    assert told["in_touch"] == ["The client was in touch on 19 February: an e-mail."]
    assert told["came_recently"] == ["The session on 16 February took place."]


def test_what_stops_the_clock_names_its_record() -> None:
    assert said(history(sessions(6), away(AbsenceKind.PRACTICE_CLOSED, 40, 70, known=40)), 60)["practice_closed"] == [
        "The practice is closed from 14 February to 16 March."
    ]
    assert said(history(sessions(6), agreed(AgreementKind.PLANNED_END, 50, known=40)), 60)["end_agreed"] == [
        "An end is planned for 24 February."
    ]
    assert said(history(sessions(6), kind=EpisodeKind.CONSULTATION), 60)["consultation"] == [
        "The episode is recorded as a one-off consultation."
    ]


def test_results_that_went_the_wrong_way_are_named_without_what_they_came_to() -> None:
    values = {7: 12.0, 14: 10.0, 40: 19.0}
    given = [Score("PHQ-9", value, False, day(at), day(at)) for at, value in values.items()]  # noqa: FBT003  # as told
    other = Score("WEMWBS", 50.0, True, day(41), day(41))  # noqa: FBT003  # as told
    told = replace(history([*sessions(6), time(42, NO_SHOW)]), scores=(*given, other))
    assert said(told, 60)["scores_sliding"] == [
        "A result of PHQ-9 was given on 14 February.",
        "A result of PHQ-9 was given on 19 January.",
        "A result of PHQ-9 was given on 12 January.",
    ]
    assert "scores_sliding" not in said(told, 39)


def test_a_code_without_a_rule_is_asked_about() -> None:
    """As a code that is added one day would be."""
    told = history([*sessions(6), time(42, NO_SHOW)])
    look = inquiry.about(told, WEEKLY, day(48), MODEL)
    reason = next(one for one in look.found.reasons if one.code is ReasonCode.NOT_KEPT)
    assert "The time on 16 February did not take place." in [fact.text for fact in grounds.asked_for(reason, look)]


def test_every_code_has_a_rule_or_is_asked_about() -> None:
    look = inquiry.about(history(sessions(6)), WEEKLY, day(60), MODEL)
    for code in ReasonCode:
        assert isinstance(grounds.of(Reason(code, "Whatever."), look), tuple)


@given(histories(), instants)
@settings(max_examples=150)
def test_every_fact_was_known_and_names_its_day_alone(told: History, now: datetime) -> None:
    look = inquiry.about(told, WEEKLY, now, MODEL)
    keys = {one.key for one in look.history.appointments}
    for reason in look.found.reasons:
        for fact in grounds.of(reason, look):
            assert fact.text.endswith(".")
            assert not re.search(r"\d", re.sub(r"\d{1,2} [A-Z][a-z]+( \d{4})?|\d+ (days|weeks)", "", fact.text)), (
                fact.text
            )
            if fact.kind is FactKind.APPOINTMENT:
                assert isinstance(fact.source, tuple)
                assert keys >= set(fact.source)
                assert reasons.day(fact.on, look.today) in fact.text
