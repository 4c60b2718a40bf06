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
    Figure.CLOSING_OFFERED: 50,
    Figure.CLOSING_ACCEPTED: 35,
    Figure.CLOSING_HELD: 20,
}


CLOSING = ("closing_offered", "closing_accepted", "closing_held")


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


class TestClosingSessions:
    @pytest.mark.parametrize("number", [0, 1, 10])
    def test_where_few_or_nobody_were_offered_one_all_three_are_withheld_and_nothing_else(self, number: int) -> None:
        assert withheld(closing_offered=number, closing_accepted=0, closing_held=0) == set(CLOSING)

    @pytest.mark.parametrize("left", [0, 1, 10])
    def test_so_they_are_where_nearly_everybody_was(self, left: int) -> None:
        assert withheld(closing_offered=200 - left) == set(CLOSING)
        assert withheld(closing_offered=189) == set()

    @pytest.mark.parametrize(
        ("offered", "accepted", "held", "hidden"),
        [
            (15, 13, 11, 2),
            (15, 15, 15, 2),
            (24, 13, 13, 1),
            (24, 13, 2, 1),
            (24, 14, 3, 2),
            (40, 29, 18, 0),
            (40, 29, 19, 1),
            (40, 30, 11, 2),
            (40, 10, 0, 2),
            (40, 0, 0, 2),
        ],
    )
    def test_what_two_steps_leave_is_not_counted_where_it_is_few(
        self, offered: int, accepted: int, held: int, hidden: int
    ) -> None:
        """15 were offered one and 13 accepted: the two who did not would be counted."""
        found = withheld(closing_offered=offered, closing_accepted=accepted, closing_held=held)
        assert found == set(CLOSING[3 - hidden :])

    def test_nor_who_was_neither_closed_without_a_conversation_nor_held_one(self) -> None:
        many = {"closing_offered": 150, "closing_accepted": 130, "closing_held": 100}
        assert withheld(**many, clinician_judged=89) == set()
        assert withheld(**many, clinician_judged=90) == {"closing_held"}

    def test_each_is_a_percentage_of_the_step_before_it(self) -> None:
        table = anonymise.publishable(counts(closing_accepted=30, closing_held=14))
        assert [table.percent(Figure(one)) for one in CLOSING] == ["25.0", "60.0", "46.7"]

    def test_nothing_else_gives_way_to_them(self) -> None:
        """They are asked last: a table has the figures that it had before there were these."""
        for changed in ({}, {"agreed_ending": 100, "unilateral": 90}, {"begun": 195}, {"missed_last": 4}):
            before = withheld(**changed, closing_offered=0, closing_accepted=0, closing_held=0) - set(CLOSING)
            assert withheld(**changed) - set(CLOSING) == before


@pytest.mark.parametrize("clients", [0, 1, 10, 11, 21])
def test_where_no_definition_can_be_shown_nothing_is_published_and_nothing_said(clients: int) -> None:
    few = Counts(dict.fromkeys(Figure, clients // 2) | {Figure.AT_RISK: clients})
    with pytest.raises(NotEnoughClients) as refused:
        anonymise.publishable(few)
    assert not any(character.isdigit() for character in refused.value.message)


def test_22_clients_half_of_whom_answer_alike_are_enough() -> None:
    table = anonymise.publishable(Counts(dict.fromkeys(Figure, 0) | {Figure.AT_RISK: 22, Figure.MISSED_LAST: 11}))
    assert (table.count(Figure.MISSED_LAST), table.percent(Figure.MISSED_LAST)) == (11, "50.0")
    assert anonymise.prove(table).practices_compared == 10 * 11


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
        assert anonymise.prove(table, beside).groups_bounded == 28

    @pytest.mark.parametrize(
        ("carried_on", "hidden"),
        [
            (109, set()),
            (110, {Figure.CLINICIAN_JUDGED}),
            (129, {Figure.CLINICIAN_JUDGED}),
            (130, {Figure.AGREED_ENDING}),
            (139, {Figure.AGREED_ENDING}),
            (140, {Figure.AGREED_ENDING, *CLOSING}),
            (169, {Figure.AGREED_ENDING, *CLOSING}),
            (170, {Figure.AGREED_ENDING, Figure.CLINICIAN_JUDGED, *CLOSING}),
        ],
    )
    def test_nor_how_many_of_them_had_no_ending(self, carried_on: int, hidden: set[Figure]) -> None:
        """120 of the 200 neither agreed on an ending nor were closed without a conversation: 20 were, and 60 did. To 150 no closing
        session was offered.
        """
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

    def test_nor_how_many_had_neither_a_conversation_at_the_end_nor_a_closing_session(self) -> None:
        some = {
            "agreed_ending": 11,
            "clinician_judged": 60,
            "closing_offered": 60,
            "closing_accepted": 45,
            "closing_held": 30,
        }
        for carried_on, hidden in ((99, set()), (100, {Figure.CLOSING_HELD})):
            beside = Beside(carried_on_after=carried_on)
            table = anonymise.publishable(counts(**some), beside)
            assert set(table.withheld) == hidden
            anonymise.prove(table, beside)

    def test_the_figures_of_the_year_before_that_say_most_are_looked_at(self) -> None:
        def not_ended(**shown: int) -> int:
            return anonymise.not_ended({Figure(name): number for name, number in shown.items()})

        assert not_ended(at_risk=90) == 90
        assert not_ended(at_risk=90, agreed_ending=20, clinician_judged=12) == 58
        assert not_ended(at_risk=90, agreed_ending=20, clinician_judged=12, closing_offered=40) == 50
        assert not_ended(at_risk=90, clinician_judged=30, closing_offered=40, closing_held=15) == 45

    def test_the_proof_looks_beside_too(self) -> None:
        alone = anonymise.publishable(counts())
        for beside in (Beside(not_ended_before=85), Beside(carried_on_after=195), Beside(carried_on_after=145)):
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
        {"closing_offered": 195},
        {"closing_accepted": 45},
        {"closing_held": 30},
        {"clinician_judged": 95, "closing_offered": 150, "closing_accepted": 130, "closing_held": 100},
    ],
)
def test_the_proof_finds_what_a_faulty_rule_would_let_through(changed: dict[str, int]) -> None:
    shown = PLENTY | {Figure(name): number for name, number in changed.items()}
    with pytest.raises(NotProved):
        anonymise.prove(_forged(shown))


def test_the_proof_finds_a_table_that_no_practice_without_the_withheld_would_have() -> None:
    """Without the group that it is counted in a figure is never shown."""
    for figure in (Figure.BEGUN, Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED):
        with pytest.raises(NotProved):
            anonymise.prove(_forged(_without(figure)))


def test_without_the_number_of_all_there_is_nothing_to_prove() -> None:
    with pytest.raises(NotProved):
        anonymise.prove(_forged(_without(Figure.AT_RISK)))
