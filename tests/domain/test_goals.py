"""Goals: what may be said of one, what a note begins with, and how a signed note meets the record."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import goals
from api.domain.errors import Invalid
from api.domain.goals import InNote, OnRecord, Words
from schemas.tables.base import new_id
from schemas.vocabulary import GoalsBasis, GoalState

TODAY = date(2026, 3, 10)
A, B, C = new_id(), new_id(), new_id()


def held(goal_id: UUID, words: str, *, version: int = 1, on: date = TODAY) -> OnRecord:
    return OnRecord(goal_id, Words(words), on, version)


@pytest.mark.parametrize(
    ("state", "on", "expected"),
    [
        (GoalState.OPEN, None, None),
        (GoalState.OPEN, TODAY, None),
        (GoalState.REACHED, None, TODAY),
        (GoalState.LET_GO, TODAY - timedelta(days=2), TODAY - timedelta(days=2)),
    ],
)
def test_a_state_that_is_not_open_has_its_day(state: GoalState, on: date | None, expected: date | None) -> None:
    assert goals.settled_on(state, on, TODAY - timedelta(days=5), TODAY) == expected


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), TODAY - timedelta(days=9)])
def test_nothing_is_reached_tomorrow_or_before_it_was_agreed(on: date) -> None:
    with pytest.raises(Invalid) as refused:
        goals.settled_on(GoalState.REACHED, on, TODAY - timedelta(days=5), TODAY)
    assert [one.pointer for one in refused.value.problems] == ["/on"]


def test_no_state_says_that_somebody_failed() -> None:
    assert {state.value for state in GoalState} == {"open", "reached", "let_go"}


def test_a_note_begins_with_what_stands_as_last_agreed_and_with_nothing_where_nothing_does() -> None:
    assert goals.to_begin_with([]) == {}
    begun = goals.to_begin_with([held(A, "Sleep.", on=TODAY - timedelta(days=9)), held(B, "Travel.", version=3)])
    assert (begun["goals_basis"], begun["goals_agreed_on"]) == (GoalsBasis.LAST_AGREED, TODAY)
    listed = begun["growth_goals"]
    assert isinstance(listed, list)
    assert [(one["goal_id"], one["goal_version"], one["goal"]) for one in listed] == [
        (A, 1, "Sleep."),
        (B, 3, "Travel."),
    ]


def test_a_note_begins_with_no_more_than_it_can_hold_the_latest_of_them() -> None:
    many = [held(new_id(), str(n), on=TODAY - timedelta(days=20 - n)) for n in range(14)]
    listed = goals.to_begin_with(many)["growth_goals"]
    assert isinstance(listed, list)
    assert [one["goal"] for one in listed] == [str(n) for n in range(4, 14)]


def test_a_goal_of_somebody_else_s_or_one_named_twice_gets_an_id_of_its_own() -> None:
    told = [
        InNote(A, Words("Ours."), 2),
        InNote(A, Words("Twice."), 2),
        InNote(B, Words("Not ours."), 1),
        InNote(None, Words("New.")),
    ]
    fresh = [new_id() for _ in told]
    found = goals.named(told, {A}, fresh)
    assert [one.id for one in found] == [A, *fresh[1:]]
    assert [one.version for one in found] == [2, None, None, None]


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (InNote(A, Words("Sleep."), 1), "as it is"),
        (InNote(A, Words("Sleep well."), 1), "changed"),
        (InNote(A, Words("Sleep well.")), "changed"),
        (InNote(A, Words("Sleep well."), 7), "newer"),
        (InNote(C, Words("Sing.")), "added"),
    ],
)
def test_a_signed_note_meets_the_record_and_writes_over_nothing_that_is_newer(told: InNote, outcome: str) -> None:
    met = goals.meet([told], {A: held(A, "Sleep.")})
    assert met == goals.Meeting(
        added=(told,) if outcome == "added" else (),
        changed=(told,) if outcome == "changed" else (),
        newer=(A,) if outcome == "newer" else (),
    )


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (GoalsBasis.AT_CLOSING, TODAY),
        (GoalsBasis.LAST_AGREED, date(2026, 1, 8)),
        (GoalsBasis.NOT_DISCUSSED, None),
        (None, None),
    ],
)
def test_the_day_that_a_note_gives_its_goals(basis: GoalsBasis | None, expected: date | None) -> None:
    assert goals.agreed_on(basis, date(2026, 1, 8), TODAY) == expected


readable = st.text(max_size=40)


@given(st.builds(Words, goal=readable, why=st.none() | readable, how_known=st.none() | readable))
def test_words_come_back_as_they_were_sealed(words: Words) -> None:
    assert Words.from_json(words.to_json()) == words
