"""Mail servers on loopback: a real one, and one that can be told to fail at any step of the conversation."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.server import free_port

_PATIENCE = 60.0


@dataclass
class Received:
    """What a server took: who it is to by its envelope, and the message."""

    to: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def words(self) -> str:
        """The plain text of it."""
        plain = self.message.get_body(("plain",))
        assert plain is not None
        return str(plain.get_content()).replace("\r\n", "\n")


@dataclass
class Mailbox:
    """A handler of aiosmtpd that keeps everything."""

    received: list[Received] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.received.append(Received(list(envelope.rcpt_tos), content))
        return "250 taken"


@contextmanager
def real_server(**settings: Any) -> Iterator[tuple[Mailbox, int]]:  # noqa: ANN401  # whatever aiosmtpd takes
    """aiosmtpd on a free port; what it received and the port."""
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()


class Step(StrEnum):
    """Where a conversation can be broken off."""

    GREETING = "greeting"
    HELLO = "hello"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CONTENT = "content"
    DOT = "dot"


@dataclass
class Troubled:
    """A server that follows a script: at a step it answers something else, hangs up, or waits to be let go on.

    `answers` replaces what is said at a step. At the step `hangs_up_at` the connection is closed instead of answering, at
    `waits_at` nothing happens until `go_on` is set. `arrived` is set once the conversation has come to that step.
    """

    port: int
    answers: dict[Step, str] = field(default_factory=dict)
    hangs_up_at: Step | None = None
    waits_at: Step | None = None
    go_on: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)
    received: list[Received] = field(default_factory=list)
    conversations: int = 0
    content_lines: int = 0
    answered_dots: int = 0

    def behave(self) -> None:
        """From here on as any server does."""
        self.answers, self.hangs_up_at, self.waits_at = {}, None, None
        self.go_on.set()


@contextmanager
def troubled_server() -> Iterator[Troubled]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Troubled(listener.getsockname()[1])
        threading.Thread(target=_listen, args=(listener, server), daemon=True).start()
        try:
            yield server
        finally:
            server.go_on.set()
            listener.shutdown(socket.SHUT_RDWR)


def _listen(listener: socket.socket, server: Troubled) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            server.conversations += 1
            threading.Thread(target=_serve, args=(connection, server), daemon=True).start()


_COMMANDS = {b"EHLO": Step.HELLO, b"HELO": Step.HELLO, b"MAIL": Step.MAIL, b"RCPT": Step.RCPT, b"DATA": Step.DATA}


class _HungUp(Exception):
    pass


def _serve(connection: socket.socket, server: Troubled) -> None:
    with connection, connection.makefile("rb") as lines, suppress(OSError, _HungUp):
        connection.settimeout(_PATIENCE)

        def say(step: Step, usual: str) -> None:
            if server.waits_at is step:
                server.arrived.set()
                server.go_on.wait(_PATIENCE)
            if server.hangs_up_at is step:
                server.arrived.set()
                raise _HungUp
            connection.sendall(server.answers.get(step, usual).encode() + b"\r\n")

        say(Step.GREETING, "220 here")
        to: list[str] = []
        while line := lines.readline():
            word = line[:4].upper()
            step = _COMMANDS.get(word)
            if step is None:
                connection.sendall(b"221 bye\r\n")
                return
            if step is Step.RCPT:
                to.append(line.decode().partition("<")[2].partition(">")[0])
            say(step, "354 go ahead" if step is Step.DATA else "250 fine")
            if step is Step.DATA and server.answers.get(step, "354").startswith("354"):
                content = _content(lines, server)
                # Taken as soon as the dot is there, as a real server does: whoever never hears the answer has been delivered.
                if server.answers.get(Step.DOT, "250").startswith("250"):
                    server.received.append(Received(to, content))
                say(Step.DOT, "250 taken")
                server.answered_dots += 1


def _content(lines: Any, server: Troubled) -> bytes:  # noqa: ANN401  # a buffered socket
    found: list[bytes] = []
    while line := lines.readline():
        if server.hangs_up_at is Step.CONTENT:
            server.arrived.set()
            raise _HungUp
        if line == b".\r\n":
            return b"".join(found)
        server.content_lines += 1
        found.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if server.waits_at is Step.CONTENT and not server.arrived.is_set():
            server.arrived.set()
            server.go_on.wait(_PATIENCE)
    raise _HungUp
