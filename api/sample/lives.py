"""The ordinary lives of people in therapy, one function each: those who are staying, however it may look.

A life writes a diary from a beginning to the day the sample is made. Those of people drifting away and of endings
are in departures.py, those of several people in one room in together.py.
"""

from datetime import date, timedelta
from random import Random

from api.sample.diary import SESSION, Diary
from api.sample.rhythms import Habit, Rhythm, attended, come, missed
from schemas.vocabulary import AppointmentStatus, Initiator

_SOON = timedelta(days=90)
# A session that is moved by a day or two stays before the absence, which it would otherwise end.
_CLEAR = timedelta(days=5)


def began(diary: Diary, least: int = 60, most: int = 700) -> date:
    """Some time in the last two years."""
    return diary.calendar.ago(diary.chance.randint(least, most))


def weekly(diary: Diary) -> None:
    come(diary, began(diary), _until(diary), Rhythm())


def weekly_in_series(diary: Diary) -> None:
    """One booking act for eight weeks: weaker evidence than a time the client made."""
    come(diary, began(diary), _until(diary), Rhythm(habit=Habit.IN_SERIES, booked_ahead=6))


def fortnightly(diary: Diary) -> None:
    come(diary, began(diary), _until(diary), Rhythm(every_days=14))


def monthly(diary: Diary) -> None:
    come(diary, began(diary, 200), _until(diary), Rhythm(every_days=28, mishaps=0.04))


def books_the_day_before(diary: Diary) -> None:
    """Nothing is booked most of the time, and that is this person's way."""
    come(diary, began(diary, 200), _until(diary), Rhythm(habit=Habit.THE_DAY_BEFORE))


def rotating_shifts(diary: Diary) -> None:
    """Two weeks, ten days, three weeks: as the roster allows."""
    come(diary, began(diary, 200), _until(diary), Rhythm(every_days=14, wobble_days=4, mishaps=0.06))


def student(diary: Diary) -> None:
    """Home over the summer, back when lectures begin; the absence is agreed before."""
    today = diary.calendar.today
    summers = [(date(year, 6, 20), date(year, 9, 10)) for year in range(today.year - 2, today.year + 1)]
    first = began(diary, 300)
    for begin, end in summers:
        if first < begin < today:
            diary.agree("absence", begin, end, begin - timedelta(days=12))
    come(diary, first, _until(diary), Rhythm(without=tuple(summers)))


def as_needed(diary: Diary) -> None:
    """Comes when something comes up; silence in between is the agreement."""
    day = began(diary, 300)
    while day < diary.calendar.today:
        _once(diary, day)
        day += timedelta(days=diary.chance.randint(20, 110))


def boosters(diary: Diary) -> None:
    """A finished piece of work, and a session every few months to keep it alive."""
    first = began(diary, 500)
    come(diary, first, first + timedelta(days=120), Rhythm(mishaps=0.05))
    for days in range(210, 700, 90):
        day = first + timedelta(days=days)
        if day < diary.calendar.today - timedelta(days=7):
            _once(diary, day)


def consultation(diary: Diary) -> None:
    """One talk to find out what would help. That nobody comes back is what was agreed."""
    _once(diary, diary.calendar.ago(diary.chance.randint(10, 300)))


def hospital(diary: Diary) -> None:
    """Three weeks in hospital, recorded as an absence in one tap."""
    begin, end = diary.calendar.ago(16), diary.calendar.ago(-5)
    diary.agree("absence", begin, end, begin + timedelta(days=1))
    come(diary, began(diary, 200), diary.calendar.today + _SOON, Rhythm(without=((begin, end),), mishaps=0.0))


def on_parental_leave(diary: Diary) -> None:
    """A birth: open-ended, and nobody counts the days."""
    begin = diary.calendar.ago(40)
    diary.agree("absence", begin, None, begin - timedelta(days=20))
    come(diary, began(diary, 200), begin - _CLEAR, Rhythm(mishaps=0.05))


def paused(diary: Diary) -> None:
    """A pause that client and clinician agreed on, and that runs."""
    begin = diary.calendar.ago(diary.chance.randint(20, 35))
    diary.agree("pause", begin, diary.calendar.ago(-diary.chance.randint(14, 40)), begin - timedelta(days=3))
    come(diary, began(diary, 200), begin - _CLEAR, Rhythm(mishaps=0.05))


def pause_nearly_over(diary: Diary) -> None:
    begin = diary.calendar.ago(30)
    diary.agree("pause", begin, diary.calendar.ago(-4), begin - timedelta(days=7))
    come(diary, began(diary, 200), begin - _CLEAR, Rhythm(mishaps=0.05))


def recorded_late(diary: Diary) -> None:
    """The clinician writes outcomes down days later; until then the record knows only that a time was booked."""
    come(diary, began(diary, 120), _until(diary), Rhythm(record_after_days=4))


def no_show_undone(diary: Diary) -> None:
    """Marked as missed by the desk, and put right two days later: the client had been there."""
    come(diary, began(diary, 120), diary.until_week(2), Rhythm(mishaps=0.03))
    booking = diary.book(diary.week(1), diary.week(2))
    if booking is not None:
        missed(diary, booking)
        attended(diary, booking, after_days=2)
    _next(diary)


def told_twice(diary: Diary) -> None:
    """An export that repeats its rows."""
    come(diary, began(diary, 60, 150), diary.until_week(0), Rhythm(mishaps=0.0))
    diary.again()
    diary.again()
    _next(diary)


def moved_to_next_week(diary: Diary) -> None:
    """A reschedule pair: one event, not a cancellation and a booking."""
    come(diary, began(diary, 120), diary.until_week(1), Rhythm(mishaps=0.04))
    booking = diary.book(diary.week(0), diary.week(1))
    if booking is not None:
        known_at = booking.starts_at - timedelta(days=1, hours=4)
        diary.tell(booking, AppointmentStatus.RESCHEDULED, known_at, by=Initiator.CLIENT)
        diary.book(diary.week(-1), known_at, moved_from=booking.key)


def video_failed(diary: Diary) -> None:
    """The connection broke down: excused, and no evidence of anything."""
    come(diary, began(diary, 120), diary.until_week(1), Rhythm(mishaps=0.04))
    booking = diary.book(diary.week(0), diary.week(1))
    if booking is not None:
        diary.tell(booking, AppointmentStatus.NO_SHOW, booking.starts_at + SESSION, excused=True)
    _next(diary)


def cancelled_by_the_clinician(diary: Diary) -> None:
    """Says nothing about the client, and asks the practice to offer another time."""
    come(diary, began(diary, 120), diary.until_week(1), Rhythm(mishaps=0.04))
    booking = diary.book(diary.week(0), diary.week(1))
    if booking is not None:
        known_at = booking.starts_at - timedelta(hours=20)
        diary.tell(booking, AppointmentStatus.CANCELLED, known_at, by=Initiator.CLINICIAN)


def wrote_last_week(diary: Diary) -> None:
    """Had to skip two sessions and wrote to say so: a sign of life."""
    come(diary, began(diary, 120), diary.until_week(2), Rhythm(mishaps=0.04))
    diary.message(diary.start(diary.calendar.ago(6)), "in", _channel(diary.chance))


def _until(diary: Diary) -> date:
    return diary.calendar.today + _SOON


def _once(diary: Diary, day: date) -> None:
    while not diary.calendar.works(diary.clinician, day):
        day += timedelta(days=1)
    booking = diary.book(diary.start(day), diary.start(day) - timedelta(days=3))
    if booking is not None and day < diary.calendar.today:
        attended(diary, booking)


def _next(diary: Diary) -> None:
    """The next time, booked yesterday by the client."""
    diary.book(diary.week(-1), diary.calendar.horizon - timedelta(hours=8))


def _channel(chance: Random) -> str:
    return chance.choice(("email", "sms", "phone"))
