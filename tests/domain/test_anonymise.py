"""What is shown and what is withheld, and that nothing else leaves."""

import copy
import pickle
from collections.abc import Mapping

import pytest

from api.domain import anonymise
from api.domain.anonymise import Beside, NotEnoughClients, NotProved, PublishableTable
from api.domain.definitions import Counts
from schemas.vocabulary import Figure

PLENTY = {
    Figure.AT_RISK: 200,
    Figure.BEGUN: 120,
    Figure.BEGUN_180_DAYS: 80,
    Figure.AGREED_ENDING: 60,
    Figure.MISSED_LAST: 40,
    Figure.UNILATERAL: 50,
    Figure.CLINICIAN_JUDGED: 20,
    Figure.INTAKE_ONLY: 30,
    Figure.BELOW_K_SESSIONS: 25,
}


def counts(**changed: int) -> Counts:
    return Counts({**PLENTY, **{Figure(name): number for name, number in changed.items()}})


def withheld(**changed: int) -> set[str]:
    table = anonymise.publishable(counts(**changed))
    anonymise.prove(table)
    return {str(figure) for figure in table.withheld}


def test_with_plenty_on_every_side_all_is_shown() -> None:
    table = anonymise.publishable(counts())
    assert {figure: table.count(figure) for figure in Figure} == PLENTY
    assert anonymise.prove(table).practices_compared == 0


@pytest.mark.parametrize("number", [0, 1, 10])
@pytest.mark.parametrize("figure", ["missed_last", "unilateral", "clinician_judged", "intake_only", "below_k_sessions"])
def test_few_and_nobody_are_withheld_alike(figure: str, number: int) -> None:
    assert withheld(**{figure: number}) == {figure}
    assert withheld(**{figure: 11}) == set()


@pytest.mark.parametrize("left", [0, 1, 10])
def test_nearly_everybody_and_everybody_are_withheld_alike(left: int) -> None:
    assert "missed_last" in withheld(missed_last=200 - left)
    assert "intake_only" in withheld(agreed_ending=11, unilateral=11, intake_only=120 - left)
    assert "below_k_sessions" in withheld(below_k_sessions=80 - left)
    assert "missed_last" not in withheld(missed_last=189)


@pytest.mark.parametrize("other", ["unilateral", "clinician_judged"])
def test_of_two_that_leave_few_together_the_later_one_is_withheld_although_each_is_large(other: str) -> None:
    assert withheld(agreed_ending=100, **{other: 90}) == {other}
    assert withheld(agreed_ending=100, **{other: 89}) == set()


def test_a_group_that_is_withheld_takes_what_is_counted_in_it_along() -> None:
    assert withheld(begun=195) == {"begun", "intake_only", "begun_180_days", "below_k_sessions"}
    assert withheld(begun_180_days=115) == {"begun_180_days", "below_k_sessions"}


@pytest.mark.parametrize("clients", [0, 1, 10, 11, 21])
def test_where_no_definition_can_be_shown_nothing_is_published_and_nothing_said(clients: int) -> None:
    few = Counts(dict.fromkeys(Figure, clients // 2) | {Figure.AT_RISK: clients})
    with pytest.raises(NotEnoughClients) as refused:
        anonymise.publishable(few)
    assert not any(character.isdigit() for character in refused.value.message)


def test_22_clients_half_of_whom_answer_alike_are_enough() -> None:
    table = anonymise.publishable(Counts(dict.fromkeys(Figure, 0) | {Figure.AT_RISK: 22, Figure.MISSED_LAST: 11}))
    assert (table.count(Figure.MISSED_LAST), table.percent(Figure.MISSED_LAST)) == (11, "50.0")
    assert anonymise.prove(table).practices_compared == 7 * 11


@pytest.mark.parametrize(
    ("count", "of", "percent"), [(40, 200, "20.0"), (25, 80, "31.3"), (33, 160, "20.6"), (50, 161, "31.1")]
)
def test_percentages_are_to_one_decimal_halves_up(count: int, of: int, percent: str) -> None:
    assert anonymise.publishable(counts(at_risk=of, begun=90, missed_last=count)).percent(Figure.MISSED_LAST) == percent


def test_what_is_withheld_has_no_percentage_and_groups_have_none_either() -> None:
    table = anonymise.publishable(counts(missed_last=4))
    assert table.percent(Figure.MISSED_LAST) is None
    assert table.percent(Figure.AT_RISK) is None


class TestBesideAnotherYear:
    """80 of the 200 did not begin in this year; in a practice that opened the year before they were all at risk in that one."""

    @pytest.mark.parametrize(
        ("before", "is_shown"), [(80, False), (81, False), (90, False), (91, True), (500, True), (79, False)]
    )
    def test_how_many_did_not_go_on_is_not_counted_where_they_are_few(self, before: int, is_shown: bool) -> None:
        beside = Beside(not_ended_before=before)
        table = anonymise.publishable(counts(), beside)
        assert (table.count(Figure.BEGUN) is not None) == is_shown
        assert (table.count(Figure.INTAKE_ONLY) is not None) == is_shown
        assert anonymise.prove(table, beside).groups_bounded == 21

    @pytest.mark.parametrize(
        ("carried_on", "hidden"),
        [
            (109, set()),
            (110, {Figure.CLINICIAN_JUDGED}),
            (129, {Figure.CLINICIAN_JUDGED}),
            (130, {Figure.AGREED_ENDING}),
            (169, {Figure.AGREED_ENDING}),
            (170, {Figure.AGREED_ENDING, Figure.CLINICIAN_JUDGED}),
        ],
    )
    def test_nor_how_many_of_them_had_no_ending(self, carried_on: int, hidden: set[Figure]) -> None:
        """120 of the 200 neither agreed on an ending nor were closed without a conversation: 20 were, and 60 did."""
        beside = Beside(carried_on_after=carried_on)
        table = anonymise.publishable(counts(), beside)
        assert set(table.withheld) == hidden
        anonymise.prove(table, beside)

    @pytest.mark.parametrize(("carried_on", "enough"), [(189, True), (190, False), (200, False), (210, False)])
    def test_nor_where_the_later_year_was_released_first(self, carried_on: int, enough: bool) -> None:
        beside = Beside(carried_on_after=carried_on)
        if enough:
            anonymise.prove(anonymise.publishable(counts(), beside), beside)
        else:
            with pytest.raises(NotEnoughClients):
                anonymise.publishable(counts(), beside)

    def test_the_proof_looks_beside_too(self) -> None:
        alone = anonymise.publishable(counts())
        for beside in (Beside(not_ended_before=85), Beside(carried_on_after=195)):
            with pytest.raises(NotProved):
                anonymise.prove(alone, beside)


class TestOnlyTheRuleMakesATable:
    def test_nobody_else_can_make_or_change_or_copy_one(self) -> None:
        table = anonymise.publishable(counts())
        with pytest.raises(TypeError):
            PublishableTable(object(), {Figure.AT_RISK: 3})
        with pytest.raises(TypeError):
            table._shown = {Figure.AT_RISK: 3}
        with pytest.raises(TypeError):
            del table._shown
        for copied in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                copied(table)

    def test_what_it_was_made_of_cannot_be_changed_behind_its_back(self) -> None:
        exact = counts()
        table = anonymise.publishable(exact)
        exact.add(set(Figure))
        assert table.count(Figure.AT_RISK) == 200


def _forged(shown: Mapping[Figure, int]) -> PublishableTable:
    """As if the rule had a fault."""
    return PublishableTable(anonymise._SEAL, shown)


def _without(figure: Figure) -> dict[Figure, int]:
    shown = dict(PLENTY)
    del shown[figure]
    return shown


@pytest.mark.parametrize(
    "changed",
    [
        {"missed_last": 10},
        {"missed_last": 0},
        {"missed_last": 195},
        {"agreed_ending": 100, "unilateral": 95},
        {"begun": 190},
        {"begun_180_days": 111},
    ],
)
def test_the_proof_finds_what_a_faulty_rule_would_let_through(changed: dict[str, int]) -> None:
    shown = PLENTY | {Figure(name): number for name, number in changed.items()}
    with pytest.raises(NotProved):
        anonymise.prove(_forged(shown))


def test_the_proof_finds_a_table_that_no_practice_without_the_withheld_would_have() -> None:
    """Without the group that it is counted in a figure is never shown."""
    with pytest.raises(NotProved):
        anonymise.prove(_forged(_without(Figure.BEGUN)))


def test_without_the_number_of_all_there_is_nothing_to_prove() -> None:
    with pytest.raises(NotProved):
        anonymise.prove(_forged(_without(Figure.AT_RISK)))
