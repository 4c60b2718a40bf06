"""Clients of a year that is over: some ended with a goodbye, some stopped coming. With them that year has figures to publish."""

from datetime import date, timedelta

from api.domain.periods import Period, cut_off_day
from api.sample.calendar import HISTORY_DAYS
from api.sample.diary import Diary
from api.sample.rhythms import Rhythm, come, missed
from schemas.vocabulary import EndingKind

_STEADY = Rhythm(mishaps=0.0)


def year(today: date) -> int:
    """The last one whose figures are complete."""
    last = today.year - 1
    return last if today > cut_off_day(Period(last, last)) else last - 1


def finished(diary: Diary) -> None:
    """Ten weeks or so, and a last session that both knew was the last."""
    begun = _begun(diary)
    come(diary, begun, begun + timedelta(days=diary.chance.randint(42, 84)), _STEADY)
    _ends(diary, EndingKind.AGREED, after_days=1)


def stopped_coming(diary: Diary) -> None:
    """A time not kept, nothing after it, and two months later the file was closed without a word."""
    begun = _begun(diary)
    come(diary, begun, begun + timedelta(days=diary.chance.randint(42, 84)), _STEADY)
    if diary.last is not None:
        starts_at = diary.last.starts_at + timedelta(days=7)
        while not diary.calendar.works(diary.clinician, starts_at.date()):
            starts_at += timedelta(days=1)
        booking = diary.book(starts_at, diary.last.starts_at + timedelta(hours=1))
        if booking is not None:
            missed(diary, booking)
    _ends(diary, EndingKind.WITHOUT_CONVERSATION, after_days=61)


def _begun(diary: Diary) -> date:
    first = max(date(year(diary.calendar.today), 1, 8), diary.calendar.ago(HISTORY_DAYS - 5))
    return first + timedelta(days=diary.chance.randint(0, 60))


def _ends(diary: Diary, how: EndingKind, *, after_days: int) -> None:
    if diary.last is not None:
        for client in diary.clients:
            diary.files.ended[client] = (how, diary.last.starts_at + timedelta(days=after_days))
