import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import merge_fields
from api.domain.errors import Invalid
from api.domain.merge_fields import EXAMPLES, IN_A_BODY, IN_A_SUBJECT, MergeField
from schemas.vocabulary import Locale

VALUES = EXAMPLES[Locale.EN]


def expand(text: str, allowed: frozenset[MergeField] = IN_A_BODY) -> str:
    return merge_fields.expand(text, VALUES, allowed=allowed, pointer="/body")


def test_fields_are_filled_in() -> None:
    assert expand("Hello {client_first_name}, this is { sender_name }.") == "Hello Ana, this is Marta."


def test_a_former_name_in_a_stored_template_is_filled_in_all_the_same() -> None:
    assert expand("{ways_back}") == expand("{return_path}") == "A call to the desk is enough."
    assert merge_fields.fields_in("{ ways_back }") == {MergeField.RETURN_PATH}
    assert expand("{way_back}") != expand("{ways_back}")


def test_a_value_is_put_in_as_it_is_and_not_read_again() -> None:
    values = {MergeField.SENDER_NAME: "{practice_name} \\1 {x}"}
    text = merge_fields.expand("From {sender_name}.", values, allowed=IN_A_BODY, pointer="/body")
    assert text == "From {practice_name} \\1 {x}."


@pytest.mark.parametrize(
    "text", ["Hello {diagnosis}.", "Hello {}.", "Hello {client_first_name.", "Hello }.", "{{sender_name}}"]
)
def test_what_is_no_field_is_refused_by_its_place_and_not_repeated(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        expand(text)
    assert refused.value.code == "merge_field"
    problem = refused.value.problems[0]
    assert problem.pointer == "/body"
    assert "character" in problem.detail
    assert "diagnosis" not in problem.detail


def test_a_subject_never_names_the_client() -> None:
    with pytest.raises(Invalid):
        expand("For {client_first_name}", IN_A_SUBJECT)
    assert expand("A note from {sender_name}", IN_A_SUBJECT) == "A note from Marta"


def test_a_field_without_a_value_is_refused() -> None:
    for values in ({}, {MergeField.SENDER_NAME: ""}):
        with pytest.raises(Invalid, match="merge_field"):
            merge_fields.expand("{sender_name}", values, allowed=IN_A_BODY, pointer="/body")


def test_every_field_is_explained_and_has_an_example_in_every_language() -> None:
    assert set(merge_fields.MEANS) == set(MergeField)
    assert all(set(EXAMPLES[locale]) == set(MergeField) for locale in Locale)


@given(st.text("{} abc_sender_name", max_size=40))
def test_whatever_stands_in_braces_is_filled_in_or_refused(text: str) -> None:
    if list(merge_fields.problems(text, IN_A_BODY, "/body")):
        with pytest.raises(Invalid):
            expand(text)
    else:
        assert not {"{", "}"} & set(expand(text))
