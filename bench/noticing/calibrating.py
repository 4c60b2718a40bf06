"""From simulated practices to the weights file: fit on some, judge on others, say how it came about.

`python -m bench calibrate` prints what the fit gives and writes nothing; with `--write` it renews the weights file, its
origin and expected flags, and the picture of calibration in the documents.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from api.domain import weights
from api.domain.rules_of_thumb import RuleOfThumb
from api.domain.weights import Hold, Model
from bench.noticing import fitting, picture, watching
from bench.noticing.snapshots import Numbers, Snapshots
from bench.noticing.watching import Watched, Weighed
from schemas.vocabulary import Sensitivity, Stage

FITTED, JUDGED = (1, 2, 3), (11, 12)
"""Seeds. No practice that weights are judged by has been seen by the fit: each draws its own setting."""
# False alarms per 100 client-months, drifting and quiet, that each level may cost on the practices fitted to.
BUDGETS = {
    Sensitivity.FEWER: (7.5, 2.4),
    Sensitivity.BALANCED: (12.5, 5.0),
    Sensitivity.EARLIER: (17.5, 6.5),
}
_GRID = tuple(round(0.06 * 1.11**step, 4) for step in range(26))
_BINS = 10
_FILE = Path(weights.__file__).with_name("weights.json")
_PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "calibration.svg"


@dataclass(frozen=True, slots=True)
class Calibration:
    """How probabilities meet what came of it: by bin (mean probability, share that had stopped, rows)."""

    bins: tuple[tuple[float, float, int], ...]
    error: float
    brier: float
    brier_of_base_rate: float


def run(clients: int, *, write: bool, log: Callable[[str], object] = print) -> None:
    start = weights.load()
    log("Practices to fit to:")
    fitted = [one for seed in FITTED for one in watching.watch(watching.practices(seed, clients), start, log=log)]
    model = fitting.fit(start, _rows(fitted), log=log)
    levels = thresholds(watching.weigh(fitted, model), model)
    log("Practices to judge by:")
    judged = [one for seed in JUDGED for one in watching.watch(watching.practices(seed, clients), start, log=log)]
    told = report(judged, model, levels, log)
    if write:
        _write(model, levels, told, clients)
        picture.write(_PICTURE, calibration(_weekly(judged), model).bins)


def thresholds(seen: Weighed, model: Model) -> dict[Sensitivity, Model]:
    """For each level the lowest probabilities whose false alarms stay within what it may cost."""
    costs = [(one, _alarms(seen, model, one)) for one in _GRID]
    found = {}
    for level, (drifting, quiet) in BUDGETS.items():
        found[level] = replace(
            model,
            sensitivity=level,
            drifting_at_probability=_lowest(costs, drifting),
            quiet_at_probability=_lowest(costs, quiet),
        )
    return found


def _alarms(seen: Weighed, model: Model, threshold: float) -> float:
    alone = replace(model, drifting_at_probability=threshold, quiet_at_probability=0.9999)
    return watching.score(seen, alone)[Stage.DRIFTING].per_100_months


def _lowest(costs: Sequence[tuple[float, float]], budget: float) -> float:
    """Between two steps of the grid, in proportion."""
    for (low, dear), (high, cheap) in pairwise(costs):
        if cheap <= budget < dear:
            return round(high - (high - low) * (budget - cheap) / (dear - cheap), 3)
    return costs[-1][0] if costs[-1][1] > budget else costs[0][0]


def report(
    judged: Sequence[Watched], model: Model, levels: dict[Sensitivity, Model], log: Callable[[str], object]
) -> dict[Sensitivity, dict[Stage, float]]:
    """Prints the table. Returns the flags per 100 clients a month of each level, on the practices judged by."""
    for rule in RuleOfThumb:
        log(f"{rule.value:<24}{watching.score_of_rule(judged, rule)}")
    weighed = watching.weigh(judged, model)
    expected: dict[Sensitivity, dict[Stage, float]] = {}
    for level, one in levels.items():
        expected[level] = watching.flags_per_100_months(weighed, one)
        for stage, score in watching.score(weighed, one).items():
            log(f"{level.value + ' ' + stage.value:<24}{score}   {expected[level][stage]:.1f} flags")
    balanced = levels[Sensitivity.BALANCED]
    for practice, clients in weighed.seen:
        scores = watching.score(Weighed([(practice, clients)]), balanced)
        log(f"  {practice.family:<22}" + "     ".join(str(one) for one in scores.values()))
    found = calibration(_weekly(judged), model)
    log(
        f"calibration error {found.error:.3f}, Brier {found.brier:.4f} (base rate alone {found.brier_of_base_rate:.4f})"
    )
    for mean, share, count in found.bins:
        log(f"  {mean:.3f} {share:.3f} {count:>9,}")
    for stage in (Stage.DRIFTING, Stage.QUIET):
        pairs = watching.at_flags(weighed, balanced, stage)
        told, true = (sum(values) / max(1, len(pairs)) for values in zip(*pairs, strict=True))
        log(f"at {len(pairs):,} flags of {stage.value}: {told:.3f} told, {true:.3f} had stopped")
    return expected


def calibration(seen: Snapshots, model: Model) -> Calibration:
    odds = fitting.Likelihood(model, seen).log_odds(fitting.of_model(model))
    return binned(1 / (1 + np.exp(-odds)), seen.left)


def binned(told: Numbers, true: Numbers) -> Calibration:
    """Expected calibration error over ten bins of equal width, and the Brier score beside that of the mean alone."""
    places = np.minimum((told * _BINS).astype(int), _BINS - 1)
    bins = tuple(
        (float(told[here].mean()), float(true[here].mean()), int(here.sum()))
        for here in (places == place for place in range(_BINS))
        if here.any()
    )
    error = sum(abs(mean - share) * count for mean, share, count in bins) / len(told)
    base = float(true.mean())
    return Calibration(bins, error, float(np.square(told - true).mean()), base * (1 - base))


def _rows(seen: Sequence[Watched]) -> Snapshots:
    return Snapshots.of([row for one in seen for row in (*one.weekly, *one.soon_after)])


def _weekly(seen: Sequence[Watched]) -> Snapshots:
    return Snapshots.of([row for one in seen for row in one.weekly])


def _write(
    model: Model,
    levels: dict[Sensitivity, Model],
    told: dict[Sensitivity, dict[Stage, float]],
    clients: int,
) -> None:
    raw: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    for name in raw:
        value = getattr(model, name, None)
        if name == "silence":
            raw[name] = {hold.name.lower(): list(curve) for hold, curve in zip(Hold, model.silence, strict=False)}
        elif name == "hold_setback":
            raw[name] = {hold.name.lower(): model.hold_setback[hold] for hold in Hold}
        elif isinstance(value, tuple):
            raw[name] = list(value)
        elif isinstance(value, float):
            raw[name] = value
    raw["origin"] = origin(clients)
    raw["sensitivity"] = {
        level.value: {
            "drifting_at_probability": one.drifting_at_probability,
            "quiet_at_probability": one.quiet_at_probability,
            "expected_flags": {stage.value: round(told[level][stage], 1) for stage in (Stage.DRIFTING, Stage.QUIET)},
        }
        for level, one in levels.items()
    }
    _FILE.write_text(_readable(raw), encoding="utf-8")
    weights.read(raw)


def origin(clients: int) -> str:
    count = sum(one.clients for seed in FITTED for one in watching.practices(seed, clients))
    return (
        f"Fitted by bench/noticing to {len(FITTED) * len(watching.practices(1, 1))} simulated practices of {count:,} "
        "clients, none of them real; thresholds by the false alarms that each level may cost there. Constants of "
        "gathering and the weight of sliding scores are set by hand. Not calibrated on real practices."
    )


def _readable(raw: dict[str, Any]) -> str:
    """One value to a line, lists and the smallest objects in one."""
    lines = []
    for name, value in raw.items():
        if isinstance(value, dict):
            inner = ",\n".join(f'    "{key}": {json.dumps(one)}' for key, one in value.items())
            lines.append(f'  "{name}": {{\n{inner}\n  }}')
        else:
            lines.append(f'  "{name}": {json.dumps(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"
