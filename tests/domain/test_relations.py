"""The relations between figures hold for every client, and there are no others: whatever they allow, some client is."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import relations
from api.domain.closing_figures import Closing, InNote, Said
from api.domain.closing_sessions import Step
from api.domain.definitions import Course, Ending, figures_of
from api.domain.periods import Period, window
from schemas.vocabulary import ClosingSession, ClosingStep, EndingKind, Figure
from tests.domain.arbitrary import histories, instants
from tests.domain.courses import away, came, closing, course, ended, figures, missed, said

IN_THIS_YEAR = window(Period(2026, 2026), "Europe/Berlin")
ALL = frozenset(Figure)
ENDINGS = st.none() | st.builds(Ending, st.sampled_from(EndingKind), instants, instants)
STEPS = (Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD)


def _closings() -> Iterator[Closing]:
    """Steps in any order and of any day, and notes that say something else: drawn beforehand, since drawing them each time takes longer."""
    chance = random.Random(53)  # noqa: S311  # a seeded sample

    def instant() -> datetime:
        return datetime(2025, 9, 1, tzinfo=UTC) + timedelta(days=chance.randrange(700))

    for _ in range(300):
        steps = [
            Step(
                UUID(int=place),
                chance.choice(list(ClosingStep)),
                instant(),
                instant(),
                goes_with_message=chance.random() < 0.2,
            )
            for place in range(chance.randrange(4))
        ]
        note = chance.choice([None, InNote(chance.choice(list(ClosingSession)), instant())])
        yield Closing(tuple(Said(step) for step in steps), note)


CLOSINGS = st.sampled_from(list(_closings()))


def allowed(found: frozenset[Figure]) -> bool:
    """Read off the definitions, not off the module under test."""
    agreed, without = Figure.AGREED_ENDING, {Figure.UNILATERAL, Figure.CLINICIAN_JUDGED, Figure.INTAKE_ONLY}
    return (
        Figure.AT_RISK in found
        and (Figure.BEGUN in found or not found & {Figure.BEGUN_180_DAYS, Figure.INTAKE_ONLY})
        and (Figure.BEGUN_180_DAYS in found or Figure.BELOW_K_SESSIONS not in found)
        and not (agreed in found and found & without)
        and all(before in found or after not in found for before, after in pairwise(STEPS))
        and not found >= {Figure.CLINICIAN_JUDGED, Figure.CLOSING_HELD}
    )


COMBINATIONS = [
    frozenset(found)
    for size in range(len(ALL) + 1)
    for found in combinations(sorted(ALL), size)
    if allowed(frozenset(found))
]
WITHOUT_STEPS = [found for found in COMBINATIONS if found.isdisjoint(STEPS)]


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
    one = closing(
        course(*told, *absent), *(said(step.removeprefix("closing_"), "2025-12-10") for step in STEPS if step in wanted)
    )
    if Figure.AGREED_ENDING in wanted:
        return ended(one, EndingKind.AGREED, "2025-12-15")
    if Figure.CLINICIAN_JUDGED in wanted:
        return ended(one, EndingKind.WITHOUT_CONVERSATION, "2025-12-20")
    return ended(one, EndingKind.ADMINISTRATIVE, "2025-12-20") if wanted.intersection(STEPS) else one


@pytest.mark.parametrize("without", WITHOUT_STEPS, ids=lambda without: "+".join(sorted(without)))
def test_whatever_the_relations_allow_some_client_is(without: frozenset[Figure]) -> None:
    """Each with no step of a closing session, and with each that the relations allow beside it."""
    with_steps = [one for one in COMBINATIONS if one.difference(STEPS) == without]
    assert len(with_steps) == (3 if Figure.CLINICIAN_JUDGED in without else 4)
    for wanted in with_steps:
        assert figures(client_who_is(wanted)) == set(wanted)


def test_the_relations_are_those_of_the_definitions() -> None:
    """Every set of figures is allowed by one reading exactly if it is by the other."""
    for chosen in product((False, True), repeat=len(ALL)):
        found = frozenset(figure for figure, yes in zip(Figure, chosen, strict=True) if yes)
        within = all(whole in found for whole, part in relations.WITHIN if part in found)
        apart = not any(one in found and other in found for one, other in relations.APART)
        assert (within and apart and Figure.AT_RISK in found) == allowed(found)
    assert (len(WITHOUT_STEPS), len(COMBINATIONS)) == (64, 228)


@given(
    st.lists(
        st.builds(
            Course,
            key=st.sampled_from("abc"),
            client=st.sampled_from("ab"),
            history=histories(),
            ending=ENDINGS,
            own_ending=ENDINGS,
            closing=CLOSINGS,
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
        Figure.CLOSING_ACCEPTED: {Figure.CLOSING_OFFERED},
        Figure.CLOSING_HELD: {Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED},
    }
    countable = 0
    for sign_of in _sums_that_count_groups():
        members = {place for place, one in enumerate(COMBINATIONS) if sum(sign_of.get(figure, 0) for figure in one)}
        shown = {Figure.AT_RISK}.union(*({figure} | counted_in.get(figure, set()) for figure in sign_of))
        assert any(_members(group) <= members for group in relations.countable(shown)), sign_of
        countable += 1
    assert countable == 49


def _sums_that_count_groups() -> Iterator[dict[Figure, int]]:
    """All that add, take away or leave out each figure and count every kind of client once or not at all.

    A kind of client is tried as soon as the figures are chosen in which it is counted, so few of the sums are gone through.
    """
    names = list(Figure)
    to_try: list[list[frozenset[Figure]]] = [[] for _ in names]
    for one in COMBINATIONS:
        to_try[max(names.index(figure) for figure in one)].append(one)

    def choose(chosen: dict[Figure, int]) -> Iterator[dict[Figure, int]]:
        place = len(chosen)
        if place == len(names):
            yield {figure: sign for figure, sign in chosen.items() if sign}
            return
        for sign in (-1, 0, 1):
            tried = {**chosen, names[place]: sign}
            if all(0 <= sum(tried[figure] for figure in one) <= 1 for one in to_try[place]):
                yield from choose(tried)

    return (one for one in choose({}) if one)


def _members(group: relations.Group) -> set[int]:
    """Which of the combinations are in it."""
    return {
        place
        for place, one in enumerate(COMBINATIONS)
        if group.whole in one and not any(part in one for part in group.parts)
    }
