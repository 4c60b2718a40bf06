"""Somebody with every file that was ever published, the definitions, patience, and no code of the product.

An attack succeeds when it makes out a group of fewer than eleven clients, nobody included (then everybody else shares one
answer): its exact size, or that its size is from one to ten.
"""

import csv
import io
import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, permutations

AT_RISK, BEGUN, FOLLOWED = "at_risk", "begun", "begun_180_days"
D0, D1, D2, D3, D4, D5 = (
    "agreed_ending",
    "missed_last",
    "unilateral",
    "clinician_judged",
    "intake_only",
    "below_k_sessions",
)
C1, C2, C3 = "closing_offered", "closing_accepted", "closing_held"
NAMES = (AT_RISK, BEGUN, FOLLOWED, D0, D1, D2, D3, D4, D5, C1, C2, C3)
COUNTED_IN = {
    BEGUN: AT_RISK,
    FOLLOWED: BEGUN,
    D0: AT_RISK,
    D1: AT_RISK,
    D2: AT_RISK,
    D3: AT_RISK,
    D4: BEGUN,
    D5: FOLLOWED,
    C1: AT_RISK,
    C2: C1,
    C3: C2,
}
NOT_BOTH = ((D0, D2), (D0, D3), (D0, D4), (D3, C3))
# Whose work had ended in the year, as far as the definitions say so; nobody is in two of one line.
HAD_ENDED = ((), (D0,), (D3,), (D0, D3), (C1,), (C2,), (C3,), (D3, C3))
SMALL = range(1, 11)

Known = dict[str, int]
Sum = dict[str, int]  # how many times each figure is added


class Published:
    """What a file says: counts, percentages, and whatever else stands in it."""

    def __init__(self, document: str, sheet: str) -> None:
        told = json.loads(document)
        self.text = document
        self.period: str = told["period"]["name"]
        self.percents: dict[str, str] = {}
        self.known: Known = {}
        for one in (*told["groups"], *told["definitions"]):
            self._take(one["figure"], one["count"])
            if one.get("of_count") is not None:
                self._take(one["of"], one["of_count"])
            if one.get("percent") is not None:
                self.percents[one["figure"]] = one["percent"]
            if one.get("rest") is not None and COUNTED_IN[one["figure"]] in self.known:
                self.known[one["figure"]] = self.known[COUNTED_IN[one["figure"]]] - one["rest"]
        self._read_sheet(sheet)

    def _take(self, figure: str, count: int | None) -> None:
        if count is not None:
            self.known[figure] = count

    def _read_sheet(self, sheet: str) -> None:
        lines = [line for line in csv.reader(io.StringIO(sheet, newline="")) if line and not line[0].startswith("#")]
        for row in lines[1:]:
            told = dict(zip(lines[0], row, strict=True))
            self._take(told["figure"], int(told["count"]) if told["count"] else None)
            if told["percent"]:
                self.percents[told["figure"]] = told["percent"]


def succeeds(files: list[tuple[str, str]]) -> str | None:
    """The name of the first attack that works; None if none does."""
    published = [Published(*one) for one in files]
    for attack in (_reads, _turns_percentages_back, _subtracts, _bounds, _compares_periods, _follows_from_year_to_year):
        if attack(published):
            return attack.__name__
    return None


def _reads(published: list[Published]) -> bool:
    """A small count, or one that is its whole group, just stands there."""
    return any(
        count < 11 or (figure in COUNTED_IN and one.known.get(COUNTED_IN[figure]) == count)
        for one in published
        for figure, count in one.known.items()
    )


def _turns_percentages_back(published: list[Published]) -> bool:
    """How many clients make this percentage of a known group? Keeps what it finds, for the attacks after it."""
    for one in published:
        for figure, percent in one.percents.items():
            of = one.known.get(COUNTED_IN[figure])
            if of is None or figure in one.known:
                continue
            fitting = [count for count in range(of + 1) if abs(100 * count / of - float(percent)) <= 0.05 + 1e-9]
            if len(fitting) == 1:
                one.known[figure] = fitting[0]
    return _reads(published)


def _subtracts(published: list[Published]) -> bool:
    """Every sum and difference of known counts that counts a group of clients."""
    return any(
        sum(times * one.known[figure] for figure, times in wanted.items()) < 11
        for one in published
        for wanted in _groups()
        if wanted.keys() <= one.known.keys()
    )


def _bounds(published: list[Published]) -> bool:
    """Every group, known or not: which sizes are possible at all, by trying all whole numbers that fit the definitions."""
    return any(
        _is_made_out(_sizes(one.known, wanted)) for one in published for wanted in _groups() if AT_RISK in one.known
    )


def _is_made_out(sizes: Iterator[int]) -> bool:
    """Stops at the first two sizes that leave it open."""
    seen: set[int] = set()
    for size in sizes:
        seen.add(size)
        if len(seen) > 1 and not seen <= set(SMALL):
            return False
    return min(seen) < 11


def _compares_periods(published: list[Published]) -> bool:
    """Two files of one period: who came in between? A period within another: who was only in the rest of it?"""
    for one, other in combinations(published, 2):
        years = [set(range(int(text[:4]), int(text[-4:]) + 1)) for text in (one.period, other.period)]
        if not years[0] & years[1]:
            continue
        for figure in one.known.keys() & other.known.keys():
            difference = abs(one.known[figure] - other.known[figure])
            if 0 < difference < 11 or (years[0] != years[1] and difference == 0):
                return True
    return False


def _follows_from_year_to_year(published: list[Published]) -> bool:
    """Knows that the practice opened in the former period: whoever came in the latter and did not begin in it was there."""
    for former, latter in permutations(published, 2):
        if int(former.period[-4:]) + 1 == int(latter.period[:4]) and {AT_RISK, BEGUN} <= latter.known.keys():
            did_not_go_on = former.known[AT_RISK] - (latter.known[AT_RISK] - latter.known[BEGUN])
            # Nor did any of those whose work had ended; so who is left of whom nothing is said?
            ended = [sum(former.known.get(figure, 0) for figure in apart) for apart in HAD_ENDED]
            if any(0 <= did_not_go_on - count < 11 for count in ended):
                return True
    return False


def _sizes(known: Known, wanted: Sum) -> Iterator[int]:
    """The sizes of a group in all completions of what is known; what is counted varies fastest."""
    unknown = _tied(known, set(wanted) - set(known))
    ordered = sorted(unknown, key=lambda figure: (figure in wanted, NAMES.index(figure)))
    # What the group is counted in is tried large first, anything else small first, so that the group itself can vary.
    large = {whole for figure in wanted for whole in _wholes(figure)} - set(wanted)
    for values in _completions(dict(known), ordered, large):
        yield sum(times * values[figure] for figure, times in wanted.items())


def _wholes(figure: str) -> Iterator[str]:
    while figure in COUNTED_IN:
        figure = COUNTED_IN[figure]
        yield figure


def _tied(known: Known, unknown: set[str]) -> set[str]:
    """These figures, and the unknown ones that a relation ties to them, and so on."""
    while True:
        pairs = [set(pair) - set(known) for pair in (*COUNTED_IN.items(), *NOT_BOTH)]
        more = unknown.union(*(pair for pair in pairs if pair & unknown))
        if more == unknown:
            return unknown
        unknown = more


def _completions(values: Known, unknown: list[str], large: set[str]) -> Iterator[Known]:
    if not unknown:
        yield values
        return
    figure, rest = unknown[0], unknown[1:]
    low, high = _between(values, figure)
    for step in range(high - low + 1):
        both_ends_in_turn = low + step // 2 if step % 2 == (figure in large) else high - step // 2
        yield from _completions({**values, figure: both_ends_in_turn}, rest, large)


def _between(values: Known, figure: str) -> tuple[int, int]:
    """Every number that fits the definitions beside those there are, and no other."""
    most = [values[whole] for whole in _wholes(figure) if whole in values]
    most += [
        values[AT_RISK] - values[other] for pair in NOT_BOTH if figure in pair for other in pair if other in values
    ]
    return max([0, *(values[part] for part in values if figure in _wholes(part))]), min(most)


def _fits(values: Known) -> bool:
    within = all(
        values[part] <= values[whole] for part, whole in COUNTED_IN.items() if part in values and whole in values
    )
    return within and all(values.get(one, 0) + values.get(other, 0) <= values[AT_RISK] for one, other in NOT_BOTH)


@lru_cache(maxsize=1)
def _groups() -> tuple[Sum, ...]:
    """Every sum of figures, each added, taken away or left out, that counts each kind of client once or not at all."""
    return tuple(one for one in _further({}) if one)


def _further(chosen: Sum) -> Iterator[Sum]:
    """Figure by figure; every kind of client is tried once all the figures are chosen that it is counted in."""
    if len(chosen) == len(NAMES):
        yield {figure: times for figure, times in chosen.items() if times}
        return
    figure = NAMES[len(chosen)]
    for times in (-1, 0, 1):
        tried = {**chosen, figure: times}
        if all(0 <= sum(tried[name] for name in kind) <= 1 for kind in _kinds_of_client()[figure]):
            yield from _further(tried)


@lru_cache(maxsize=1)
def _kinds_of_client() -> dict[str, list[tuple[str, ...]]]:
    """By the last figure that each is counted in."""
    found: dict[str, list[tuple[str, ...]]] = {figure: [] for figure in NAMES}
    for size in range(1, len(NAMES) + 1):
        for kind in combinations(NAMES, size):
            within = all(COUNTED_IN[figure] in kind for figure in kind if figure in COUNTED_IN)
            if AT_RISK in kind and within and not any(one in kind and other in kind for one, other in NOT_BOTH):
                found[kind[-1]].append(kind)
    return found
