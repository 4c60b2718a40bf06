"""Made-up practices for the attack: clients as the figures they count in, in every mixture, with answers nearly all share."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from api.domain.definitions import Counts, tally
from schemas.vocabulary import Figure

Client = frozenset[Figure]


class Practice(NamedTuple):
    """Two years one after the other, and what was learned of the second only after it had been published."""

    former: list[Client]
    latter: list[Client]
    late_news: list[Client]

    @property
    def together(self) -> list[Client]:
        """Both years as one period, as if nobody came in both: whoever did only makes the attack easier."""
        return [*self.former, *self.latter]


def counts(clients: list[Client]) -> Counts:
    return tally(clients)


def _client(chance: Random, share: dict[Figure, float]) -> Client:
    def is_in(figure: Figure) -> bool:
        return chance.random() < share[figure]

    found = {Figure.AT_RISK}
    if is_in(Figure.AGREED_ENDING):
        found.add(Figure.AGREED_ENDING)
    else:
        found |= {one for one in (Figure.UNILATERAL, Figure.CLINICIAN_JUDGED) if is_in(one)}
    if is_in(Figure.MISSED_LAST):
        found.add(Figure.MISSED_LAST)
    found |= _steps(is_in, closed=Figure.CLINICIAN_JUDGED in found)
    if is_in(Figure.BEGUN):
        found.add(Figure.BEGUN)
        if Figure.AGREED_ENDING not in found and is_in(Figure.INTAKE_ONLY):
            found.add(Figure.INTAKE_ONLY)
        if is_in(Figure.BEGUN_180_DAYS):
            found.add(Figure.BEGUN_180_DAYS)
            if is_in(Figure.BELOW_K_SESSIONS):
                found.add(Figure.BELOW_K_SESSIONS)
    return frozenset(found)


def _steps(is_in: Callable[[Figure], bool], *, closed: bool) -> set[Figure]:
    """One after the other, as far as it goes; what was closed without a conversation had no closing session."""
    found: set[Figure] = set()
    for step in (Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD):
        if not is_in(step) or (closed and step is Figure.CLOSING_HELD):
            break
        found.add(step)
    return found


@st.composite
def practices(draw: st.DrawFn) -> Practice:
    chance = draw(st.randoms(use_true_random=False))
    # Shares near nought and near one are the dangerous ones.
    share = {figure: chance.choice([0.02, 0.15, 0.3, 0.5, 0.7, 0.85, 0.98]) for figure in Figure}
    sizes = draw(st.tuples(st.integers(20, 60), st.integers(20, 60), st.integers(1, 4)))
    return Practice(*([_client(chance, share) for _ in range(size)] for size in sizes))
