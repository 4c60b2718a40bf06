"""Hints on the wording of a note: each group by its own sentences, both ways, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import note_hints
from api.domain.note_hints import Group

FOUND = [(group, sentence) for group in note_hints.groups() for sentence in group.found]
LEFT = [sentence for group in note_hints.groups() for sentence in group.left]


def test_there_are_groups_in_both_languages_and_each_says_what_else_may_stand() -> None:
    assert {group.language for group in note_hints.groups()} == {"en", "es"}
    assert all(group.found and group.left and group.why and group.instead for group in note_hints.groups())


@pytest.mark.parametrize(("group", "sentence"), FOUND, ids=[sentence for _, sentence in FOUND])
def test_what_a_group_is_for_is_found_and_marked(group: Group, sentence: str) -> None:
    hints = [hint for hint in note_hints.look_over(sentence) if hint.instead == group.instead]
    assert hints
    assert all(sentence[hint.start : hint.end] == hint.said for hint in hints)


@pytest.mark.parametrize("sentence", LEFT)
def test_what_is_only_near_is_left_alone(sentence: str) -> None:
    assert note_hints.look_over(sentence) == []


@pytest.mark.parametrize("group", note_hints.groups(), ids=lambda group: group.instead)
def test_what_may_stand_instead_is_not_found_itself(group: Group) -> None:
    assert note_hints.look_over(group.instead) == []
    assert note_hints.look_over(group.why) == []


@pytest.mark.parametrize(
    "text",
    [
        'In her words: "I ghosted you all."',
        "In his words: \u201cI dropped out of everything.\u201d",
        "Con sus palabras: \u00ababandon\u00e9 la terapia\u00bb.",
    ],
)
def test_what_is_quoted_is_somebodys_own_word(text: str) -> None:
    assert note_hints.look_over(text) == []


def test_of_two_that_overlap_the_longer_is_told() -> None:
    (hint,) = note_hints.look_over("He bailed out in June.")
    assert hint.said == "bailed out"


def test_case_accents_and_line_breaks_do_not_hide_a_word() -> None:
    assert len(note_hints.look_over("DROPPED\nOUT, and later Abandon\u00d3 LA terapia.")) == 2


@given(st.text(max_size=300))
def test_any_text_can_be_looked_over_and_the_places_are_its_own(text: str) -> None:
    for hint in note_hints.look_over(text):
        assert text[hint.start : hint.end] == hint.said
