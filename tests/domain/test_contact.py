from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.domain.contact import may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Attempt, Facts, Limits, OpenFlag
from api.domain.contact_reasons import ContactCode, plain
from schemas.vocabulary import CheckInKind, ConsentState, EndingKind, FlagKind, Recipient
from tests.domain.asking import (
    ALLOWED,
    DAY,
    EXEMPT,
    FORBIDDING,
    NAIVE,
    NEVER_EXEMPT,
    NOW,
    UNREADABLE,
    as_kind,
    having,
)

HOUR = timedelta(hours=1)


def codes(facts: Facts, now: datetime = NOW) -> set[ContactCode]:
    return set(may_contact(facts, now).codes)


def test_nothing_on_record_against_it_lets_a_message_go() -> None:
    decision = may_contact(ALLOWED, NOW)
    assert decision.allowed
    assert decision.reasons == ()
    assert decision.not_before is None


@pytest.mark.parametrize(("changes", "code"), FORBIDDING)
def test_what_forbids_a_message(changes: dict[str, Any], code: ContactCode) -> None:
    assert codes(having(**changes)) == {code}


@pytest.mark.parametrize("changes", UNREADABLE)
def test_what_cannot_be_read_forbids(changes: dict[str, Any]) -> None:
    decision = may_contact(having(**changes), NOW)
    assert not decision.allowed
    assert ContactCode.UNREADABLE in decision.codes
    assert decision.not_before is None


def test_an_hour_without_a_zone_is_no_hour_to_decide_at() -> None:
    assert codes(ALLOWED, NAIVE) == {ContactCode.UNREADABLE}


def test_an_address_taken_off_the_record_is_not_written_to() -> None:
    assert codes(replace(ALLOWED, address=None)) == {ContactCode.NO_ADDRESS}


def test_before_the_approval_the_address_is_not_yet_compared() -> None:
    asked_ahead = having(message_approved_at=None, message_approved_digest=None)
    assert codes(asked_ahead) == {ContactCode.NOT_APPROVED}


def test_everything_that_forbids_is_told_and_each_but_once() -> None:
    hold = OpenFlag(FlagKind.PRACTICE_HOLD)
    facts = having(person_flags=[hold, hold], course_ended=True, address_state=ConsentState.WITHDRAWN)
    reasons = may_contact(facts, NOW).reasons
    assert [reason.code for reason in reasons] == [
        ContactCode.WITHDRAWN,
        ContactCode.PAUSED_BY_PRACTICE,
        ContactCode.ENDED,
    ]


def test_a_hold_says_that_it_is_one_and_nothing_else() -> None:
    decision = may_contact(having(person_flags=[OpenFlag(FlagKind.PRACTICE_HOLD)]), NOW)
    assert [reason.text for reason in decision.reasons] == ["Paused by the practice."]


@pytest.mark.parametrize("code", [code for code in ContactCode if code is not ContactCode.UNREADABLE])
def test_every_code_has_one_sentence_that_judges_nobody(code: ContactCode) -> None:
    text = plain(code).text
    assert text.endswith(".")
    assert not {"refused", "failed", "patient", "ghosted", "unresponsive", "reminder"} & set(text.lower().split())


def test_an_unsafe_address_leaves_the_others_alone() -> None:
    assert codes(having(person_flags=[OpenFlag(FlagKind.UNSAFE_TO_CONTACT, UUID(int=8))])) == set()


def test_a_permission_holds_through_its_last_day_where_the_client_lives() -> None:
    facts = having(address_valid_until=date(2026, 3, 4), address_safe_hours=(None, None))
    in_time = datetime(2026, 3, 4, 22, 59, tzinfo=UTC)
    facts = having(facts, message_due_at=in_time, message_approved_at=in_time)
    assert codes(facts, in_time) == set()
    assert codes(facts, in_time + timedelta(minutes=1)) == {ContactCode.EXPIRED}


def test_a_minor_whose_reader_is_recorded_may_be_written_to() -> None:
    for recipient in Recipient:
        facts = having(person_adult_on=date(2030, 1, 1), address_recipient=recipient)
        assert codes(facts) == set()


def test_a_permission_asked_anew_on_the_day_of_coming_of_age_holds() -> None:
    """The day begins at 23:00 UTC in Madrid."""
    asked = datetime(2026, 1, 9, 23, tzinfo=UTC)
    facts = having(person_adult_on=date(2026, 1, 10), address_asked_at=asked)
    assert codes(facts) == set()
    assert codes(having(facts, address_asked_at=asked - timedelta(seconds=1))) == {ContactCode.ASKED_BEFORE_ADULT}


def test_what_was_known_when_it_was_written_does_not_stop_it() -> None:
    facts = having(course_booked_known_at=NOW - HOUR, course_in_touch_known_at=NOW - 2 * HOUR)
    assert codes(facts) == set()


@pytest.mark.parametrize("kind", EXEMPT)
def test_what_the_client_asked_for_or_was_approved_goes_after_the_end_and_beyond_the_ceiling(kind: CheckInKind) -> None:
    attempts = [Attempt(NOW - n * DAY) for n in range(1, 6)]
    facts = having(as_kind(kind), course_ended=True, course_ending=EndingKind.AGREED, course_attempts=attempts)
    assert codes(facts) == set()


@pytest.mark.parametrize("kind", EXEMPT)
def test_a_kind_alone_exempts_from_nothing(kind: CheckInKind) -> None:
    for occasion in (None, NOW + HOUR):
        facts = having(message_kind=kind, message_occasion_at=occasion, course_ended=True)
        unsigned = {ContactCode.NOT_APPROVED} if kind is CheckInKind.CLOSING_LETTER else set()
        assert codes(facts) == {ContactCode.ENDED} | unsigned


@pytest.mark.parametrize("occasion", [None, NOW + HOUR, NAIVE])
def test_a_closing_letter_waits_for_the_last_signature_also_while_the_work_goes_on(occasion: datetime | None) -> None:
    facts = having(message_kind=CheckInKind.CLOSING_LETTER, message_occasion_at=occasion)
    assert ContactCode.NOT_APPROVED in codes(facts)
    [reason] = [one for one in may_contact(facts, NOW).reasons if one.code is ContactCode.NOT_APPROVED]
    assert "not signed in full" in reason.text
    assert "signed by everybody" in would_change(reason)
    whose = having(facts, message_approver_may=False)
    assert codes(whose) >= {ContactCode.NOT_APPROVED, ContactCode.APPROVER_GONE}


@pytest.mark.parametrize("kind", EXEMPT)
@pytest.mark.parametrize(("changes", "code"), NEVER_EXEMPT)
def test_nothing_else_is_exempt(kind: CheckInKind, changes: dict[str, Any], code: ContactCode) -> None:
    assert codes(having(as_kind(kind), **changes)) == {code}


def test_missed_today_neither_counts_nor_is_stopped_by_the_count() -> None:
    sent = [Attempt(NOW - n * 8 * DAY, CheckInKind.CHECK_IN) for n in (1, 2, 3)]
    assert codes(having(as_kind(CheckInKind.MISSED_TODAY), course_attempts=sent)) == set()
    sent[0] = Attempt(NOW - 8 * DAY, CheckInKind.MISSED_TODAY)
    assert codes(having(course_attempts=sent)) == set()


def test_missed_today_keeps_its_distance_and_stops_at_the_end() -> None:
    facts = having(as_kind(CheckInKind.MISSED_TODAY), course_attempts=[Attempt(NOW - DAY)], course_ended=True)
    assert codes(facts) == {ContactCode.TOO_SOON, ContactCode.ENDED}


def test_a_call_made_elsewhere_counts_as_an_attempt() -> None:
    sent = [Attempt(NOW - 8 * DAY, CheckInKind.CHECK_IN), Attempt(NOW - 16 * DAY), Attempt(NOW - 24 * DAY)]
    assert codes(having(course_attempts=sent)) == {ContactCode.CEILING}


def test_the_limits_are_the_practices() -> None:
    facts = having(course_attempts=[Attempt(NOW - 3 * DAY)])
    assert may_contact(facts, NOW, Limits(ceiling=3, spacing_days=3)).allowed
    assert may_contact(facts, NOW, Limits(ceiling=1, spacing_days=3)).codes == {ContactCode.CEILING}


def test_safe_hours_say_from_when_it_may_go() -> None:
    facts = having(address_safe_hours=(time(12), time(18)))
    decision = may_contact(facts, NOW)
    assert decision.not_before == datetime(2026, 3, 4, 11, tzinfo=UTC)
    assert decision.worth_waiting


def test_safe_hours_across_midnight() -> None:
    facts = having(address_safe_hours=(time(22), time(2)))
    evening = datetime(2026, 3, 4, 21, tzinfo=UTC)
    assert codes(facts, evening) == codes(facts, datetime(2026, 3, 5, 0, 59, tzinfo=UTC)) == set()
    assert codes(facts, datetime(2026, 3, 5, 1, tzinfo=UTC)) == {ContactCode.OUTSIDE_SAFE_HOURS}
    assert may_contact(facts, NOW).not_before == evening


def test_spacing_and_safe_hours_together_say_the_later() -> None:
    facts = having(address_safe_hours=(time(12), time(18)), course_attempts=[Attempt(NOW - 6 * DAY)])
    decision = may_contact(facts, NOW)
    assert decision.not_before == datetime(2026, 3, 5, 11, tzinfo=UTC)
    assert decision.worth_waiting


def test_what_would_be_too_late_by_then_is_not_waited_for() -> None:
    decision = may_contact(having(course_attempts=[Attempt(NOW - DAY)]), NOW)
    assert decision.not_before == NOW + 6 * DAY + timedelta(seconds=1)
    assert not decision.worth_waiting


def test_waiting_is_offered_only_where_nothing_but_time_forbids() -> None:
    facts = having(address_safe_hours=(time(12), time(18)), person_contacts_us=True)
    assert may_contact(facts, NOW).not_before is None


def test_a_safe_window_in_the_hour_that_a_day_skips_is_the_next_days() -> None:
    """In Madrid clocks go from two to three on 29 March."""
    at = datetime(2026, 3, 28, 23, tzinfo=UTC)
    facts = having(
        address_safe_hours=(time(2, 10), time(2, 50)), message_written_at=at, message_due_at=at, message_approved_at=at
    )
    assert may_contact(facts, at).not_before == datetime(2026, 3, 30, 0, 10, tzinfo=UTC)
