"""The data file of weights, and what it may not say."""

from dataclasses import asdict, replace

import pytest

from api.domain import weights

MODEL = weights.load()


def test_the_shipped_weights_name_their_version_and_origin() -> None:
    assert MODEL.version
    assert len(MODEL.origin) > 40
    assert len(MODEL.version) <= 40


@pytest.mark.parametrize(
    "broken",
    [
        {"silence_books_ahead": (0.0, 0.5, *MODEL.silence_books_ahead[2:][::-1])},
        {"silence_books_late": (0.3, *MODEL.silence_books_late[1:])},
        {"prior_by_session": MODEL.prior_by_session[::-1]},
        {"hold_silence": MODEL.hold_silence[::-1]},
        {"hold_setback": MODEL.hold_setback[:-1]},
        {"not_kept": (-0.1,)},
        {"series_cancelled": -1.0},
        {"quiet_at_probability": 0.1},
        {"drifting_at_probability": 0.0},
        {"beats": MODEL.beats[:-1]},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_weights_that_break_a_promise_of_noticing_are_refused(broken: dict[str, tuple[float, ...] | float]) -> None:
    with pytest.raises(weights.UnusableWeights):
        replace(MODEL, **broken)  # type: ignore[arg-type]  # one field at a time, each of its own type


def test_a_model_reads_back_from_its_own_shape() -> None:
    raw = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(MODEL).items()}
    assert weights.read(raw) == MODEL


@pytest.mark.parametrize("odds", [-800.0, -2.0, 0.0, 2.0, 800.0])
def test_log_odds_of_any_size_make_a_probability(odds: float) -> None:
    assert 0 <= weights.probability(odds) <= 1


def test_probability_and_log_odds_undo_each_other() -> None:
    assert weights.log_odds(weights.probability(1.3)) == pytest.approx(1.3)
