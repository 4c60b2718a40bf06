"""What a provider's word moves, and that nothing ever goes back."""

from datetime import timedelta
from itertools import product

import pytest

from api.domain.standings import Course, Move, move, next_look
from schemas.vocabulary import CheckInState, StopReason
from tests.support.clock import NOW

OPEN = (CheckInState.SENDING, CheckInState.UNCERTAIN)


@pytest.mark.parametrize("state", OPEN)
def test_any_word_of_the_provider_says_that_it_has_the_message(state: CheckInState) -> None:
    assert move(state, Course.WITH_PROVIDER) == Move(CheckInState.SENT)
    assert move(state, Course.DELIVERED) == Move(CheckInState.DELIVERED)
    assert move(state, Course.NOT_DELIVERED) == Move(CheckInState.BOUNCED, StopReason.NOT_ACCEPTED)
    assert move(state, Course.OPTED_OUT) == Move(CheckInState.BOUNCED, StopReason.OPTED_OUT)


def test_what_was_sent_arrives_or_comes_back_and_is_not_sent_anew() -> None:
    assert move(CheckInState.SENT, Course.WITH_PROVIDER) is None
    assert move(CheckInState.SENT, Course.DELIVERED) == Move(CheckInState.DELIVERED)
    assert move(CheckInState.SENT, Course.NOT_DELIVERED) == Move(CheckInState.BOUNCED, StopReason.NOT_ACCEPTED)


def test_nothing_else_is_moved_by_a_report() -> None:
    others = [state for state in CheckInState if state not in (*OPEN, CheckInState.SENT)]
    assert len(others) == 7
    assert all(move(state, course) is None for state, course in product(others, Course))


def test_what_a_person_took_for_not_sent_has_arrived_if_the_provider_says_so() -> None:
    assert move(CheckInState.FAILED, Course.DELIVERED, by_person=True) == Move(CheckInState.DELIVERED)
    others = [course for course in Course if course is not Course.DELIVERED]
    assert all(move(CheckInState.FAILED, course, by_person=True) is None for course in others)
    states = [state for state in CheckInState if state is not CheckInState.FAILED]
    assert all(move(one, course, by_person=True) == move(one, course) for one, course in product(states, Course))


def test_the_list_is_looked_through_ever_more_rarely_and_then_no_more() -> None:
    waits = [next_look(count, NOW) for count in range(7)]
    assert waits == [*sorted(filter(None, waits)), None, None]
    assert waits[0] == NOW + timedelta(minutes=2)
