"""One message as it will stand on the wire. Holds no header that a person's text could add to, and nothing that tracks."""

from dataclasses import dataclass
from datetime import datetime
from email import errors, message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime


class Unwritable(ValueError):
    """No message can be made of this: an address that mail cannot carry, or a header with a line break in it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`message_id` without angle brackets, the same at every attempt. `sender_name` is whom the recipient sees writing."""

    to: str
    sender_name: str
    subject: str
    body: str
    message_id: str
    at: datetime


def written(letter: Letter, sender: str) -> EmailMessage:
    """Plain text from a person to a person: no list, no automatic-reply header, no hidden part. Raises Unwritable."""
    try:
        message = EmailMessage(policy.SMTP)
        message["From"] = Address(_one_line(letter.sender_name), addr_spec=_in_ascii(sender))
        message["To"] = Address(addr_spec=_in_ascii(letter.to))
        message["Subject"] = _one_line(letter.subject)
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{_one_line(letter.message_id)}>"
        message.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    except (ValueError, IndexError, errors.MessageError) as error:
        # Address() raises IndexError for some texts that are none, and the parser its own kinds.
        raise Unwritable(type(error).__name__) from None
    return message


def shown(content: bytes) -> str:
    """Decoded, with the headers that people look at."""
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.SMTP)
    heads = [f"{name}: {message[name]}" for name in ("From", "To", "Date", "Subject")]
    body = str(message.get_content()).replace("\r\n", "\n")
    return "\n".join([*heads, "", body])


def domain_of(sender: str) -> str:
    """Where message ids of this sender are made."""
    return sender.rpartition("@")[2] or "localhost"


def _one_line(text: str) -> str:
    """A line break would begin another header, whichever of the characters for one it is."""
    if len(text.splitlines()) > 1 or any(character < " " or character == "\x7f" for character in text):
        raise Unwritable("line break")
    return text


def _in_ascii(address: str) -> str:
    """The domain as the mail system knows it. A name before the @ that is not ASCII would take more than every server can."""
    name, _, domain = _one_line(address).rpartition("@")
    if not name or not name.isascii():
        raise Unwritable("address")
    return f"{name}@{domain.encode('idna').decode()}"
