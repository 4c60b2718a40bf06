"""Late, doubled, shifted and undone: what practice systems deliver, and what is made of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from api.domain import timeline
from api.domain.history import Appointment, StatusEvent
from schemas.vocabulary import AppointmentStatus, Initiator
from tests.domain.histories import (
    ATTENDED,
    BERLIN,
    BOOKED,
    CANCELLED,
    LATE_CANCELLED,
    NO_SHOW,
    RESCHEDULED,
    day,
    event,
    time,
)


def _statuses(appointments: list[Appointment], at: float, zone: str = BERLIN) -> list[AppointmentStatus]:
    return [visit.status for visit in timeline.visits(appointments, day(at), zone)]


def test_a_status_counts_only_once_the_record_has_learned_it() -> None:
    late = [time(7, NO_SHOW, known=12)]
    assert _statuses(late, 11) == [BOOKED]
    assert _statuses(late, 12) == [NO_SHOW]


def test_a_booking_that_will_be_learned_of_later_is_not_there_yet() -> None:
    assert _statuses([time(30, BOOKED, booked=20)], 19) == []


def test_a_no_show_that_was_taken_back_is_the_session_it_was() -> None:
    undone = Appointment("u", (event(BOOKED, 7, 0), event(NO_SHOW, 7, 7.1), event(ATTENDED, 7, 9)))
    assert _statuses([undone], 8) == [NO_SHOW]
    assert _statuses([undone], 9) == [ATTENDED]


def test_attended_written_down_before_the_time_came_is_not_evidence() -> None:
    by_default = [time(7, ATTENDED, known=3)]
    assert _statuses(by_default, 8) == [BOOKED]


def test_attended_by_default_gives_way_to_what_was_recorded_afterwards() -> None:
    corrected = Appointment("c", (event(BOOKED, 7, 0), event(ATTENDED, 7, 1), event(NO_SHOW, 7, 8)))
    assert _statuses([corrected], 9) == [NO_SHOW]


def test_a_cancellation_before_the_time_stands_although_an_early_attended_follows_it() -> None:
    told = Appointment("c", (event(BOOKED, 7, 0), event(CANCELLED, 7, 2), event(ATTENDED, 7, 3)))
    assert _statuses([told], 9) == [CANCELLED]


def test_a_time_that_has_passed_and_is_still_booked_is_not_attended() -> None:
    assert _statuses([time(7, BOOKED)], 60) == [BOOKED]


def test_the_same_time_under_two_keys_is_one() -> None:
    twice = [time(7, key="one"), time(7, key="two")]
    assert _statuses(twice, 20) == [ATTENDED]


def test_of_a_doubled_time_the_outcome_outweighs_the_row_nobody_kept_up() -> None:
    assert _statuses([time(7, NO_SHOW, key="one"), time(7, BOOKED, key="two")], 20) == [NO_SHOW]


def test_tidying_up_the_double_of_a_session_does_not_undo_the_session() -> None:
    assert _statuses([time(7, key="one"), time(7, CANCELLED, known=15, key="two")], 20) == [ATTENDED]


def test_a_time_given_up_and_booked_again_is_booked() -> None:
    again = [time(20, CANCELLED, known=5, key="one"), time(20, BOOKED, booked=8, key="two")]
    assert _statuses(again, 10) == [BOOKED]


def test_two_people_at_the_same_time_are_two() -> None:
    assert _statuses([time(7, who="a", key="one"), time(7, NO_SHOW, who="b", key="two")], 20) == [ATTENDED, NO_SHOW]


def test_rows_under_one_key_are_read_together() -> None:
    rows = [Appointment("k", (event(BOOKED, 7, 0),)), Appointment("k", (event(ATTENDED, 7, 8),))]
    assert _statuses(rows, 20) == [ATTENDED]


def test_a_reschedule_with_its_link_is_one_event() -> None:
    pair = [time(7, CANCELLED, known=5, by=Initiator.CLIENT, key="old"), time(9, booked=6, key="new", replaces="old")]
    assert _statuses(pair, 20) == [ATTENDED]


def test_a_reschedule_without_its_link_is_one_event_when_booked_within_a_day() -> None:
    pair = [time(7, RESCHEDULED, known=5, key="old"), time(9, booked=5.9, key="new")]
    assert _statuses(pair, 20) == [ATTENDED]


def test_a_reschedule_whose_new_time_never_came_is_a_time_given_up() -> None:
    alone = [time(7, RESCHEDULED, known=5, key="old"), time(19, booked=8, key="other")]
    (old, _) = timeline.visits(alone, day(20), BERLIN)
    assert old.given_up


def test_a_time_not_kept_is_not_explained_away_by_its_make_up_time() -> None:
    pair = [time(7, NO_SHOW, key="old"), time(9, booked=8, key="new", replaces="old")]
    assert _statuses(pair, 20) == [NO_SHOW, ATTENDED]


def test_a_time_that_names_itself_as_its_predecessor_stays() -> None:
    assert _statuses([time(7, BOOKED, key="k", replaces="k")], 1) == [BOOKED]


def _around_the_clock_change(shift_hours: int, days_after: int, zone: str) -> int:
    # Summer time began in Berlin on 29 March 2026 at one in the morning UTC.
    start = datetime(2026, 3, 29, 9, tzinfo=UTC) + timedelta(days=days_after)
    known = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        Appointment(f"row{hours}", (StatusEvent(BOOKED, start + timedelta(hours=hours), known),))
        for hours in (0, shift_hours)
    ]
    return len(timeline.visits(rows, known, zone))


def test_two_rows_an_hour_apart_around_a_clock_change_are_one_time() -> None:
    assert _around_the_clock_change(1, 2, BERLIN) == 1


def test_two_rows_an_hour_apart_in_other_weeks_or_zones_are_two_times() -> None:
    assert _around_the_clock_change(1, 40, BERLIN) == 2
    assert _around_the_clock_change(1, 2, "Asia/Tokyo") == 2
    assert _around_the_clock_change(2, 2, BERLIN) == 2


def test_a_time_shifted_by_an_hour_between_two_imports_is_the_same_time() -> None:
    shifted = Appointment("k", (event(BOOKED, 7, 0), event(BOOKED, 7 - 1 / 24, 3)))
    (visit,) = timeline.visits([shifted], day(4), BERLIN)
    assert visit.start == day(7 - 1 / 24)
    assert visit.status is BOOKED
    assert not visit.given_up


def test_who_called_it_off_decides_what_it_says() -> None:
    def only(status: AppointmentStatus, by: Initiator | None, *, excused: bool = False) -> timeline.Visit:
        (visit,) = timeline.visits([time(7, status, known=7.1, by=by, excused=excused)], day(9), BERLIN)
        return visit

    assert only(NO_SHOW, None).missed
    assert only(LATE_CANCELLED, Initiator.CLIENT).missed
    assert only(CANCELLED, Initiator.CLIENT).given_up
    for side in (Initiator.CLINICIAN, Initiator.PRACTICE):
        assert only(LATE_CANCELLED, side).says_nothing
        assert not only(LATE_CANCELLED, side).missed
        assert only(CANCELLED, side).says_nothing
        assert not only(CANCELLED, side).given_up
    assert not only(CANCELLED, Initiator.SYSTEM).given_up
    assert only(NO_SHOW, None, excused=True).says_nothing


def test_three_times_booked_ahead_in_one_go_are_a_series() -> None:
    series = [time(start, BOOKED, booked=0) for start in (7, 14, 21)]
    assert timeline.series(timeline.visits(series, day(1), BERLIN)) == {day(0)}
    assert not timeline.series(timeline.visits(series[:2], day(1), BERLIN))


def test_an_import_of_the_past_is_not_a_series() -> None:
    imported = [replace(time(start), events=(event(ATTENDED, start, 100),)) for start in (7, 14, 21)]
    assert not timeline.series(timeline.visits(imported, day(101), BERLIN))


def test_a_time_in_no_century_of_ours_is_left_out() -> None:
    absurd = Appointment("a", (StatusEvent(BOOKED, datetime(9999, 12, 31, tzinfo=UTC), day(0)),))
    assert timeline.visits([absurd], day(1), BERLIN) == []
