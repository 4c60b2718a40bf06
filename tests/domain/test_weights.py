"""The data file of weights, and what it may not say."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.domain import engagement, weights
from api.domain.history import Rhythm
from schemas.vocabulary import Sensitivity
from tests.domain.histories import day, history, sessions

MODEL = weights.load()
RAW: dict[str, Any] = json.loads(Path(weights.__file__).with_name("weights.json").read_text(encoding="utf-8"))
LEVELS = (Sensitivity.FEWER, Sensitivity.BALANCED, Sensitivity.EARLIER)


def test_the_shipped_weights_name_their_version_and_origin() -> None:
    assert MODEL.version
    assert len(MODEL.origin) > 40
    assert len(MODEL.version) <= 40


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"silence": MODEL.silence[::-1]}, id="an unrecorded time says less than one the client booked"),
        pytest.param({"silence": MODEL.silence[:-1]}, id="no curve for an unrecorded time"),
        pytest.param(
            {"silence": (*MODEL.silence[:-1], (0.0, 9.0, *MODEL.silence[-1][2:]))}, id="silence weighs less later"
        ),
        pytest.param(
            {"empty_books_late": (0.3, *MODEL.empty_books_late[1:])}, id="a calendar just emptied weighs something"
        ),
        pytest.param({"empty_books_ahead": MODEL.empty_books_ahead[::-1]}, id="an empty calendar weighs less later"),
        pytest.param({"in_touch": (*MODEL.in_touch[:-1], 0.1)}, id="a word counts against the client"),
        pytest.param({"in_touch": MODEL.in_touch[1:]}, id="a word without its fading"),
        pytest.param({"prior_by_session": MODEL.prior_by_session[::-1]}, id="more sessions, more leaving"),
        pytest.param({"hold_setback": MODEL.hold_setback[:-1]}, id="no scale for an empty calendar"),
        pytest.param({"not_kept": (-0.1,)}, id="a miss speaks for staying"),
        pytest.param({"series_cancelled": -1.0}, id="a series taken out speaks for staying"),
        pytest.param({"quiet_at_probability": 0.01}, id="quiet before drifting"),
        pytest.param({"drifting_at_probability": 0.0}, id="drifting at nothing"),
        pytest.param({"beats": MODEL.beats[:-1]}, id="curves longer than their beats"),
        pytest.param({"expected_flags": weights.ExpectedFlags(drifting=5.0, quiet=8.0)}, id="more quiet than drifting"),
    ],
)
def test_weights_that_break_a_promise_of_noticing_are_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(weights.UnusableWeights):
        replace(MODEL, **broken)


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_reads_its_own_thresholds_and_flags(level: Sensitivity) -> None:
    model, told = weights.read(RAW, level), RAW["sensitivity"][level]
    assert model == weights.load(level)
    assert model.sensitivity is level
    assert model.drifting_at_probability == told["drifting_at_probability"]
    assert model.quiet_at_probability == told["quiet_at_probability"]
    assert model.expected_flags == weights.ExpectedFlags(**told["expected_flags"])
    assert model.version == RAW["version"]


def test_without_a_choice_the_weights_are_balanced() -> None:
    assert weights.read(RAW) == weights.load() == weights.load(Sensitivity.BALANCED)


def test_the_file_names_exactly_the_levels_that_can_be_chosen() -> None:
    assert set(RAW["sensitivity"]) == set(Sensitivity)


@pytest.mark.parametrize(
    ("level", "name", "value"),
    [
        ("fewer", "drifting_at_probability", RAW["sensitivity"]["balanced"]["drifting_at_probability"]),
        ("earlier", "drifting_at_probability", RAW["sensitivity"]["fewer"]["drifting_at_probability"]),
        ("earlier", "quiet_at_probability", RAW["sensitivity"]["balanced"]["quiet_at_probability"]),
        ("fewer", "expected_flags", {"drifting": 900.0, "quiet": 0.0}),
        ("earlier", "expected_flags", {"drifting": 900.0, "quiet": 0.0}),
    ],
)
@pytest.mark.parametrize("asked", LEVELS)
def test_levels_out_of_their_order_are_refused_whichever_is_asked_for(
    level: str, name: str, value: object, asked: Sensitivity
) -> None:
    raw = deepcopy(RAW)
    raw["sensitivity"][level][name] = value
    with pytest.raises(weights.UnusableWeights):
        weights.read(raw, asked)


def test_a_more_sensitive_level_tells_earlier_and_says_the_same() -> None:
    told = history(sessions(8))
    found = [engagement.assess(told, Rhythm(), day(50), weights.load(level)) for level in LEVELS]
    drifting = [one.drifting_at for one in found if one.drifting_at]
    quiet = [one.quiet_at for one in found if one.quiet_at]
    assert drifting == sorted(set(drifting), reverse=True)
    assert quiet == sorted(set(quiet), reverse=True)
    assert len(drifting) == len(quiet) == len(LEVELS)
    assert found[0].evidence == found[1].evidence == found[2].evidence


@pytest.mark.parametrize("odds", [-800.0, -2.0, 0.0, 2.0, 800.0])
def test_log_odds_of_any_size_make_a_probability(odds: float) -> None:
    assert 0 <= weights.probability(odds) <= 1


def test_probability_and_log_odds_undo_each_other() -> None:
    assert weights.log_odds(weights.probability(1.3)) == pytest.approx(1.3)
