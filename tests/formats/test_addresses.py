"""Addresses in one canonical form each, so that the same address is found again under another spelling."""

import pytest

from api.domain.errors import Invalid
from api.formats import addresses
from schemas.vocabulary import Channel


@pytest.mark.parametrize(
    ("channel", "spellings"),
    [
        (Channel.EMAIL, ["ana@example.org", "ana@EXAMPLE.ORG", "Ana@example.org"]),
        (Channel.EMAIL, ["ana@b\u00fccher.example", "ana@B\u00dcCHER.example"]),
        (
            Channel.SMS,
            ["+34 600 123 456", "+34600123456", "+34-600-123-456", "+34 (600) 123456", "\uff0b34 600 123 456"],
        ),
        (Channel.PHONE, ["+1 212 555 0123", "+12125550123", "+1-212-555-0123"]),
        (Channel.LETTER, ["Calle  Mayor 1,\n 28013 Madrid", "Calle Mayor 1, 28013 Madrid"]),
    ],
)
def test_spellings_of_one_address_are_looked_up_as_one(channel: Channel, spellings: list[str]) -> None:
    assert len({addresses.looked_up(channel, addresses.canonical(channel, one)) for one in spellings}) == 1


def test_a_number_is_one_address_by_text_and_by_voice_and_an_address_is_not_a_number() -> None:
    number = addresses.canonical(Channel.SMS, "+34 600 123 456")
    assert addresses.looked_up(Channel.SMS, number) == addresses.looked_up(Channel.PHONE, number)
    assert addresses.looked_up(Channel.LETTER, number) != addresses.looked_up(Channel.PHONE, number)


def test_canonical_is_stable() -> None:
    for channel, written in (
        (Channel.EMAIL, "Ana@EXAMPLE.org"),
        (Channel.PHONE, "+34 600 123 456"),
        (Channel.LETTER, " a  b "),
    ):
        once = addresses.canonical(channel, written)
        assert addresses.canonical(channel, once) == once


@pytest.mark.parametrize(
    ("channel", "written"),
    [
        (Channel.PHONE, "600123456"),
        (Channel.PHONE, "+34"),
        (Channel.PHONE, "+34 600 123 456 789 012"),
        (Channel.SMS, ""),
        (Channel.EMAIL, "ana"),
        (Channel.EMAIL, "ana@@example.org"),
        (Channel.EMAIL, "ana@example.org\nBcc: all@example.org"),
        (Channel.EMAIL, "a" * 300 + "@example.org"),
    ],
)
def test_what_cannot_be_an_address_is_refused_at_its_field(channel: Channel, written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        addresses.canonical(channel, written, pointer="/contact/address")
    assert [problem.pointer for problem in refusal.value.problems] == ["/contact/address"]


@pytest.mark.parametrize(
    ("zone", "written", "found"),
    [
        ("Europe/Madrid", "600 123 456", "+34600123456"),
        ("Europe/London", "07400 123456", "+447400123456"),
        ("America/Chicago", "(212) 555-2368", "+12125552368"),
        # A number that names its country is of that country, wherever somebody lives.
        ("Europe/London", "+34 600 123 456", "+34600123456"),
        ("Europe/Madrid", "+447400123456", "+447400123456"),
    ],
)
def test_without_a_country_a_number_is_one_of_where_the_client_lives(zone: str, written: str, found: str) -> None:
    assert addresses.canonical(Channel.SMS, written, zone=zone) == found


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Europe/Madrid", "06 12 34 56 78"),
        ("Europe/Madrid", "100 123 456"),
        ("Europe/London", "600 123 456"),
        ("Etc/UTC", "600 123 456"),
        ("UTC", "600 123 456"),
        ("America/Buenos_Aires", "11 2345 6789"),
        (None, "600 123 456"),
    ],
)
def test_a_guess_never_leads_to_a_stranger(zone: str | None, written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        addresses.canonical(Channel.SMS, written, zone=zone)
    assert "country code" in refusal.value.problems[0].detail


def test_a_landline_gets_no_text_messages() -> None:
    for number in ("+34600123456", "+447400123456", "+12125552368"):
        addresses.require_texts(Channel.SMS, number)
    for number in ("+34912345678", "+442079460000", "+18005551212"):
        addresses.require_texts(Channel.PHONE, number)
        with pytest.raises(Invalid):
            addresses.require_texts(Channel.SMS, number)
