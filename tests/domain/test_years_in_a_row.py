"""What releases of several years in a row count together: no smaller group than two years beside each other do.

Somebody knows of every client that work under way in a year was under way in the year before (nobody stays away for a whole
year), and that work which ended in one year does not go on in the next; steps of a closing session are counted of such work alone.
Tried are all sums and differences of the counts of
all years; what stays is what counts each possible client once or not at all, and so counts a group.
"""

from collections.abc import Iterator
from itertools import pairwise, product

import pytest

from api.domain import relations
from schemas.vocabulary import Figure

AT_RISK, CARRIED_ON, AGREED, CLOSED = "at risk", "carried on", "D0", "D3"
OFFERED, ACCEPTED, HELD = STEPS = ("C1", "C2", "C3")
OTHERWISE = "ended in a way that has no figure"
# Figures of a year, with those carried on in the place of those who begun: one is at risk less the other.
OF_A_YEAR = (AT_RISK, CARRIED_ON, AGREED, CLOSED)
# D1, D2, D4 and D5 say nothing of the year after: whoever is in one may come again. Any of them stands for all.
AND_ONE_MORE = (*OF_A_YEAR, "another")
AND_STEPS = (*OF_A_YEAR, *STEPS)
# Nobody is in both, and the work of either has ended.
APART = ((AGREED, CLOSED), (CLOSED, HELD))

Client = frozenset[tuple[int, str]]
Sum = dict[tuple[int, str], int]


def runs(years: int, first: int, figures: tuple[str, ...]) -> Iterator[tuple[Client, int]]:
    """Everything that one episode can be counted in which begins in the year `first`, and its last year.

    -1 is the year before all these.
    """
    for last in range(max(first, 0), years):
        there = {(year, AT_RISK) for year in range(max(first, 0), last + 1)}
        there |= {(year, CARRIED_ON) for year in range(first + 1, last + 1)}
        others = [(year, name) for year in range(max(first, 0), last + 1) for name in figures if name == "another"]
        for ending in endings(figures):
            told = there | {(last, name) for name in ending}
            for chosen in product((False, True), repeat=len(others)):
                yield frozenset(told | {one for one, yes in zip(others, chosen, strict=True) if yes}), last


def endings(figures: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What of these may be counted of work that ended in the year; first of all of work that goes on."""
    yield ()
    for how in (AGREED, CLOSED, OTHERWISE):
        for count in range(len(STEPS) if how is CLOSED else len(STEPS) + 1):
            told = tuple(name for name in (how, *STEPS[:count]) if name in figures)
            if told and (how in figures or count):
                yield told


def clients(years: int, figures: tuple[str, ...], *, come_back: bool) -> set[Client]:
    """Who comes back later begins again: one episode after another, with or without a year between them."""
    found: set[Client] = set()

    def go_on(before: Client, first: int) -> None:
        for start in range(first, years):
            for run, last in runs(years, start, figures):
                found.add(before | run)
                if come_back:
                    go_on(before | run, last + 1)

    go_on(frozenset(), -1)
    return found


def groups(everybody: set[Client], years: int, figures: tuple[str, ...], most: int) -> list[Sum]:
    """All that count everybody once or not at all. Each figure is added or taken away up to `most` times."""
    names = [(year, name) for year in range(years) for name in figures]
    # A client is tried as soon as all the figures are chosen that they are counted in.
    to_try: list[list[Client]] = [[] for _ in names]
    for client in everybody:
        to_try[max(map(names.index, client))].append(client)
    found: list[Sum] = []

    def choose(place: int, chosen: Sum) -> None:
        if place == len(names):
            found.append({name: times for name, times in chosen.items() if times})
            return
        for times in range(-most, most + 1):
            tried = {**chosen, names[place]: times}
            if all(0 <= sum(tried[one] for one in client) <= 1 for client in to_try[place]):
                choose(place + 1, tried)

    choose(0, {})
    return [one for one in found if one]


def looked_at(years: int, figures: tuple[str, ...]) -> Iterator[Sum]:
    """What has to be eleven or more before a figure is shown: in each year, and from each to the next."""
    for year in range(years):
        everybody: Sum = {(year, AT_RISK): 1}
        for name in figures:
            yield {(year, name): 1}
            if name is not AT_RISK:
                yield everybody | {(year, name): -1}
        pairs = [pair for pair in APART if set(pair) <= set(figures)]
        for pair in pairs:
            yield everybody | {(year, name): -1 for name in pair}
        for before, after in pairwise(name for name in STEPS if name in figures):
            yield {(year, before): 1, (year, after): -1}
        if year + 1 < years:
            stopped: Sum = everybody | {(year + 1, CARRIED_ON): -1}
            for ended in ((), *((name,) for name in (AGREED, CLOSED, *STEPS) if name in figures), *pairs):
                yield stopped | {(year, name): -1 for name in ended}


def shown_with(one: Sum) -> set[tuple[int, str]]:
    """What is at risk in a year is shown if anything of it is, and no step without the one before it."""
    before = {step: STEPS[:place] for place, step in enumerate(STEPS)}
    return one.keys() | {(year, other) for year, name in one for other in (AT_RISK, *before.get(name, ()))}


def size(of: Sum, client: Client) -> int:
    return sum(of.get(one, 0) for one in client)


@pytest.mark.parametrize("come_back", [True, False], ids=["some come back", "nobody comes back"])
@pytest.mark.parametrize(
    ("years", "figures", "most"),
    [
        (2, OF_A_YEAR, 3),
        (3, OF_A_YEAR, 2),
        (4, OF_A_YEAR, 1),
        (2, AND_ONE_MORE, 2),
        (3, AND_ONE_MORE, 1),
        (2, AND_STEPS, 3),
        (3, (AT_RISK, CARRIED_ON, AGREED, OFFERED, HELD), 1),
        (3, (AT_RISK, CARRIED_ON, CLOSED, OFFERED, HELD), 1),
        (4, (AT_RISK, CARRIED_ON, OFFERED), 2),
        (2, (*AND_STEPS, "another"), 1),
    ],
)
def test_whatever_several_years_count_holds_all_of_a_group_that_is_looked_at(
    years: int, figures: tuple[str, ...], most: int, come_back: bool
) -> None:
    """Of figures that are shown with it."""
    everybody = clients(years, figures, come_back=come_back)
    found = groups(everybody, years, figures, most)
    inside = list(looked_at(years, figures))
    for one in found:
        shown = shown_with(one)
        assert any(
            group.keys() <= shown and all(size(group, client) <= size(one, client) for client in everybody)
            for group in inside
        ), one
    assert all(group in found for group in inside)


def test_counted_of_work_that_goes_on_offers_would_count_a_group_that_nobody_looks_at() -> None:
    """Whoever had been offered one in the first year, and came in the second, would count in both: so who is new in the second, and
    who stopped in the first without an offer, could be counted together. Therefore they are counted of work that ended.
    """
    figures = (AT_RISK, CARRIED_ON, OFFERED)
    second, both = {(1, AT_RISK)}, {(1, AT_RISK), (1, CARRIED_ON)}
    then, later = {(0, OFFERED)}, {(1, OFFERED)}
    everybody = {frozenset(second), frozenset(second | later)}
    for before in ({(0, AT_RISK)}, {(0, CARRIED_ON), (0, AT_RISK)}):
        everybody |= {frozenset(before), frozenset(before | then)}
        everybody |= {
            frozenset(before | both),
            frozenset(before | both | later),
            frozenset(before | both | then | later),
        }
    found = groups(everybody, 2, figures, 1)
    new: Sum = {(0, AT_RISK): 1, (0, OFFERED): -1, (1, CARRIED_ON): -1, (1, OFFERED): 1}
    assert new in found
    inside = [one for one in looked_at(2, figures) if one in found]
    assert not any(all(size(group, client) <= size(new, client) for client in everybody) for group in inside)


def test_what_is_taken_for_certain_here_is_certain() -> None:
    assert (Figure.AGREED_ENDING, Figure.CLINICIAN_JUDGED) in relations.APART
    assert (Figure.CLINICIAN_JUDGED, Figure.CLOSING_HELD) in relations.APART
    steps = (Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD)
    assert set(pairwise((Figure.AT_RISK, *steps))) <= set(relations.WITHIN)
