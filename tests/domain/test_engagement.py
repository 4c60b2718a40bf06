"""The stages of ordinary and less ordinary lives."""

from schemas.vocabulary import Stage
from tests.domain.histories import NO_SHOW, assess, codes, history, sessions, time


def test_a_client_who_comes_and_has_a_time_booked_is_engaged() -> None:
    told = history([*sessions(6), time(42, NO_SHOW, known=50)])
    found = assess(told, 40)
    assert found.stage is Stage.ENGAGED
    assert codes(found) == ["booked_ahead", "came_recently"]


def test_silence_leads_from_engaged_through_drifting_to_quiet() -> None:
    told = history(sessions(6))
    stages = [assess(told, at).stage for at in range(35, 80)]
    order = list(dict.fromkeys(stages))
    assert order == [Stage.ENGAGED, Stage.DRIFTING, Stage.QUIET]


def test_a_client_with_no_appointment_is_assessed() -> None:
    found = assess(history(), 10)
    assert (found.stage, found.drifting_at) == (Stage.ENGAGED, None)
