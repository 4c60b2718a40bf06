"""Every fact of the contact decision, one row each, both ways: as it forbids, and as it lets a message go.

A field that stands in no row fails the last test, so that no fact can be added that nobody asked about.
"""

from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.domain.contact import may_contact
from api.domain.contact_facts import Address, Attempt, Course, Limits, Message, OpenFlag, Person
from api.domain.contact_reasons import ContactCode
from schemas.vocabulary import Authority, Channel, CheckInKind, ConsentState, EndingKind, FlagKind, Recipient
from tests.domain.asking import ADDRESS_ID, ALLOWED, DAY, HOUR, NOW, having

CALL, CHECK_IN, MISSED = None, CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY
UNSAFE = FlagKind.UNSAFE_TO_CONTACT


@dataclass(frozen=True)
class Row:
    """`fact` is the part and its field; `given` is what has to be so for the fact to matter, `at` when it is asked."""

    fact: str
    forbids: Any
    allows: Any
    code: ContactCode
    given: dict[str, Any] = field(default_factory=dict)
    at: datetime = NOW
    limits: Limits = field(default_factory=Limits)
    stands_for: tuple[str, ...] = ()


def sent(*days_ago: float, kind: CheckInKind | None = CHECK_IN) -> list[Attempt]:
    return [Attempt(NOW - days * DAY, kind) for days in days_ago]


C = ContactCode
TABLE = [
    Row("address.id", UUID(int=7), UUID(int=8), C.UNSAFE, {"person_flags": [OpenFlag(UNSAFE, ADDRESS_ID)]}),
    Row("address.channel", Channel.LETTER, Channel.EMAIL, C.WAY_NOT_SENT),
    Row("address.channel", None, Channel.EMAIL, C.UNREADABLE),
    Row("address.digest", b"another", b"an address", C.ADDRESS_CHANGED),
    Row("address.digest", None, b"an address", C.UNREADABLE),
    Row("address.state", ConsentState.NOT_ASKED, ConsentState.GRANTED, C.NOT_ASKED),
    Row("address.state", ConsentState.DECLINED, ConsentState.GRANTED, C.DECLINED),
    Row("address.state", ConsentState.WITHDRAWN, ConsentState.GRANTED, C.WITHDRAWN),
    Row("address.state", None, ConsentState.GRANTED, C.UNREADABLE),
    Row("address.asked_at", None, NOW - DAY, C.UNREADABLE),
    Row("address.asked_at", NOW - 90 * DAY, NOW - DAY, C.ASKED_BEFORE_ADULT, {"person_adult_on": date(2026, 3, 1)}),
    Row("address.valid_until", date(2026, 3, 3), date(2026, 3, 4), C.EXPIRED),
    Row("address.valid_until", date(2026, 3, 3), None, C.EXPIRED),
    Row("address.safe_hours", (time(10, 1), time(18)), (time(10), time(18)), C.OUTSIDE_SAFE_HOURS),
    Row("address.safe_hours", (time(9), time(10)), (time(9), time(10, 1)), C.OUTSIDE_SAFE_HOURS),
    Row("address.safe_hours", (time(22), time(9)), (None, None), C.OUTSIDE_SAFE_HOURS),
    Row("address.safe_hours", (time(9), None), (None, None), C.UNREADABLE),
    Row("address.recipient", None, Recipient.GUARDIAN, C.RECIPIENT_UNKNOWN, {"person_adult_on": date(2027, 1, 1)}),
    Row("address.recipient", None, Recipient.CLIENT, C.RECIPIENT_UNKNOWN, {"person_adult_on": date(2027, 1, 1)}),
    Row("address.authority", None, Authority.COURT_ORDER, C.RECIPIENT_UNKNOWN, {"person_adult_on": date(2027, 1, 1)}),
    Row("address.said_by_others", {ConsentState.WITHDRAWN}, {ConsentState.GRANTED}, C.OPTED_OUT),
    Row("address.said_by_others", {ConsentState.DECLINED}, {ConsentState.NOT_ASKED}, C.OPTED_OUT),
    Row("address.said_by_others", None, (), C.UNREADABLE),
    Row("address.bouncing", forbids=True, allows=False, code=C.BOUNCING),
    Row("address.held", forbids=True, allows=False, code=C.PAUSED_BY_PRACTICE),
    Row("address.terms", b"others", b"terms", C.TERMS_CHANGED),
    Row("address.terms", None, b"terms", C.UNREADABLE),
    Row("person.time_zone", "America/Los_Angeles", "Europe/Madrid", C.OUTSIDE_SAFE_HOURS),
    Row("person.time_zone", None, "Europe/Madrid", C.UNREADABLE),
    Row("person.contacts_us", forbids=True, allows=False, code=C.CLIENT_CONTACTS_US),
    Row("person.contacts_us", forbids=None, allows=False, code=C.UNREADABLE),
    Row("person.flags", [OpenFlag(UNSAFE)], [], C.UNSAFE, stands_for=("flag.kind",)),
    Row("person.flags", [OpenFlag(UNSAFE, ADDRESS_ID)], [OpenFlag(UNSAFE, UUID(int=9))], C.UNSAFE, stands_for=("flag.address_id",)),
    Row("person.flags", [OpenFlag(FlagKind.RISK_OF_HARM)], [], C.RISK_OF_HARM),
    Row("person.flags", [OpenFlag(FlagKind.PRACTICE_HOLD)], [], C.PAUSED_BY_PRACTICE),
    Row("person.flags", [OpenFlag(FlagKind.CONFIDENTIAL_PROGRAMME)], [], C.CONFIDENTIAL_PROGRAMME),
    Row("person.flags", [OpenFlag(None)], [], C.UNREADABLE),
    Row("person.flags", None, (), C.UNREADABLE),
    Row("person.adult_on", date(2026, 3, 4), date(2025, 1, 1), C.ASKED_BEFORE_ADULT),
    Row("person.adult_on", date(2027, 1, 1), None, C.RECIPIENT_UNKNOWN, {"address_recipient": None}),
    Row("person.consented_alone", forbids=True, allows=False, code=C.GUARDIAN_NOT_TOLD, given={"person_adult_on": date(2027, 1, 1), "address_recipient": Recipient.GUARDIAN}),
    Row("person.consented_alone", forbids=None, allows=False, code=C.UNREADABLE),
    Row("person.died_on", date(2026, 3, 1), None, C.DIED),
    Row("course.ended", forbids=True, allows=False, code=C.ENDED),
    Row("course.ended", forbids=None, allows=False, code=C.UNREADABLE),
    Row("course.ending", EndingKind.AGREED, None, C.ENDED),
    Row("course.ending", EndingKind.TRANSFERRED, None, C.TRANSFERRED),
    Row("course.ending", EndingKind.CLIENT_DIED, None, C.DIED),
    Row("course.attempts", sent(8, 16, 24), sent(8, 16), C.CEILING, stands_for=("limits.ceiling",)),
    Row("course.attempts", sent(6.9), sent(7), C.TOO_SOON, stands_for=("attempt.at", "limits.spacing_days")),
    Row("course.attempts", sent(8, 16, 24), sent(8, 16, 24, kind=MISSED), C.CEILING, stands_for=("attempt.kind",)),
    Row("course.attempts", sent(8, 16, 24, kind=CALL), sent(8, 16, kind=CALL), C.CEILING),
    Row("course.attempts", None, [], C.UNREADABLE),
    Row("course.attempts", sent(8), [], C.CEILING, limits=Limits(ceiling=1)),
    Row("course.attempts", sent(8), sent(15), C.TOO_SOON, limits=Limits(spacing_days=14)),
    Row("course.booked_known_at", NOW - HOUR / 2, NOW - 2 * HOUR, C.BOOKED_SINCE),
    Row("course.in_touch_known_at", NOW - HOUR / 2, NOW - 2 * HOUR, C.IN_TOUCH_SINCE),
    Row("course.handed_over_at", NOW - HOUR / 2, NOW - 2 * HOUR, C.HANDED_OVER),
    Row("course.away_known_at", NOW - HOUR / 2, NOW - 2 * HOUR, C.AWAY_SINCE),
    Row("course.away_known_at", NOW - HOUR / 2, None, C.AWAY_SINCE),
    Row("course.merged_at", NOW - HOUR / 2, NOW - 2 * HOUR, C.MERGED_SINCE),
    Row("course.merged_at", NOW - HOUR / 2, None, C.MERGED_SINCE),
    Row("message.kind", CheckInKind.CHECK_IN, CheckInKind.ANSWER, C.ENDED, {"course_ended": True, "message_occasion_at": NOW - HOUR}),
    Row("message.kind", None, CheckInKind.CHECK_IN, C.UNREADABLE),
    Row("message.occasion_at", None, NOW - HOUR, C.ENDED, {"message_kind": CheckInKind.ANSWER, "course_ended": True}),
    # A closing letter's occasion is the last signature under its note.
    Row("message.occasion_at", None, NOW - HOUR, C.NOT_APPROVED, {"message_kind": CheckInKind.CLOSING_LETTER}),
    Row("message.occasion_at", NOW - DAY, NOW - HOUR, C.NOT_THE_SAME_DAY, {"message_kind": MISSED}),
    Row("message.written_at", NOW - 2 * HOUR, NOW - HOUR, C.BOOKED_SINCE, {"course_booked_known_at": NOW - 1.5 * HOUR}),
    Row("message.written_at", None, NOW - HOUR, C.UNREADABLE),
    Row("message.due_at", NOW - 2 * DAY - HOUR, NOW - 2 * DAY, C.TOO_LATE),
    Row("message.due_at", NOW + 3 * DAY, NOW + DAY, C.APPROVAL_LAPSED),
    Row("message.due_at", None, NOW, C.UNREADABLE),
    Row("message.approved_at", None, NOW - HOUR, C.NOT_APPROVED),
    Row("message.approved_at", NOW - 2 * DAY - HOUR, NOW - 2 * DAY, C.APPROVAL_LAPSED),
    Row("message.approved_digest", b"another", b"an address", C.ADDRESS_CHANGED),
    Row("message.approved_digest", None, b"an address", C.UNREADABLE),
    Row("message.approved_terms", b"others", b"terms", C.TERMS_CHANGED),
    Row("message.approver_may", forbids=False, allows=True, code=C.APPROVER_GONE),
    Row("message.approver_may", forbids=None, allows=True, code=C.UNREADABLE),
]  # fmt: skip


def _codes(row: Row, value: object) -> frozenset[ContactCode]:
    facts = having(ALLOWED, **{**row.given, row.fact.replace(".", "_", 1): value})
    return may_contact(facts, row.at, row.limits).codes


@pytest.mark.parametrize("row", TABLE, ids=[f"{at}-{row.fact}-{row.code}" for at, row in enumerate(TABLE)])
def test_a_fact_forbids_as_it_is_and_lets_go_as_it_might_be(row: Row) -> None:
    assert _codes(row, row.forbids) == {row.code}
    assert _codes(row, row.allows) == set()


def test_every_fact_stands_in_a_row() -> None:
    parts = {
        "message": Message,
        "address": Address,
        "person": Person,
        "course": Course,
        "flag": OpenFlag,
        "attempt": Attempt,
        "limits": Limits,
    }
    known = {f"{part}.{one.name}" for part, kind in parts.items() for one in fields(kind)}
    told = {row.fact for row in TABLE} | {name for row in TABLE for name in row.stands_for}
    assert told == known


def test_every_code_stands_in_a_row() -> None:
    """`no_address` is about the want of all its facts, and has its own test."""
    assert {row.code for row in TABLE} == set(ContactCode) - {ContactCode.NO_ADDRESS}


def test_each_kind_of_flag_state_and_ending_stands_in_a_row() -> None:
    flags = {flag.kind for row in TABLE if row.fact == "person.flags" for flag in row.forbids or ()}
    assert flags >= set(FlagKind)
    states = {row.forbids for row in TABLE if row.fact == "address.state"}
    assert states >= set(ConsentState) - {ConsentState.GRANTED}
    assert timedelta(days=Limits().spacing_days) == 7 * DAY
    assert datetime(2026, 3, 4, 9, tzinfo=UTC) == NOW
