"""What releases of several years in a row count together: no smaller group than two years beside each other do.

Somebody knows of every client that work under way in a year was under way in the year before (nobody stays away for a whole
year), and that work which ended in one year does not go on in the next. Tried are all sums and differences of the counts of
all years; what stays is what counts each possible client once or not at all, and so counts a group.
"""

from collections.abc import Iterator
from itertools import product

import pytest

from api.domain import relations
from schemas.vocabulary import Figure

AT_RISK, CARRIED_ON, AGREED, CLOSED = "at risk", "carried on", "D0", "D3"
# Figures of a year, with those carried on in the place of those who begun: one is at risk less the other.
OF_A_YEAR = (AT_RISK, CARRIED_ON, AGREED, CLOSED)
# D1, D2, D4 and D5 say nothing of the year after: whoever is in one may come again. Any of them stands for all.
AND_ONE_MORE = (*OF_A_YEAR, "another")

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
        for ending in (None, AGREED, CLOSED):
            told = there if ending is None else there | {(last, ending)}
            for chosen in product((False, True), repeat=len(others)):
                yield frozenset(told | {one for one, yes in zip(others, chosen, strict=True) if yes}), last


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
        to_try[max(names.index(one) for one in client)].append(client)
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
        yield everybody | {(year, AGREED): -1, (year, CLOSED): -1}
        if year + 1 < years:
            stopped: Sum = everybody | {(year + 1, CARRIED_ON): -1}
            for ended in ((), (AGREED,), (CLOSED,), (AGREED, CLOSED)):
                yield stopped | {(year, name): -1 for name in ended}


def size(of: Sum, client: Client) -> int:
    return sum(of.get(one, 0) for one in client)


@pytest.mark.parametrize("come_back", [True, False], ids=["some come back", "nobody comes back"])
@pytest.mark.parametrize(
    ("years", "figures", "most"),
    [(2, OF_A_YEAR, 3), (3, OF_A_YEAR, 2), (4, OF_A_YEAR, 1), (2, AND_ONE_MORE, 2), (3, AND_ONE_MORE, 1)],
)
def test_whatever_several_years_count_holds_all_of_a_group_that_is_looked_at(
    years: int, figures: tuple[str, ...], most: int, come_back: bool
) -> None:
    """Of figures that are shown with it: what is at risk in a year is shown if anything of it is."""
    everybody = clients(years, figures, come_back=come_back)
    found = groups(everybody, years, figures, most)
    inside = list(looked_at(years, figures))
    for one in found:
        shown = one.keys() | {(year, AT_RISK) for year, _ in one}
        assert any(
            group.keys() <= shown and all(size(group, client) <= size(one, client) for client in everybody)
            for group in inside
        ), one
    assert all(group in found for group in inside)


def test_that_nobody_both_agreed_on_an_ending_and_was_closed_is_certain() -> None:
    assert (Figure.AGREED_ENDING, Figure.CLINICIAN_JUDGED) in relations.APART
