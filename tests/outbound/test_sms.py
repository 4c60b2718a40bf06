"""Handing a text message over: what the provider gets, how each way of failing is told apart, and what it signs."""

import base64
import hashlib
import hmac
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from api.domain.standings import Course
from api.outbound.mail import End, HandedOver
from api.outbound.sms import Twilio, signed
from api.outbound.texts import Incoming, Keyword, NoTexts, Standing, Text, TextFolder, kept_text
from tests.support import provider as stand_in
from tests.support.clock import NOW
from tests.support.provider import ACCOUNT, KEY, PUBLIC, SECRET, SERVICE, TOKEN, Provider, Trouble, sid
from tests.support.server import free_port

TO = "+34600123456"
BODY = "Hola Ana, sin prisa: ¿te va bien otra hora?\nhttps://notes.example/r/abcdefghijklmnopqrstuv"
TEXT = Text(to=TO, body=BODY, message_id="0123456789abcdef0123456789abcdef@example.org", at=NOW)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with stand_in.provider() as one:
        yield one


class Told:
    """Counts announcements."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def hand_over(provider: Provider, **more: object) -> tuple[HandedOver, int]:
    told = Told()
    return Twilio(provider.account(**more)).hand_over(TEXT, told), told.count


def test_the_provider_gets_what_it_publishes_and_nothing_else(provider: Provider) -> None:
    outcome, announced = hand_over(provider)
    assert (outcome, announced) == (HandedOver(End.TAKEN, provider_id=f"SM{0:032x}"), 1)
    assert provider.requests == [
        {
            "To": TO,
            "MessagingServiceSid": SERVICE,
            "Body": BODY,
            "StatusCallback": f"{PUBLIC}/hooks/sms/status?m=0123456789abcdef0123456789abcdef%40example.org",
        }
    ]


def test_a_key_opens_the_api_as_the_token_does(provider: Provider) -> None:
    assert hand_over(provider, key=(KEY, SECRET))[0].end is End.TAKEN
    assert hand_over(provider, key=(KEY, "another"))[0] == HandedOver(End.NOT_TAKEN, "not_let_in")
    assert hand_over(provider, auth_token="another")[0] == HandedOver(End.NOT_TAKEN, "not_let_in")


@pytest.mark.parametrize(
    ("status", "code", "end", "said"),
    [
        (400, 21610, End.OPTED_OUT, "opted_out"),
        (400, 21211, End.NO_SUCH_ADDRESS, "invalid_number"),
        (400, 21614, End.NO_SUCH_ADDRESS, "not_a_mobile_number"),
        (400, 21635, End.NO_SUCH_ADDRESS, "landline"),
        (400, 21408, End.REFUSED, "country_not_enabled"),
        (400, 21612, End.REFUSED, "not_reachable_from_here"),
        (400, 29999, End.REFUSED, "provider_29999"),
        (400, 0, End.REFUSED, "status_400"),
        (400, 21703, End.NOT_TAKEN, "no_sender"),
        (400, 21609, End.NOT_TAKEN, "wrong_report_address"),
        (408, 0, End.UNKNOWN, "status_408"),
        (404, 20404, End.NOT_TAKEN, "no_such_account"),
        (403, 0, End.NOT_TAKEN, "status_403"),
        (429, 20429, End.NOT_TAKEN, "too_many"),
        (302, 0, End.NOT_TAKEN, "status_302"),
        (500, 0, End.UNKNOWN, "status_500"),
        (503, 20503, End.UNKNOWN, "status_503"),
    ],
)
def test_each_answer_is_told_apart(provider: Provider, status: int, code: int, end: End, said: str) -> None:
    provider.status, provider.code = status, code
    assert hand_over(provider) == (HandedOver(end, said), 1)


@pytest.mark.parametrize(
    ("said", "seconds"), [("17", 17), ("999999999", 86400), ("1e9", 0), ("Sat, 1 Jan 2028 00:00:00 GMT", 0), ("-3", 0)]
)
def test_it_says_for_how_long_to_wait(provider: Provider, said: str, seconds: int) -> None:
    provider.status, provider.headers = 429, {"Retry-After": said}
    assert hand_over(provider)[0] == HandedOver(End.NOT_TAKEN, "too_many", wait_seconds=seconds)


@pytest.mark.parametrize("trouble", [Trouble.HANGS, Trouble.HANGS_UP, Trouble.TAKES_AND_HANGS_UP])
def test_without_an_answer_nobody_knows_who_has_it(provider: Provider, trouble: Trouble) -> None:
    provider.trouble = trouble
    outcome, announced = hand_over(provider, timeout_seconds=0.3 if trouble is Trouble.HANGS else 5)
    assert (outcome.end, announced, len(provider.requests)) == (End.UNKNOWN, 1, 1)
    assert outcome.code.startswith("no_answer_")


def test_an_answer_that_cannot_be_read_still_says_that_it_was_taken(provider: Provider) -> None:
    provider.trouble = Trouble.NO_JSON
    assert hand_over(provider)[0] == HandedOver(End.TAKEN)


def test_where_nobody_listens_nothing_was_announced_and_it_may_be_tried_again() -> None:
    told = Told()
    account = Provider(port=free_port()).account()
    outcome = Twilio(account).hand_over(TEXT, told)
    assert (outcome.end, told.count) == (End.NOT_TAKEN, 0)
    assert outcome.code == "no_connection_ConnectError"


def test_one_that_is_no_provider_gets_no_byte_without_tls() -> None:
    """A server that speaks no TLS where we ask for it: the connection ends before the first byte of the request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        account = Provider(port=listener.getsockname()[1]).account(
            base_url=f"https://127.0.0.1:{listener.getsockname()[1]}", timeout_seconds=0.3
        )
        told = Told()
        outcome = Twilio(account).hand_over(TEXT, told)
        connection, _ = listener.accept()
        with connection:
            heard = connection.recv(4096)
    assert (outcome.end, told.count) == (End.NOT_TAKEN, 0)
    assert b"Messages.json" not in heard


class LostIt(Exception):
    pass


def test_if_the_announcement_raises_no_byte_has_gone(provider: Provider) -> None:
    def lose() -> None:
        raise LostIt

    with pytest.raises(LostIt):
        Twilio(provider.account()).hand_over(TEXT, lose)
    assert provider.requests == []


def test_one_of_which_nobody_heard_is_found_in_the_list(provider: Provider) -> None:
    carrier = Twilio(provider.account())
    assert carrier.look_up(TEXT, NOW) is None
    provider.trouble = Trouble.TAKES_AND_HANGS_UP
    assert carrier.hand_over(TEXT, Told()).end is End.UNKNOWN
    provider.trouble = None
    assert carrier.look_up(TEXT, NOW) == Standing(f"SM{0:032x}", Course.WITH_PROVIDER)
    provider.messages[0]["status"] = "delivered"
    assert carrier.look_up(TEXT, NOW) == Standing(f"SM{0:032x}", Course.DELIVERED)


def test_another_message_in_the_list_is_not_taken_for_it(provider: Provider) -> None:
    carrier = Twilio(provider.account())
    carrier.hand_over(TEXT, Told())
    (message,) = provider.messages
    for change in (
        {"body": BODY.replace("abc", "abd")},
        {"to": "+34600123457"},
        {"direction": "inbound"},
        {"date_created": "Mon, 02 Mar 2020 09:00:00 +0000"},
        {"date_created": None},
        {"status": "receiving"},
        {"sid": None},
    ):
        provider.messages[:] = [message | change]
        assert carrier.look_up(TEXT, NOW) is None, change
    provider.messages[:] = [message | {"body": "Sent from your Twilio trial account - " + BODY}]
    assert carrier.look_up(TEXT, NOW) is not None
    provider.status = 500
    assert carrier.look_up(TEXT, NOW) is None


def test_neither_log_nor_outcome_tells_of_anybody(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """The list is asked for by a number in the address: whatever logs addresses must not log this one."""
    from api import logs  # noqa: PLC0415  # what a process sets, for this test alone

    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("DEBUG")
    logging.getLogger().addHandler(caplog.handler)
    try:
        provider.status, provider.code = 400, 29999
        outcome, _ = hand_over(provider)
        provider.status = 201
        Twilio(provider.account()).look_up(TEXT, NOW)
    finally:
        logging.getLogger().handlers[:], logging.getLogger().level = before
        structlog.reset_defaults()
    said = caplog.text + repr(outcome)
    assert not any(secret in said for secret in (TO, TO[1:], "600123456", "Hola", "15005550006", TOKEN))


# The provider's documentation of its signature has this example.
_DOCUMENTED = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}


def test_the_signature_is_that_of_the_published_example() -> None:
    address = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signed(address, list(_DOCUMENTED.items()), "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def _sha1(message: bytes) -> bytes:
    return hashlib.sha1(message).digest()  # noqa: S324  # the provider's choice


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=8), st.text(max_size=30))
def test_the_signature_is_what_an_independent_calculation_gives(fields: dict[str, str], token: str) -> None:
    """HMAC by its definition (RFC 2104), over the parts in order."""
    message = "https://notes.example/hooks/sms/inbound"
    for name in sorted(fields):
        message += name + fields[name]
    key = token.encode()
    key = (_sha1(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = _sha1(bytes(one ^ 0x36 for one in key) + message.encode())
    expected = base64.b64encode(_sha1(bytes(one ^ 0x5C for one in key) + inner)).decode()
    assert hmac.compare_digest(signed("https://notes.example/hooks/sms/inbound", list(fields.items()), token), expected)


OURS = (("MessageSid", sid(1)), ("AccountSid", ACCOUNT))


def twilio(**more: object) -> Twilio:
    return Twilio(Provider().account(**more))


def test_whatever_is_changed_the_signature_no_longer_holds() -> None:
    url, fields = f"{PUBLIC}/hooks/sms/status?m=abc", [*OURS, ("MessageStatus", "sent"), ("To", TO)]
    good = signed(url, fields, TOKEN)
    assert twilio().is_genuine(url, fields, good)
    assert twilio().is_genuine(url, fields[::-1], good), "the order in which they come says nothing"
    for other_url in (
        url + "d",
        url.replace("status", "inbound"),
        url.replace("https", "http"),
        url.replace("notes", "n"),
    ):
        assert not twilio().is_genuine(other_url, fields, good), other_url
    for other in (fields[1:], [*fields, ("X", "")], [*fields, ("X", "1")], [("MessageSid", sid(2)), *fields[1:]]):
        assert not twilio().is_genuine(url, other, good), other
    for signature in ("", good.lower(), good[:-1], good + "=", "ñ", signed(url, fields, "12345")):
        assert not twilio().is_genuine(url, fields, signature), signature


@pytest.mark.parametrize(
    "more",
    [
        {"MessageSid": "SM1"},
        {"MessageSid": ""},
        {"MessageSid": "CA" + "0" * 32},
        {"MessageSid": sid(1) + "0"},
        {"MessageSid": sid(1) + "\n"},
        {"MessageSid": "SM" + "g" * 32},
        {"MessageSid": "SM" + "\u0661" * 32},
        {"AccountSid": "AC" + "0" * 32},
        {"AccountSid": ACCOUNT.lower()},
        {"AccountSid": ""},
    ],
)
def test_what_is_signed_and_is_not_about_a_message_of_our_account_is_not_believed(more: dict[str, str]) -> None:
    for name in ("SM" + "aB" * 16, "MM" + "0" * 32):
        fields = list((dict(OURS) | {"MessageSid": name}).items())
        assert twilio().is_genuine(PUBLIC, fields, signed(PUBLIC, fields, TOKEN))
    fields = list((dict(OURS) | more).items())
    assert not twilio().is_genuine(PUBLIC, fields, signed(PUBLIC, fields, TOKEN))
    twice = [*OURS, *more.items()]
    assert not twilio().is_genuine(PUBLIC, twice, signed(PUBLIC, twice, TOKEN)), "whichever of two is read"
    for one in OURS:
        assert not twilio().is_genuine(PUBLIC, [one], signed(PUBLIC, [one], TOKEN))


def test_an_address_is_signed_with_or_without_its_port() -> None:
    fields = [*OURS, ("Body", "hello")]
    for ours, theirs in (
        ("https://notes.example/h", "https://notes.example:443/h"),
        ("https://notes.example:8443/h", "https://notes.example/h"),
        ("https://notes.example:8443/h", "https://notes.example:8443/h"),
    ):
        assert twilio().is_genuine(ours, fields, signed(theirs, fields, TOKEN)), (ours, theirs)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"MessageStatus": "sent"}, Standing(sid(1), Course.WITH_PROVIDER)),
        ({"MessageStatus": "delivered"}, Standing(sid(1), Course.DELIVERED)),
        (
            {"MessageStatus": "undelivered", "ErrorCode": "30006"},
            Standing(sid(1), Course.NOT_DELIVERED, "landline"),
        ),
        ({"MessageStatus": "failed", "ErrorCode": "21610"}, Standing(sid(1), Course.OPTED_OUT, "opted_out")),
        ({"MessageStatus": "failed", "ErrorCode": "x"}, Standing(sid(1), Course.NOT_DELIVERED)),
        ({"MessageStatus": "received"}, None),
        ({}, None),
    ],
)
def test_a_report_is_read(fields: dict[str, str], found: Standing | None) -> None:
    assert twilio().standing([("MessageSid", sid(1)), *fields.items()]) == found
    assert twilio().standing(list(fields.items())) is None


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"Body": "Hello"}, Incoming(sid(1), TO, "Hello")),
        ({}, Incoming(sid(1), TO, "")),
        ({"Body": "", "NumMedia": "2"}, Incoming(sid(1), TO, "", 2)),
        ({"Body": "STOP", "OptOutType": "STOP"}, Incoming(sid(1), TO, "STOP", 0, Keyword.STOP)),
        ({"Body": "HELP", "OptOutType": "HELP"}, Incoming(sid(1), TO, "HELP", 0, Keyword.HELP)),
        ({"Body": "x", "OptOutType": "OTHER", "NumMedia": "-1"}, Incoming(sid(1), TO, "x")),
        ({"From": "whatsapp:+34600123456", "Body": "x"}, None),
        ({"From": "12345", "Body": "x"}, None),
        ({"MessageSid": ""}, None),
    ],
)
def test_what_came_in_is_read(more: dict[str, str], found: Incoming | None) -> None:
    assert twilio().incoming(list(({"MessageSid": sid(1), "From": TO} | more).items())) == found


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=60))
def test_an_answer_is_a_document_that_says_just_that(words: str) -> None:
    answer = twilio().answer(words)
    root = ET.fromstring(answer.content)  # noqa: S314  # what we wrote ourselves
    assert (root.tag, [(one.tag, one.text or "") for one in root]) == ("Response", [("Message", words)])
    assert len(ET.fromstring(twilio().answer(None).content)) == 0  # noqa: S314  # as above


def test_without_a_provider_a_message_becomes_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    folder, told = TextFolder(tmp_path / "texts"), Told()
    assert folder.hand_over(TEXT, told) == HandedOver(End.TAKEN)
    assert told.count == 1
    assert kept_text(folder.folder, TEXT.message_id) == f"To: {TO}\n\n{BODY}"
    assert kept_text(folder.folder, "f" * 32 + "@example.org") is None
    (file,) = folder.folder.iterdir()
    assert (file.stat().st_mode & 0o777, folder.folder.stat().st_mode & 0o777) == (0o600, 0o700)
    (tmp_path / "blocked").write_text("no folder")
    assert TextFolder(tmp_path / "blocked").hand_over(TEXT, told).end is End.NOT_TAKEN


@pytest.mark.parametrize("nobody", [NoTexts(), TextFolder(Path("nowhere"))])
def test_where_there_is_no_provider_nothing_is_believed(nobody: NoTexts | TextFolder) -> None:
    fields = [("MessageSid", sid(1)), ("From", TO), ("Body", "STOP"), ("MessageStatus", "sent")]
    assert not nobody.is_genuine(PUBLIC, fields, signed(PUBLIC, fields, ""))
    assert (nobody.standing(fields), nobody.incoming(fields), nobody.look_up(TEXT, NOW)) == (None, None, None)
    assert nobody.answer("words").content == b""
    assert NoTexts().hand_over(TEXT, Told()).end is End.NOT_TAKEN


def test_a_clock_that_differs_a_little_does_not_hide_a_message(provider: Provider) -> None:
    carrier = Twilio(provider.account())
    carrier.hand_over(TEXT, Told())
    assert carrier.look_up(TEXT, NOW + timedelta(minutes=4)) is not None
    assert carrier.look_up(TEXT, NOW + timedelta(minutes=6)) is None
