"""Several people in one room: couples, a family, a group. Each participant's attendance is their own."""

from datetime import timedelta

from api.sample.diary import Booking, Diary
from api.sample.rhythms import Rhythm, attended, come, missed
from schemas.vocabulary import AppointmentStatus

_STEADY = Rhythm(mishaps=0.05)


def couple(diary: Diary) -> None:
    come(diary, diary.calendar.ago(diary.chance.randint(120, 400)), diary.calendar.ago(-60), Rhythm(every_days=14))


def one_of_two(diary: Diary) -> None:
    """One of the two has stayed away lately; what one does is not the other's doing."""
    come(diary, diary.calendar.ago(200), diary.until_week(3), _STEADY)
    for weeks in (2, 1, 0):
        booking = diary.book(diary.week(weeks), diary.week(weeks + 1))
        if booking is not None:
            _only_the_first_came(diary, booking)


def family(diary: Diary) -> None:
    come(diary, diary.calendar.ago(150), diary.calendar.ago(-60), Rhythm(every_days=21, mishaps=0.03))


def group(diary: Diary, *, absent: str, since_days: int) -> None:
    """A weekly group of six; one of them has not come for a while, the others have."""
    first = diary.calendar.ago(230)
    day = first + timedelta(days=(diary.weekday - first.weekday()) % 7)
    while day <= diary.calendar.ago(-14):
        if diary.calendar.works(diary.clinician, day):
            starts_at = diary.start(day)
            booking = diary.book(starts_at, starts_at - timedelta(days=28), standing=True)
            if booking is not None and day < diary.calendar.today:
                _group_session(diary, booking, absent if day > diary.calendar.ago(since_days) else None)
        day += timedelta(days=7)


def _only_the_first_came(diary: Diary, booking: Booking) -> None:
    known_at = booking.starts_at + timedelta(hours=1)
    diary.tell(booking, AppointmentStatus.ATTENDED, known_at, of=diary.clients[:1])
    diary.tell(booking, AppointmentStatus.NO_SHOW, known_at, of=diary.clients[1:])


def _group_session(diary: Diary, booking: Booking, absent: str | None) -> None:
    away = [one for one in diary.clients if one == absent or diary.chance.random() < 0.06]  # noqa: PLR2004  # now and then
    here = [one for one in diary.clients if one not in away]
    if not here:
        missed(diary, booking)
    elif not away:
        attended(diary, booking)
    else:
        known_at = booking.starts_at + timedelta(hours=2)
        diary.tell(booking, AppointmentStatus.ATTENDED, known_at, of=here)
        diary.tell(booking, AppointmentStatus.NO_SHOW, known_at, of=away)
