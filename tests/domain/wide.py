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
# Made once: one that is made within a draw is looked over anew at each, which took a quarter of the time.
_EITHER = st.booleans()
_ONE_IN = {number: st.integers(1, number).map(lambda drawn: drawn == 1) for number in (3, 6, 8)}
_COUNTS, _FIRSTS, _LEADS = st.integers(0, 14), st.floats(0, 60), st.sampled_from([0.5, 1.0, 7.0, 14.0, 200.0])
_LATER, _SHIFTS = st.sampled_from([0.0, 0.0, 0.0, 1.0, 1 / 24]), st.sampled_from([0.0, 1 / 24])
_MOVED_BY, _BOOKED_BEFORE = st.floats(0.5, 9), st.floats(-9, 1)
_STATUSES, _OUTCOMES = (
    st.sampled_from(AppointmentStatus),
    st.sampled_from([AppointmentStatus.ATTENDED] * 4 + list(AppointmentStatus)),
)
_HOURS = st.sampled_from([-100, -20, -1, 2, 2, 2, 60, 400])
_PERSONS = {who: st.sampled_from(who) for who in [(None,), ("a",), ("a", "b"), (None, "a", "b"), ("a", "b", "c")]}


@st.composite
def courses(draw: st.DrawFn, who: tuple[str | None, ...]) -> list[Appointment]:
    """Times at a distance, most of them kept: booked one by one or all at once, and some of them moved or told twice."""
    every, count = draw(cadences), draw(_COUNTS)
    first, lead = draw(_FIRSTS), draw(_LEADS)
    at_once = draw(_EITHER)
    booked_by = draw(_OTHERS)
    told: list[Appointment] = []
    for number in range(count):
        starts = first + number * every + draw(_LATER)
        booked = first - 1 if at_once else starts - lead
        person = draw(_PERSONS[who])
        key = f"{person or ''}{number}"
        told.append(
            Appointment(
                key, _told(draw, starts, booked, booked_by), standing=at_once and number % 2 == 0, participant=person
            )
        )
        if draw(_ONE_IN[6]):
            told.append(_beside(draw, told[-1], starts))
    return told


def _told(draw: st.DrawFn, starts: float, booked: float, by: Initiator | None) -> tuple[StatusEvent, ...]:
    events = [StatusEvent(BOOKED, at(starts), at(booked), by)]
    status = draw(_OUTCOMES)
    if status is not BOOKED:
        known = at(starts) + timedelta(hours=draw(_HOURS))
        events.append(StatusEvent(status, at(starts), known, draw(_OTHERS), draw(_ONE_IN[6])))
        if draw(_ONE_IN[8]):
            again = draw(_STATUSES)
            events.append(StatusEvent(again, at(starts + 1 / 24), known + timedelta(hours=30), draw(_OTHERS)))
    return tuple(events)


def _beside(draw: st.DrawFn, one: Appointment, starts: float) -> Appointment:
    """The same time under another key, by an hour off, or the time that takes its place."""
    moved = draw(_EITHER)
    start = starts + draw(_MOVED_BY if moved else _SHIFTS)
    booked = starts + draw(_BOOKED_BEFORE)
    return Appointment(
        f"{one.key}x",
        _told(draw, start, booked, draw(_OTHERS)),
        rescheduled_from=one.key if moved and draw(_EITHER) else None,
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


_STRAYS = st.lists(strays, max_size=3, unique_by=lambda one: one.key)
_ZONES, _FORMATS, _KINDS = st.sampled_from(ZONES), st.sampled_from(EpisodeFormat), st.sampled_from(EpisodeKind)
_STARTS, _ENDS = st.none() | NEAR_OR_FAR, st.none() | st.none() | st.none() | NEAR_OR_FAR
_AGREED = st.none() | st.floats() | cadences
_DEATHS = st.none() | st.none() | st.none() | st.none() | _NEAR_OR_FAR_DAYS
_REACHES, _KEPT_BACK = st.sampled_from(Reach), st.sampled_from(KeptBack)
_CONTACTS, _ABSENCES = st.lists(contacts, max_size=5), st.lists(absences, max_size=3)
_AGREEMENTS = st.lists(agreements, max_size=2)
_SCORES: st.SearchStrategy[list[Score]] = st.just([]) | st.lists(scores, max_size=6)
_REPLIES = st.lists(st.builds(Reply, NEAR_OR_FAR, st.none() | NEAR_OR_FAR), max_size=2)


@st.composite
def histories(draw: st.DrawFn, *, kinds: st.SearchStrategy[EpisodeKind] = _KINDS) -> History:
    who = draw(people)
    told = draw(courses(who))
    if draw(_ONE_IN[3]):
        told += draw(_STRAYS)
    return History(
        time_zone=draw(_ZONES),
        format=draw(_FORMATS),
        kind=draw(kinds),
        started_at=draw(_STARTS),
        ended_at=draw(_ENDS),
        agreed_cadence_days=draw(_AGREED),
        died_on=draw(_DEATHS),
        reach=draw(_REACHES),
        kept_back=draw(_KEPT_BACK),
        risk_since=draw(_STARTS),
        appointments=tuple(told),
        contacts=tuple(draw(_CONTACTS)),
        absences=tuple(draw(_ABSENCES)),
        agreements=tuple(draw(_AGREEMENTS)),
        scores=tuple(draw(_SCORES)),
        replies=tuple(draw(_REPLIES)),
    )


running = histories(kinds=st.just(EpisodeKind.ONGOING))
