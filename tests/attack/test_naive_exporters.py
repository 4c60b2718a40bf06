"""An attacker who knows nothing of our code breaks exporters that know less of disclosure than ours: so the attack is one."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.attack import attacker
from tests.attack.exporters import NAIVE, Exporter
from tests.attack.practices import Practice, practices
from tests.support.counts import Say

SOME = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What shows only over several years comes up more rarely.
MORE = settings(SOME, max_examples=60)


# How each of them falls, at the least.
BROKEN_BY = {
    "raw": {"_reads"},
    "small_ones_hidden": {"_reads", "_subtracts"},
    "small_ones_hidden_with_percentages": {"_turns_percentages_back"},
    "small_ones_hidden_with_rests": {"_reads"},
    "without_complements": {"_subtracts"},
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

    attack()
    say(f"attack on {exporter.__name__}: {dict(how)}")
    assert BROKEN_BY[exporter.__name__] <= how.keys()
    assert sum(count for name, count in how.items() if name in BROKEN_BY[exporter.__name__]) >= 3
