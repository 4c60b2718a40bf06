"""Histories nobody would invent: contradictory, repeated, shuffled, dated ahead. For properties, which must hold on all."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from api.domain.history import Absence, Agreement, Appointment, Contact, History, Reach, Reply, StatusEvent
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    EpisodeFormat,
    EpisodeKind,
    Initiator,
)

# Summer time begins in Berlin on day 27.
BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
# A coarse grid, so that facts collide often; a few odd hours around it.
_HOURS = st.integers(0, 120).map(lambda days: days * 24.0) | st.integers(0, 120 * 24).map(float) | st.floats(0, 2880)


def _instant(hours: float) -> datetime:
    return BEGINNING + timedelta(hours=hours)


instants = _HOURS.map(_instant)
days = st.integers(-10, 130).map(lambda number: date(2026, 3, 2) + timedelta(days=number))
events = st.builds(
    StatusEvent,
    st.sampled_from(AppointmentStatus),
    instants,
    instants,
    st.none() | st.sampled_from(Initiator),
    st.booleans(),
)


# Made once: within a draw each would be looked over anew.
_DAYS_AHEAD, _HOURS_AFTER = st.integers(0, 21), st.integers(-30, 80)
_INITIATORS, _STATUSES = st.none() | st.sampled_from(Initiator), st.sampled_from(AppointmentStatus)


@st.composite
def ordinary_events(draw: st.DrawFn) -> tuple[StatusEvent, ...]:
    """Booked ahead, settled afterwards: without such times most histories would hold no session at all."""
    start = draw(instants)
    booked = start - timedelta(days=draw(_DAYS_AHEAD))
    known = start + timedelta(hours=draw(_HOURS_AFTER))
    by = draw(_INITIATORS)
    status = draw(_STATUSES)
    first = StatusEvent(AppointmentStatus.BOOKED, start, booked, draw(_INITIATORS))
    return (first,) if status is AppointmentStatus.BOOKED else (first, StatusEvent(status, start, known, by))


_names = st.sampled_from([f"k{number}" for number in range(12)])
appointments = st.builds(
    Appointment,
    key=_names,
    events=ordinary_events() | st.lists(events, max_size=4).map(tuple),
    rescheduled_from=st.none() | st.none() | _names,
    standing=st.booleans(),
    participant=st.none() | st.none() | st.sampled_from(["a", "b"]),
)
contacts = st.builds(
    Contact,
    instants,
    instants,
    st.sampled_from(ContactDirection),
    st.sampled_from(Channel),
    st.booleans(),
    st.none() | st.sampled_from(ContactOutcome),
)
absences = st.builds(
    Absence, st.sampled_from(AbsenceKind), days, st.none() | days, instants, st.none() | st.none() | instants
)
agreements = st.builds(
    Agreement,
    st.sampled_from(AgreementKind),
    days,
    instants,
    st.none() | days,
    st.none() | st.floats() | st.sampled_from([7.0, 14.0, 28.0]),
)

replies = st.builds(Reply, instants, st.none() | instants)


def histories(
    *, with_absences: bool = True, kinds: st.SearchStrategy[EpisodeKind] | None = None
) -> st.SearchStrategy[History]:
    nothing: st.SearchStrategy[tuple[()]] = st.just(())
    return st.builds(
        History,
        time_zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "UTC", "Pacific/Apia"]),
        format=st.sampled_from(EpisodeFormat),
        kind=st.sampled_from(EpisodeKind) if kinds is None else kinds,
        started_at=st.none() | instants,
        ended_at=st.none() | st.none() | instants,
        agreed_cadence_days=st.none() | st.floats() | st.sampled_from([7.0, 14.0]),
        reach=st.sampled_from(Reach),
        appointments=st.lists(appointments, max_size=12, unique_by=lambda one: one.key).map(tuple),
        contacts=st.lists(contacts, max_size=5).map(tuple),
        absences=st.lists(absences, max_size=3).map(tuple) if with_absences else nothing,
        agreements=st.lists(agreements, max_size=3).map(tuple) if with_absences else nothing,
        replies=st.lists(replies, max_size=2).map(tuple),
    )
