"""The log of a message: each step once, in its order, in words, for what went and what did not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.domain import message_log
from api.domain.message_log import Asking, Life, Way
from schemas.vocabulary import Asked, Channel, CheckInState, MessageStep, StopReason

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=6)
SENT = Life(
    written_at=NOW,
    approved_at=NOW,
    state=CheckInState.SENT,
    state_at=LATER + timedelta(seconds=2),
    stopped_by=None,
    asked=[
        Asking(NOW, Asked.APPROVING, allowed=True, why=[]),
        Asking(LATER, Asked.SENDING, allowed=True, why=[]),
    ],
    way=Way(1, None, LATER + timedelta(seconds=1), None),
)


def test_what_went_is_told_from_its_writing_to_its_end() -> None:
    steps = message_log.told(SENT)
    assert [one.step for one in steps] == [
        MessageStep.WRITTEN,
        MessageStep.DECIDED,
        MessageStep.APPROVED,
        MessageStep.DECIDED,
        MessageStep.TAKEN_UP,
        MessageStep.HANDED_OVER,
        MessageStep.ENDED,
    ]
    assert steps[-1].text == "The mail server took it."


def test_what_was_held_back_says_why() -> None:
    refused = Asking(
        LATER,
        Asked.SENDING,
        allowed=False,
        why=["A time has been booked, or a session took place, since this was written."],
    )
    life = replace(
        SENT,
        state=CheckInState.REVOKED,
        stopped_by=StopReason.BOOKED,
        asked=[SENT.asked[0], refused],
        way=Way(0, None, None, None),
    )
    words = [one.text for one in message_log.told(life)]
    assert (
        "In the moment of sending it was held back. A time has been booked, or a session took place, since this was written."
        in words
    )
    assert words[-1] == "It was stopped: a time was booked, or a session took place."


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        (
            CheckInState.APPROVED,
            "rcpt_450",
            "The mail server did not take the address it is to (code 450). It is tried again.",
        ),
        (CheckInState.APPROVED, "no_connection_OSError", "The mail server could not be reached. It is tried again."),
        (CheckInState.BOUNCED, "status_5.1.1", "A mail server sent it back (code 5.1.1). It is not tried again."),
        (
            CheckInState.FAILED,
            "content_552",
            "The mail server did not take the message (code 552). It is not tried again.",
        ),
        (CheckInState.FAILED, None, "It was not taken. It is not tried again."),
    ],
)
def test_each_end_has_words(state: CheckInState, code: str | None, words: str) -> None:
    assert message_log.told(replace(SENT, state=state, way=Way(1, code, None, None)))[-1].text == words


def test_what_a_person_found_out_is_told_as_that() -> None:
    way = Way(1, "no_answer", LATER, uuid4())
    assert message_log.told(replace(SENT, way=way))[-1].text == "A person found out that it went."
    assert (
        message_log.told(replace(SENT, state=CheckInState.FAILED, way=way))[-1].text
        == "A person found out that it did not go."
    )


def test_every_reason_to_stop_and_every_state_has_words() -> None:
    for reason in StopReason:
        life = replace(SENT, state=CheckInState.CANCELLED, stopped_by=reason)
        assert message_log.told(life)[-1].step is MessageStep.ENDED
    for state in set(CheckInState) - {CheckInState.DRAFT, CheckInState.SENDING}:
        assert message_log.told(replace(SENT, state=state))[-1].step is MessageStep.ENDED


def test_a_draft_is_written_and_no_more() -> None:
    life = replace(SENT, approved_at=None, state=CheckInState.DRAFT, asked=[], way=None)
    assert [one.step for one in message_log.told(life)] == [MessageStep.WRITTEN]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("asked", Asked)
def test_no_text_message_is_told_as_mail(channel: Channel, asked: Asked) -> None:
    life = replace(SENT, channel=channel, asked=[Asking(LATER, asked, allowed=False, why=["Why."])])
    words = " ".join(one.text for one in message_log.told(life))
    assert ("mail server" in words) == (channel is not Channel.SMS)
    assert ("provider of text messages" in words) == (channel is Channel.SMS)


@pytest.mark.parametrize(
    "code", ["no_connection_ConnectError", "no_answer_ReadTimeout", "too_many", "status_401", "provider_3", None]
)
def test_what_a_provider_says_has_words_of_its_own(code: str | None) -> None:
    life = replace(SENT, channel=Channel.SMS, state=CheckInState.FAILED, way=Way(1, code, None, None))
    words = message_log.told(life)[-1].text
    assert words.endswith("It is not tried again.")
    assert "mail" not in words


def test_what_a_person_sent_themselves_or_the_telephone_has_is_told_as_that() -> None:
    by_hand = replace(SENT, by_hand=True, way=None)
    assert message_log.told(by_hand)[-1].text == "Somebody sent it themselves."
    delivered = replace(SENT, channel=Channel.SMS, state=CheckInState.DELIVERED)
    assert message_log.told(delivered)[-1].text == "The telephone has it, the provider of text messages says."
