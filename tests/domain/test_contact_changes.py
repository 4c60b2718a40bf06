"""Beside each fact that forbids stands what would change it, as it was when it was decided."""

from datetime import time, timedelta
from typing import Any

import pytest

from api.domain import contact_reasons
from api.domain.contact import may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Attempt, OpenFlag
from api.domain.contact_reasons import ContactCode, ContactReason, Unread, plain, unreadable
from schemas.vocabulary import FlagKind
from tests.domain.asking import ADDRESS_ID, ALLOWED, DAY, FORBIDDING, NOW, UNREADABLE, having


def told(**changes: object) -> ContactReason:
    (reason,) = may_contact(having(ALLOWED, **changes), NOW).reasons
    return reason


@pytest.mark.parametrize("code", [code for code in ContactCode if code is not ContactCode.UNREADABLE])
def test_each_code_says_what_would_change_it_and_asks_nobody_why(code: ContactCode) -> None:
    text = would_change(plain(code))
    assert text[0].isupper()
    assert text.endswith(".")
    words = set(text.lower().replace(".", " ").replace(",", " ").split())
    assert not words & {"why", "reason", "must", "patient", "refused", "failed"}


@pytest.mark.parametrize("what", [*Unread, None])
def test_so_does_what_could_not_be_read(what: Unread | None) -> None:
    assert would_change(unreadable(what)).endswith(".")


@pytest.mark.parametrize("changes", [changes for changes, _ in FORBIDDING] + UNREADABLE)
def test_a_decision_that_was_kept_is_told_again_as_it_was(changes: dict[str, Any]) -> None:
    reasons = may_contact(having(ALLOWED, **changes), NOW).reasons
    again = contact_reasons.told([one.code for one in reasons], contact_reasons.kept(reasons))
    assert again == list(reasons)
    assert [would_change(one) for one in again] == [would_change(one) for one in reasons]


def test_one_that_was_kept_before_facts_were_is_told_all_the_same() -> None:
    reasons = contact_reasons.told(["too_soon", "unreadable", "expired"], None)
    assert [reason.code for reason in reasons] == ["unreadable", "expired", "too_soon"]
    assert all(would_change(reason).endswith(".") for reason in reasons)


def test_hours_and_days_are_said_on_the_clients_clock() -> None:
    opens = told(address_safe_hours=(time(8), time(9)))
    assert would_change(opens) == "From 8:00 on Thursday 5 March 2026 in the client's time."
    last = told(course_attempts=[Attempt(NOW - 6 * DAY)])
    assert would_change(last) == "From 10:00 on Thursday 5 March 2026 in the client's time: 7 days after the last."


def test_what_was_learned_since_says_when() -> None:
    text = would_change(told(course_in_touch_known_at=NOW - timedelta(minutes=30)))
    assert text.startswith("Read what they said that the record learned of on Wednesday 4 March 2026 at 9:30.")


def test_one_address_that_is_unsafe_leaves_others_and_all_leave_none() -> None:
    one = told(person_flags=[OpenFlag(FlagKind.UNSAFE_TO_CONTACT, ADDRESS_ID)])
    both = told(person_flags=[OpenFlag(FlagKind.UNSAFE_TO_CONTACT, ADDRESS_ID), OpenFlag(FlagKind.UNSAFE_TO_CONTACT)])
    assert would_change(one).startswith("An address of theirs that is safe.")
    assert would_change(both).startswith("Somebody who knows")


def test_a_hold_says_nothing_of_who_asked_for_it() -> None:
    assert would_change(told(person_flags=[OpenFlag(FlagKind.PRACTICE_HOLD)])) == "The practice ends its pause."
