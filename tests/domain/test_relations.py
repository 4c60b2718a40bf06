"""The relations between figures hold for every client, and there are no others: whatever they allow, some client is."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import relations
from api.domain.definitions import Course, Ending, figures_of
from api.domain.periods import Period, window
from schemas.vocabulary import EndingKind, Figure
from tests.domain.arbitrary import histories, instants
from tests.domain.courses import away, came, course, ended, figures, missed

IN_THIS_YEAR = window(Period(2026, 2026), "Europe/Berlin")
ALL = frozenset(Figure)
ENDINGS = st.none() | st.builds(Ending, st.sampled_from(EndingKind), instants, instants)


def allowed(found: frozenset[Figure]) -> bool:
    """Read off the definitions, not off the module under test."""
    agreed, without = Figure.AGREED_ENDING, {Figure.UNILATERAL, Figure.CLINICIAN_JUDGED, Figure.INTAKE_ONLY}
    return (
        Figure.AT_RISK in found
        and (Figure.BEGUN in found or not found & {Figure.BEGUN_180_DAYS, Figure.INTAKE_ONLY})
        and (Figure.BEGUN_180_DAYS in found or Figure.BELOW_K_SESSIONS not in found)
        and not (agreed in found and found & without)
    )


COMBINATIONS = [
    frozenset(found)
    for size in range(len(ALL) + 1)
    for found in combinations(sorted(ALL), size)
    if allowed(frozenset(found))
]


def client_who_is(wanted: frozenset[Figure]) -> Course:
    """A course of work that counts in exactly these figures."""
    begun = "2025-03-04" if Figure.BEGUN_180_DAYS in wanted or Figure.BEGUN not in wanted else "2025-11-04"
    early = Figure.BEGUN_180_DAYS in wanted
    sessions = [begun]
    if Figure.BEGUN not in wanted:
        sessions.insert(0, "2024-11-05")
    if Figure.INTAKE_ONLY in wanted and early and Figure.BELOW_K_SESSIONS not in wanted:
        sessions += ["2025-07-01", "2025-07-08", "2025-07-15"]
    if Figure.INTAKE_ONLY not in wanted and Figure.BEGUN in wanted:
        more = early and Figure.BELOW_K_SESSIONS not in wanted
        sessions += ["2025-03-11", "2025-03-18", "2025-03-25"] if more else ["2025-03-11" if early else "2025-11-11"]
    told = [came(day) for day in sessions]
    if Figure.MISSED_LAST in wanted:
        told.append(missed("2025-12-09"))
    absent = [] if Figure.UNILATERAL in wanted else [away("2025-03-20", None, known="2025-03-20")]
    one = course(*told, *absent)
    if Figure.AGREED_ENDING in wanted:
        return ended(one, EndingKind.AGREED, "2025-12-15")
    if Figure.CLINICIAN_JUDGED in wanted:
        return ended(one, EndingKind.WITHOUT_CONVERSATION, "2025-12-20")
    return one


@pytest.mark.parametrize("wanted", COMBINATIONS, ids=lambda wanted: "+".join(sorted(wanted)))
def test_whatever_the_relations_allow_some_client_is(wanted: frozenset[Figure]) -> None:
    assert figures(client_who_is(wanted)) == set(wanted)


def test_the_relations_are_those_of_the_definitions() -> None:
    """Every set of figures is allowed by one reading exactly if it is by the other."""
    for chosen in product((False, True), repeat=len(ALL)):
        found = frozenset(figure for figure, yes in zip(Figure, chosen, strict=True) if yes)
        within = all(whole in found for whole, part in relations.WITHIN if part in found)
        apart = not any(one in found and other in found for one, other in relations.APART)
        assert (within and apart and Figure.AT_RISK in found) == allowed(found)
    assert len(COMBINATIONS) == 64


@given(
    st.lists(
        st.builds(
            Course,
            key=st.sampled_from("abc"),
            client=st.sampled_from("ab"),
            history=histories(),
            ending=ENDINGS,
            own_ending=ENDINGS,
        ),
        max_size=3,
    )
)
def test_no_client_is_what_the_relations_exclude(courses: list[Course]) -> None:
    found = figures_of(courses, IN_THIS_YEAR)
    assert not found or allowed(found)


def test_whatever_can_be_counted_is_made_of_the_groups_that_are_looked_at() -> None:
    """Every sum and difference of figures that counts a group of clients has a group on the list within it, of figures that
    are shown with it: a figure is never shown without the group that it is counted in.

    No other multiples than one have to be tried: some client is in nothing but the whole, some other in one figure more, so
    each multiple is the difference of two numbers that are nought or one.
    """
    counted_in = {
        Figure.INTAKE_ONLY: {Figure.BEGUN},
        Figure.BEGUN_180_DAYS: {Figure.BEGUN},
        Figure.BELOW_K_SESSIONS: {Figure.BEGUN, Figure.BEGUN_180_DAYS},
    }
    countable = 0
    for signs in product((-1, 0, 1), repeat=len(ALL)):
        used = [(sign, figure) for sign, figure in zip(signs, Figure, strict=True) if sign]
        counted = [sum(sign for sign, figure in used if figure in one) for one in COMBINATIONS]
        if not any(counted) or not set(counted) <= {0, 1}:
            continue
        members = {place for place, how_often in enumerate(counted) if how_often}
        shown = {Figure.AT_RISK}.union(*({figure} | counted_in.get(figure, set()) for _, figure in used))
        assert any(_members(group) <= members for group in relations.countable(shown)), used
        countable += 1
    assert countable == 33


def _members(group: relations.Group) -> set[int]:
    """Which of the combinations are in it."""
    return {
        place
        for place, one in enumerate(COMBINATIONS)
        if group.whole in one and not any(part in one for part in group.parts)
    }
