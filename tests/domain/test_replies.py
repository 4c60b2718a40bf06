"""What may be answered, and to whom each answer goes."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from api.domain.replies import (
    REASONS,
    SEALED_REASONS,
    SHOWN_FIRST,
    TO_THE_READER,
    UNDER_MORE,
    Parts,
    Told,
    filled_in,
    parted,
    reader,
)
from schemas.vocabulary import GivenReason, ReplyAnswer

CALL_ME, STOP, SOMEBODY_ELSE = ReplyAnswer.CALL_ME, ReplyAnswer.DO_NOT_CONTACT, ReplyAnswer.ANOTHER_PERSON
BACK, TIME = ReplyAnswer.COME_BACK, uuid4()
HARSH = GivenReason.SPOKEN_TO_HARSHLY


def test_four_answers_are_shown_first_and_none_is_left_out() -> None:
    assert len(SHOWN_FIRST) == 4
    assert sorted([*SHOWN_FIRST, *UNDER_MORE, *TO_THE_READER]) == sorted(ReplyAnswer)
    assert sorted([*REASONS, *SEALED_REASONS]) == sorted(GivenReason)


def test_an_ordinary_answer_goes_to_the_clinician_whole() -> None:
    told = Told(CALL_ME, (GivenReason.NOT_HEARD,), "After six.")
    assert parted(told, in_confidence=False) == Parts(told, None)


@pytest.mark.parametrize("reason", SEALED_REASONS)
@pytest.mark.parametrize("answer", [None, CALL_ME, ReplyAnswer.FINISHED_FOR_NOW])
def test_words_beside_a_sealed_reason_go_where_it_goes(reason: GivenReason, answer: ReplyAnswer | None) -> None:
    told = Told(answer, (GivenReason.MOVED, reason), "What happened.")
    assert parted(told, in_confidence=False) == Parts(None, told)


def test_the_wish_for_somebody_else_is_not_shown_to_the_clinician() -> None:
    told = Told(SOMEBODY_ELSE, (), "Gladly with a woman.")
    assert parted(told, in_confidence=False) == Parts(None, told)


def test_what_was_written_in_confidence_stays_there_without_a_reason_too() -> None:
    told = Told(None, (), "What happened.")
    assert parted(told, in_confidence=True) == Parts(None, told)


def test_not_to_be_written_to_is_carried_out_whatever_stands_beside_it() -> None:
    told = Told(STOP, (HARSH,), "What happened.")
    assert parted(told, in_confidence=False) == Parts(Told(STOP), Told(None, (HARSH,), "What happened."))
    assert parted(Told(STOP), in_confidence=True) == Parts(Told(STOP), None)


@pytest.mark.parametrize("in_confidence", [False, True])
def test_a_time_that_was_tapped_goes_to_the_clinician_whatever_stands_beside_it(in_confidence: bool) -> None:
    """It is held for the client and runs out, and only who works with them can confirm it. Nothing beside it goes along."""
    tapped = Told(BACK, offered_time_id=TIME)
    told = Told(BACK, (GivenReason.MOVED, HARSH), "What happened.", TIME)
    rest = Told(None, (GivenReason.MOVED, HARSH), "What happened.")
    assert parted(told, in_confidence=in_confidence) == Parts(tapped, rest)
    assert parted(tapped, in_confidence=True) == Parts(tapped, None)
    elsewhere = Told(SOMEBODY_ELSE, (), "Gladly with a woman.", TIME)
    assert parted(elsewhere, in_confidence=in_confidence) == Parts(tapped, replace(elsewhere, offered_time_id=None))


def test_beside_no_sealed_reason_a_time_goes_with_the_rest() -> None:
    told = Told(BACK, (GivenReason.MOVED,), "Gladly.", TIME)
    assert parted(told, in_confidence=False) == Parts(told, None)


@pytest.mark.parametrize(
    ("answer", "heard", "time_id"),
    [(None, BACK, TIME), (CALL_ME, BACK, TIME), (SOMEBODY_ELSE, SOMEBODY_ELSE, TIME), (STOP, STOP, None)],
)
def test_a_time_beside_another_answer(answer: ReplyAnswer | None, heard: ReplyAnswer, time_id: UUID | None) -> None:
    """It is the wish to come back then, but loses neither who wishes for somebody else nor who is not to be written to."""
    assert filled_in(answer, (), "x", TIME) == Told(heard, (), "x", time_id)


def test_nothing_sent_is_nothing_said() -> None:
    assert parted(Told(), in_confidence=False) == parted(Told(), in_confidence=True) == Parts(None, None)


def test_the_reader_is_no_clinician_of_the_client() -> None:
    first, second, other = uuid4(), uuid4(), uuid4()
    assert reader([first, second], {other}) == first
    assert reader([first, second], {first, other}) == second
    assert reader([first], {first}) is None
    assert reader([], set()) is None
