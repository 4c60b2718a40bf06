"""The contact decision over facts nobody would invent."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.domain import contact_facts
from api.domain.contact import may_contact
from api.domain.contact_reasons import ContactCode
from schemas.vocabulary import Channel, CheckInKind, ConsentState, EndingKind, FlagKind, Recipient
from tests.domain.asking import ADDRESS_ID, ALLOWED, EXEMPT, NEVER_EXEMPT, NOW, UNREADABLE, having

near = st.integers(-14 * 24 * 60, 14 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
zones = st.just(UTC) | st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
instants = near | near | st.datetimes(timezones=zones) | st.datetimes()
days = st.integers(-400, 400).map(lambda number: date(2026, 3, 4) + timedelta(days=number)) | st.dates()
hours = st.none() | st.times() | st.sampled_from([time(8), time(18), time(22), time(2, 30)])
addresses = st.builds(
    contact_facts.Address,
    id=st.sampled_from([ADDRESS_ID]) | st.uuids(),
    channel=st.sampled_from([Channel.EMAIL, Channel.SMS, None, Channel.PHONE]),
    digest=st.sampled_from([b"an address", b"another", None]),
    state=st.none() | st.sampled_from(ConsentState),
    asked_at=st.none() | instants,
    valid_until=st.none() | days,
    safe_hours=st.tuples(hours, hours),
    recipient=st.none() | st.sampled_from(Recipient),
    said_by_others=st.none() | st.frozensets(st.sampled_from(ConsentState)),
)
flags = st.builds(
    contact_facts.OpenFlag, st.none() | st.sampled_from(FlagKind), st.none() | st.just(ADDRESS_ID) | st.uuids()
)
people = st.builds(
    contact_facts.Person,
    time_zone=st.none() | st.sampled_from(["Europe/Madrid", "America/St_Johns", "Pacific/Apia", "nowhere", ""]),
    contacts_us=st.none() | st.booleans(),
    flags=st.none() | st.lists(flags, max_size=3),
    adult_on=st.none() | days,
    died_on=st.none() | days,
)
attempts = st.builds(contact_facts.Attempt, instants, st.none() | st.sampled_from(CheckInKind))
courses = st.builds(
    contact_facts.Course,
    ended=st.none() | st.booleans(),
    attempts=st.none() | st.lists(attempts, max_size=5),
    ending=st.none() | st.sampled_from(EndingKind),
    booked_known_at=st.none() | instants,
    in_touch_known_at=st.none() | instants,
    handed_over_at=st.none() | instants,
    away_known_at=st.none() | instants,
    merged_at=st.none() | instants,
)
messages = st.builds(
    contact_facts.Message,
    kind=st.none() | st.sampled_from(CheckInKind),
    written_at=st.none() | instants,
    due_at=st.none() | instants,
    approved_at=st.none() | instants,
    approved_digest=st.none() | st.sampled_from([b"an address", b"another"]),
    occasion_at=st.none() | instants,
)
anything = st.builds(contact_facts.Facts, messages, st.none() | addresses, people, courses)
# Mostly in order, with one or two parts of it as they come: most facts drawn at random forbid many times over.
mixed = st.tuples(anything, st.sets(st.sampled_from(["message", "address", "person", "course"]), max_size=2)).map(
    lambda drawn: replace(ALLOWED, **{part: getattr(drawn[0], part) for part in drawn[1]})
)
facts_of_all_sorts = anything | mixed
SAFE_ONLY = {ContactCode.OUTSIDE_SAFE_HOURS, ContactCode.TOO_SOON}


@given(facts_of_all_sorts, instants)
def test_whatever_the_facts_there_is_a_decision(facts: contact_facts.Facts, now: datetime) -> None:
    decision = may_contact(facts, now)
    assert decision.allowed is (not decision.reasons)
    assert len(decision.codes) <= len(decision.reasons)


@given(facts_of_all_sorts, near)
def test_one_more_fact_that_forbids_never_lets_a_message_go(facts: contact_facts.Facts, now: datetime) -> None:
    told = may_contact(facts, now).codes
    for fuller in _with_more_against_it(facts):
        assert told <= may_contact(fuller, now).codes


def _with_more_against_it(facts: contact_facts.Facts) -> list[contact_facts.Facts]:
    """The same facts and one more. What replaces a fact is not among them: that takes one away, too."""
    hold = contact_facts.OpenFlag(FlagKind.PRACTICE_HOLD)
    fuller = [having(facts, person_contacts_us=True)] if facts.person.contacts_us is False else []
    if facts.person.flags is not None:
        fuller.append(having(facts, person_flags=[*facts.person.flags, hold]))
    if facts.person.died_on is None:
        fuller.append(having(facts, person_died_on=date(2026, 3, 1)))
    if facts.course.attempts is not None:
        fuller.append(having(facts, course_attempts=[*facts.course.attempts, contact_facts.Attempt(NOW)]))
    if facts.course.booked_known_at is None:
        fuller.append(having(facts, course_booked_known_at=NOW))
    if facts.course.in_touch_known_at is None:
        fuller.append(having(facts, course_in_touch_known_at=NOW))
    if facts.address is not None and facts.address.said_by_others is not None:
        others = {*facts.address.said_by_others, ConsentState.WITHDRAWN}
        fuller.append(having(facts, address_said_by_others=others))
    return fuller


@given(mixed, near)
def test_a_message_that_may_go_may_not_once_something_forbids(facts: contact_facts.Facts, now: datetime) -> None:
    hold = contact_facts.OpenFlag(FlagKind.PRACTICE_HOLD)
    if may_contact(facts, now).allowed:
        for fuller in (having(facts, person_contacts_us=True), having(facts, person_flags=[hold])):
            assert not may_contact(fuller, now).allowed


@given(mixed, st.sampled_from(UNREADABLE))
def test_what_cannot_be_read_always_forbids(facts: contact_facts.Facts, change: dict[str, Any]) -> None:
    if facts.address is not None:
        assert not may_contact(having(facts, **change), NOW).allowed


@given(mixed, st.sampled_from(EXEMPT), st.sampled_from(NEVER_EXEMPT))
def test_no_kind_is_exempt_from_the_rest(
    facts: contact_facts.Facts, kind: CheckInKind, forbidding: tuple[dict[str, Any], ContactCode]
) -> None:
    if facts.address is None:
        return
    exempt = having(facts, message_kind=kind, message_occasion_at=NOW - timedelta(hours=1))
    assert not may_contact(having(exempt, **forbidding[0]), NOW).allowed


@given(facts_of_all_sorts, near, st.sampled_from(EXEMPT))
def test_an_exemption_lifts_exactly_three_things(facts: contact_facts.Facts, now: datetime, kind: CheckInKind) -> None:
    plain_one = having(facts, message_kind=CheckInKind.CHECK_IN, message_occasion_at=None)
    exempt = having(facts, message_kind=kind, message_occasion_at=datetime(2020, 1, 1, tzinfo=UTC))
    lifted = {ContactCode.CEILING, ContactCode.TOO_SOON, ContactCode.ENDED}
    if kind is CheckInKind.CLOSING_LETTER:
        lifted.add(ContactCode.TRANSFERRED)
    assert may_contact(exempt, now).codes == may_contact(plain_one, now).codes - lifted


@given(facts_of_all_sorts, near)
def test_waiting_is_for_time_alone_and_time_then_allows(facts: contact_facts.Facts, now: datetime) -> None:
    decision = may_contact(facts, now)
    if decision.not_before is None:
        assert not decision.worth_waiting
        return
    assert decision.codes <= SAFE_ONLY
    assert decision.not_before >= now
    then = may_contact(facts, decision.not_before)
    assert then.codes.isdisjoint(SAFE_ONLY)
    assert then.allowed is decision.worth_waiting
