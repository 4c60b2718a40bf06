"""Whom the practice may turn to before they do, and that nothing said about an address is lost."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import consents
from api.domain.consents import Terms
from api.domain.errors import Conflict
from api.domain.history import Reach
from schemas.vocabulary import Authority, ConsentState, Recipient

NOT_ASKED, GRANTED, DECLINED, WITHDRAWN = ConsentState
CLIENT, GUARDIAN = Recipient.CLIENT, Recipient.GUARDIAN
BOTH, COURT, ALONE = Authority.BOTH_PARENTS, Authority.COURT_ORDER, Authority.CONSENTED_ALONE


@pytest.mark.parametrize(
    ("contacts_us", "states", "waits"),
    [
        (False, [], False),
        (True, [], True),
        (True, [GRANTED], True),
        (False, [GRANTED], False),
        (False, [NOT_ASKED], False),
        (False, [DECLINED], True),
        (False, [WITHDRAWN, DECLINED], True),
        (False, [WITHDRAWN, GRANTED], False),
        (False, [WITHDRAWN, NOT_ASKED], False),
    ],
)
def test_a_client_has_the_first_word_who_said_so_or_refused_every_address(
    contacts_us: bool, states: list[ConsentState], waits: bool
) -> None:
    assert consents.has_the_first_word(contacts_us=contacts_us, states=states) is waits


@pytest.mark.parametrize(
    ("each", "reach"),
    [
        ([], Reach.EVERYBODY),
        ([False], Reach.EVERYBODY),
        ([False, False], Reach.EVERYBODY),
        ([True, False], Reach.SOME),
        ([True], Reach.NOBODY),
        ([True, True], Reach.NOBODY),
    ],
)
def test_each_who_takes_part_counts_for_themselves(each: list[bool], reach: Reach) -> None:
    assert consents.reach(each) is reach


NINE, FIVE, SIX = time(9), time(17), time(18)
states = st.sampled_from(ConsentState)
hours = st.none() | st.sampled_from([(NINE, FIVE), (NINE, SIX)])
terms = st.builds(Terms, states, st.none() | st.dates(), st.booleans(), st.booleans(), hours)


def test_a_refusal_is_answered_and_never_unsaid() -> None:
    for said in (DECLINED, WITHDRAWN):
        for answers in ([said], [GRANTED, said], [said, GRANTED]):
            with pytest.raises(Conflict, match="refusal_stands"):
                consents.require_removal(answers, alone=False)
            with pytest.raises(Conflict, match="refusal_stands"):
                consents.require_change(answers, NOT_ASKED, same_address=True)
            consents.require_change(answers, GRANTED, same_address=True)
    consents.require_removal([GRANTED], alone=False)
    consents.require_change([GRANTED], NOT_ASKED, same_address=True)


def test_an_answer_stays_with_the_address_it_was_given_for() -> None:
    consents.require_change([], GRANTED, same_address=False)
    for said in (GRANTED, DECLINED, WITHDRAWN):
        with pytest.raises(Conflict, match="address_answered"):
            consents.require_change([said], GRANTED, same_address=False)


def test_a_permission_given_anew_to_a_later_day_is_an_answer_of_its_own() -> None:
    first = Terms(GRANTED, date(2026, 5, 1), may_mention_therapy=False, voicemail_allowed=False, hours=None)
    assert consents.is_answer(None, first)
    assert not consents.is_answer(first, replace(first, voicemail_allowed=True))
    assert consents.is_answer(first, replace(first, valid_until=date(2027, 5, 1)))
    assert consents.is_answer(first, replace(first, state=WITHDRAWN))
    assert not consents.is_answer(first, replace(first, state=NOT_ASKED))


@given(terms, terms)
def test_of_two_records_neither_allows_what_the_other_forbids(one: Terms, other: Terms) -> None:
    both = consents.more_cautious(one, other)
    if consents.refused([one.state, other.state]):
        assert consents.refused([both.state])
    if one.state is other.state is both.state is GRANTED:
        assert both.may_mention_therapy <= min(one.may_mention_therapy, other.may_mention_therapy)
        assert both.voicemail_allowed <= min(one.voicemail_allowed, other.voicemail_allowed)
        days = [day for day in (one.valid_until, other.valid_until) if day is not None]
        assert both.valid_until == min(days, default=None)
        assert {both.hours} >= {one.hours, other.hours} - {None}


def test_two_records_that_allow_an_address_at_different_hours_are_one_to_ask_about_again() -> None:
    one = Terms(GRANTED, None, may_mention_therapy=True, voicemail_allowed=True, hours=(NINE, FIVE))
    assert consents.more_cautious(one, replace(one, hours=(NINE, SIX))).state is NOT_ASKED
    assert consents.more_cautious(one, replace(one, hours=None)) == one


@pytest.mark.parametrize("state", [NOT_ASKED, GRANTED, WITHDRAWN])
def test_safe_hours_that_one_of_two_records_names_are_kept_whatever_was_said(state: ConsentState) -> None:
    """Whoever records a permission anew starts from what stands there."""
    named = Terms(state, None, may_mention_therapy=False, voicemail_allowed=False, hours=(NINE, FIVE))
    for other in (NOT_ASKED, GRANTED, WITHDRAWN):
        unnamed = replace(named, state=other, hours=None)
        for both in (consents.more_cautious(named, unnamed), consents.more_cautious(unnamed, named)):
            assert both.hours == (NINE, FIVE)


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        (GRANTED, GRANTED, NOT_ASKED),
        (GRANTED, NOT_ASKED, NOT_ASKED),
        (WITHDRAWN, GRANTED, WITHDRAWN),
        (NOT_ASKED, NOT_ASKED, NOT_ASKED),
    ],
)
def test_where_two_records_name_other_hours_a_person_asks_before_anything_is_sent(
    one: ConsentState, other: ConsentState, state: ConsentState
) -> None:
    """Those of the answer that weighs more stay, for whoever asks."""
    first = Terms(one, None, may_mention_therapy=False, voicemail_allowed=False, hours=(NINE, FIVE))
    second = replace(first, state=other, hours=(NINE, SIX))
    assert (consents.more_cautious(first, second).state, consents.more_cautious(first, second).hours) == (
        state,
        first.hours,
    )
    assert consents.more_cautious(second, first).state is state


def test_a_refusal_of_one_record_is_no_permission_to_say_more_once_it_is_taken_back() -> None:
    refused = Terms(WITHDRAWN, None, may_mention_therapy=True, voicemail_allowed=True, hours=None)
    allowed = replace(refused, state=GRANTED, may_mention_therapy=False, valid_until=date(2026, 5, 1))
    both = consents.more_cautious(refused, allowed)
    assert both == replace(refused, may_mention_therapy=False, valid_until=date(2026, 5, 1))


def test_what_was_never_asked_about_takes_nothing_from_what_was_allowed() -> None:
    allowed = Terms(GRANTED, None, may_mention_therapy=True, voicemail_allowed=True, hours=None)
    unasked = Terms(NOT_ASKED, None, may_mention_therapy=False, voicemail_allowed=False, hours=None)
    assert consents.more_cautious(allowed, unasked) == allowed == consents.more_cautious(unasked, allowed)


ONE_READER = Terms(GRANTED, None, may_mention_therapy=True, voicemail_allowed=True, hours=None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((GUARDIAN, COURT), (GUARDIAN, COURT), (GRANTED, GUARDIAN, COURT)),
        ((GUARDIAN, COURT), (None, None), (GRANTED, GUARDIAN, COURT)),
        ((GUARDIAN, COURT), (CLIENT, COURT), (NOT_ASKED, None, COURT)),
        ((GUARDIAN, COURT), (GUARDIAN, BOTH), (NOT_ASKED, GUARDIAN, None)),
        ((GUARDIAN, COURT), (GUARDIAN, ALONE), (NOT_ASKED, GUARDIAN, ALONE)),
        ((CLIENT, COURT), (CLIENT, ALONE), (GRANTED, CLIENT, ALONE)),
        ((None, None), (CLIENT, ALONE), (GRANTED, CLIENT, ALONE)),
    ],
)
def test_of_two_records_nobody_reads_for_a_minor_whom_one_of_them_does_not_name(
    one: tuple[Recipient | None, Authority | None],
    other: tuple[Recipient | None, Authority | None],
    expected: tuple[ConsentState, Recipient | None, Authority | None],
) -> None:
    first = replace(ONE_READER, recipient=one[0], authority=one[1])
    second = replace(ONE_READER, recipient=other[0], authority=other[1])
    for both in (consents.more_cautious(first, second), consents.more_cautious(second, first)):
        assert (both.state, both.recipient, both.authority) == expected


def test_a_refusal_of_one_record_loses_nothing_of_who_may_be_told() -> None:
    refused = replace(ONE_READER, state=WITHDRAWN, recipient=CLIENT)
    alone = replace(ONE_READER, recipient=CLIENT, authority=ALONE)
    both = consents.more_cautious(refused, alone)
    assert (both.state, both.authority) == (WITHDRAWN, ALONE)


def test_the_one_address_by_which_a_guardian_is_not_told_is_not_removed() -> None:
    with pytest.raises(Conflict) as refusal:
        consents.require_removal([GRANTED], alone=True)
    assert refusal.value.code == "authority_stands"
