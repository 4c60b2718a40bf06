"""Whether a client is still coming: the stage of an episode, the reasons in words, and when time alone will change it.

`assess` reads a history once and leaves a small evidence behind. `standing_at` answers every later moment
from that evidence and the two stored instants, exactly as assessing anew would, as long as no fact came.
A probability never leaves this module except to those who replay and calibrate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import TypeVar

from api.domain import clock, explain, reasons, signals, timeline, weighing, weights
from api.domain.evidence import Away, Evidence, Strand
from api.domain.history import Absence, Agreement, Contact, History, Rhythm, Score
from api.domain.reasons import Reason, ReasonCode
from api.domain.weights import Model
from schemas.vocabulary import AbsenceKind, Stage

F = TypeVar("F", Contact, Absence, Agreement, Score)
_PAUSES = frozenset({AbsenceKind.PAUSE, AbsenceKind.CLIENT_AWAY})


@dataclass(frozen=True, slots=True)
class Standing:
    """The stage at a moment. `since` is when it began, None where nothing marks a beginning. Strongest reason first.

    `leading` is the evidence that stands for the episode, where it had to be found; no part of what is said.
    """

    stage: Stage
    since: datetime | None
    reasons: tuple[Reason, ...]
    leading: Strand | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What noticing worked out at `assessed_at`.

    `drifting_at` and `quiet_at` are when the stage will cross, or has crossed, if no further fact arrives; None
    where time alone never does it. `paused_from` and `paused_until` frame the pause that runs or comes next
    (an open one has no end). At `revisit_at` what is stored wants working out again though nobody
    did anything: a pause or agreed end begins or is over, or a fact dated ahead becomes known.
    """

    stage: Stage
    since: datetime | None
    probability: float
    reasons: tuple[Reason, ...]
    drifting_at: datetime | None
    quiet_at: datetime | None
    evidence: Evidence
    assessed_at: datetime
    model_version: str
    paused_from: datetime | None = None
    paused_until: datetime | None = None
    revisit_at: datetime | None = None


def assess(history: History, rhythm: Rhythm, now: datetime, model: Model) -> Assessment:
    """Couples, families and groups too: where times name a participant, the person furthest away stands for all.

    Raises `clock.UnknownTimeZone`.
    """
    clock.zone(history.time_zone)
    evidence = signals.gather(history, known_at(history, now), rhythm, model)
    return conclude(evidence, history, now, model)


def not_worked_out(now: datetime, model: Model, *, risk_since: datetime | None = None) -> Assessment:
    """In place of an assessment that failed: says so, looks due at once, and crosses nothing by time. A risk stands all the same."""
    blank = Strand(clock.second(now), 0, (), None, (None, None, None, None), 0.0)
    evidence = Evidence("UTC", None, ReasonCode.NOT_WORKED_OUT, None, (), (blank,))
    if risk_since is not None:
        evidence = evidence._replace(risk_since=clock.second(risk_since))
    said = (reasons.plain(ReasonCode.NOT_WORKED_OUT),)
    return Assessment(Stage.ENGAGED, None, 0.0, said, None, None, evidence, now, model.version)


def known_at(history: History, now: datetime) -> signals.Known:
    """The part of a history that the record had learned by an instant."""
    return signals.Known(
        visits=timeline.visits(history.appointments, now, history.time_zone),
        contacts=_known(history.contacts, now),
        absences=_known([one for one in history.absences if not _taken_back(one, now)], now),
        agreements=_known(history.agreements, now),
        replies=[reply for reply in history.replies if reply.is_open(now)],
        scores=_known(history.scores, now),
    )


def conclude(evidence: Evidence, history: History, now: datetime, model: Model) -> Assessment:
    """The assessment that evidence amounts to at `now`."""
    ended_at = history.ended_at
    over = ended_at is not None and ended_at <= now
    drifting_at, quiet_at = (
        (None, None) if over or _settled(evidence, clock.second(now)) else crossings(evidence, model)
    )
    standing = standing_at(drifting_at, quiet_at, evidence, ended_at, now, model=model)
    pause = None if over else _pause(evidence, clock.second(now))
    return Assessment(
        stage=standing.stage,
        since=standing.since,
        probability=probability_at(evidence, clock.second(now), model),
        reasons=standing.reasons,
        drifting_at=drifting_at,
        quiet_at=quiet_at,
        evidence=evidence,
        assessed_at=now,
        model_version=model.version,
        paused_from=clock.instant(pause[0]) if pause else None,
        paused_until=clock.instant(pause[1]) if pause else None,
        revisit_at=None if over else _revisit(evidence, history, now),
    )


def crossings(evidence: Evidence, model: Model) -> tuple[datetime | None, datetime | None]:
    """When drifting and quiet begin."""
    drifting, quiet = crossings_of(evidence, (model.drifting_log_odds, model.quiet_log_odds), model)
    return drifting, quiet


def crossings_of(evidence: Evidence, thresholds: Sequence[float], model: Model) -> list[datetime | None]:
    """When each threshold is reached, lowest first. Nobody crosses without a clock, or once an agreed end has come."""
    if evidence.no_clock is not None:
        return [None] * len(thresholds)
    end = inf if evidence.end_agreed_from is None else evidence.end_agreed_from
    each = [weighing.crossings(strand, thresholds, model) for strand in evidence.strands]
    earliest = [min(instants) for instants in zip(*each, strict=True)]
    return [clock.instant(at) if at < end else None for at in earliest]


def standing_at(
    drifting_at: datetime | None,
    quiet_at: datetime | None,
    evidence: Evidence,
    ended_at: datetime | None,
    now: datetime,
    *,
    model: Model | None = None,
) -> Standing:
    """The stage and reasons at `now` from what is stored; no history is read. `model` only orders the reasons."""
    at = clock.second(now)
    stage, since = stage_at(drifting_at, quiet_at, evidence, ended_at, now)
    running = tuple([away for away in evidence.away if _runs(away, at)])
    if stage is Stage.ENDED:
        return Standing(stage, since, (reasons.plain(ReasonCode.ENDED),))
    if stage is Stage.PAUSED:
        return Standing(stage, since, explain.absent(evidence, running, at))
    if settled := _settled(evidence, at):
        return Standing(stage, since, (reasons.plain(settled[0]),))
    model = model or weights.load()
    strand = _leading(evidence, at, model)
    said = (
        explain.staying(evidence, strand, at)
        if stage is Stage.ENGAGED
        else explain.against(evidence, strand, at, model)
    )
    return Standing(stage, since, said + explain.absent(evidence, running, at), strand)


def stage_at(
    drifting_at: datetime | None,
    quiet_at: datetime | None,
    evidence: Evidence,
    ended_at: datetime | None,
    now: datetime,
) -> tuple[Stage, datetime | None]:
    """The stage at `now` and since when, without the words."""
    if ended_at is not None and ended_at <= now:
        return Stage.ENDED, ended_at
    at = clock.second(now)
    if evidence.away and (pause := running_pause(evidence, at)):
        return Stage.PAUSED, clock.instant(pause.since)
    if settled := _settled(evidence, at):
        return Stage.ENGAGED, clock.instant(settled[1])
    if quiet_at is not None and quiet_at <= now:
        return Stage.QUIET, quiet_at
    if drifting_at is not None and drifting_at <= now:
        return Stage.DRIFTING, drifting_at
    return Stage.ENGAGED, None if evidence.since is None else clock.instant(evidence.since)


def _settled(evidence: Evidence, at: int) -> tuple[ReasonCode, float] | None:
    """Why time says nothing, and since when."""
    if evidence.no_clock is not None:
        return evidence.no_clock, inf if evidence.since is None else evidence.since
    if evidence.end_agreed_from is not None and evidence.end_agreed_from <= at:
        return ReasonCode.END_AGREED, evidence.end_agreed_from
    return None


def _leading(evidence: Evidence, at: int, model: Model) -> Strand:
    """The person whose evidence weighs most; of equals the first."""
    if len(evidence.strands) == 1:
        return evidence.strands[0]
    return max(evidence.strands, key=lambda strand: weighing.weigh(strand, at, model).log_odds)


def probability_at(evidence: Evidence, at: int, model: Model) -> float:
    """Without a clock only what is true of anybody after so many sessions."""
    if evidence.no_clock is not None:
        return weights.probability(weighing.beginning(evidence.strands[0], model))
    return weights.probability(weighing.weigh(_leading(evidence, at, model), at, model).log_odds)


def _runs(away: Away, at: int) -> bool:
    return away.since <= at and (away.until is None or at < away.until)


def leading(evidence: Evidence, at: int) -> Strand:
    """The person whose evidence stands for the episode at an instant (seconds)."""
    return _leading(evidence, at, weights.load())


def running_pause(evidence: Evidence, at: int) -> Away | None:
    """The agreed pause or time away under way at an instant (seconds); of several the one that ends last."""
    running = [away for away in evidence.away if away.kind in _PAUSES and _runs(away, at)]
    return max(running, key=lambda away: inf if away.until is None else away.until, default=None)


def _pause(evidence: Evidence, at: int) -> clock.Span | None:
    """The pause that runs, else the next one. Pauses that overlap or follow at once are one: nobody is quiet between."""
    spans = ((away.since, inf if away.until is None else away.until) for away in evidence.away if away.kind in _PAUSES)
    return next((span for span in clock.united(spans) if span[1] > at), None)


def _revisit(evidence: Evidence, history: History, now: datetime) -> datetime | None:
    at = clock.second(now)
    moments = [away.since for away in evidence.away] + [away.until for away in evidence.away if away.until is not None]
    if evidence.end_agreed_from is not None:
        moments.append(evidence.end_agreed_from)
    ahead = [instant for moment in moments if moment > at and (instant := clock.instant(moment))]
    ahead += [event.known_at for one in history.appointments for event in one.events if event.known_at > now]
    facts: Sequence[Contact | Absence | Agreement | Score] = (
        *history.contacts,
        *history.absences,
        *history.agreements,
        *history.scores,
    )
    ahead += [fact.known_at for fact in facts if fact.known_at > now]
    ahead += [moment for one in history.replies for moment in (one.at, one.handled_at) if moment and moment > now]
    return min(ahead, default=None)


def _taken_back(absence: Absence, now: datetime) -> bool:
    return absence.withdrawn_at is not None and absence.withdrawn_at <= now


def _known(facts: Sequence[F], now: datetime) -> list[F]:
    """Each fact once, however often it was told."""
    return list(dict.fromkeys(fact for fact in facts if fact.known_at <= now))
