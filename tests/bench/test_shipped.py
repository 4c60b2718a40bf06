"""The weights that ship, on a practice that no fit has seen: far from the figures in the documents, so that chance does not fail it."""

from pathlib import Path

import pytest

from api.domain import weights
from api.domain.rules_of_thumb import RuleOfThumb
from bench.noticing import calibrating, watching
from bench.noticing.snapshots import Snapshots
from bench.noticing.watching import Practice, Watched
from schemas.vocabulary import Stage


@pytest.fixture(scope="module")
def seen() -> list[Watched]:
    return [watching.watch_one(Practice("ordinary", 350, 4711), weights.load())]


def test_drifting_finds_more_and_cries_wolf_less_than_the_best_rule_of_thumb(seen: list[Watched]) -> None:
    found = watching.score(watching.weigh(seen, weights.load()), weights.load())
    drifting, quiet = found[Stage.DRIFTING], found[Stage.QUIET]
    rule = watching.score_of_rule(seen, RuleOfThumb.NOTHING_BOOKED)
    assert drifting.left > 40
    assert drifting.rate(21) > 0.65
    assert quiet.rate(30) > 0.6
    assert drifting.per_100_months < 15
    assert quiet.per_100_months < 6
    assert drifting.rate(21) > rule.rate(21) - 0.05
    assert drifting.per_100_months < rule.per_100_months


def test_what_is_worked_out_comes_true_about_as_often(seen: list[Watched]) -> None:
    rows = [row for one in seen for row in one.weekly]
    found = calibrating.calibration(Snapshots.of(rows), weights.load())
    assert found.error < 0.03
    assert found.brier < 0.8 * found.brier_of_base_rate


def test_a_practice_can_be_written_for_others_to_replay(tmp_path: Path) -> None:
    watching.write(Practice("standing series", 12, 3), tmp_path)
    assert {one.name for one in tmp_path.iterdir()} >= {"appointments.csv", "clients.csv", "truth.csv"}
