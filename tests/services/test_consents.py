"""Addresses and what may be done with them: one canonical form, nothing permitted until asked, nobody asked why."""

from datetime import time
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.services import consents
from schemas.tables import Consent
from schemas.tables.base import new_id
from schemas.vocabulary import AuditOutcome, Channel, ConsentState, Role
from schemas.wire.clients import ConsentIn, ConsentOut
from tests.services import records
from tests.support.house import House, Person


def add(
    house: House, client_id: UUID, channel: Channel, address: str, who: Person | None = None, **given: object
) -> ConsentOut:
    with house.work(who or house.clinician) as work:
        return consents.add(
            work, client_id, ConsentIn.model_validate({"channel": channel, "address": address, **given})
        )


def digests(house: House) -> dict[UUID, bytes]:
    with house.rows() as work:
        return {row.id: row.address_digest for row in work.session.scalars(sa.select(Consent))}


def test_nothing_is_permitted_until_somebody_asked(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    added = add(house, ana, Channel.EMAIL, "ana@example.org")
    assert (added.state, added.asked_at) == (ConsentState.NOT_ASKED, None)
    assert (added.may_mention_therapy, added.voicemail_allowed, added.sender_name) == (False, False, None)
    asked_at = house.wait(days=1)
    with house.work(house.clinician) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.org", state=ConsentState.GRANTED)
        granted = consents.change(work, ana, added.id, given, version=1)
    assert (granted.state, granted.asked_at, granted.version) == (ConsentState.GRANTED, asked_at, 2)
    with pytest.raises(VersionMismatch), house.work(house.clinician) as work:
        consents.change(work, ana, added.id, given, version=1)
    outcomes = (AuditOutcome.ALLOWED, AuditOutcome.ALLOWED, AuditOutcome.REFUSED)
    assert records.trail(house, ana)[-3:] == [("consent.edit", outcome) for outcome in outcomes]


def test_two_spellings_of_an_address_are_found_as_one(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    same = [
        add(house, ana, Channel.SMS, "+34 600 123 456"),
        add(house, bea, Channel.SMS, "+34600123456"),
        add(house, bea, Channel.PHONE, "+34-600-123-456"),
    ]
    assert {one.address for one in same} == {"+34600123456"}
    mail = [add(house, ana, Channel.EMAIL, "Ana.M@EXAMPLE.org"), add(house, bea, Channel.EMAIL, "ana.m@example.org")]
    assert mail[0].address == "Ana.M@example.org"
    found = digests(house)
    assert len({found[one.id] for one in same}) == 1
    assert len({found[one.id] for one in mail}) == 1
    assert len(set(found.values())) == 2
    with house.rows() as work:
        matching = col(Consent.address_digest) == found[same[0].id]
        assert {row.client_id for row in work.session.scalars(sa.select(Consent).where(matching))} == {ana, bea}


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (Channel.SMS, "199 876 543"),
        (Channel.PHONE, "+49 1"),
        (Channel.PHONE, "ring me"),
        (Channel.EMAIL, "ana at example"),
        (Channel.EMAIL, "ana@"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(
    shared_house: House, channel: Channel, address: str
) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    with pytest.raises(Invalid) as refusal:
        add(house, ana, channel, address)
    assert refusal.value.problems[0].pointer == "/address"
    assert address not in repr(refusal.value.problems)
    with house.work(house.clinician) as work:
        assert consents.page(work, ana) == []


def test_safe_hours_come_in_pairs_and_only_for_ways_we_write() -> None:
    given = {"channel": "letter", "address": "Calle Mayor 1"}
    for more in (
        {"safe_from": "09:00"},
        {"safe_until": "09:00"},
        {"channel": "portal"},
        {"channel": "in_person"},
        {"why": "x"},
    ):
        with pytest.raises(ValidationError):
            ConsentIn.model_validate({**given, **more})
    overnight = ConsentIn.model_validate({**given, "safe_from": "20:00", "safe_until": "07:00"})
    assert (overnight.safe_from, overnight.safe_until) == (time(20), time(7))


def test_everything_said_about_an_address_is_kept_and_a_wrong_one_removed(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    said: dict[str, Any] = {
        "state": "granted",
        "valid_until": "2027-01-31",
        "may_mention_therapy": True,
        "voicemail_allowed": True,
        "sender_name": "Kim",
        "safe_from": "09:00:00",
        "safe_until": "17:30:00",
    }
    added = add(house, ana, Channel.PHONE, "+34 600 123 456", **said)
    assert said.items() <= added.model_dump(mode="json").items()
    with house.work(house.supervisor) as work:
        assert consents.page(work, ana) == [added]
    with house.work(house.clinician) as work:
        consents.remove(work, ana, added.id)
        assert consents.page(work, ana) == []
    with pytest.raises(NotFound), house.work(house.clinician) as work:
        consents.remove(work, ana, added.id)


def say(house: House, client_id: UUID, consent: ConsentOut, state: ConsentState, **given: object) -> ConsentOut:
    told = {"channel": consent.channel, "address": consent.address, "state": state, **given}
    with house.work(house.clinician) as work:
        return consents.change(
            work, client_id, consent.id, ConsentIn.model_validate(told), version=_now(house, client_id, consent.id)
        )


def _now(house: House, client_id: UUID, consent_id: UUID) -> int:
    with house.work(house.clinician) as work:
        return next(one.version for one in consents.page(work, client_id) if one.id == consent_id)


def test_a_withdrawal_stays_on_record_when_the_address_may_be_used_again(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    added = add(house, ana, Channel.SMS, "+34 600 123 456", state="granted")
    granted_at, withdrawn_at = house.now, house.wait(days=3)
    say(house, ana, added, ConsentState.WITHDRAWN)
    with pytest.raises(Conflict, match="refusal_stands"):
        say(house, ana, added, ConsentState.NOT_ASKED)
    with pytest.raises(Conflict, match="address_answered"):
        say(house, ana, added, ConsentState.NOT_ASKED, address="+34 600 999 999")
    with pytest.raises(Conflict, match="refusal_stands"), house.work(house.clinician) as work:
        consents.remove(work, ana, added.id)
    again_at = house.wait(days=30)
    again = say(house, ana, added, ConsentState.GRANTED)
    assert again.asked_at == again_at
    assert [(one.state, one.at, one.recorded_by) for one in again.answers] == [
        (ConsentState.GRANTED, granted_at, house.clinician.id),
        (ConsentState.WITHDRAWN, withdrawn_at, house.clinician.id),
        (ConsentState.GRANTED, again_at, house.clinician.id),
    ]
    with pytest.raises(Conflict, match="refusal_stands"), house.work(house.clinician) as work:
        consents.remove(work, ana, added.id)
    with house.work(house.clinician) as work:
        assert consents.page(work, ana) == [again]


def test_what_was_said_is_not_said_of_another_address(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    open_still = add(house, ana, Channel.SMS, "+34 600 123 456")
    moved = say(house, ana, open_still, ConsentState.GRANTED, address="+34 600 123 457")
    assert moved.address == "+34600123457"
    for another in ({"address": "+34 600 123 458"}, {"channel": "phone"}):
        with pytest.raises(Conflict, match="address_answered"):
            say(house, ana, moved, ConsentState.GRANTED, **another)


@pytest.mark.parametrize("first", list(ConsentState))
def test_the_same_address_is_not_recorded_twice(shared_house: House, first: ConsentState) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    add(house, ana, Channel.SMS, "+34 600 123 456", state=first)
    with pytest.raises(Conflict, match="address_known"):
        add(house, ana, Channel.SMS, "+34-600-123456", state="granted")
    call = add(house, ana, Channel.PHONE, "+34 600 123 456")
    add(house, bea, Channel.SMS, "+34 600 123 456")
    other = add(house, ana, Channel.SMS, "+34 600 123 457")
    with pytest.raises(Conflict, match="address_known"):
        say(house, ana, other, ConsentState.GRANTED, address="+34 600 123 456")
    assert say(house, ana, call, ConsentState.GRANTED).state is ConsentState.GRANTED
    with house.work(house.clinician) as work:
        assert [one.state for one in consents.page(work, ana)] == [first, ConsentState.GRANTED, ConsentState.NOT_ASKED]


def test_the_database_too_refuses_an_address_twice(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    added = add(house, ana, Channel.SMS, "+34 600 123 456", state="withdrawn")
    with house.rows() as work:
        stored = work.session.scalars(sa.select(Consent).where(col(Consent.id) == added.id)).one()
    with pytest.raises(Conflict, match="clashes"), house.rows() as work:
        work.session.add(Consent(**{**stored.model_dump(), "id": new_id()}))


def test_addresses_are_kept_within_ones_own_caseload(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    added = add(house, ana, Channel.EMAIL, "ana@example.org")
    both = house.practice.member(Role.SUPERVISOR, Role.CLINICIAN, supervisees=(house.clinician,))
    for who in (house.supervisor, both, house.admin):
        with pytest.raises(AccessDenied):
            add(house, ana, Channel.EMAIL, "else@example.org", who)
    for who in (house.practice.member(Role.CLINICIAN), house.found("Next door").founder):
        with pytest.raises(NotFound):
            add(house, ana, Channel.EMAIL, "else@example.org", who)
        with pytest.raises(NotFound), house.work(who) as work:
            consents.page(work, ana)
    given = ConsentIn(channel=Channel.EMAIL, address="ana@example.org")
    with pytest.raises(NotFound), house.work(house.clinician) as work:
        consents.change(work, bea, added.id, given, version=1)
