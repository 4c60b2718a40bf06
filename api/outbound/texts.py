"""One text message, and what a provider of them has to be able to do. Another provider is one file beside sms.py.

A provider also tells us things: what became of a message, and what a client wrote. Who says so is proved by a signature,
which is read here too, since each provider makes its own. Nothing of a client stands in a log line or a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from api.domain.standings import Course
from api.outbound.mail import Announce, End, HandedOver, own_part

Fields = Sequence[tuple[str, str]]
"""A form as it came, in its order; a name may come more than once."""


@dataclass(frozen=True, slots=True)
class Text:
    """`to` in E.164. `message_id` is the same at every attempt, and handed back by the provider in each report."""

    to: str
    body: str
    message_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one message. `code` says why, for the record."""

    provider_id: str
    course: Course
    code: str = ""


class Keyword(StrEnum):
    """What the provider itself took a message for, and has answered already."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What somebody wrote to our number. `answered` is set where the provider itself has acted on it and answered."""

    provider_id: str
    sender: str
    words: str
    pictures_count: int = 0
    answered: Keyword | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said back to the provider; `words` to whoever wrote, if there are any."""

    media_type: str
    content: bytes


class Texts(Protocol):
    """Takes one text message out of the house, looks up what became of it, and reads what the provider tells us."""

    def hand_over(self, text: Text, announce: Announce) -> HandedOver:
        """Raises only what `announce` raises."""

    def look_up(self, text: Text, since: datetime) -> Standing | None:
        """Of a message of which nobody heard whether it was taken. None: it is not to be found, or nothing could be asked."""

    def is_genuine(self, url: str, fields: Fields, signature: str) -> bool:
        """Whether the provider signed this form about a message of our account, sent to this address of ours."""

    def standing(self, fields: Fields) -> Standing | None:
        """None: it says nothing about a message of ours."""

    def incoming(self, fields: Fields) -> Incoming | None:
        """None: it is no text message."""

    def answer(self, words: str | None) -> Answer:
        """With None nothing is said to whoever wrote."""


class _TellsNothing:
    """Nobody is there who could tell us anything, so nothing is believed."""

    def look_up(self, text: Text, since: datetime) -> Standing | None:  # the shape of the protocol
        return None

    def is_genuine(self, url: str, fields: Fields, signature: str) -> bool:  # the shape of the protocol
        return False

    def standing(self, fields: Fields) -> Standing | None:  # the shape of the protocol
        return None

    def incoming(self, fields: Fields) -> Incoming | None:  # the shape of the protocol
        return None

    def answer(self, words: str | None) -> Answer:  # the shape of the protocol
        return Answer("text/plain", b"")


class TextFolder(_TellsNothing):
    """For trying out: each message becomes a .txt file in a folder, and nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hand_over(self, text: Text, announce: Announce) -> HandedOver:
        """Written beside and moved into place, so that nobody ever reads half of one."""
        name = f"{own_part(text.message_id)}.txt"
        draft = self.folder / f".{name}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.touch(mode=0o600)
            draft.write_text(f"To: {text.to}\n\n{text.body}", encoding="utf-8", newline="")
        except OSError:
            return HandedOver(End.NOT_TAKEN, "no_folder")
        announce()
        try:
            draft.replace(self.folder / name)
        except OSError:
            return HandedOver(End.UNKNOWN, "not_moved")
        return HandedOver(End.TAKEN)


class NoTexts(_TellsNothing):
    """For a process that was not told how text messages leave: none does."""

    def hand_over(self, text: Text, announce: Announce) -> HandedOver:  # the shape of the protocol
        return HandedOver(End.NOT_TAKEN, "no_carrier")


def kept_text(folder: Path, message_id: str) -> str | None:
    """A message in a folder as whoever opens it would read it."""
    try:
        return (folder / f"{own_part(message_id)}.txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
