"""Naive exporters are broken by the attacker, and the one we have is not."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from api.domain import anonymise
from api.domain.anonymise import NotEnoughClients
from api.domain.definitions import Counts
from schemas.vocabulary import Figure
from tests.attack import attacker
from tests.attack.attacker import NAMES, Published
from tests.attack.exporters import NAIVE, Exporter, ours, ours_year_by_year
from tests.attack.practices import Practice, practices
from tests.support.counts import Say

MANY = settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEWER = settings(MANY, max_examples=60)


@pytest.mark.slow
def test_nobody_can_be_made_out_from_all_that_we_publish(say: Say) -> None:
    seen: Counter[str] = Counter()

    @MANY
    @given(practices())
    def attack(practice: Practice) -> None:
        files = ours(practice)
        assert attacker.succeeds(files) is None
        assert attacker.succeeds(ours_year_by_year(practice)) is None
        seen["practices"] += 1
        seen["releases"] += len(files)
        seen["practices with several releases"] += len(files) > 1
        for one in files:
            known = Published(*one).known
            seen["figures shown"] += len(known)
            seen["figures withheld"] += len(NAMES) - len(known)
            seen["releases with something withheld"] += len(known) < len(NAMES)
            seen["releases with four figures or more"] += len(known) >= 4

    attack()
    say(f"attack on our releases: {dict(seen)}, none succeeded")
    assert seen["releases"] > 150
    assert seen["practices with several releases"] > 20
    assert seen["releases with something withheld"] > 100
    assert seen["releases with four figures or more"] > 40


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


@pytest.mark.slow
@pytest.mark.parametrize("exporter", NAIVE, ids=lambda one: one.__name__)
def test_a_naive_exporter_in_its_place_is_broken(exporter: Exporter, say: Say) -> None:
    how: Counter[str | None] = Counter()

    @FEWER
    @given(practices())
    def attack(practice: Practice) -> None:
        files = exporter(practice)
        how[attacker.succeeds(files) if files else "nothing published"] += 1

    attack()
    say(f"attack on {exporter.__name__}: {dict(how)}")
    assert BROKEN_BY[exporter.__name__] <= how.keys()
    assert sum(count for name, count in how.items() if name in BROKEN_BY[exporter.__name__]) >= 3


@pytest.mark.slow
def test_whoever_knows_the_rule_as_well_makes_out_nothing() -> None:
    """For every withheld figure the attacker runs our own rule over other practices: each number from 0 to 10 gives this file."""
    seen: Counter[str] = Counter()

    @FEWER
    @given(practices())
    def attack(practice: Practice) -> None:
        for one in ours(practice):
            known = Published(*one).known
            for figure in [name for name in NAMES if name not in known]:
                numbers = {number for number in range(known["at_risk"] + 1) if _same_file(known, figure, number)}
                assert set(range(11)) <= numbers, (figure, numbers)
                seen["figures"] += 1

    attack()
    assert seen["figures"] > 200


def _same_file(known: dict[str, int], figure: str, number: int) -> bool:
    """Whether some practice with this number has this file: whatever else is withheld is as small as it can be."""
    values = {**dict.fromkeys(NAMES, 0), **known, figure: number}
    for part, whole in reversed(attacker.COUNTED_IN.items()):
        values[whole] = max(values[whole], values[part])
    if any(values[name] != count for name, count in known.items()) or not attacker._fits(values):
        return False
    counts = Counts({Figure(name): value for name, value in values.items()})
    try:
        table = anonymise.publishable(counts)
    except NotEnoughClients:
        return False
    return {str(one): table.count(one) for one in table.shown} == known
