"""What integers a hidden number can be, given what is known: exact bounds, found by search, without a solver's tolerance.

The systems are small (a dozen unknowns, sums of two or three of them), so bisection with propagation settles each question in
some dozens of steps. Every answer rests on an assignment that fulfils all rules, or on the whole box having been searched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Name = TypeVar("Name")
Box = dict[Name, tuple[int, int]]


@dataclass(frozen=True)
class Rule(Generic[Name]):
    """The sum of the terms, each a number of times its unknown, is at most `most`."""

    terms: Mapping[Name, int]
    most: int


def lowest(wanted: Mapping[Name, int], rules: Sequence[Rule[Name]], box: Box[Name]) -> int | None:
    """The least value of a sum of unknowns, each a whole number within its limits in `box`; None: the rules cannot hold."""
    floor, ceiling = _least(wanted, box), -_least({name: -times for name, times in wanted.items()}, box)
    if not _can_be(rules, box):
        return None
    while floor < ceiling:
        middle = (floor + ceiling) // 2
        if _can_be([*rules, Rule(wanted, middle)], box):
            ceiling = middle
        else:
            floor = middle + 1
    return floor


def highest(wanted: Mapping[Name, int], rules: Sequence[Rule[Name]], box: Box[Name]) -> int | None:
    found = lowest({name: -times for name, times in wanted.items()}, rules, box)
    return None if found is None else -found


def _can_be(rules: Sequence[Rule[Name]], box: Box[Name]) -> bool:
    """Whether whole numbers within the box fulfil all rules: narrows the box, then halves it where it is widest.

    The lowest numbers of a narrowed box mostly fulfil them, so they are tried before anything is halved.
    """
    narrowed = _narrowed(rules, box)
    if narrowed is None:
        return False
    if all(sum(times * narrowed[name][0] for name, times in rule.terms.items()) <= rule.most for rule in rules):
        return True
    open_ones = [name for name, (low, high) in narrowed.items() if low < high]
    widest = max(open_ones, key=lambda name: narrowed[name][1] - narrowed[name][0])
    low, high = narrowed[widest]
    middle = (low + high) // 2
    return _can_be(rules, {**narrowed, widest: (low, middle)}) or _can_be(
        rules, {**narrowed, widest: (middle + 1, high)}
    )


def _narrowed(rules: Sequence[Rule[Name]], box: Box[Name]) -> Box[Name] | None:
    """The box without values that a single rule excludes; None when a rule leaves nothing."""
    box = dict(box)
    moved = True
    while moved:
        moved = False
        for rule in rules:
            # Narrowing touches the ends that the least sum does not stand on, so it holds for the whole rule.
            least = _least(rule.terms, box)
            if least > rule.most:
                return None
            for name, times in rule.terms.items():
                low, high = box[name]
                spare = rule.most - (least - min(times * low, times * high))
                if times > 0 and spare // times < high:
                    box[name], moved = (low, spare // times), True
                elif times < 0 and -(spare // -times) > low:
                    box[name], moved = (-(spare // -times), high), True
    return box


def _least(terms: Mapping[Name, int], box: Box[Name]) -> int:
    return sum(times * (box[name][0] if times > 0 else box[name][1]) for name, times in terms.items())
