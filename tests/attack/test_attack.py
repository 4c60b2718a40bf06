"""The attacker makes nobody out from what we publish. Naive exporters in its place: test_naive_exporters.py."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from api.domain import anonymise
from api.domain.anonymise import NotEnoughClients
from api.domain.definitions import Counts
from schemas.vocabulary import Figure
from tests.attack import attacker
from tests.attack.attacker import NAMES, Published
from tests.attack.exporters import ours, ours_year_by_year
from tests.attack.practices import Practice, practices
from tests.support.counts import Say

MANY = settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEWER = settings(MANY, max_examples=30)


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
    assert seen["releases"] > 60
    assert seen["practices with several releases"] > 8
    assert seen["releases with something withheld"] > 40
    assert seen["releases with four figures or more"] > 16


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
    assert seen["figures"] > 100


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
