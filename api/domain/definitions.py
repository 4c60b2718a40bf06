"""What counts as an ending without a word: the six definitions, each by itself, version 1; and the steps of a closing session.

Each says something else, and of 2,977 clients fewer than one in a hundred met three usual ones at once; so no figure is ever
shown without the name of its definition and its version. A definition is never changed: another one gets another version.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from api.domain import clock, closing_figures, timeline
from api.domain.closing_figures import NOTHING_SAID, Closing
from api.domain.history import Absence, History
from api.domain.periods import Window
from api.domain.signs_of_life import is_sign_of_life
from api.domain.timeline import Visit
from schemas.vocabulary import AppointmentStatus, EndingKind, EpisodeKind, Figure, Initiator

_SIGN_OF_LIFE_DAYS = timedelta(days=30)
_NO_SESSION_DAYS = timedelta(days=60)
_INTAKE_DAYS = timedelta(days=90)
_FOLLOWED_DAYS = timedelta(days=180)
_FEWEST_SESSIONS = 4

_BOTH_KNEW = frozenset({EndingKind.AGREED, EndingKind.CLIENT_TOLD_US})
_OURS = frozenset({Initiator.CLINICIAN, Initiator.PRACTICE})
_NOT_KEPT = frozenset(
    {
        AppointmentStatus.NO_SHOW,
        AppointmentStatus.LATE_CANCELLED,
        AppointmentStatus.CANCELLED,
        AppointmentStatus.RESCHEDULED,
    }
)
_GIVEN_BACK = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.RESCHEDULED})


class Definition(NamedTuple):
    """A definition as it is published: never a figure without it. `of` is the group that it is counted in."""

    label: str
    figure: Figure
    of: Figure
    says: str
    version: int = 1


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "D0",
        Figure.AGREED_ENDING,
        Figure.AT_RISK,
        "The work ended in the period in a way both knew of: agreed, or the client told us.",
    ),
    Definition(
        "D1",
        Figure.MISSED_LAST,
        Figure.AT_RISK,
        "The last appointment due in the period, not excused and not cancelled by clinician or practice, was not kept;"
        " nothing was booked after it, and there was no sign of life for 30 days.",
    ),
    Definition(
        "D2",
        Figure.UNILATERAL,
        Figure.AT_RISK,
        "No session for 60 days after the last one in the period, no ending that both knew of, and no absence running when"
        " the 60 days were over.",
    ),
    Definition(
        "D3",
        Figure.CLINICIAN_JUDGED,
        Figure.AT_RISK,
        "Closed in the period as ended without a conversation.",
    ),
    Definition(
        "D4",
        Figure.INTAKE_ONLY,
        Figure.BEGUN,
        "The first session was in the period, there was none after it within 90 days, and no ending that both knew of.",
    ),
    Definition(
        "D5",
        Figure.BELOW_K_SESSIONS,
        Figure.BEGUN_180_DAYS,
        "The first session was in the period, and there were fewer than 4 within 180 days. Clients whose first session was"
        " less than 180 days before the cut-off are left out.",
    ),
    Definition(
        "C1",
        Figure.CLOSING_OFFERED,
        Figure.AT_RISK,
        "The work ended in the period, in whichever way is on record, and by the cut-off a closing session had been offered."
        " One that was accepted, declined, not answered or held was offered.",
    ),
    Definition(
        "C2",
        Figure.CLOSING_ACCEPTED,
        Figure.CLOSING_OFFERED,
        "It was accepted, and not declined after that. One that was held was accepted.",
    ),
    Definition(
        "C3",
        Figure.CLOSING_HELD,
        Figure.CLOSING_ACCEPTED,
        "It was held, and the work was not closed as ended without a conversation.",
    ),
)

GROUPS: dict[Figure, str] = {
    Figure.AT_RISK: "Clients with an attended session in the period; consultations, transfers and clients who died are left"
    " out. Each client is counted once, by their last such episode.",
    Figure.BEGUN: "Those of them whose first session of that episode was in the period.",
    Figure.BEGUN_180_DAYS: "Those of them whose first session was at least 180 days before the cut-off.",
}


class Ending(NamedTuple):
    """When work ended, and when the record learned it. That another system says it has ended does not say how."""

    how: EndingKind | None
    at: datetime
    known_at: datetime


class Death(NamedTuple):
    on: date
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """An episode as one of those who take part lived it. `history.contacts` holds only what came from or went to them.

    `key` tells episodes apart and settles which of two is the last where their sessions do not. `ending` is the work's as a
    whole; `own_ending` is said of whoever left while others stayed, or whose work ended in another way than theirs.
    """

    key: str
    client: str
    history: History
    ending: Ending | None = None
    own_ending: Ending | None = None
    death: Death | None = None
    closing: Closing = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class _Known:
    """A course as it was known at the cut-off. `sessions` are the starts of attended times, earliest first."""

    course: Course
    window: Window
    visits: tuple[Visit, ...]
    sessions: tuple[datetime, ...]
    ending: Ending | None

    @property
    def in_period(self) -> list[datetime]:
        return [at for at in self.sessions if self.window.holds(at)]

    @property
    def ended_as_both_knew(self) -> bool:
        """Whenever it is dated, up to the cut-off: who said goodbye in January has not left without a word in December."""
        return self.ending is not None and self.ending.how in _BOTH_KNEW

    @property
    def ended_in_period(self) -> bool:
        return self.ending is not None and self.window.holds(self.ending.at)


def figures_of(courses: Iterable[Course], window: Window) -> frozenset[Figure]:
    """Which groups and definitions one client counts in. `courses` are all of theirs; empty: not at risk in this period."""
    known = [one for one in (_known(course, window) for course in courses) if one is not None]
    if not known:
        return frozenset()
    last = max(known, key=lambda one: (one.in_period[-1], one.sessions[0], one.course.key))
    found = {Figure.AT_RISK} | {figure for figure, asked in _IN_ALL.items() if asked(last)} | closing_steps(last)
    if not window.holds(last.sessions[0]):
        return frozenset(found)
    found.add(Figure.BEGUN)
    if intake_only(last):
        found.add(Figure.INTAKE_ONLY)
    if followed_long_enough(last):
        found.add(Figure.BEGUN_180_DAYS)
        if below_k_sessions(last):
            found.add(Figure.BELOW_K_SESSIONS)
    return frozenset(found)


def agreed_ending(known: _Known) -> bool:
    """D0."""
    return known.ended_as_both_knew and known.ended_in_period


def missed_last(known: _Known) -> bool:
    """D1. A time whose outcome nobody recorded is neither kept nor missed."""
    due = [visit for visit in known.visits if known.window.holds(visit.start) and _was_due(visit)]
    if not due or due[-1].status not in _NOT_KEPT:
        return False
    last = due[-1]
    booked_after = any(visit.start > last.start and visit.status not in _GIVEN_BACK for visit in known.visits)
    return not booked_after and not _signs_of_life(known, last.start, last.start + _SIGN_OF_LIFE_DAYS)


def unilateral(known: _Known) -> bool:
    """D2. An absence explains the silence if it is running when the 60 days are over; a closed week among them does not."""
    last = known.in_period[-1]
    over = last + _NO_SESSION_DAYS
    came_back = any(last < at <= over for at in known.sessions)
    return not came_back and not known.ended_as_both_knew and not _absent_on(known, over)


def clinician_judged(known: _Known) -> bool:
    """D3."""
    how = known.ending.how if known.ending is not None else None
    return how is EndingKind.WITHOUT_CONVERSATION and known.ended_in_period


def intake_only(known: _Known) -> bool:
    """D4, of somebody whose first session was in the period."""
    first = known.sessions[0]
    return not known.ended_as_both_knew and not any(first < at <= first + _INTAKE_DAYS for at in known.sessions)


def followed_long_enough(known: _Known) -> bool:
    """Whether D5 can be told at all by the cut-off."""
    return known.sessions[0] + _FOLLOWED_DAYS <= known.window.cut_off


def below_k_sessions(known: _Known) -> bool:
    """D5, of somebody whose first session was in the period, that one included."""
    first = known.sessions[0]
    return sum(at <= first + _FOLLOWED_DAYS for at in known.sessions) < _FEWEST_SESSIONS


def closing_steps(known: _Known) -> frozenset[Figure]:
    """C1-C3. Of work that ended in the period alone: so each closing session is in one year, and nobody in C1 goes on after it.

    A closing session that was held was a conversation. Where the record says both, the ending's kind stands, until it is put right.
    """
    if known.ending is None or known.ending.how is None or not known.ended_in_period:
        return frozenset()
    course = known.course
    found = closing_figures.reached(course.closing, course.history.appointments, known.window.cut_off)
    return found - {Figure.CLOSING_HELD} if clinician_judged(known) else found


_IN_ALL = {
    Figure.AGREED_ENDING: agreed_ending,
    Figure.MISSED_LAST: missed_last,
    Figure.UNILATERAL: unilateral,
    Figure.CLINICIAN_JUDGED: clinician_judged,
}


def _known(course: Course, window: Window) -> _Known | None:
    """None where the episode puts nobody at risk: no session in the period, a consultation, a transfer, a death."""
    if course.history.kind is EpisodeKind.CONSULTATION or _had_died(course, window):
        return None
    left = _on_record(course.own_ending, window)
    ending = left or _on_record(course.ending, window)
    if ending is not None and ending.how in (EndingKind.TRANSFERRED, EndingKind.CLIENT_DIED):
        return None
    visits = tuple(_lived(course, left, window))
    sessions = tuple(visit.start for visit in visits if visit.status is AppointmentStatus.ATTENDED)
    if not any(window.holds(at) for at in sessions):
        return None
    return _Known(course, window, visits, sessions, ending)


def _lived(course: Course, left: Ending | None, window: Window) -> Iterator[Visit]:
    """The times that were theirs: none that others came to alone, and of those for all none after they had left."""
    own = [one for one in course.history.appointments if one.participant in (None, course.client)]
    for visit in timeline.visits(own, window.cut_off, course.history.time_zone):
        if left is None or visit.start <= left.at or visit.participant == course.client:
            yield visit


def _had_died(course: Course, window: Window) -> bool:
    death = course.death
    if death is None or death.known_at > window.cut_off:
        return False
    return clock.midnight(death.on, course.history.time_zone) < clock.second(window.cut_off)


def _on_record(ending: Ending | None, window: Window) -> Ending | None:
    """An ending that was written down after the cut-off is none yet, whatever its date."""
    return ending if ending is not None and max(ending.at, ending.known_at) <= window.cut_off else None


def _was_due(visit: Visit) -> bool:
    ours = visit.initiator in _OURS and visit.status in _NOT_KEPT
    return not visit.excused and not ours


def _signs_of_life(known: _Known, since: datetime, until: datetime) -> bool:
    return any(
        is_sign_of_life(contact) and since < contact.at <= until and contact.known_at <= known.window.cut_off
        for contact in known.course.history.contacts
    )


def _absent_on(known: _Known, at: datetime) -> bool:
    history = known.course.history
    day = clock.local_day(clock.second(at), history.time_zone)
    return any(_covers(absence, day) and absence.known_at <= known.window.cut_off for absence in history.absences)


def _covers(absence: Absence, day: date) -> bool:
    return absence.from_on <= day and (absence.to_on is None or day <= absence.to_on)


@dataclass(slots=True)
class Counts:
    """How many clients count in each figure, and nothing of any client. Not for anybody's eyes: `anonymise` alone reads them."""

    _of: dict[Figure, int] = field(default_factory=lambda: dict.fromkeys(Figure, 0), repr=False)

    def add(self, figures: Collection[Figure]) -> None:
        for figure in figures:
            self._of[figure] += 1

    def of(self, figure: Figure) -> int:
        return self._of[figure]


def tally(clients: Iterable[Collection[Figure]]) -> Counts:
    counts = Counts()
    for figures in clients:
        counts.add(figures)
    return counts
