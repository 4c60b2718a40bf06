"""Everything that became of one message, step by step, in words: of the unsent as of the sent. None of the client's text is in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.vocabulary import Asked, Channel, CheckInState, MessageStep, StopReason


@dataclass(frozen=True, slots=True)
class Asking:
    """A contact decision as it was kept, its reasons in words."""

    at: datetime
    asked: Asked
    allowed: bool
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Way:
    """How far it got on its way out; `failure_code` is that of the latest end."""

    attempt_count: int
    failure_code: str | None
    handing_over_at: datetime | None
    settled_by: UUID | None


@dataclass(frozen=True, slots=True)
class Life:
    written_at: datetime
    approved_at: datetime | None
    state: CheckInState
    state_at: datetime
    stopped_by: StopReason | None
    asked: Sequence[Asking]
    way: Way | None
    channel: Channel = Channel.EMAIL
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    step: MessageStep
    text: str


_STOPPED = {
    StopReason.BY_HAND: "Somebody cancelled it.",
    StopReason.BOOKED: "It was stopped: a time was booked, or a session took place.",
    StopReason.SIGN_OF_LIFE: "It was stopped: the client was in touch.",
    StopReason.REPLIED: "It was stopped: the client replied.",
    StopReason.AWAY: "It was stopped: a pause or time away was recorded.",
    StopReason.OPTED_OUT: "It was stopped: the address is not to be written to.",
    StopReason.MERGED: "It was stopped: two records turned out to be of this client.",
    StopReason.PERMISSION_CHANGED: "It was stopped: what is permitted for the address changed.",
    StopReason.FLAGGED: "It was stopped: a safety flag stands.",
    StopReason.HELD: "It was stopped: paused by the practice.",
    StopReason.ENDED: "It was stopped: the work has ended.",
    StopReason.HANDED_OVER: "It was stopped: somebody else has become responsible.",
    StopReason.TOO_LATE: "It was not sent: it would have come too late.",
    StopReason.NOT_ALLOWED: "It was not sent: something on record spoke against it.",
    StopReason.NOT_ACCEPTED: "It was not taken.",
}
_OTHER_SIDE = {Channel.SMS: "the provider of text messages"}
_ASKED = {
    Asked.APPROVING: "At the approval",
    Asked.SENDING: "In the moment of sending",
    Asked.BY_HAND: "When somebody wanted to send it themselves",
}
_TEXT_FAILED = (
    ("no_connection", "The provider of text messages could not be reached."),
    ("no_folder", "The folder for messages could not be written."),
    ("no_carrier", "Nobody told this process how text messages leave."),
    ("no_answer", "The connection broke after the message was handed over."),
    ("too_many", "The provider of text messages asked us to wait."),
    ("opted_out", "The number had asked for no more messages."),
)
_FAILED = (
    ("no_connection", "The mail server could not be reached."),
    ("no_session", "The mail server and we did not come to terms: its certificate, or our name and password."),
    ("no_folder", "The folder for messages could not be written."),
    ("no_carrier", "Nobody told this process how mail leaves."),
    ("no_answer", "The connection broke after the whole message was handed over."),
    ("unclear_answer", "What the mail server answered to the whole message could not be understood."),
    ("unwritable", "No message could be made of it: mail cannot carry such an address."),
    ("status_", "A mail server sent it back."),
    ("mail_", "The mail server did not take our address as sender."),
    ("rcpt_", "The mail server did not take the address it is to."),
    ("data_", "The connection broke, or the mail server said no, before the message was whole."),
    ("content_", "The mail server did not take the message."),
)
_CODE = re.compile(r"^(?:mail|rcpt|data|content|status)_([\d.]{3,8})$")


def told(life: Life) -> list[Step]:
    """In the order in which it happened; at one instant in the order of the road."""
    road = list(MessageStep)
    return sorted(_steps(life), key=lambda one: (one.at, road.index(one.step)))


def _steps(life: Life) -> Iterator[Step]:
    yield Step(life.written_at, MessageStep.WRITTEN, "Written.")
    for one in life.asked:
        yield Step(one.at, MessageStep.DECIDED, _decided(one))
        if one.asked is Asked.SENDING and one.allowed:
            yield Step(one.at, MessageStep.TAKEN_UP, "Taken up to be sent.")
    if life.approved_at is not None:
        yield Step(life.approved_at, MessageStep.APPROVED, "Approved by a person.")
    if life.way is not None and life.way.handing_over_at is not None:
        yield Step(life.way.handing_over_at, MessageStep.HANDED_OVER, f"Handed over to {_other_side(life)}.")
    end = _end(life)
    if end is not None:
        yield Step(life.state_at, MessageStep.ENDED, end)


def _decided(one: Asking) -> str:
    when = _ASKED[one.asked]
    if one.allowed and not one.why:
        return f"{when} nothing spoke against it."
    why = " ".join(one.why)
    return f"{when} it could wait. {why}" if one.allowed else f"{when} it was held back. {why}"


def _end(life: Life) -> str | None:
    by_a_person = life.way is not None and life.way.settled_by is not None
    if life.state in (CheckInState.SENT, CheckInState.DELIVERED):
        return _how_it_went(life, by_a_person=by_a_person)
    if life.state is CheckInState.UNCERTAIN:
        return "Nobody knows whether it arrived: a person has to find out. It is not sent again."
    if life.state in (CheckInState.BOUNCED, CheckInState.FAILED):
        found_out = life.state is CheckInState.FAILED and by_a_person
        return "A person found out that it did not go." if found_out else f"{_why_not(life)} It is not tried again."
    if life.state is CheckInState.APPROVED and life.way is not None and life.way.attempt_count:
        return f"{_why_not(life)} It is tried again."
    if life.state in (CheckInState.CANCELLED, CheckInState.REVOKED):
        return _STOPPED.get(life.stopped_by) if life.stopped_by else "It was stopped."
    return None


def _how_it_went(life: Life, *, by_a_person: bool) -> str:
    if life.by_hand:
        return "Somebody sent it themselves."
    if life.state is CheckInState.DELIVERED:
        return "The telephone has it, the provider of text messages says."
    return "A person found out that it went." if by_a_person else _sentence(f"{_other_side(life)} took it.")


def _why_not(life: Life) -> str:
    code = life.way.failure_code if life.way is not None and life.way.failure_code else ""
    if life.channel is Channel.SMS:
        return next((text for prefix, text in _TEXT_FAILED if code.startswith(prefix)), "It was not taken.")
    words = next((text for prefix, text in _FAILED if code.startswith(prefix)), "It was not taken.")
    number = _CODE.match(code)
    return words if number is None else f"{words.rstrip('.')} (code {number[1]})."


def _other_side(life: Life) -> str:
    return _OTHER_SIDE.get(life.channel, "the mail server")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
