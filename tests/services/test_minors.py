"""Of a minor it is on record who reads what is sent, and what was allowed then is asked again when they come of age."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from api.domain.errors import Conflict, Invalid
from api.domain.replies import Told
from api.services import checkins, clients, consents, replies
from api.services.work import unit
from schemas.vocabulary import Locale
from schemas.wire.checkins import CheckInIn
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn, ConsentOut
from tests.support import links
from tests.support.house import Case, House


def allow(house: House, client_id: UUID, address: str, **given: object) -> ConsentOut:
    told = {"channel": "email", "address": address, "state": "granted", **given}
    with house.work(house.clinician) as work:
        return consents.add(work, client_id, ConsentIn.model_validate(told))


def test_an_address_of_a_minor_is_allowed_once_it_is_said_who_reads(shared_house: House) -> None:
    house = shared_house
    of_age = house.now.date() + timedelta(days=100)
    with house.work(house.clinician) as work:
        kim = clients.add(work, ClientIn(name="Kim", adult_on=of_age, locale=Locale.ES)).id
    for said, pointer in (
        ({}, "/recipient"),
        ({"recipient": "guardian"}, "/authority"),
        ({"recipient": "guardian", "authority": "consented_alone"}, "/authority"),
    ):
        with pytest.raises(Invalid) as refusal:
            allow(house, kim, "kim@example.org", **said)
        assert refusal.value.problems[0].pointer == pointer
    last = of_age - timedelta(days=1)
    for address, until, expected in (
        ("open@example.org", None, last),
        ("short@example.org", house.now.date(), house.now.date()),
        ("long@example.org", of_age + timedelta(days=1), last),
    ):
        found = allow(house, kim, address, recipient="guardian", authority="both_parents", valid_until=until)
        assert (found.recipient, found.valid_until) == ("guardian", expected)
    with house.work(house.clinician) as work:
        told = ConsentIn.model_validate({"channel": "sms", "address": "+34600123456"})
        assert consents.add(work, kim, told).recipient is None


def test_of_an_adult_nothing_of_the_kind_is_asked(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        grown = clients.add(work, ClientIn(name="Kim", adult_on=house.now.date())).id
    found = allow(house, grown, "kim@example.org", valid_until=date(2030, 1, 1))
    assert (found.recipient, found.valid_until) == (None, date(2030, 1, 1))


def test_what_was_allowed_before_ends_with_childhood_too(shared_house: House) -> None:
    house = shared_house
    kim = house.client("Kim", house.clinician).client_id
    allow(house, kim, "kim@example.org")
    of_age = house.now.date() + timedelta(days=10)
    with house.work(house.clinician) as work:
        clients.change(work, kim, ClientPatch(adult_on=of_age), version=1)
        (found,) = consents.page(work, kim)
    assert found.valid_until == of_age - timedelta(days=1)


def test_what_may_be_empty_is_taken_back_by_a_null_and_left_alone_by_silence(shared_house: House) -> None:
    house = shared_house
    kim = house.client("Kim", house.clinician).client_id
    with house.work(house.clinician) as work:
        given = ClientPatch(adult_on=date(2020, 1, 1), locale=Locale.ES, emergency_contact="Rosa, +34 600 1")
        clients.change(work, kim, given, version=1)
        same = clients.change(work, kim, ClientPatch(client_contacts_us=True), version=2)
        assert (same.locale, same.emergency_contact) == ("es", "Rosa, +34 600 1")
        nulls = dict.fromkeys(("adult_on", "locale", "emergency_contact"))
        bare = clients.change(work, kim, ClientPatch.model_validate(nulls), version=3)
        assert (bare.adult_on, bare.locale, bare.emergency_contact) == (None, None, None)
        assert clients.change(work, kim, ClientPatch.model_validate(nulls), version=4).version == 4


def test_where_a_minor_consented_alone_no_guardian_is_written_to(shared_house: House) -> None:
    """Said of one address, it binds all of them, also one that was allowed before."""
    house, of_age = shared_house, shared_house.now.date() + timedelta(days=100)
    case = house.client("Kim", house.clinician)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(adult_on=of_age), version=1)
    parent = allow(house, case.client_id, "parent@example.org", recipient="guardian", authority="court_order")
    assert codes(house, case, parent.id) == []
    own = allow(house, case.client_id, "kim@example.org", recipient="client", authority="consented_alone")
    assert codes(house, case, parent.id) == ["guardian_not_told"]
    assert codes(house, case, own.id) == []


def test_what_lets_somebody_be_told_is_not_taken_back_by_silence(shared_house: House) -> None:
    """Neither by saying something else of the address, nor by removing it; only by saying so."""
    house, of_age = shared_house, shared_house.now.date() + timedelta(days=100)
    case = house.client("Kim", house.clinician)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(adult_on=of_age), version=1)
    parent = allow(house, case.client_id, "parent@example.org", recipient="guardian", authority="court_order")
    own = allow(house, case.client_id, "kim@example.org", recipient="client", authority="consented_alone")
    for state in ("withdrawn", "granted"):
        with house.work(house.clinician) as work:
            told = {"channel": "email", "address": own.address, "state": state}
            own = consents.change(work, case.client_id, own.id, ConsentIn.model_validate(told), version=own.version)
        assert (own.recipient, own.authority) == ("client", "consented_alone")
        assert "guardian_not_told" in codes(house, case, parent.id)
    second = allow(house, case.client_id, "new@example.org", recipient="client", authority="consented_alone")
    removed(house, case, second.id)
    with house.work(house.clinician) as work:
        told = {"channel": "email", "address": own.address, "state": "granted", "authority": "guardian_agreed"}
        consents.change(work, case.client_id, own.id, ConsentIn.model_validate(told), version=own.version)
    assert codes(house, case, parent.id) == []


def test_the_only_address_that_says_so_stays(shared_house: House) -> None:
    house, of_age = shared_house, shared_house.now.date() + timedelta(days=100)
    case = house.client("Kim", house.clinician)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(adult_on=of_age), version=1)
    own = allow(house, case.client_id, "kim@example.org", recipient="client", authority="consented_alone")
    with pytest.raises(Conflict) as refusal:
        removed(house, case, own.id)
    assert refusal.value.code == "authority_stands"
    moved = {"channel": "email", "address": "other@example.org", "state": "not_asked"}
    unasked = allow(house, case.client_id, "new@example.org", state="not_asked", authority="consented_alone")
    removed(house, case, unasked.id)
    with pytest.raises(Conflict), house.work(house.clinician) as work:
        consents.change(work, case.client_id, own.id, ConsentIn.model_validate(moved), version=own.version)
    house.wait(days=101)
    removed(house, case, own.id)


def removed(house: House, case: Case, consent_id: UUID) -> None:
    with house.work(house.clinician) as work:
        consents.remove(work, case.client_id, consent_id)


def codes(house: House, case: Case, consent_id: UUID) -> list[str]:
    with house.work(house.clinician) as work:
        given = CheckInIn(episode_id=case.episode_id, consent_id=consent_id, subject="Hello", body="Hello.")
        outlook = checkins.draft(work, given).outlook
    assert outlook is not None
    return [reason.code for reason in outlook.reasons]


def test_a_guardians_answer_is_never_the_childs_words(shared_house: House) -> None:
    """The record says whose address it came from, and the page says so beside the words."""
    house, of_age = shared_house, shared_house.now.date() + timedelta(days=100)
    case = house.client("Kim", house.clinician)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(adult_on=of_age), version=1)
    parent = allow(house, case.client_id, "parent@example.org", recipient="guardian", authority="court_order")
    own = allow(house, case.client_id, "kim@example.org", recipient="client", authority="guardian_agreed")
    for consent in (parent, own):
        sent = links.send(house, case, house.clinician, consent_id=consent.id)
        with unit(house.runtime) as work:
            link = replies.open_link(work, sent.token, "192.0.2.1").link
            replies.answer(work, link, Told(words=f"By way of {consent.address}."))
    with house.work(house.clinician) as work:
        found = replies.page(work, handled=False, cursor=None, limit=10).items
    assert [(one.spoken_by, one.words) for one in found] == [
        ("guardian", "By way of parent@example.org."),
        ("client", "By way of kim@example.org."),
    ]
