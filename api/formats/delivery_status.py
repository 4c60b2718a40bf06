"""Reads what a mail server sends back about a message of ours (RFC 3464), as far as it is told in fields and not in prose.

Whoever can write to the mailbox can write such a thing. It names our message by an id of 128 random bits, which only the
recipient and the servers on the way have seen; without one that we gave, it says nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from enum import StrEnum

_MESSAGE_ID = re.compile(r"<([^<>\s]{3,200})>")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_MOST_RECIPIENTS = 20


class Fate(StrEnum):
    """What a report says: it came back for good; it is being tried still; it arrived or was sent on."""

    FAILED = "failed"
    DELAYED = "delayed"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class StatusReport:
    """About one message. `status` is a code of RFC 3463 such as 5.1.1, or empty; never what a server wrote."""

    message_id: str
    fate: Fate
    status: str


def read(content: bytes) -> StatusReport | None:
    """None: no report, or one that does not say which message it is about. Several recipients: the worst counts, ours has one."""
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    message_id = _original_id(message)
    fates = [_fate(fields) for fields in _recipients(message)]
    known = [one for one in fates if one is not None]
    if message_id is None or not known:
        return None
    fate, status = min(known, key=lambda one: list(Fate).index(one[0]))
    return StatusReport(message_id, fate, status)


def _recipients(message: Message) -> Iterator[Message]:
    """The groups of fields of each recipient; the first group is about the whole message."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            groups = part.get_payload()
            if isinstance(groups, list):
                yield from (
                    group for group in groups[:_MOST_RECIPIENTS] if isinstance(group, Message) and group.get("Action")
                )


def _fate(fields: Message) -> tuple[Fate, str] | None:
    """By the action, and a failure only with a status that says it is for good: some servers call a delay a failure."""
    action = str(fields.get("Action", "")).strip().lower()
    found = _STATUS.search(str(fields.get("Status", "")))
    status = "" if found is None else found[0]
    if action == "failed":
        return (Fate.FAILED, status) if status.startswith("5") else (Fate.DELAYED, status)
    if action == "delayed":
        return Fate.DELAYED, status
    return (Fate.ARRIVED, status) if action in ("delivered", "relayed", "expanded") else None


def _original_id(message: Message) -> str | None:
    """That of the message that came back, whole or its headers alone; not the report's own."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return _id_in(str(inner[0].get("Message-ID", "")))
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return _id_in(str(message_from_bytes(content, policy=policy.compat32).get("Message-ID", "")))
    return None


def _id_in(text: str) -> str | None:
    found = _MESSAGE_ID.search(text)
    return None if found is None else found[1]
