"""Handing one message over: what arrives, and how each way of failing is told apart."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from api import clock
from api.outbound.letters import Letter, Unwritable, written
from api.outbound.mail import End, Folder, Nowhere, Server, Smtp, Tls, file_name
from tests.support.mail import Step, Troubled, real_server, troubled_server

SENDER = "notes@example.org"
LETTER = Letter(
    to="ana@example.com",
    sender_name="Dr. Ruiz, Elena",
    subject="A note from Elena",
    body="Hello Ana,\n.one dot begins this line\nno reply is fine; añadir\nhttps://example.org/r/abc",
    message_id="0123456789abcdef@example.org",
    at=datetime(2026, 3, 10, 9, 30, tzinfo=UTC),
    link="https://example.org/r/abc",
)


def plain(port: int, **more: object) -> Smtp:
    return Smtp(Server("127.0.0.1", port, SENDER, tls=Tls.NONE, timeout_seconds=5, **more))  # type: ignore[arg-type]  # whatever a server takes


def vars_of(letter: Letter) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in letter.__slots__}


def nothing() -> None:
    """Nobody keeps a record in these tests."""


@pytest.fixture
def troubled() -> Iterator[Troubled]:
    with troubled_server() as server:
        yield server


def test_a_message_arrives_as_it_was_written() -> None:
    with real_server() as (mailbox, port):
        assert plain(port).hand_over(LETTER, nothing).end is End.TAKEN
    message = mailbox.received[0].message
    assert mailbox.received[0].to == ["ana@example.com"]
    assert mailbox.received[0].words.rstrip("\n") == LETTER.body
    assert message["From"] == '"Dr. Ruiz, Elena" <notes@example.org>'
    assert message["Message-ID"] == "<0123456789abcdef@example.org>"
    assert message.get_content_type() == "multipart/alternative"
    assert {name.lower() for name in message} <= {
        *("from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"),
        *("x-peer", "x-mailfrom", "x-rcptto", "list-unsubscribe"),
    }


@pytest.mark.parametrize(
    ("step", "answer", "end"),
    [
        (Step.GREETING, "421 later", End.NOT_TAKEN),
        (Step.GREETING, "554 no", End.NOT_TAKEN),
        (Step.MAIL, "451 later", End.NOT_TAKEN),
        (Step.MAIL, "550 not you", End.REFUSED),
        (Step.RCPT, "450 greylisted", End.NOT_TAKEN),
        (Step.RCPT, "550 nobody of that name", End.NO_SUCH_ADDRESS),
        (Step.RCPT, "550 5.1.1 nobody of that name", End.NO_SUCH_ADDRESS),
        (Step.RCPT, "553 5.1.3 that is no address", End.NO_SUCH_ADDRESS),
        (Step.RCPT, "550 5.7.1 you are on a list", End.REFUSED),
        (Step.RCPT, "550 5.2.2 mailbox full", End.REFUSED),
        (Step.RCPT, "552 too much stored", End.REFUSED),
        (Step.RCPT, "554 5.1.1 not from here", End.REFUSED),
        (Step.RCPT, "251 will be sent on", End.TAKEN),
        (Step.DATA, "451 later", End.NOT_TAKEN),
        (Step.DATA, "554 no", End.REFUSED),
        (Step.DOT, "451 later", End.NOT_TAKEN),
        (Step.DOT, "552 too much", End.REFUSED),
        (Step.DOT, "250 taken", End.TAKEN),
        (Step.DOT, "what", End.UNKNOWN),
    ],
)
def test_every_answer_of_a_server_is_told_apart(troubled: Troubled, step: Step, answer: str, end: End) -> None:
    troubled.answers[step] = answer
    assert plain(troubled.port).hand_over(LETTER, nothing).end is end


@pytest.mark.parametrize("step", [Step.GREETING, Step.HELLO, Step.MAIL, Step.RCPT, Step.DATA])
def test_a_connection_lost_before_the_content_may_be_tried_again(troubled: Troubled, step: Step) -> None:
    announced: list[bool] = []
    troubled.hangs_up_at = step
    assert plain(troubled.port).hand_over(LETTER, lambda: announced.append(True)).end is End.NOT_TAKEN
    assert not announced


def test_a_connection_lost_after_the_dot_leaves_open_who_has_the_message(troubled: Troubled) -> None:
    troubled.hangs_up_at = Step.DOT
    assert plain(troubled.port).hand_over(LETTER, nothing).end is End.UNKNOWN
    assert len(troubled.received) == 1


def test_a_server_that_never_answers_the_dot_leaves_it_open_too(troubled: Troubled) -> None:
    troubled.waits_at = Step.DOT
    carrier = Smtp(Server("127.0.0.1", troubled.port, SENDER, tls=Tls.NONE, timeout_seconds=0.5))
    assert carrier.hand_over(LETTER, nothing).end is End.UNKNOWN


def test_no_server_at_all_may_be_tried_again() -> None:
    with troubled_server() as gone:
        port = gone.port
    assert plain(port).hand_over(LETTER, nothing).end is End.NOT_TAKEN


def test_the_dot_is_sent_only_once_it_was_announced(troubled: Troubled) -> None:
    def seen() -> None:
        assert troubled.received == []
        raise LookupError("the lease is lost")

    with pytest.raises(LookupError):
        plain(troubled.port).hand_over(LETTER, seen)
    assert plain(troubled.port).hand_over(LETTER, nothing).end is End.TAKEN
    assert len(troubled.received) == 1, "what was broken off before the dot was taken"


def test_where_tls_is_asked_for_and_not_offered_nothing_is_sent(troubled: Troubled) -> None:
    carrier = Smtp(Server("127.0.0.1", troubled.port, SENDER, tls=Tls.STARTTLS, timeout_seconds=5))
    assert carrier.hand_over(LETTER, nothing).end is End.NOT_TAKEN
    assert troubled.received == []


@pytest.mark.parametrize(
    "bad", ["a\nBcc: x@example.com", "a\r\nBcc: x@example.com", "a\rb", "a\x0bb", "a\u2028b", "a\x00"]
)
@pytest.mark.parametrize("field", ["subject", "sender_name", "to", "message_id", "link"])
def test_no_text_becomes_a_header_of_its_own(field: str, bad: str) -> None:
    letter = Letter(**vars_of(LETTER) | {field: bad})
    with pytest.raises(Unwritable):
        written(letter, SENDER)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_written_the_headers_stay_ours(name: str, subject: str, body: str) -> None:
    letter = Letter("ana@example.com", name, subject, body, LETTER.message_id, LETTER.at)
    try:
        lines = written(letter, SENDER).as_bytes().split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    except (Unwritable, UnicodeEncodeError):
        return
    names = [line.split(b":")[0].lower() for line in lines if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(
        [
            b"from",
            b"to",
            b"subject",
            b"date",
            b"message-id",
            b"mime-version",
            b"content-type",
        ]
    )


def test_an_address_mail_cannot_carry_is_refused_for_good(tmp_path: Path) -> None:
    for to in ("", "nobody", "añá@example.com", "two@a@b"):
        letter = Letter(to, "E", "S", "B", LETTER.message_id, LETTER.at)
        assert plain(1).hand_over(letter, nothing).end is End.REFUSED
        assert Folder(tmp_path, SENDER).hand_over(letter, nothing).end is End.REFUSED
    assert list(tmp_path.iterdir()) == []


def test_the_folder_holds_each_message_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mail", SENDER)
    assert folder.hand_over(LETTER, nothing).end is End.TAKEN
    assert folder.hand_over(LETTER, nothing).end is End.TAKEN
    (found,) = (tmp_path / "mail").iterdir()
    assert found.name == file_name(LETTER.message_id) == "0123456789abcdef.eml"
    assert b"To: ana@example.com" in found.read_bytes()


def test_a_file_is_named_by_our_own_ids_only() -> None:
    for other in ("../../etc/passwd@x", "", "ab@x", "abc/defghij@x"):
        with pytest.raises(ValueError, match="not a message id"):
            file_name(other)


def test_a_process_that_was_told_of_no_way_sends_nothing() -> None:
    assert Nowhere().hand_over(LETTER, nothing).end is End.NOT_TAKEN


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key and a self-signed certificate for localhost."""
    folder = tmp_path_factory.mktemp("certificate")
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    today = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def test_with_starttls_and_a_password_the_certificate_is_checked(certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    tried: list[bytes] = []

    def authenticate(_server: object, _session: object, _envelope: object, _way: str, data: object) -> AuthResult:
        tried.append(getattr(data, "password", b""))
        return AuthResult(success=tried[-1] == b"right")

    with real_server(tls_context=context, authenticator=authenticate, auth_required=True, auth_require_tls=True) as (
        mailbox,
        port,
    ):

        def carrier(ca_file: Path | None, password: str) -> Smtp:
            return Smtp(Server("localhost", port, SENDER, Tls.STARTTLS, "us", password, ca_file, 5))

        assert carrier(None, "right").hand_over(LETTER, nothing).end is End.NOT_TAKEN, "an unknown certificate"
        assert tried == []
        assert carrier(certificate[0], "wrong").hand_over(LETTER, nothing).end is End.NOT_TAKEN
        assert carrier(certificate[0], "right").hand_over(LETTER, nothing).end is End.TAKEN
        assert len(mailbox.received) == 1


def test_no_outcome_says_what_a_server_wrote(troubled: Troubled) -> None:
    troubled.answers[Step.RCPT] = "550 ana@example.com is nobody"
    outcome = plain(troubled.port).hand_over(LETTER, nothing)
    assert "ana" not in outcome.code
    assert threading.active_count() < 50
