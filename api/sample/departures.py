"""The lives of people who are drifting, have gone quiet, or are ending well. None of them owes anybody an explanation."""

from datetime import timedelta

from api.sample.diary import Diary
from api.sample.lives import began
from api.sample.rhythms import Habit, Rhythm, attended, come, missed
from schemas.vocabulary import AppointmentStatus, Initiator

_STEADY = Rhythm(mishaps=0.06)


def missed_lately(diary: Diary) -> None:
    """Two times not kept, and nothing booked after them."""
    come(diary, began(diary, 120), diary.until_week(2), _STEADY)
    for weeks in (1, 0):
        booking = diary.book(diary.week(weeks), diary.week(weeks + 1))
        if booking is not None:
            missed(diary, booking)


def cancelled_late(diary: Diary) -> None:
    """Called off on the morning, twice, without another time."""
    come(diary, began(diary, 120), diary.until_week(2), _STEADY)
    for weeks in (1, 0):
        booking = diary.book(diary.week(weeks), diary.week(weeks + 1))
        if booking is not None:
            known_at = booking.starts_at - timedelta(hours=4)
            diary.tell(booking, AppointmentStatus.LATE_CANCELLED, known_at, by=Initiator.CLIENT)


def nothing_booked(diary: Diary) -> None:
    """Used to book at the session; the last one, more than two weeks ago, ended without a next time."""
    come(diary, began(diary, 120), diary.until_week(2), _STEADY)


def growing_gaps(diary: Diary) -> None:
    """A week, then two, then three: the work thins out."""
    come(diary, began(diary, 200), diary.until_week(12), _STEADY)
    for weeks in (10, 8, 5, 3):
        booking = diary.book(diary.week(weeks), diary.week(weeks) - timedelta(days=2))
        if booking is not None:
            attended(diary, booking)


def series_called_off(diary: Diary) -> None:
    """A standing series, cancelled by the client from here on."""
    come(diary, began(diary, 150), diary.until_week(1), Rhythm(habit=Habit.IN_SERIES, mishaps=0.04))
    for weeks in (0, -1, -2, -3):
        booking = diary.book(diary.week(weeks), diary.week(6), by=Initiator.PRACTICE, standing=True)
        if booking is not None:
            diary.tell(booking, AppointmentStatus.CANCELLED, diary.week(0) - timedelta(days=2), by=Initiator.CLIENT)


def written_to_without_answer(diary: Diary) -> None:
    """Two kind lines went out, and nothing came back yet."""
    come(diary, began(diary, 150), diary.until_week(3), _STEADY)
    for days in (15, 8):
        diary.message(diary.start(diary.calendar.ago(days)), "out", "email")


def after_the_first_session(diary: Diary) -> None:
    """One session, and no second one."""
    day = diary.calendar.ago(diary.chance.randint(30, 60))
    come(diary, day, day + timedelta(days=6), Rhythm(mishaps=0.0))


def quiet_for_weeks(diary: Diary) -> None:
    come(diary, began(diary, 250), diary.calendar.ago(diary.chance.randint(35, 60)), _STEADY)


def quiet_for_months(diary: Diary) -> None:
    """Nobody closed the file, and nobody said goodbye."""
    come(diary, began(diary, 400), diary.calendar.ago(diary.chance.randint(110, 240)), _STEADY)


def quickly_better(diary: Diary) -> None:
    """Four sessions, great relief, and then life: some silence is success."""
    first = diary.calendar.ago(diary.chance.randint(70, 110))
    come(diary, first, first + timedelta(days=28), Rhythm(mishaps=0.0))


def tapering(diary: Diary) -> None:
    """The end is agreed and still to come; sessions are spaced out on purpose."""
    begin = diary.calendar.ago(70)
    come(diary, began(diary, 250), begin, _STEADY)
    diary.agree("cadence_change", begin, None, begin, 21.0)
    diary.agree("planned_end", diary.calendar.ago(-45), None, begin)
    come(diary, diary.calendar.ago(50), diary.calendar.ago(-44), Rhythm(every_days=21, mishaps=0.0))


def improved_and_done(diary: Diary) -> None:
    """The goals are reached, the last session was held, and the note is still to be written."""
    last = diary.calendar.ago(diary.chance.randint(6, 25))
    diary.agree("planned_end", last, None, last - timedelta(days=40))
    come(diary, began(diary, 250), last, Rhythm(mishaps=0.03))


def told_us_it_is_done(diary: Diary) -> None:
    """The former system knows of the ending."""
    last = diary.calendar.ago(diary.chance.randint(40, 200))
    come(diary, began(diary, 300), last, Rhythm(mishaps=0.03))
    diary.agree("discharge", last + timedelta(days=1), None, last + timedelta(days=1))


def handed_over(diary: Diary) -> None:
    """Seen by a trainee whose rotation ended; the next clinician has a first time booked with some of them."""
    come(diary, began(diary, 120, 300), diary.calendar.ago(8), Rhythm(mishaps=0.04))
