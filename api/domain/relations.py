"""What everybody who knows the definitions knows of a table before reading it: which group lies within which other.

These relations hold with certainty, for every practice, and no others do (tests make a client for each combination that
they allow). From them follows which further groups a reader can count by subtraction, and so what has to be looked at
before a figure is shown.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from schemas.vocabulary import Figure

# The second lies within the first: the definition says so, or it is what the second is counted in.
WITHIN: tuple[tuple[Figure, Figure], ...] = (
    (Figure.AT_RISK, Figure.BEGUN),
    (Figure.BEGUN, Figure.BEGUN_180_DAYS),
    (Figure.AT_RISK, Figure.AGREED_ENDING),
    (Figure.AT_RISK, Figure.MISSED_LAST),
    (Figure.AT_RISK, Figure.UNILATERAL),
    (Figure.AT_RISK, Figure.CLINICIAN_JUDGED),
    (Figure.BEGUN, Figure.INTAKE_ONLY),
    (Figure.BEGUN_180_DAYS, Figure.BELOW_K_SESSIONS),
    (Figure.AT_RISK, Figure.CLOSING_OFFERED),
    (Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED),
    (Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD),
)

# Nobody is in both: D2 and D4 leave out an ending that both knew of, an episode ends in one way (D3), and what was closed as
# ended without a conversation had no closing session (C3).
APART: tuple[tuple[Figure, Figure], ...] = (
    (Figure.AGREED_ENDING, Figure.UNILATERAL),
    (Figure.AGREED_ENDING, Figure.CLINICIAN_JUDGED),
    (Figure.AGREED_ENDING, Figure.INTAKE_ONLY),
    (Figure.CLINICIAN_JUDGED, Figure.CLOSING_HELD),
)


class Group(NamedTuple):
    """A group that can be counted from figures: `parts` taken away from `whole`."""

    whole: Figure
    parts: tuple[Figure, ...] = ()

    def size(self, counts: Mapping[Figure, int]) -> int:
        return counts[self.whole] - sum(counts[part] for part in self.parts)

    @property
    def needs(self) -> frozenset[Figure]:
        return frozenset({self.whole, *self.parts})


def _groups() -> Iterator[Group]:
    for figure in Figure:
        yield Group(figure)
    for whole, part in WITHIN:
        yield Group(whole, (part,))
    for one, other in APART:
        yield Group(Figure.AT_RISK, (one, other))


# Whatever else can be counted from shown figures is one of these or several of them together, and so no smaller.
GROUPS: tuple[Group, ...] = tuple(_groups())


def countable(shown: Collection[Figure]) -> list[Group]:
    """The groups whose sizes follow from the figures shown."""
    return [group for group in GROUPS if group.needs <= set(shown)]
