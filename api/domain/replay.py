"""What noticing would have shown about one client, and when: the same rules, walked over a past as it became known.

Nothing here looks ahead. Facts arrive at the instants at which the record learned them; in between only the
stored instants of the last assessment can change what is shown, exactly as in the running product.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from api.domain import clock, engagement, signals, timeline, weighing
from api.domain.evidence import Evidence
from api.domain.history import Absence, Agreement, Appointment, Contact, History, Rhythm, Score
from api.domain.reasons import Reason
from api.domain.weights import Model
from schemas.vocabulary import Stage

_FLAGS = frozenset({Stage.DRIFTING, Stage.QUIET})

Crossings = tuple[datetime | None, datetime | None]
_NEVER: Crossings = (None, None)
# Far above what two ways of adding up the same weights differ by. Too near is worked out for nothing, and that is all.
ROUNDING = 1e-6
_Fact = Appointment | Contact | Absence | Agreement | Score


@dataclass(frozen=True, slots=True)
class Shown:
    """A stage at the instant from which it is shown, with what it is shown from."""

    at: datetime
    stage: Stage
    crossings: Crossings
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class StageChange:
    """A change into drifting or quiet at the instant at which it would have been shown."""

    flagged_at: datetime
    stage: Stage
    probability: float
    reasons: tuple[Reason, ...]


def changes(history: History, rhythm: Rhythm, model: Model, until: datetime) -> Iterator[StageChange]:
    """Every change into drifting or quiet up to and including `until`, in order. Raises `clock.UnknownTimeZone`."""
    before: Stage | None = None
    for shown in stages(history, rhythm, model, until):
        yield from flags_told(shown, before, model)
        before = shown.stage


def stages(
    history: History, rhythm: Rhythm, model: Model, until: datetime, *, since: datetime | None = None
) -> Iterator[Shown]:
    """The first stage, and every change of it up to and including `until`, in order. Raises `clock.UnknownTimeZone`.

    With `since`, the first is the one shown then, or when the work began; nothing before it is worked out. Without it, the
    walk begins with the first fact, or with the work where that was before.
    """
    clock.zone(history.time_zone)
    ledger = _Ledger(history)
    showing: Stage | None = None
    for stretch in _stretches(ledger.arrivals_from(since, until), until):
        ledger.learn(stretch.now)
        evidence = signals.gather(history, ledger.known(), rhythm, model)
        for one in _within(stretch, history, evidence, engagement.crossings(evidence, model)):
            if one.stage is not showing:
                yield one
            showing = one.stage


def stages_by_level(
    history: History, rhythm: Rhythm, models: Sequence[Model], until: datetime
) -> Iterator[tuple[int, Shown]]:
    """What `stages` tells for each of several models, by its place among them, in one walk.

    The models may differ in their thresholds and in nothing else: the evidence is the same, so it is gathered once, and
    where even the lowest threshold stays out of reach until the next fact, no crossing is worked out. So what is shown of
    somebody engaged comes without the instants at which that may end. Raises `clock.UnknownTimeZone`.
    """
    clock.zone(history.time_zone)
    ledger, levels = _Ledger(history), _Levels(models)
    showing: list[Stage | None] = [None for _ in models]
    for stretch in _stretches(ledger.arrivals_from(None, until), until):
        ledger.learn(stretch.now)
        evidence = signals.gather(history, ledger.known(), rhythm, models[0])
        if levels.out_of_reach(evidence, stretch):
            told = [(place, one) for one in _within(stretch, history, evidence, _NEVER) for place in levels.places]
        else:
            told = [
                (place, one)
                for place, crossings in zip(levels.places, levels.crossings(evidence), strict=True)
                for one in _within(stretch, history, evidence, crossings)
            ]
        for place, one in told:
            if one.stage is not showing[place]:
                yield place, one
            showing[place] = one.stage


def evidence_over(
    history: History, rhythm: Rhythm, model: Model, until: datetime
) -> Iterator[tuple[datetime, Evidence]]:
    """The evidence as it stood from each instant on at which something was learned. Raises `clock.UnknownTimeZone`."""
    clock.zone(history.time_zone)
    ledger = _Ledger(history)
    for now in ledger.arrivals_from(None, until):
        ledger.learn(now)
        yield now, signals.gather(history, ledger.known(), rhythm, model)


def change(shown: Shown, model: Model) -> StageChange:
    """What is told of a flag. The probability is for replay and calibration alone."""
    standing = engagement.standing_at(*shown.crossings, shown.evidence, None, shown.at, model=model)
    odds = engagement.probability_at(shown.evidence, clock.second(shown.at), model)
    return StageChange(shown.at, shown.stage, odds, standing.reasons)


def flags_told(shown: Shown, before: Stage | None, model: Model) -> list[StageChange]:
    """The lines of one change of stage."""
    entered = flags_entered(shown.stage, before)
    if not entered:
        return []
    told = change(shown, model)
    return [replace(told, stage=stage) for stage in entered]


def flags_entered(stage: Stage, before: Stage | None) -> tuple[Stage, ...]:
    """What is flagged by a change of stage: who is quiet at once came by way of drifting, and is flagged for each."""
    if stage not in _FLAGS:
        return ()
    return (Stage.DRIFTING, Stage.QUIET) if stage is Stage.QUIET and before not in _FLAGS else (stage,)


def is_flag(stage: Stage | None) -> bool:
    return stage in _FLAGS


class _Stretch(NamedTuple):
    """From one arrival of facts until the next, or until the end of what is asked for."""

    now: datetime
    end: datetime | None
    until: datetime

    def holds(self, at: datetime) -> bool:
        return self.now < at <= self.until and (self.end is None or at < self.end)


def _stretches(arrivals: Sequence[datetime], until: datetime) -> Iterator[_Stretch]:
    for now, end in zip(arrivals, (*arrivals[1:], None), strict=False):
        yield _Stretch(now, end, until)


def _within(stretch: _Stretch, history: History, evidence: Evidence, crossings: Crossings) -> Iterator[Shown]:
    """What is shown when facts arrive, and whenever it may change by itself before the next do."""
    coming = by_time(evidence, crossings, history.ended_at)
    for at in (stretch.now, *filter(stretch.holds, coming)):
        stage, _ = engagement.stage_at(*crossings, evidence, history.ended_at, at)
        yield Shown(at, stage, crossings, evidence)


class _Levels:
    """The thresholds of several models, worked out together. Raises ValueError where the models differ otherwise."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._model = models[0]
        if any(_but_for_thresholds(model, self._model) != self._model for model in models):
            raise ValueError("models that are walked together differ in their thresholds only")
        self.places = range(len(models))
        pairs = [(model.drifting_log_odds, model.quiet_log_odds) for model in models]
        self._thresholds = sorted({odds for pair in pairs for odds in pair})
        self._places = [(self._thresholds.index(one), self._thresholds.index(other)) for one, other in pairs]

    def out_of_reach(self, evidence: Evidence, stretch: _Stretch) -> bool:
        """Whether nothing is crossed within it. While no fact arrives the sum only grows, so its end tells for all of it."""
        if evidence.no_clock is not None:
            return True
        at = clock.second(stretch.until if stretch.end is None else min(stretch.end, stretch.until))
        lowest = self._thresholds[0] - ROUNDING
        return all(weighing.weigh(strand, at, self._model).log_odds < lowest for strand in evidence.strands)

    def crossings(self, evidence: Evidence) -> list[Crossings]:
        """Each model's, in their order."""
        found = engagement.crossings_of(evidence, self._thresholds, self._model)
        return [(found[drifting], found[quiet]) for drifting, quiet in self._places]


def _but_for_thresholds(model: Model, other: Model) -> Model:
    return replace(
        model,
        drifting_at_probability=other.drifting_at_probability,
        quiet_at_probability=other.quiet_at_probability,
        sensitivity=other.sensitivity,
        expected_flags=other.expected_flags,
    )


def by_time(evidence: Evidence, crossings: Crossings, ended_at: datetime | None) -> list[datetime]:
    """The instants, in order, at which the stage may change though nothing more is learned."""
    moments = [*crossings, ended_at]
    for away in evidence.away:
        moments += [clock.instant(away.since), _instant(away.until)]
    if evidence.end_agreed_from is not None:
        moments.append(clock.instant(evidence.end_agreed_from))
    return sorted({at for at in moments if at is not None})


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else clock.instant(seconds)


class _Ledger:
    """The facts learned so far. An appointment is read again only when something about it was learned."""

    def __init__(self, history: History) -> None:
        self._zone = history.time_zone
        self._started_at = history.started_at
        self._visits: dict[str, timeline.Visit] = {}
        self._contacts: list[Contact] = []
        self._absences: list[Absence] = []
        self._agreements: list[Agreement] = []
        self._scores: list[Score] = []
        self._arriving: dict[datetime, list[_Fact]] = {}
        for appointment in timeline.joined(history.appointments):
            for known_at in {event.known_at for event in appointment.events}:
                self._arriving.setdefault(known_at, []).append(appointment)
        facts: Sequence[Contact | Absence | Agreement | Score] = (
            *history.contacts,
            *history.absences,
            *history.agreements,
            *history.scores,
        )
        for fact in dict.fromkeys(facts):
            self._arriving.setdefault(fact.known_at, []).append(fact)
            if isinstance(fact, Absence) and fact.withdrawn_at is not None:
                self._arriving.setdefault(fact.withdrawn_at, []).append(fact)

    def arrivals_from(self, since: datetime | None, until: datetime) -> list[datetime]:
        """With the beginning of the work, from which on silence counts even where nothing was ever learned.

        What was learned by `since` is taken in here, and that instant stands for all of it.
        """
        beginning = () if self._started_at is None else (self._started_at,)
        arrivals = sorted(at for at in {*self._arriving, *beginning} if at <= until)
        if since is None:
            return arrivals
        for at in arrivals:
            if at <= since:
                self.learn(at)
        begins = [since] if arrivals and arrivals[0] <= since <= until else []
        return [*begins, *(at for at in arrivals if at > since)]

    def learn(self, now: datetime) -> None:
        for fact in self._arriving.pop(now, ()):
            match fact:
                case Appointment():
                    self._read_again(fact, now)
                case Contact():
                    self._contacts.append(fact)
                case Absence():
                    self._absence(fact, now)
                case Agreement():
                    self._agreements.append(fact)
                case Score():
                    self._scores.append(fact)

    def _read_again(self, fact: Appointment, now: datetime) -> None:
        """A time that was moved to where no time can be is none any more."""
        if visit := timeline.read(fact, now):
            self._visits[fact.key] = visit
        else:
            self._visits.pop(fact.key, None)

    def _absence(self, fact: Absence, now: datetime) -> None:
        """Learned, or known to have been taken back."""
        if fact.withdrawn_at is None or now < fact.withdrawn_at:
            self._absences.append(fact)
        elif fact in self._absences:
            self._absences.remove(fact)

    def known(self) -> signals.Known:
        visits = timeline.settled(list(self._visits.values()), self._zone)
        return signals.Known(visits, self._contacts, self._absences, self._agreements, scores=self._scores)
