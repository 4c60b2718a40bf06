"""Why it is not drifting, or not quiet: what is said to hold it does, and what speaks against it is told too."""

import re
from datetime import datetime

from hypothesis import given, settings

from api.domain import engagement, holding, inquiry, weights
from api.domain.history import History
from api.domain.holding import NotYet
from schemas.vocabulary import AbsenceKind, EpisodeKind, HolderKind, Initiator, Stage
from tests.domain.arbitrary import histories, instants
from tests.domain.histories import BOOKED, CANCELLED, NO_SHOW, WEEKLY, away, day, heard, history, sessions, time

MODEL = weights.load()
_FAR = {Stage.ENGAGED: 0, Stage.PAUSED: 0, Stage.ENDED: 0, Stage.DRIFTING: 1, Stage.QUIET: 2}


def not_yet(told: History, at: float) -> NotYet:
    found = holding.not_yet(inquiry.about(told, WEEKLY, day(at), MODEL))
    assert found is not None
    return found


def kinds(found: NotYet) -> list[HolderKind]:
    return [one.kind for one in found.holding]


def test_a_time_not_kept_does_not_suffice_where_the_client_booked_another() -> None:
    told = history([*sessions(6), time(42, NO_SHOW), time(56, BOOKED, booked=43, booked_by=Initiator.CLIENT)])
    found = not_yet(told, 50)
    assert found.stage is Stage.DRIFTING
    assert "The time on 16 February did not take place." in found.text
    assert found.text.endswith(
        " The time on 2 March, which the client booked, holds the calendar. Without it, this would show as quiet."
    )
    assert "not_kept" in [one.code for one in found.against]
    assert kinds(found)[0] is HolderKind.TIMES_AHEAD
    assert [fact.text for fact in found.holding[0].facts] == ["The client booked a time for 2 March."]


def test_a_pause_holds_and_what_would_show_without_it_is_told() -> None:
    found = not_yet(history(sessions(6), away(AbsenceKind.PAUSE, 40, 70, known=40)), 60)
    assert found.holding[0].text == (
        "A pause is agreed from 14 February to 16 March. Those days do not count as silence."
        " Without it, this would show as quiet."
    )


def test_who_comes_as_needed_has_no_clock_and_that_is_said() -> None:
    found = not_yet(history(sessions(6), kind=EpisodeKind.AS_NEEDED), 60)
    assert kinds(found) == [HolderKind.NO_CLOCK]
    assert "As ongoing work, this would show as quiet." in found.text


def test_a_time_that_we_cancelled_is_said_to_say_nothing_of_the_client() -> None:
    told = history([*sessions(6), time(42, CANCELLED, known=41, by=Initiator.CLINICIAN)])
    found = not_yet(told, 50)
    assert HolderKind.NOT_THE_CLIENT in kinds(found)
    text = next(one.text for one in found.holding if one.kind is HolderKind.NOT_THE_CLIENT)
    assert text.startswith("The practice cancelled the time on 16 February. That says nothing of the client.")


def test_what_nobody_recorded_is_not_held_against_the_client() -> None:
    found = not_yet(history([*sessions(6), time(42, BOOKED)]), 50)
    assert HolderKind.OUTCOME_OPEN in kinds(found)


def test_a_word_of_the_client_s_holds() -> None:
    found = not_yet(history(sessions(6), heard(46)), 49)
    assert HolderKind.SIGN_OF_LIFE in kinds(found)


def test_where_nothing_but_time_holds_it_the_day_is_named() -> None:
    found = not_yet(history(sessions(12, ahead=1)), 80)
    assert found.holding == ()
    assert found.text.startswith("Nothing is booked. ")
    assert re.search(r" not enough\. If nothing more is learned, this shows as drifting from \d+ April\.$", found.text)


def test_where_nothing_speaks_for_it_that_is_said() -> None:
    assert not_yet(history([]), 37).text == "Nothing on record speaks for drifting."


def test_of_what_is_quiet_or_has_ended_nothing_is_further_on() -> None:
    for told in (history(sessions(6)), history(sessions(6), ended=50)):
        assert holding.not_yet(inquiry.about(told, WEEKLY, day(80), MODEL)) is None


@given(histories(), instants)
@settings(max_examples=150)
def test_what_is_said_to_hold_it_does(told: History, now: datetime) -> None:
    asked = inquiry.about(told, WEEKLY, now, MODEL)
    found = holding.not_yet(asked)
    if found is None:
        return
    for one in found.holding:
        without = engagement.assess(one.history, WEEKLY, now, MODEL).stage
        assert without is one.stage, one.text
        assert _FAR[without] > _FAR[asked.found.stage], one.text
        assert one.text.endswith(f"{one.stage}.")
        assert one.facts
