"""One message as it will stand on the wire. Holds no header that a person's text could add to, and nothing that tracks.

The same words twice, plain and as HTML with paragraphs alone: no picture, no style, nothing from elsewhere, the one link shown in full.
"""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from email import errors, message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from schemas.vocabulary import Locale

_HEADERS = policy.SMTP.clone(max_line_length=900)


class Unwritable(ValueError):
    """No message can be made of this: an address that mail cannot carry, or a header with a line break in it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`message_id` without angle brackets, the same at every attempt. `sender_name` is whom the recipient sees writing.

    `link` is the page to answer by, which stands in the body too: mail programs offer it to whoever wants no more messages.
    """

    to: str
    sender_name: str
    subject: str
    body: str
    message_id: str
    at: datetime
    link: str = ""
    locale: Locale = Locale.EN


def written(letter: Letter, sender: str) -> EmailMessage:
    """From a person to a person: no automatic-reply header, no hidden part. Raises Unwritable."""
    try:
        message = EmailMessage(policy.SMTP)
        message["From"] = Address(_one_line(letter.sender_name), addr_spec=_in_ascii(sender))
        message["To"] = Address(addr_spec=_in_ascii(letter.to))
        message["Subject"] = _one_line(letter.subject)
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{_one_line(letter.message_id)}>"
        if letter.link:
            # To open it does nothing: no List-Unsubscribe-Post, see decision 0042.
            message["List-Unsubscribe"] = f"<{_one_word(letter.link)}>"
        message.set_content(letter.body, charset="utf-8", cte="quoted-printable")
        message.add_alternative(as_html(letter), subtype="html", charset="utf-8", cte="quoted-printable")
    except (ValueError, IndexError, errors.MessageError) as error:
        # Address() raises IndexError for some texts that are none, and the parser its own kinds.
        raise Unwritable(type(error).__name__) from None
    # Folded any sooner, a long link or id would be written as an encoded word, which neither may be.
    message.policy = _HEADERS
    return message


def as_html(letter: Letter) -> str:
    """Every character of the words as it stands; an empty line parts paragraphs, each of which reads in its own direction."""
    paragraphs = "\n".join(
        f'<p dir="auto">{"<br>".join(_in_html(line, letter.link) for line in paragraph.splitlines())}</p>'
        for paragraph in re.split(r"\n[ \t\r]*\n", letter.body.strip())
    )
    head = f'<head><meta charset="utf-8"><title>{html.escape(letter.subject)}</title></head>'
    return f'<!doctype html>\n<html lang="{letter.locale.value}">\n{head}\n<body>\n{paragraphs}\n</body>\n</html>\n'


def _in_html(line: str, link: str) -> str:
    escaped, address = html.escape(line), html.escape(link)
    return escaped.replace(address, f'<a href="{address}">{address}</a>') if address else escaped


def shown(content: bytes) -> str:
    """Decoded, with the headers that people look at."""
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.SMTP)
    heads = [f"{name}: {message[name]}" for name in ("From", "To", "Date", "Subject")]
    plain = message.get_body(("plain",))
    body = "" if plain is None else str(plain.get_content()).replace("\r\n", "\n")
    return "\n".join([*heads, "", body])


def domain_of(sender: str) -> str:
    """Where message ids of this sender are made."""
    return sender.rpartition("@")[2] or "localhost"


def _one_line(text: str) -> str:
    """A line break would begin another header, whichever of the characters for one it is."""
    if len(text.splitlines()) > 1 or any(character < " " or character == "\x7f" for character in text):
        raise Unwritable("line break")
    return text


def _one_word(link: str) -> str:
    if not link.isascii() or any(character in link for character in " <>,"):
        raise Unwritable("link")
    return _one_line(link)


def _in_ascii(address: str) -> str:
    """The domain as the mail system knows it. A name before the @ that is not ASCII would take more than every server can."""
    name, _, domain = _one_line(address).rpartition("@")
    if not name or not name.isascii():
        raise Unwritable("address")
    return f"{name}@{domain.encode('idna').decode()}"
