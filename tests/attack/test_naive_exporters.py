"""An attacker who knows nothing of our code breaks exporters that know less of disclosure than ours: so the attack is one."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.attack import attacker
from tests.attack.exporters import NAIVE, Exporter
from tests.attack.practices import Practice, practices
from tests.support.counts import Say

# What is drawn depends on which modules a worker has loaded, so one round may show too little: a few are tried.
SOME = settings(max_examples=25, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What shows only over several years comes up more rarely.
MORE = settings(SOME, max_examples=60)
ROUNDS = 8
ENOUGH = 3

# How each of them falls, at the least.
BROKEN_BY = {
    "raw": {"_reads"},
    "small_ones_hidden": {"_reads", "_subtracts"},
    "small_ones_hidden_with_percentages": {"_turns_percentages_back"},
    "small_ones_hidden_with_rests": {"_reads"},
    "without_complements": {"_subtracts"},
    "with_steps_each_by_itself": {"_subtracts"},
    "without_a_ledger": {"_compares_periods"},
    "with_common_years": {"_compares_periods"},
    "without_a_look_at_the_year_before": {"_follows_from_year_to_year"},
}
OVER_YEARS = {"without_a_look_at_the_year_before"}


@pytest.mark.slow
@pytest.mark.parametrize("exporter", NAIVE, ids=lambda one: one.__name__)
def test_a_naive_exporter_in_its_place_is_broken(exporter: Exporter, say: Say) -> None:
    how: Counter[str | None] = Counter()

    @(MORE if exporter.__name__ in OVER_YEARS else SOME)
    @given(practices())
    def attack(practice: Practice) -> None:
        files = exporter(practice)
        how[attacker.succeeds(files) if files else "nothing published"] += 1

    expected = BROKEN_BY[exporter.__name__]
    for number in range(ROUNDS):
        seed(number)(attack)()
        if expected <= how.keys() and sum(how[name] for name in expected) >= ENOUGH:
            break
    say(f"attack on {exporter.__name__}: {dict(how)}")
    assert expected <= how.keys()
    assert sum(how[name] for name in expected) >= ENOUGH
