"""A forecast of flags is a range that a month falls into, also where practices differ from the simulated ones."""

from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import flag_forecast


def poisson(count: int, mean: float) -> float:
    return exp(-mean) * mean**count / factorial(count)


@pytest.mark.parametrize("episodes", [1, 5, 20, 73, 400])
@pytest.mark.parametrize("off", [2 / 3, 1.0, 4 / 3])
def test_nine_months_in_ten_fall_into_it_though_the_rate_is_a_third_off(episodes: int, off: float) -> None:
    found = flag_forecast.a_month(11, episodes)
    mean = 11 * episodes / 100 * off
    assert sum(poisson(count, mean) for count in range(found.low, found.high + 1)) >= 0.89


def test_a_practice_without_episodes_expects_none() -> None:
    assert flag_forecast.a_month(11, 0) == flag_forecast.Forecast(about=0.0, low=0, high=0)


@given(per_100=st.floats(0, 200), episodes=st.integers(0, 1_000_000), more=st.integers(1, 1000))
def test_it_holds_its_mean_and_grows_with_the_caseload(per_100: float, episodes: int, more: int) -> None:
    found, larger = flag_forecast.a_month(per_100, episodes), flag_forecast.a_month(per_100, episodes + more)
    assert 0 <= found.low <= per_100 * episodes / 100 <= found.high
    assert (found.low, found.about, found.high) <= (larger.low, larger.about, larger.high)
    assert found.high <= larger.high
