"""Makes of counts what may be published: the only way from one to the other, and `PublishableTable` the only thing that leaves.

A figure is shown if neither it, nor what it leaves of its group, nor any group that can be counted from it and the figures
already shown, has fewer than eleven clients. Figures are asked in one fixed order. What is not shown is withheld with one and
the same word, whether it is small, nearly everybody, nobody, or only gives another away: why would be an answer.

So a reader who knows this rule as well can make out no withheld figure: it could be any number from 0 to 10 and the
file would be the same. That is not left to the argument: `prove` makes those other practices for each table, runs
them through the rule, and bounds every group by whole numbers (docs/decisions/0025).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn, final

from api.domain import bounds, relations
from api.domain.definitions import DEFINITIONS, Counts
from api.domain.errors import Conflict
from api.domain.relations import Group
from schemas.vocabulary import Figure

THRESHOLD = 11
RULE_SET = "leavetaking-2"

# The order in which figures are asked. It never depends on the counts: which one gives way must not tell.
ORDER: tuple[Figure, ...] = (
    Figure.AT_RISK,
    Figure.AGREED_ENDING,
    Figure.UNILATERAL,
    Figure.MISSED_LAST,
    Figure.CLINICIAN_JUDGED,
    Figure.BEGUN,
    Figure.INTAKE_ONLY,
    Figure.BEGUN_180_DAYS,
    Figure.BELOW_K_SESSIONS,
    Figure.CLOSING_OFFERED,
    Figure.CLOSING_ACCEPTED,
    Figure.CLOSING_HELD,
)
_BASE = {definition.figure: definition.of for definition in DEFINITIONS} | {
    Figure.BEGUN: Figure.AT_RISK,
    Figure.BEGUN_180_DAYS: Figure.BEGUN,
}
_COUNTED_IN = frozenset(definition.figure for definition in DEFINITIONS)
# Of work that ended in the year, figures in two of which nobody is. Who is in D1, D2, D4 or D5 may have come again after it. C2
# lies within C1, and is never shown without it.
_ENDED = (
    (Figure.AGREED_ENDING, Figure.CLINICIAN_JUDGED),
    (Figure.CLINICIAN_JUDGED, Figure.CLOSING_HELD),
    (Figure.CLOSING_OFFERED,),
)
_SEAL = object()


class NotEnoughClients(Conflict):
    """Not one figure can be shown. Nothing is said of how many there are."""

    code = "not_enough_clients"
    message = "Not enough clients to publish. Ask for a longer period: two or three years together."


class NotProved(Conflict):
    """Never seen; a table that does not pass its own proof stays here."""

    code = "not_proved"
    message = "It could not be proved that nobody can be counted from this table, so it is not published."


@final
class PublishableTable:
    """What may leave: figures that are shown, and which are withheld. Nothing but `publishable` can make one."""

    __slots__ = ("_shown",)
    _shown: Mapping[Figure, int]

    def __init__(self, seal: object, shown: Mapping[Figure, int]) -> None:
        if seal is not _SEAL:
            raise TypeError("only the rule makes a table that may be published")
        object.__setattr__(self, "_shown", dict(shown))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError("a table that may be published never changes")

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError("a table that may be published never changes")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a table that may be published is not copied around")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublishableTable) and self._shown == other._shown

    def __hash__(self) -> int:
        return hash(tuple(self._shown.items()))

    def count(self, figure: Figure) -> int | None:
        """None: withheld."""
        return self._shown.get(figure)

    def percent(self, figure: Figure) -> str | None:
        """Of its group, to one decimal, halves up. Made of shown counts alone, so it says nothing that they do not."""
        if figure not in self._shown or figure not in _COUNTED_IN:
            return None
        tenths = Fraction(1000 * self._shown[figure], self._shown[_BASE[figure]])
        rounded = int(tenths + Fraction(1, 2))
        return f"{rounded // 10}.{rounded % 10}"

    @property
    def withheld(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in ORDER if figure not in self._shown)

    @property
    def shown(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in ORDER if figure in self._shown)


@dataclass(frozen=True, slots=True)
class Beside:
    """What releases of the years right before and right after show. None: there is no such release, or it withholds it.

    In a practice that began with the period before, whoever is at risk and did not begin in this one was at risk in that
    one, and had not ended there. So the two tables together count the clients whose work did not go on, and those of
    them of whom the former says no ending either (D0, D3), no conversation at it (D3, C3), or no offer of one (C1): the fewest
    of these must not be few.

    `not_ended_before`: at risk there, less those figures of work that had ended, as far as they are shown. Longer chains of years
    count no other group (docs/statistics.md, tests/domain/test_years_in_a_row.py).
    """

    not_ended_before: int | None = None
    carried_on_after: int | None = None

    def did_not_go_on(self, counts: Mapping[Figure, int]) -> Iterator[int]:
        """The size of the smallest such group with each, if it can be counted with these figures."""
        if self.carried_on_after is not None:
            yield not_ended(counts) - self.carried_on_after
        if self.not_ended_before is not None and Figure.BEGUN in counts:
            yield self.not_ended_before - (counts[Figure.AT_RISK] - counts[Figure.BEGUN])


def not_ended(shown: Mapping[Figure, int]) -> int:
    """At risk, less as many as are shown to have ended, by whichever figures say most. Who ended in a year does not go on after it."""
    return shown[Figure.AT_RISK] - max(sum(shown.get(figure, 0) for figure in apart) for apart in _ENDED)


ALONE = Beside()


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, as numbers that say nothing of clients."""

    groups_bounded: int
    practices_compared: int


def publishable(counts: Counts, beside: Beside = ALONE) -> PublishableTable:
    """Raises NotEnoughClients."""
    shown = _shown({figure: counts.of(figure) for figure in Figure}, beside)
    if not _COUNTED_IN.intersection(shown):
        raise NotEnoughClients
    return PublishableTable(_SEAL, shown)


def _shown(counts: Mapping[Figure, int], beside: Beside) -> dict[Figure, int]:
    shown: dict[Figure, int] = {}
    for figure in ORDER:
        if _BASE.get(figure, Figure.AT_RISK) in shown or figure is Figure.AT_RISK:
            wanted = {**shown, figure: counts[figure]}
            sizes = [*(group.size(wanted) for group in relations.countable(wanted)), *beside.did_not_go_on(wanted)]
            if min(sizes) >= THRESHOLD:
                shown = wanted
    return shown


def prove(table: PublishableTable, beside: Beside = ALONE) -> Proof:
    """That no group can be made out which should not be. Raises NotProved.

    First without the rule: by whole numbers, no group is bound to fewer than eleven clients, nor to exactly one size below.
    Then with it: for each withheld figure and each number from 0 to 10 another practice with that number has this very table.
    Asked of the table alone, as a reader has it.
    """
    groups = _bounded(table, beside)
    return Proof(groups_bounded=groups, practices_compared=_compared(table, beside))


def _bounded(table: PublishableTable, beside: Beside) -> int:
    most = table.count(Figure.AT_RISK)
    if most is None:
        raise NotProved
    box = {figure: (0, most) if (count := table.count(figure)) is None else (count, count) for figure in Figure}
    rules = [bounds.Rule({part: 1, whole: -1}, 0) for whole, part in relations.WITHIN]
    rules += [bounds.Rule({one: 1, other: 1, Figure.AT_RISK: -1}, 0) for one, other in relations.APART]
    wanted = [(_terms(group), 0) for group in relations.GROUPS]
    if beside.not_ended_before is not None:
        wanted.append(({Figure.BEGUN: 1, Figure.AT_RISK: -1}, beside.not_ended_before))
    if beside.carried_on_after is not None:
        wanted += [({Figure.AT_RISK: 1} | dict.fromkeys(apart, -1), -beside.carried_on_after) for apart in _ENDED]
    for terms, more in wanted:
        highest = bounds.highest(terms, rules, box)
        if highest is None or highest + more < THRESHOLD:
            raise NotProved
    return len(wanted)


def _terms(group: Group) -> dict[Figure, int]:
    return {group.whole: 1} | dict.fromkeys(group.parts, -1)


def _compared(table: PublishableTable, beside: Beside) -> int:
    """Other practices in each of which one withheld figure is another number. Raises NotProved."""
    published = {figure: table.count(figure) for figure in table.shown}
    compared = 0
    for figure in table.withheld:
        for number in range(THRESHOLD):
            other = _another_practice(table, figure, number)
            if not _can_exist(other) or _shown(other, beside) != published:
                raise NotProved
            compared += 1
    return compared


def _another_practice(table: PublishableTable, figure: Figure, number: int) -> dict[Figure, int]:
    """One with this number in a withheld figure, and otherwise as few as it can have where the table says nothing."""
    counts = {one: table.count(one) or 0 for one in Figure}
    counts[figure] = number
    for whole, part in reversed(relations.WITHIN):
        counts[whole] = max(counts[whole], counts[part])
    return counts


def _can_exist(counts: Mapping[Figure, int]) -> bool:
    """These relations are all there are: whatever fulfils them is some practice's counts."""
    return all(group.size(counts) >= 0 for group in relations.GROUPS)
