"""What it means that a message came back: whether the address is at fault, and for which messages it is still news."""

from schemas.vocabulary import CheckInState

_BELIEVED = frozenset({CheckInState.SENT, CheckInState.DELIVERED, CheckInState.UNCERTAIN})
# RFC 3463, sections 3.2 and 3.3: bad mailbox, bad system, bad syntax, moved, null MX (RFC 7505); mailbox disabled.
_NO_SUCH_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


def is_news(state: CheckInState) -> bool:
    """The same report may come twice, and one about a message that never went is not about ours."""
    return state in _BELIEVED


def is_the_address(status: str) -> bool:
    """A full mailbox or a server that does not like ours says nothing about the address."""
    return status in _NO_SUCH_ADDRESS
