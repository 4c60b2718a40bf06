"""The attendance strip: what the record says of each time, as a shape with words. Nothing here adds anything up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from api.services import appointments
from api.services.work import Work
from schemas.vocabulary import AppointmentStatus, Initiator
from schemas.wire.appointments import AppointmentOut

# Long enough for a slow rhythm; where there are more times than fit on a page, the nearer past says enough.
_WINDOWS = (timedelta(days=270), timedelta(days=60))
_AHEAD = timedelta(days=120)
_MOST_READ = 200
_PAST_SHOWN = 20
_AHEAD_SHOWN = 6


class Mark(StrEnum):
    """Each has a shape of its own, so that nothing hangs on colour."""

    ATTENDED = "attended"
    NOT_KEPT = "not_kept"
    EXCUSED = "excused"
    SHORT_NOTICE = "short_notice"
    CANCELLED = "cancelled"
    CANCELLED_BY_US = "cancelled_by_us"
    MOVED = "moved"
    AHEAD = "ahead"
    NOT_RECORDED = "not_recorded"


WORDS: dict[Mark, str] = {
    Mark.ATTENDED: "came",
    Mark.NOT_KEPT: "did not take place",
    Mark.EXCUSED: "did not take place, excused",
    Mark.SHORT_NOTICE: "cancelled at short notice",
    Mark.CANCELLED: "cancelled",
    Mark.CANCELLED_BY_US: "cancelled by us",
    Mark.MOVED: "moved to another time",
    Mark.AHEAD: "booked ahead",
    Mark.NOT_RECORDED: "not recorded yet",
}
_OURS = frozenset({Initiator.CLINICIAN, Initiator.PRACTICE})
_COMES_TO_PASS = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Time:
    """One time on the strip."""

    appointment: AppointmentOut
    mark: Mark

    @property
    def words(self) -> str:
        return WORDS[self.mark]


@dataclass(frozen=True, slots=True)
class Strip:
    """Oldest first; `unrecorded` is the first time that passed without anybody saying what came of it."""

    times: Sequence[Time]

    @property
    def unrecorded(self) -> AppointmentOut | None:
        return next((time.appointment for time in self.times if time.mark is Mark.NOT_RECORDED), None)

    @property
    def marks(self) -> list[Mark]:
        """Those that occur, for the legend."""
        present = {time.mark for time in self.times}
        return [mark for mark in Mark if mark in present]


def mark_of(appointment: AppointmentOut, now: datetime) -> Mark:
    """What was written down before the time began is a booking, whatever the other system calls it."""
    if appointment.status not in _COMES_TO_PASS:
        return _called_off(appointment)
    if appointment.status is AppointmentStatus.NO_SHOW and appointment.excused:
        return Mark.EXCUSED
    if appointment.starts_at > now:
        return Mark.AHEAD
    if appointment.status is AppointmentStatus.BOOKED or appointment.status_known_at < appointment.starts_at:
        return Mark.NOT_RECORDED
    return Mark.ATTENDED if appointment.status is AppointmentStatus.ATTENDED else Mark.NOT_KEPT


def _called_off(appointment: AppointmentOut) -> Mark:
    if appointment.status is AppointmentStatus.RESCHEDULED:
        return Mark.MOVED
    if appointment.initiator in _OURS:
        return Mark.CANCELLED_BY_US
    if appointment.status is AppointmentStatus.CANCELLED:
        return Mark.CANCELLED
    return Mark.EXCUSED if appointment.excused else Mark.SHORT_NOTICE


def strip(work: Work, episode_id: UUID) -> Strip:
    past = _past(work, episode_id)
    ahead = appointments.page(
        work, episode_id=episode_id, since=work.now, until=work.now + _AHEAD, cursor=None, limit=_AHEAD_SHOWN
    ).items
    known = {appointment.id: appointment for appointment in [*past, *ahead]}
    return Strip([Time(appointment, mark_of(appointment, work.now)) for appointment in known.values()])


def to_record(work: Work, episode_id: UUID) -> AppointmentOut | None:
    """The first time that passed without anybody saying what came of it."""
    times = [Time(one, mark_of(one, work.now)) for one in _past(work, episode_id)]
    return Strip(times).unrecorded


def _past(work: Work, episode_id: UUID) -> list[AppointmentOut]:
    found: list[AppointmentOut] = []
    for window in _WINDOWS:
        page = appointments.page(
            work, episode_id=episode_id, since=work.now - window, until=work.now, cursor=None, limit=_MOST_READ
        )
        found = page.items
        if page.next_cursor is None:
            break
    return found[-_PAST_SHOWN:]
