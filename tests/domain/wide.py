"""Wide histories: whole courses of work with all that practice systems make of them, and facts from no century of ours.

`arbitrary` throws single facts together. Here they hang together: a rhythm over clock changes, a standing series and
its rest, times moved, given up and booked again, rows told twice an hour apart, statuses late and early, several people
in one episode, absences recorded long afterwards, and now and then a year in which nobody lives.
"""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

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
    Score,
    StatusEvent,
)
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
from tests.domain import arbitrary

BOOKED = AppointmentStatus.BOOKED
# Summer time begins in Berlin on the 27th day and in Lord Howe ends, by half an hour, a week later.
BEGINNING = arbitrary.BEGINNING
LENGTH_DAYS = 200
ZONES = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
_OTHERS = st.none() | st.sampled_from(Initiator)
_FAR = st.sampled_from(
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1899, 12, 31, 23, tzinfo=UTC),
        datetime(2150, 6, 1, tzinfo=UTC),
        datetime(9989, 12, 31, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ]
)
_FAR_DAYS = st.sampled_from([date.min, date(1900, 1, 1), date(9989, 12, 31), date.max])


def at(days: float) -> datetime:
    return BEGINNING + timedelta(days=days)


moments = st.floats(0, LENGTH_DAYS).map(at) | st.integers(0, LENGTH_DAYS).map(at)
NEAR_OR_FAR = moments | moments | moments | _FAR
_DAYS = st.integers(-20, LENGTH_DAYS + 40).map(lambda number: at(number).date())
_NEAR_OR_FAR_DAYS = _DAYS | _DAYS | _DAYS | _FAR_DAYS
cadences = st.sampled_from([3.5, 7.0, 7.0, 14.0, 28.0])
people = st.sampled_from([(None,), (None,), ("a",), ("a", "b"), (None, "a", "b"), ("a", "b", "c")])


@st.composite
def courses(draw: st.DrawFn, who: tuple[str | None, ...]) -> list[Appointment]:
    """Times at a distance, most of them kept: booked one by one or all at once, and some of them moved or told twice."""
    every, count = draw(cadences), draw(st.integers(0, 14))
    first, lead = draw(st.floats(0, 60)), draw(st.sampled_from([0.5, 1.0, 7.0, 14.0, 200.0]))
    at_once = draw(st.booleans())
    booked_by = draw(_OTHERS)
    told: list[Appointment] = []
    for number in range(count):
        starts = first + number * every + draw(st.sampled_from([0.0, 0.0, 0.0, 1.0, 1 / 24]))
        booked = first - 1 if at_once else starts - lead
        person = draw(st.sampled_from(who))
        key = f"{person or ''}{number}"
        told.append(
            Appointment(
                key, _told(draw, starts, booked, booked_by), standing=at_once and number % 2 == 0, participant=person
            )
        )
        if draw(st.integers(0, 5)) == 0:
            told.append(_beside(draw, told[-1], starts))
    return told


def _told(draw: st.DrawFn, starts: float, booked: float, by: Initiator | None) -> tuple[StatusEvent, ...]:
    events = [StatusEvent(BOOKED, at(starts), at(booked), by)]
    status = draw(st.sampled_from([AppointmentStatus.ATTENDED] * 4 + list(AppointmentStatus)))
    if status is not BOOKED:
        known = at(starts) + timedelta(hours=draw(st.sampled_from([-100, -20, -1, 2, 2, 2, 60, 400])))
        events.append(StatusEvent(status, at(starts), known, draw(_OTHERS), draw(st.integers(0, 5)) == 0))
        if draw(st.integers(0, 7)) == 0:
            again = draw(st.sampled_from(AppointmentStatus))
            events.append(StatusEvent(again, at(starts + 1 / 24), known + timedelta(hours=30), draw(_OTHERS)))
    return tuple(events)


def _beside(draw: st.DrawFn, one: Appointment, starts: float) -> Appointment:
    """The same time under another key, by an hour off, or the time that takes its place."""
    moved = draw(st.booleans())
    start = starts + (draw(st.floats(0.5, 9)) if moved else draw(st.sampled_from([0.0, 1 / 24])))
    booked = starts + draw(st.floats(-9, 1))
    return Appointment(
        f"{one.key}x",
        _told(draw, start, booked, draw(_OTHERS)),
        rescheduled_from=one.key if moved and draw(st.booleans()) else None,
        participant=one.participant,
    )


events = st.builds(StatusEvent, st.sampled_from(AppointmentStatus), NEAR_OR_FAR, NEAR_OR_FAR, _OTHERS, st.booleans())
strays = st.builds(
    Appointment,
    key=st.sampled_from([f"s{number}" for number in range(4)]),
    events=st.lists(events, max_size=3).map(tuple),
    rescheduled_from=st.none() | st.sampled_from(["1", "s1", "a2"]),
    standing=st.booleans(),
    participant=st.none() | st.sampled_from(["a", "b"]),
)
contacts = st.builds(
    Contact,
    NEAR_OR_FAR,
    NEAR_OR_FAR,
    st.sampled_from(ContactDirection),
    st.sampled_from(Channel),
    st.booleans(),
    st.none() | st.sampled_from(ContactOutcome),
)
absences = st.builds(
    Absence, st.sampled_from(AbsenceKind), _NEAR_OR_FAR_DAYS, st.none() | _NEAR_OR_FAR_DAYS, NEAR_OR_FAR
)
agreements = st.builds(
    Agreement,
    st.sampled_from(AgreementKind),
    _NEAR_OR_FAR_DAYS,
    NEAR_OR_FAR,
    st.none() | _NEAR_OR_FAR_DAYS,
    st.none() | st.floats() | cadences,
)
scores = st.builds(
    Score,
    st.sampled_from(["PHQ-9", "phq9", "SRS", "Own"]),
    st.floats() | st.integers(0, 30).map(float),
    st.booleans(),
    NEAR_OR_FAR,
    NEAR_OR_FAR,
    st.none() | st.sampled_from(["a", "b"]),
)
rhythms = st.builds(
    Rhythm,
    st.floats() | cadences,
    st.dictionaries(st.sampled_from(EpisodeFormat), st.floats() | cadences, max_size=2),
)


@st.composite
def histories(draw: st.DrawFn, *, kinds: st.SearchStrategy[EpisodeKind] | None = None) -> History:
    who = draw(people)
    told = draw(courses(who))
    if draw(st.integers(0, 2)) == 0:
        told += draw(st.lists(strays, max_size=3, unique_by=lambda one: one.key))
    return History(
        time_zone=draw(st.sampled_from(ZONES)),
        format=draw(st.sampled_from(EpisodeFormat)),
        kind=draw(st.sampled_from(EpisodeKind) if kinds is None else kinds),
        started_at=draw(st.none() | NEAR_OR_FAR),
        ended_at=draw(st.none() | st.none() | st.none() | NEAR_OR_FAR),
        agreed_cadence_days=draw(st.none() | st.floats() | cadences),
        died_on=draw(st.none() | st.none() | st.none() | st.none() | _NEAR_OR_FAR_DAYS),
        reach=draw(st.sampled_from(Reach)),
        kept_back=draw(st.sampled_from(KeptBack)),
        risk_since=draw(st.none() | NEAR_OR_FAR),
        appointments=tuple(told),
        contacts=tuple(draw(st.lists(contacts, max_size=5))),
        absences=tuple(draw(st.lists(absences, max_size=3))),
        agreements=tuple(draw(st.lists(agreements, max_size=2))),
        scores=tuple(draw(st.just([]) | st.lists(scores, max_size=6))),
        replies=tuple(draw(st.lists(st.builds(Reply, NEAR_OR_FAR, st.none() | NEAR_OR_FAR), max_size=2))),
    )


running = histories(kinds=st.just(EpisodeKind.ONGOING))
