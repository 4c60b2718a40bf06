"""Addresses and what may be done with them: one canonical form, nothing permitted until asked, nobody asked why."""

from datetime import time
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from api.domain.errors import AccessDenied, Invalid, NotFound, VersionMismatch
from api.services import consents
from schemas.tables import Consent
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
    assert records.trail(house, ana)[-2:] == [("consent.edit", AuditOutcome.ALLOWED)] * 2


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
        (Channel.SMS, "699 876 543"),
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
