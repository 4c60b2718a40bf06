"""The bounds are those that trying all whole numbers gives."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from api.domain import bounds
from api.domain.bounds import Rule

NAMES = "abc"
terms = st.dictionaries(st.sampled_from(NAMES), st.integers(-2, 2).filter(bool), min_size=1)
rules = st.lists(st.builds(Rule, terms, st.integers(-4, 12)), max_size=5)
limits = st.tuples(st.integers(-3, 3), st.integers(0, 6)).map(lambda ends: (ends[0], ends[0] + ends[1]))
boxes = st.fixed_dictionaries(dict.fromkeys(NAMES, limits))


def fulfilled(rule: Rule[str], values: dict[str, int]) -> bool:
    return sum(times * values[name] for name, times in rule.terms.items()) <= rule.most


@given(terms, rules, boxes)
def test_the_bounds_are_exact(
    wanted: dict[str, int], given_rules: list[Rule[str]], box: dict[str, tuple[int, int]]
) -> None:
    sums = _sums(wanted, given_rules, box)
    assert bounds.lowest(wanted, given_rules, box) == min(sums, default=None)
    assert bounds.highest(wanted, given_rules, box) == max(sums, default=None)


def _sums(wanted: dict[str, int], given_rules: list[Rule[str]], box: dict[str, tuple[int, int]]) -> list[int]:
    every = [
        dict(zip(box, numbers, strict=True))
        for numbers in product(*(range(low, high + 1) for low, high in box.values()))
    ]
    fitting = [values for values in every if all(fulfilled(rule, values) for rule in given_rules)]
    return [sum(times * values[name] for name, times in wanted.items()) for values in fitting]


def test_a_sum_that_two_rules_pin_is_pinned() -> None:
    pinned = [Rule({"a": 1, "b": 1}, 7), Rule({"a": -1, "b": -1}, -7)]
    box = {"a": (0, 100), "b": (0, 100)}
    assert bounds.lowest({"a": 1, "b": 1}, pinned, box) == bounds.highest({"a": 1, "b": 1}, pinned, box) == 7
    assert (bounds.lowest({"a": 1}, pinned, box), bounds.highest({"a": 1}, pinned, box)) == (0, 7)


def test_only_whole_numbers_count() -> None:
    assert bounds.highest({"a": 1}, [Rule({"a": 2}, 7)], {"a": (0, 100)}) == 3
    assert bounds.lowest({"a": 1}, [Rule({"a": 2}, 1), Rule({"a": -2}, -1)], {"a": (0, 100)}) is None
