"""Simulated practices, watched by the product's own code: what noticing had before it, ready to be weighed in many ways."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from random import Random

from api.domain import clock, engagement, replay, rules_of_thumb, weighing
from api.domain.evidence import Evidence
from api.domain.history import Rhythm
from api.domain.rules_of_thumb import RuleOfThumb
from api.domain.weights import Model
from api.formats.native_folder import read_folder
from bench.noticing import judging, snapshots
from bench.noticing.judging import Score, Truth
from bench.noticing.snapshots import Row
from bench.practices import folder, setting
from schemas.vocabulary import Stage

FIRST = folder.FIRST_DAY
LAST = FIRST + timedelta(days=setting.DAYS)
RHYTHM = Rhythm()


@dataclass(frozen=True, slots=True)
class Practice:
    """Which practice to simulate: the family its setting is drawn from, how many clients, and the seed of everything."""

    family: str
    clients: int
    seed: int


@dataclass(slots=True)
class Client:
    """`evidence` as it stood from each instant on at which something was learned."""

    truth: Truth
    evidence: list[tuple[datetime, Evidence]]
    rules: dict[RuleOfThumb, list[datetime]]


@dataclass(slots=True)
class Watched:
    """Rows by the week, as calibration is judged by, and rows soon after something was learned, where flags arise."""

    practice: Practice
    clients: dict[str, Client]
    weekly: list[Row]
    soon_after: list[Row]


def practices(seed: int, clients: int) -> list[Practice]:
    """One of each family, and three times as many clients of the ordinary one."""
    return [
        Practice(family, clients * (3 if family == "ordinary" else 1), 1000 * seed + place)
        for place, family in enumerate(setting.FAMILIES)
    ]


def watch(wanted: Sequence[Practice], model: Model, *, log: Callable[[str], object] = print) -> list[Watched]:
    """Simulates and reads each, two at a time. `model` gives the constants of gathering only."""
    with ProcessPoolExecutor(2) as pool:
        found = []
        for one in pool.map(watch_one, wanted, [model] * len(wanted)):
            log(f"  {one.practice.family}: {len(one.clients):,} clients")
            found.append(one)
        return found


def write(practice: Practice, path: Path) -> None:
    """The practice as files, and its truth."""
    drawn = setting.draw(Random(practice.seed), practice.family)  # noqa: S311 - the same every time
    lives, away = folder.simulate(drawn, clients=practice.clients, seed=practice.seed)
    folder.write(path, lives, away, drawn, seed=practice.seed + 1)


def watch_one(practice: Practice, model: Model) -> Watched:
    watched = Watched(practice, {}, [], [])
    rng = Random(practice.seed)  # noqa: S311 - as above
    with tempfile.TemporaryDirectory() as place:
        write(practice, Path(place))
        known = judging.truths(Path(place) / folder.TRUTH, first=FIRST, last=LAST)
        for key, history in read_folder(Path(place), default_zone="UTC").histories():
            evidence = list(replay.evidence_over(history, RHYTHM, model, LAST))
            client = Client(known[key], evidence, rules_of_thumb.flags(history, RHYTHM, LAST))
            watched.clients[key] = client
            if evidence:
                last = snapshots.last_session(history) if client.truth.left_at is not None else None
                watched.weekly += snapshots.weekly(client.truth, evidence, last, LAST, rng.random())
                watched.soon_after += snapshots.soon_after(client.truth, evidence, last, LAST, rng)
    return watched


@dataclass(frozen=True, slots=True)
class Step:
    """The evidence from one arrival of facts to the next, and the most that it can come to before that."""

    now: datetime
    end: datetime
    evidence: Evidence
    most: float


@dataclass(slots=True)
class Weighed:
    """What has been watched, weighed once by one model, so that many thresholds can be asked about."""

    seen: list[tuple[Practice, dict[str, tuple[Client, list[Step]]]]]


def weigh(seen: Sequence[Watched], model: Model) -> Weighed:
    return Weighed(
        [(one.practice, {key: (who, list(_steps(who, model))) for key, who in one.clients.items()}) for one in seen]
    )


def _steps(client: Client, model: Model) -> Iterator[Step]:
    """While no fact arrives the sum only grows, so its end tells for all of it."""
    for place, (now, evidence) in enumerate(client.evidence):
        end = client.evidence[place + 1][0] if place + 1 < len(client.evidence) else LAST
        at = clock.second(end)
        most = max(weighing.weigh(strand, at, model).log_odds for strand in evidence.strands)
        yield Step(now, end, evidence, most if evidence.no_clock is None else -inf)


def flags(steps: Sequence[Step], model: Model) -> Iterator[tuple[datetime, Stage, float]]:
    """Every instant at which drifting or quiet would have been entered, and the probability worked out then."""
    shown = Stage.ENGAGED
    for step in steps:
        if step.most < model.drifting_log_odds - replay.ROUNDING:
            shown = Stage.ENGAGED
            continue
        crossings = engagement.crossings(step.evidence, model)
        coming = replay.by_time(step.evidence, crossings, None)
        for at in (step.now, *(one for one in coming if step.now < one < step.end)):
            stage, _ = engagement.stage_at(*crossings, step.evidence, None, at)
            entered = replay.flags_entered(stage, shown) if stage is not shown else ()
            if entered:
                odds = engagement.probability_at(step.evidence, clock.second(at), model)
                yield from ((at, one, odds) for one in entered)
            shown = stage


def score(weighed: Weighed, model: Model) -> dict[Stage, Score]:
    """Drifting and quiet, each judged by the flags of its own stage. The model may differ in its thresholds only."""
    total = {Stage.DRIFTING: Score(), Stage.QUIET: Score()}
    for _, clients in weighed.seen:
        told = {key: list(flags(steps, model)) for key, (_, steps) in clients.items()}
        truths = {key: client.truth for key, (client, _) in clients.items()}
        for stage, sum_ in total.items():
            at = {key: [one for one, entered, _ in found if entered is stage] for key, found in told.items()}
            sum_.add(judging.judge(at, truths, LAST))
    return total


def score_of_rule(seen: Sequence[Watched], rule: RuleOfThumb) -> Score:
    total = Score()
    for watched in seen:
        told = {key: client.rules[rule] for key, client in watched.clients.items()}
        total.add(judging.judge(told, {key: client.truth for key, client in watched.clients.items()}, LAST))
    return total


def flags_per_100_months(weighed: Weighed, model: Model) -> dict[Stage, float]:
    """Every entry into a stage, of whomever, by the months in which clients were on the caseload."""
    counts, months = dict.fromkeys((Stage.DRIFTING, Stage.QUIET), 0), 0.0
    for _, clients in weighed.seen:
        for client, steps in clients.values():
            months += client.truth.months(LAST)
            for _, stage, _ in flags(steps, model):
                counts[stage] += 1
    return {stage: 100 * count / months for stage, count in counts.items()}


def at_flags(weighed: Weighed, model: Model, stage: Stage) -> list[tuple[float, bool]]:
    """For each flag, the probability worked out then, and whether the client had truly stopped coming."""
    found = []
    for _, clients in weighed.seen:
        for client, steps in clients.values():
            left_at = client.truth.left_at
            for at, entered, odds in flags(steps, model):
                if entered is stage:
                    found.append((odds, left_at is not None and left_at - timedelta(days=21) <= at))
    return found


def judge_file(path: Path, flagged: Path, *, log: Callable[[str], object] = print) -> None:
    """Prints hits at 14, 21 and 30 days and false alarms per 100 client-months of what `replay` wrote of a simulated practice."""
    known = judging.truths(path / folder.TRUTH, first=FIRST, last=LAST)
    for stage in (Stage.DRIFTING, Stage.QUIET):
        found = judging.judge(judging.of_file(flagged, stage.value), known, LAST)
        log(
            f"{stage.value:<10}{found}   {found.left:,} left, {found.client_months:,.0f} client-months of those who did not"
        )
