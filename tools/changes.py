"""An example of everything that is asked about a stage, for the table in docs/signal.md."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from api.domain import inquiry, suppositions, weights
from api.domain.history import Absence, Appointment, History, Rhythm, StatusEvent
from api.domain.suppositions import Supposition
from schemas.vocabulary import AbsenceKind, AppointmentStatus, EpisodeKind, Initiator

_NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
_ZONE = "Europe/Berlin"


def asked() -> Iterator[Supposition]:
    """The later ones of a kind stand where several are told."""
    for history in (_with_a_time_ahead(), _as_needed(), _away(), _drifting(), _to_record()):
        yield from suppositions.of(inquiry.about(history, Rhythm(), _NOW, weights.load()))


def _time(days: int, status: AppointmentStatus, by: Initiator | None = None) -> Appointment:
    """So many days from now, booked a week before; what became of it was learned the same evening."""
    starts = _NOW + timedelta(days=days)
    booked = StatusEvent(AppointmentStatus.BOOKED, starts, starts - timedelta(days=7), by)
    if status is AppointmentStatus.BOOKED:
        return Appointment(f"{days}", (booked,))
    return Appointment(f"{days}", (booked, StatusEvent(status, starts, starts + timedelta(hours=8))))


def _weekly(last: int) -> tuple[Appointment, ...]:
    return tuple(_time(-last - 7 * week, AppointmentStatus.ATTENDED) for week in range(6))


def _drifting() -> History:
    return History(_ZONE, appointments=(*_weekly(12), _time(-5, AppointmentStatus.NO_SHOW)))


def _to_record() -> History:
    return History(_ZONE, appointments=(*_weekly(15), _time(-8, AppointmentStatus.BOOKED)))


def _with_a_time_ahead() -> History:
    ahead = _time(2, AppointmentStatus.BOOKED, Initiator.CLIENT)
    return History(_ZONE, appointments=(*_weekly(12), _time(-5, AppointmentStatus.NO_SHOW), ahead))


def _as_needed() -> History:
    return History(_ZONE, kind=EpisodeKind.AS_NEEDED, appointments=_weekly(30))


def _away() -> History:
    pause = Absence(AbsenceKind.PAUSE, date(2026, 2, 10), None, _NOW - timedelta(days=22))
    return History(_ZONE, appointments=_weekly(23), absences=(pause,))
