"""Small histories told in days: day 0 is Monday 5 January 2026, times at ten in the morning UTC."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from api.domain import engagement, weights
from api.domain.engagement import Assessment
from api.domain.history import (
    Absence,
    Agreement,
    Appointment,
    Contact,
    History,
    KeptBack,
    Reach,
    Reply,
    Rhythm,
    StatusEvent,
)
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    EpisodeKind,
    Initiator,
)

DAY_NOUGHT = datetime(2026, 1, 5, 10, tzinfo=UTC)
WEEKLY = Rhythm()
BERLIN = "Europe/Berlin"

ATTENDED = AppointmentStatus.ATTENDED
BOOKED = AppointmentStatus.BOOKED
CANCELLED = AppointmentStatus.CANCELLED
LATE_CANCELLED = AppointmentStatus.LATE_CANCELLED
NO_SHOW = AppointmentStatus.NO_SHOW
RESCHEDULED = AppointmentStatus.RESCHEDULED


def day(number: float) -> datetime:
    return DAY_NOUGHT + timedelta(days=number)


def on(number: int) -> date:
    return day(number).date()


def event(
    status: AppointmentStatus, starts: float, known: float, *, by: Initiator | None = None, excused: bool = False
) -> StatusEvent:
    return StatusEvent(status, day(starts), day(known), by, excused)


def time(  # noqa: PLR0913 - a booked time has many sides, and each test names only its own
    starts: float,
    status: AppointmentStatus = ATTENDED,
    *,
    booked: float | None = None,
    known: float | None = None,
    by: Initiator | None = None,
    booked_by: Initiator | None = None,
    excused: bool = False,
    key: str | None = None,
    replaces: str | None = None,
    standing: bool = False,
    who: str | None = None,
) -> Appointment:
    """One booked time: booked a week ahead, its outcome learned two hours after its start unless told otherwise."""
    events = [event(BOOKED, starts, starts - 7 if booked is None else booked, by=booked_by)]
    if status is not BOOKED:
        learned = starts + 1 / 12 if known is None else known
        events.append(event(status, starts, learned, by=by, excused=excused))
    return Appointment(
        key=key or f"t{starts}", events=tuple(events), rescheduled_from=replaces, standing=standing, participant=who
    )


def sessions(count: int, *, every: float = 7, first: float = 0, ahead: float | None = None) -> list[Appointment]:
    """Kept times at an even distance, each booked at the one before unless `ahead` days are told."""
    lead = every if ahead is None else ahead
    return [time(first + i * every, booked=first + i * every - lead) for i in range(count)]


def history(  # noqa: PLR0913 - as with a time
    appointments: Iterable[Appointment] = (),
    *facts: Contact | Absence | Agreement,
    kind: EpisodeKind = EpisodeKind.ONGOING,
    agreed: float | None = None,
    ended: float | None = None,
    zone: str = BERLIN,
    reach: Reach = Reach.EVERYBODY,
    kept_back: KeptBack = KeptBack.NOTHING,
    risk: float | None = None,
    replies: Iterable[Reply] = (),
) -> History:
    return History(
        time_zone=zone,
        kind=kind,
        ended_at=None if ended is None else day(ended),
        agreed_cadence_days=agreed,
        reach=reach,
        kept_back=kept_back,
        risk_since=None if risk is None else day(risk),
        appointments=tuple(appointments),
        contacts=tuple(fact for fact in facts if isinstance(fact, Contact)),
        absences=tuple(fact for fact in facts if isinstance(fact, Absence)),
        agreements=tuple(fact for fact in facts if isinstance(fact, Agreement)),
        replies=tuple(replies),
    )


def answered(at: float, *, handled: float | None = None) -> Reply:
    return Reply(day(at), None if handled is None else day(handled))


def written(at: float) -> Contact:
    return Contact(day(at), day(at), ContactDirection.OUTBOUND, Channel.EMAIL, outcome=ContactOutcome.SENT)


def heard(at: float) -> Contact:
    return Contact(day(at), day(at), ContactDirection.INBOUND, Channel.EMAIL, outcome=ContactOutcome.RECEIVED)


def away(kind: AbsenceKind, from_day: int, to_day: int | None, *, known: float) -> Absence:
    return Absence(kind, on(from_day), None if to_day is None else on(to_day), day(known))


def agreed(kind: AgreementKind, from_day: int, *, known: float, to_day: int | None = None) -> Agreement:
    return Agreement(kind, on(from_day), day(known), None if to_day is None else on(to_day))


def cadence(from_day: int, days: float, *, known: float) -> Agreement:
    return Agreement(AgreementKind.CADENCE_CHANGE, on(from_day), day(known), cadence_days=days)


def assess(told: History, at: float, rhythm: Rhythm = WEEKLY) -> Assessment:
    return engagement.assess(told, rhythm, day(at), weights.load())


def codes(assessment: Assessment) -> list[str]:
    return [reason.code.value for reason in assessment.reasons]
