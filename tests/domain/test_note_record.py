"""What the record adds to a note by itself: sessions, the last contact, and who tried to reach whom."""

from datetime import UTC, datetime, timedelta

from api.domain.note_record import Sessions, Touch, drawn
from schemas.vocabulary import Channel, ContactDirection, ContactOutcome

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
IN, OUT = ContactDirection.INBOUND, ContactDirection.OUTBOUND
NONE_HELD = Sessions(None, None, 0)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def call(days: float, outcome: ContactOutcome = ContactOutcome.VOICEMAIL) -> Touch:
    return Touch(ago(days), OUT, Channel.PHONE, outcome, automated=False)


def test_attempts_are_those_since_the_client_was_last_seen() -> None:
    sessions = Sessions(ago(90), ago(30), 8)
    record = drawn(ago(95), sessions, [call(40), call(20), call(10)], NOW)
    assert [attempt.at for attempt in record.attempts] == [ago(20), ago(10)]
    assert (record.started_at, record.first_session_at, record.last_session_at) == (ago(95), ago(90), ago(30))
    assert (record.session_count, record.drawn_at) == (8, NOW)


def test_an_answer_or_a_call_that_reached_them_begins_the_count_anew() -> None:
    wrote = Touch(ago(15), IN, Channel.EMAIL, ContactOutcome.RECEIVED, automated=False)
    record = drawn(None, NONE_HELD, [call(20), wrote, call(10)], NOW)
    assert [attempt.at for attempt in record.attempts] == [ago(10)]
    spoke = call(12, ContactOutcome.SPOKE)
    record = drawn(None, NONE_HELD, [call(20), spoke, call(10)], NOW)
    assert [attempt.at for attempt in record.attempts] == [ago(12), ago(10)]


def test_what_a_program_sent_is_neither_contact_nor_attempt() -> None:
    machine = Touch(ago(1), OUT, Channel.SMS, ContactOutcome.SENT, automated=True)
    record = drawn(None, NONE_HELD, [call(10), machine], NOW)
    assert [attempt.at for attempt in record.attempts] == [ago(10)]
    assert record.last_contact is not None
    assert (record.last_contact.at, record.last_contact.direction) == (ago(10), OUT)


def test_an_empty_record_says_so() -> None:
    record = drawn(None, NONE_HELD, [], NOW)
    assert (record.attempts, record.last_contact, record.session_count) == ((), None, 0)
