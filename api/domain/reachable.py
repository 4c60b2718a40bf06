"""What somebody who has to reach a client reads of an address: whether it may be used, when, and what to keep to. Pure.

In one place, for a colleague who covers and for whoever goes on with the work: what speaks against an address comes first, and alone.
"""

from collections.abc import Iterator
from datetime import date, time
from typing import Protocol

from schemas.vocabulary import Channel, ConsentState, Recipient

_NOT_ALLOWED = {
    ConsentState.NOT_ASKED: "The client was not asked about this yet: ask when you next speak.",
    ConsentState.DECLINED: "The client prefers not to be reached here.",
    ConsentState.WITHDRAWN: "The client does not want to be reached here any more.",
}


class Address(Protocol):
    """An address and its limits. `may_be_used` is false wherever anything on record speaks against it."""

    @property
    def channel(self) -> Channel: ...

    @property
    def may_be_used(self) -> bool: ...

    @property
    def state(self) -> ConsentState: ...

    @property
    def valid_until(self) -> date | None: ...

    @property
    def unsafe(self) -> bool: ...

    @property
    def refused_elsewhere(self) -> bool: ...

    @property
    def safe_from(self) -> time | None: ...

    @property
    def safe_until(self) -> time | None: ...

    @property
    def may_mention_therapy(self) -> bool: ...

    @property
    def voicemail_allowed(self) -> bool: ...

    @property
    def sender_name(self) -> str | None: ...

    @property
    def recipient(self) -> Recipient | None: ...


def said(address: Address, today: date, *, adult_on: date | None = None, bounces: bool = False) -> str:
    """In one line, of the client's own day. `adult_on`: from when a parent or guardian decides nothing for them any more."""
    against = _against(address, today, adult_on)
    if against is None and bounces:
        against = "Messages came back from there: ask for another address when you next speak."
    return against or f"May be used{'; '.join(['', *_terms(address)])}."


def _against(address: Address, today: date, adult_on: date | None) -> str | None:
    if address.unsafe:
        return "Not safe: somebody else may hear or read it."
    if address.state in _NOT_ALLOWED:
        return _NOT_ALLOWED[address.state]
    if address.refused_elsewhere:
        return "Somebody who is reached here does not want to be written to."
    if address.valid_until is not None and address.valid_until < today:
        return "The permission has run out: ask again when you next speak."
    if address.recipient is Recipient.GUARDIAN and adult_on is not None and adult_on <= today:
        return "A parent or guardian reads there, and the client is of age: ask the client themselves."
    return None if address.may_be_used else "Not for now: something on record keeps messages back."


def _terms(address: Address) -> Iterator[str]:
    if address.safe_from is not None and address.safe_until is not None:
        yield f"from {address.safe_from:%H:%M} to {address.safe_until:%H:%M} on the client's clock"
    if not address.may_mention_therapy:
        yield "without a word about therapy"
    if not address.voicemail_allowed and address.channel is Channel.PHONE:
        yield "no voicemail"
    if address.sender_name:
        yield f"as {address.sender_name}"
    if address.recipient is Recipient.GUARDIAN:
        yield "a parent or guardian reads there"
