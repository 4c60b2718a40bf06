"""Hands one message over by SMTP, and can always say how that ended.

What counts is the final dot: before it the other side has nothing, after its 250 the message is theirs, and between the
two nobody on our side can know. So the dot is sent by itself, after the caller has put on record that it comes now.
Neither log nor outcome holds an address, a subject or what a server said about them.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from api.outbound.letters import Letter, Unwritable, shown, written

_GO_AHEAD, _TAKEN = 354, 250
_PERMANENT = range(500, 600)
_SHORTEST_ID = 8
_MAILBOX = (550, 551, 553)
_ENHANCED = re.compile(rb"5\.(?P<subject>\d{1,3})\.\d{1,3}\b")

Answer = TypeVar("Answer")


class End(StrEnum):
    """How handing over ended. Only after `NOT_TAKEN` may it be tried again."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    REFUSED = "refused"
    NO_SUCH_ADDRESS = "no_such_address"
    OPTED_OUT = "opted_out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`code` says at which step and how it ended, for the log and the record; never what a server wrote.

    `provider_id` is what the other side calls the message, where it said so; `wait_seconds` how long it asks us to wait.
    """

    end: End
    code: str = ""
    provider_id: str | None = None
    wait_seconds: int = 0


Announce = Callable[[], None]
"""Called once, in the last instant before the message is the other side's. If it raises, nothing was handed over."""


class Carrier(Protocol):
    """Takes one message out of the house."""

    def hand_over(self, letter: Letter, announce: Announce) -> HandedOver:
        """Raises only what `announce` raises."""


class Tls(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and who we are to it. Its certificate is always checked, by `ca_file` where that is given."""

    host: str
    port: int
    sender: str
    tls: Tls = Tls.STARTTLS
    user: str | None = None
    password: str | None = None
    ca_file: Path | None = None
    timeout_seconds: float = 20


class _Refused(Exception):
    """A step before the final dot did not go through."""

    def __init__(self, end: End, code: str) -> None:
        self.outcome = HandedOver(end, code)
        super().__init__(code)


class Smtp:
    """Real SMTP, one connection per message: check-ins are few, and a message must not wait for another's."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def hand_over(self, letter: Letter, announce: Announce) -> HandedOver:
        try:
            message = written(letter, self._server.sender)
            content = _content(message.as_bytes())
        except Unwritable:
            return HandedOver(End.REFUSED, "unwritable")
        try:
            with self._connected() as client:
                _begin(client, message["From"].addresses[0].addr_spec, message["To"].addresses[0].addr_spec)
                _step(lambda: client.send(content), "data_cut_off")
                announce()
                return _finish(client)
        except _Refused as refused:
            return refused.outcome

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Closed without a word: until the dot is answered, QUIT would be taken for a line of the message."""
        client = _step(self._connect, "no_connection")
        try:
            _step(lambda: self._introduce(client), "no_session")
            yield client
        finally:
            client.close()

    def _connect(self) -> smtplib.SMTP:
        one = self._server
        if one.tls is Tls.TLS:
            return smtplib.SMTP_SSL(one.host, one.port, timeout=one.timeout_seconds, context=self._trusted())
        return smtplib.SMTP(one.host, one.port, timeout=one.timeout_seconds)

    def _introduce(self, client: smtplib.SMTP) -> None:
        """A server that offers no TLS where we ask for it gets nothing."""
        if self._server.tls is Tls.STARTTLS:
            client.starttls(context=self._trusted())
        client.ehlo_or_helo_if_needed()
        if self._server.user is not None:
            client.login(self._server.user, self._server.password or "")

    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)


class Folder:
    """For trying out: each message becomes an .eml file in a folder, and nothing leaves the machine."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self._sender = folder, sender

    def hand_over(self, letter: Letter, announce: Announce) -> HandedOver:
        """Written beside and moved into place, so that nobody ever reads half of one."""
        name = file_name(letter.message_id)
        try:
            content = written(letter, self._sender).as_bytes()
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self.folder / f".{name}"
            draft.touch(mode=0o600)
            draft.write_bytes(content)
        except Unwritable:
            return HandedOver(End.REFUSED, "unwritable")
        except OSError:
            return HandedOver(End.NOT_TAKEN, "no_folder")
        announce()
        try:
            draft.replace(self.folder / name)
        except OSError:
            return HandedOver(End.UNKNOWN, "not_moved")
        return HandedOver(End.TAKEN)


def kept(folder: Path, message_id: str) -> str | None:
    """A message in a folder as whoever opens it would read it."""
    try:
        content = (folder / file_name(message_id)).read_bytes()
    except FileNotFoundError:
        return None
    return shown(content)


class Nowhere:
    """For a process that was not told how mail leaves: nothing does."""

    def hand_over(self, letter: Letter, announce: Announce) -> HandedOver:
        return HandedOver(End.NOT_TAKEN, "no_carrier")


def file_name(message_id: str) -> str:
    return f"{own_part(message_id)}.eml"


def own_part(message_id: str) -> str:
    """The part before the @ is our own and of letters and digits; anything else would be a path of somebody's choosing."""
    own = message_id.partition("@")[0]
    if len(own) < _SHORTEST_ID or not own.isascii() or not own.isalnum():
        raise ValueError("not a message id of ours")
    return own


def _begin(client: smtplib.SMTP, sender: str, to: str) -> None:
    """To the point at which the server waits for the content."""
    _expect(_step(lambda: client.mail(sender), "mail_cut_off"), _TAKEN, "mail", End.REFUSED)
    to_whom = _step(lambda: client.rcpt(to), "rcpt_cut_off")
    _expect(to_whom, _TAKEN, "rcpt", End.NO_SUCH_ADDRESS if _says_no_such_address(to_whom) else End.REFUSED)
    _expect(_step(lambda: client.docmd("DATA"), "data_cut_off"), _GO_AHEAD, "data", End.REFUSED)


def _says_no_such_address(answer: tuple[int, bytes]) -> bool:
    """550 is said of blocked senders and full mailboxes too; where the server is more exact (RFC 3463), its X.1 is what counts."""
    code, text = answer
    exact = _ENHANCED.match(text)
    return code in _MAILBOX and (exact is None or exact["subject"] == b"1")


def _finish(client: smtplib.SMTP) -> HandedOver:
    """The dot, and what the server says to it. Whatever goes wrong here leaves open who has the message."""
    try:
        client.send(b".\r\n")
        code, _ = client.getreply()
    except (OSError, smtplib.SMTPException):
        return HandedOver(End.UNKNOWN, "no_answer")
    if code == _TAKEN:
        return HandedOver(End.TAKEN)
    if code in _PERMANENT:
        return HandedOver(End.REFUSED, f"content_{code}")
    if code // 100 == 4:  # noqa: PLR2004  # "try again later", RFC 5321 section 4.2.1
        return HandedOver(End.NOT_TAKEN, f"content_{code}")
    return HandedOver(End.UNKNOWN, "unclear_answer")


def _step(act: Callable[[], Answer], code: str) -> Answer:
    """Before the dot whatever goes wrong means: they have nothing. A wrong password is ours to put right, so it may wait."""
    try:
        return act()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _Refused(End.NOT_TAKEN, f"{code}_{type(error).__name__}"[:60]) from None


def _expect(answer: tuple[int, bytes], wanted: int, step: str, for_good: End) -> None:
    code = answer[0]
    if code == wanted or (wanted == _TAKEN and code // 100 == 2):  # noqa: PLR2004  # 251: taken, and sent on from there
        return
    raise _Refused(for_good if code in _PERMANENT else End.NOT_TAKEN, f"{step}_{code}")


def _content(message: bytes) -> bytes:
    """With doubled dots at the beginning of lines (RFC 5321 section 4.5.2), ended by a line break and not by the dot."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)
