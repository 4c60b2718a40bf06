"""Facts for the contact decision: a message that may go, and what can be changed about it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from api.domain.contact_facts import Address, Attempt, Course, Facts, Message, OpenFlag, Person
from api.domain.contact_reasons import ContactCode
from schemas.vocabulary import Authority, Channel, CheckInKind, ConsentState, EndingKind, FlagKind, Recipient

# A Wednesday, ten in the morning in Madrid.
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
ZONE = "Europe/Madrid"
ADDRESS_ID = UUID(int=7)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EXEMPT = (CheckInKind.ANSWER, CheckInKind.CLOSING_LETTER, CheckInKind.FOLLOW_UP)
NAIVE = datetime(2026, 3, 4, 9)  # noqa: DTZ001  # an instant that could be any of a day's

ALLOWED = Facts(
    message=Message(
        kind=CheckInKind.CHECK_IN,
        written_at=NOW - timedelta(hours=1),
        due_at=NOW - timedelta(minutes=1),
        approved_at=NOW - timedelta(minutes=11),
        approved_digest=b"an address",
        approved_terms=b"terms",
        approver_may=True,
    ),
    address=Address(
        id=ADDRESS_ID,
        channel=Channel.EMAIL,
        digest=b"an address",
        state=ConsentState.GRANTED,
        asked_at=NOW - 90 * DAY,
        valid_until=None,
        safe_hours=(time(9), time(18)),
        recipient=Recipient.CLIENT,
        authority=Authority.GUARDIAN_AGREED,
        said_by_others=frozenset(),
        terms=b"terms",
    ),
    person=Person(time_zone=ZONE, contacts_us=False, flags=()),
    course=Course(ended=False, attempts=()),
)


def having(facts: Facts = ALLOWED, **changes: object) -> Facts:
    """`having(message_kind=..., address_state=...)`: the part, then the field of it."""
    for name, value in changes.items():
        part, _, field = name.partition("_")
        facts = replace(facts, **{part: replace(getattr(facts, part), **{field: value})})
    return facts


def as_kind(kind: CheckInKind, facts: Facts = ALLOWED) -> Facts:
    """A message of a kind, with what the kind rests on."""
    return having(facts, message_kind=kind, message_occasion_at=NOW - timedelta(hours=1))


FORBIDDING: list[tuple[dict[str, Any], ContactCode]] = [
    ({"address_state": ConsentState.NOT_ASKED}, ContactCode.NOT_ASKED),
    ({"address_state": ConsentState.DECLINED}, ContactCode.DECLINED),
    ({"address_state": ConsentState.WITHDRAWN}, ContactCode.WITHDRAWN),
    ({"address_valid_until": date(2026, 3, 3)}, ContactCode.EXPIRED),
    ({"address_said_by_others": [ConsentState.GRANTED, ConsentState.WITHDRAWN]}, ContactCode.OPTED_OUT),
    ({"address_said_by_others": [ConsentState.DECLINED]}, ContactCode.OPTED_OUT),
    ({"address_digest": b"another"}, ContactCode.ADDRESS_CHANGED),
    ({"address_terms": b"others"}, ContactCode.TERMS_CHANGED),
    ({"course_away_known_at": NOW - timedelta(minutes=30)}, ContactCode.AWAY_SINCE),
    ({"course_merged_at": NOW - timedelta(minutes=30)}, ContactCode.MERGED_SINCE),
    ({"message_approver_may": False}, ContactCode.APPROVER_GONE),
    ({"address_channel": Channel.PHONE}, ContactCode.WAY_NOT_SENT),
    ({"address_channel": Channel.LETTER}, ContactCode.WAY_NOT_SENT),
    ({"address_safe_hours": (time(12), time(18))}, ContactCode.OUTSIDE_SAFE_HOURS),
    ({"person_died_on": date(2026, 3, 1)}, ContactCode.DIED),
    ({"course_ending": EndingKind.CLIENT_DIED}, ContactCode.DIED),
    ({"person_contacts_us": True}, ContactCode.CLIENT_CONTACTS_US),
    ({"person_adult_on": date(2027, 3, 4), "address_recipient": None}, ContactCode.RECIPIENT_UNKNOWN),
    ({"person_adult_on": date(2027, 3, 4), "address_authority": None}, ContactCode.RECIPIENT_UNKNOWN),
    (
        {
            "person_adult_on": date(2027, 3, 4),
            "address_recipient": Recipient.GUARDIAN,
            "person_consented_alone": True,
        },
        ContactCode.GUARDIAN_NOT_TOLD,
    ),
    ({"person_adult_on": date(2026, 3, 4)}, ContactCode.ASKED_BEFORE_ADULT),
    ({"person_flags": [OpenFlag(FlagKind.UNSAFE_TO_CONTACT)]}, ContactCode.UNSAFE),
    ({"person_flags": [OpenFlag(FlagKind.UNSAFE_TO_CONTACT, ADDRESS_ID)]}, ContactCode.UNSAFE),
    ({"person_flags": [OpenFlag(FlagKind.RISK_OF_HARM)]}, ContactCode.RISK_OF_HARM),
    ({"person_flags": [OpenFlag(FlagKind.RISK_OF_HARM, UUID(int=8))]}, ContactCode.RISK_OF_HARM),
    ({"person_flags": [OpenFlag(FlagKind.PRACTICE_HOLD)]}, ContactCode.PAUSED_BY_PRACTICE),
    ({"person_flags": [OpenFlag(FlagKind.CONFIDENTIAL_PROGRAMME)]}, ContactCode.CONFIDENTIAL_PROGRAMME),
    ({"course_ended": True}, ContactCode.ENDED),
    ({"course_ending": EndingKind.AGREED}, ContactCode.ENDED),
    ({"course_ended": True, "course_ending": EndingKind.TRANSFERRED}, ContactCode.TRANSFERRED),
    ({"course_handed_over_at": NOW}, ContactCode.HANDED_OVER),
    ({"course_booked_known_at": NOW}, ContactCode.BOOKED_SINCE),
    ({"course_in_touch_known_at": NOW - timedelta(minutes=59)}, ContactCode.IN_TOUCH_SINCE),
    ({"course_attempts": [Attempt(NOW - n * 8 * DAY) for n in (1, 2, 3)]}, ContactCode.CEILING),
    ({"course_attempts": [Attempt(NOW - 6 * DAY)]}, ContactCode.TOO_SOON),
    ({"message_approved_at": None}, ContactCode.NOT_APPROVED),
    ({"message_approved_at": NOW - 2 * DAY - HOUR}, ContactCode.APPROVAL_LAPSED),
    ({"message_due_at": NOW + 3 * DAY}, ContactCode.APPROVAL_LAPSED),
    ({"message_due_at": NOW - 2 * DAY - HOUR}, ContactCode.TOO_LATE),
    ({"message_kind": CheckInKind.MISSED_TODAY, "message_occasion_at": NOW - DAY}, ContactCode.NOT_THE_SAME_DAY),
    ({"message_kind": CheckInKind.MISSED_TODAY, "message_occasion_at": NOW + HOUR}, ContactCode.NOT_THE_SAME_DAY),
    ({"message_kind": CheckInKind.MISSED_TODAY}, ContactCode.NOT_THE_SAME_DAY),
]

UNREADABLE: list[dict[str, Any]] = [
    {"address_state": None},
    {"address_asked_at": None},
    {"address_asked_at": NAIVE},
    {"address_digest": None},
    {"address_channel": None},
    {"address_said_by_others": None},
    {"address_safe_hours": (time(9), None)},
    {"address_safe_hours": (None, time(9))},
    {"address_safe_hours": (time(9), time(9))},
    {"address_safe_hours": (time(9, tzinfo=UTC), time(18, tzinfo=UTC))},
    {"person_time_zone": None},
    {"person_time_zone": "Mars/Olympus"},
    {"person_contacts_us": None},
    {"person_flags": None},
    {"person_consented_alone": None},
    {"person_flags": [OpenFlag(None)]},
    {"course_ended": None},
    {"course_attempts": None},
    {"course_attempts": [Attempt(NAIVE)]},
    {"course_booked_known_at": NAIVE},
    {"course_in_touch_known_at": NAIVE},
    {"course_handed_over_at": NAIVE},
    {"course_away_known_at": NAIVE},
    {"course_merged_at": NAIVE},
    {"message_kind": None},
    {"message_written_at": None},
    {"message_written_at": NAIVE},
    {"message_due_at": None},
    {"message_due_at": NAIVE},
    {"message_approved_at": NAIVE},
    {"message_approved_at": NOW + HOUR},
    {"message_approved_digest": None},
    {"message_approved_terms": None},
    {"message_approver_may": None},
    {"address_terms": None},
    {"course_away_known_at": NAIVE},
    {"message_occasion_at": NAIVE},
]

# What even an answer, a closing letter or a follow-up does not get past.
NEVER_EXEMPT = [
    (changes, code)
    for changes, code in FORBIDDING
    if code not in (ContactCode.ENDED, ContactCode.TRANSFERRED, ContactCode.CEILING, ContactCode.TOO_SOON)
    and "message_kind" not in changes
]
