"""A mail server in trouble at every step: what is slow, cut off, stripped of its TLS or not who it says it is."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from api.outbound.mail import End, Server, Smtp, Tls
from tests.outbound.test_mail import LETTER, SENDER, certificate, nothing
from tests.support.mail import Step, Troubled, real_server, troubled_server

__all__ = ["certificate"]  # a fixture, found by its name


@pytest.fixture
def troubled() -> Iterator[Troubled]:
    with troubled_server() as server:
        yield server


def _impatient(server: Troubled, tls: Tls = Tls.NONE) -> Smtp:
    return Smtp(Server("127.0.0.1", server.port, SENDER, tls=tls, timeout_seconds=0.2))


@pytest.mark.parametrize("step", [Step.GREETING, Step.HELLO, Step.MAIL, Step.RCPT, Step.DATA])
def test_a_server_that_says_nothing_before_the_dot_may_be_tried_again(troubled: Troubled, step: Step) -> None:
    announced: list[bool] = []
    troubled.waits_at = step
    assert _impatient(troubled).hand_over(LETTER, lambda: announced.append(True)).end is End.NOT_TAKEN
    assert not announced
    assert troubled.received == []


@pytest.mark.parametrize("step", [Step.GREETING, Step.HELLO, Step.MAIL, Step.RCPT, Step.DATA, Step.DOT])
@pytest.mark.parametrize("answer", ["421 closing", "450 later", "451 later", "452 full"])
def test_not_now_at_any_step_is_tried_again(troubled: Troubled, step: Step, answer: str) -> None:
    troubled.answers[step] = answer
    assert _impatient(troubled).hand_over(LETTER, nothing).end is End.NOT_TAKEN


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.DOT])
@pytest.mark.parametrize("answer", ["552 no", "554 no", "571 no"])
def test_a_no_for_good_is_no_guess_about_the_address(troubled: Troubled, step: Step, answer: str) -> None:
    troubled.answers[step] = answer
    assert _impatient(troubled).hand_over(LETTER, nothing).end is End.REFUSED


def test_cut_off_in_the_middle_of_the_content_nothing_is_taken(troubled: Troubled) -> None:
    """The dot may be sent into the void then: whether it got through, nobody knows, unless sending already failed."""
    troubled.hangs_up_at = Step.CONTENT
    end = _impatient(troubled).hand_over(LETTER, nothing).end
    assert end in (End.NOT_TAKEN, End.UNKNOWN)
    assert troubled.received == []


def test_where_the_offer_of_tls_was_taken_out_neither_password_nor_words_leave(troubled: Troubled) -> None:
    carrier = Smtp(Server("127.0.0.1", troubled.port, SENDER, Tls.STARTTLS, "us", "secret", timeout_seconds=0.5))
    outcome = carrier.hand_over(LETTER, nothing)
    assert (outcome.end, troubled.received, troubled.content_lines) == (End.NOT_TAKEN, [], 0)
    assert outcome.code.startswith("no_session")


def test_a_server_with_anothers_certificate_gets_nothing(certificate: tuple[Path, Path]) -> None:  # the fixture
    """It is known and signed by whom we trust, only for another name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with real_server(tls_context=context, require_starttls=True) as (mailbox, port):
        carrier = Smtp(Server("127.0.0.1", port, SENDER, Tls.STARTTLS, ca_file=certificate[0], timeout_seconds=2))
        assert carrier.hand_over(LETTER, nothing).end is End.NOT_TAKEN
        assert mailbox.received == []
        known = Smtp(Server("localhost", port, SENDER, Tls.STARTTLS, ca_file=certificate[0], timeout_seconds=2))
        assert known.hand_over(LETTER, nothing).end is End.TAKEN


def test_a_server_that_refuses_our_password_gets_no_message(certificate: tuple[Path, Path]) -> None:  # the fixture
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with real_server(tls_context=context, authenticator=refuse, auth_required=True) as (mailbox, port):
        carrier = Smtp(Server("localhost", port, SENDER, Tls.STARTTLS, "us", "wrong", certificate[0], 2))
        outcome = carrier.hand_over(LETTER, nothing)
        assert (outcome.end, mailbox.received) == (End.NOT_TAKEN, [])
        assert outcome.code == "no_session_SMTPAuthenticationError"


def test_over_tls_from_the_first_byte_certificate_and_password_are_checked_too(certificate: tuple[Path, Path]) -> None:
    """As on port 465: nothing is said in the open, and a server that nobody vouches for hears no word."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    tried: list[bytes] = []

    def authenticate(_server: object, _session: object, _envelope: object, _way: str, data: object) -> AuthResult:
        tried.append(getattr(data, "password", b""))
        return AuthResult(success=tried[-1] == b"right")

    # aiosmtpd knows of no other TLS than the one that is asked for later, so it must not ask for it.
    with real_server(ssl_context=context, authenticator=authenticate, auth_require_tls=False) as (mailbox, port):

        def carrier(ca_file: Path | None, password: str) -> Smtp:
            return Smtp(Server("localhost", port, SENDER, Tls.TLS, "us", password, ca_file, 5))

        assert carrier(None, "right").hand_over(LETTER, nothing).end is End.NOT_TAKEN, "an unknown certificate"
        assert tried == []
        assert carrier(certificate[0], "wrong").hand_over(LETTER, nothing).end is End.NOT_TAKEN
        assert carrier(certificate[0], "right").hand_over(LETTER, nothing).end is End.TAKEN
        assert (tried, len(mailbox.received)) == ([b"wrong", b"right"], 1)
