"""The reasons for a stage at a moment, strongest first, from the evidence alone.

The order follows the weights; the words and what is shown never do. Nothing here names a number that could
pass for a property of the client.
"""

from datetime import date
from math import inf

from api.domain import clock, reasons, weighing
from api.domain.evidence import Away, Evidence, Setback, Sliding, Strand
from api.domain.reasons import Reason, ReasonCode
from api.domain.weighing import Term, Weighed
from api.domain.weights import Hold, Model
from schemas.vocabulary import AbsenceKind

_ABSENCES = {
    AbsenceKind.PAUSE: ReasonCode.PAUSE_AGREED,
    AbsenceKind.CLIENT_AWAY: ReasonCode.CLIENT_AWAY,
    AbsenceKind.CLINICIAN_LEAVE: ReasonCode.CLINICIAN_LEAVE,
    AbsenceKind.PRACTICE_CLOSED: ReasonCode.PRACTICE_CLOSED,
}
_BOOKED = {
    Hold.CLIENT: ReasonCode.BOOKED_BY_CLIENT,
    Hold.PLAIN: ReasonCode.BOOKED_AHEAD,
    Hold.STANDING: ReasonCode.STANDING_TIME,
}
# A term smaller than this moves no stage and is not worth a sentence.
_WORTH_SAYING = 0.2
# A time that fell out is said however little it weighs: it is why the calendar is empty.
_ALWAYS_SAID = frozenset({Term.NOT_KEPT, Term.GIVEN_UP, Term.SERIES_CANCELLED})
# The first sessions are when most people leave; who came more often has not only just begun.
_JUST_BEGUN = 4
# From here on the distance since the last session is itself unusual; before it only the empty calendar is.
_LONGER_THAN_USUAL_BEATS = 1.15


def against(evidence: Evidence, strand: Strand, at: int, model: Model) -> tuple[Reason, ...]:
    """What speaks for drifting or quiet. Never empty."""
    found = speaking_against(evidence, strand, at, model) or (reasons.plain(ReasonCode.NOTHING_BOOKED),)
    return (*found, *_Words(evidence, strand, at).not_recorded())


def speaking_against(
    evidence: Evidence, strand: Strand, at: int, model: Model, *, worth: float = _WORTH_SAYING
) -> tuple[Reason, ...]:
    """Whatever weighs at least that much for drifting, also where it does not suffice; nothing where nothing does."""
    words = _Words(evidence, strand, at)
    weighed = weighing.weigh(strand, at, model)
    said = [words.of(term, weighed) for term in _strongest(weighed, worth)]
    return tuple([reason for reason in said if reason is not None])


def staying(evidence: Evidence, strand: Strand, at: int) -> tuple[Reason, ...]:
    """What speaks for staying, for the engaged: nothing has to be weighed for it. Never empty."""
    words = _Words(evidence, strand, at)
    return (*words.staying(), *words.not_recorded())


def absent(evidence: Evidence, running: tuple[Away, ...], at: int) -> tuple[Reason, ...]:
    """What stops the clock at a moment; the absence that lasts longest first."""
    if not running:
        return ()
    today = clock.local_day(at, evidence.time_zone)
    longest = sorted(running, key=lambda away: (-(inf if away.until is None else away.until), away.kind))
    return tuple(
        reasons.absence(
            _ABSENCES[away.kind],
            clock.local_day(away.until - 1, evidence.time_zone) if away.until is not None else None,
            today,
        )
        for away in longest
    )


def _strongest(weighed: Weighed, worth: float) -> list[Term]:
    """The terms worth a sentence; between equals the order in which terms are declared."""
    terms = [(term, weighed.terms.get(term, 0.0)) for term in Term]
    strongest = sorted(terms, key=lambda pair: -pair[1])
    return [term for term, weight in strongest if weight >= worth or (term in _ALWAYS_SAID and weight > 0)]


class _Words:
    """The sentences for one person's evidence at one moment."""

    def __init__(self, evidence: Evidence, strand: Strand, at: int) -> None:
        self.evidence, self.strand, self.at = evidence, strand, at
        self.today = self.day(at)

    def day(self, seconds: int) -> date:
        return clock.local_day(seconds, self.evidence.time_zone)

    def of(self, term: Term, weighed: Weighed) -> Reason | None:
        strand = self.strand
        found: Reason | None = None
        match term:
            case Term.SILENCE:
                found = self._longer_than_usual(weighed.beats)
            case Term.EMPTY_CALENDAR if weighed.hold is Hold.OPEN:
                found = reasons.plain(ReasonCode.NOTHING_BOOKED)
            case Term.NOT_KEPT:
                found = reasons.not_kept(self._days(strand.not_kept), self.today)
            case Term.GIVEN_UP:
                found = reasons.cancelled_not_rebooked(self._days(strand.given_up)[-1], self.today)
            case Term.SERIES_CANCELLED if strand.series_cancelled_at is not None:
                found = reasons.series_cancelled(self.day(strand.series_cancelled_at), self.today)
            case Term.UNANSWERED:
                found = reasons.plain(ReasonCode.NOT_ANSWERED_YET)
            case Term.RECENT_MISSES if not strand.not_kept:
                found = reasons.plain(ReasonCode.RECENT_TIMES_NOT_KEPT)
            case Term.SLIDING if strand.sliding is not None:
                found = self._scores_sliding(strand.sliding)
            case Term.BEGINNING if 0 < strand.sessions <= _JUST_BEGUN:
                found = reasons.plain(ReasonCode.JUST_BEGUN)
        return found

    def _days(self, setbacks: tuple[Setback, ...]) -> tuple[date, ...]:
        """The days of the setbacks learned of so far, each once."""
        return tuple(sorted({self.day(one.start) for one in setbacks if one.known <= self.at}))

    def _scores_sliding(self, slide: Sliding) -> Reason:
        better = slide.higher_is_better
        return reasons.scores_sliding(slide.measure, self.day(slide.at), self.today, higher_is_better=better)

    def _longer_than_usual(self, beats: float) -> Reason | None:
        if beats < _LONGER_THAN_USUAL_BEATS:
            return None
        if not self.strand.sessions:
            return reasons.waiting_to_begin(self.day(self.strand.anchor), self.today)
        cadence = clock.usual_days(self.strand.pace, self.at)
        return reasons.longer_than_usual(self.day(self.strand.anchor), cadence, self.today)

    def staying(self) -> list[Reason]:
        """What the calendar holds, then a sign of life since the last session, then the last session."""
        strand = self.strand
        found = []
        if code := _BOOKED.get(weighing.hold_at(strand, self.at)):
            found.append(reasons.plain(code))
        if strand.life is not None and strand.life <= self.at:
            found.append(reasons.in_touch(self.day(strand.life), self.today))
        if strand.sessions:
            found.append(reasons.came_recently(self.day(strand.anchor), self.today))
        else:
            found.append(reasons.plain(ReasonCode.NO_SESSION_YET))
        return found

    def not_recorded(self) -> list[Reason]:
        """The latest past time whose outcome nobody wrote down."""
        past = self.strand.to_record(self.at)
        return [reasons.not_recorded(self.day(past[-1]), self.today)] if past else []
