"""What would change it: beside each fact that forbids a message, the one whose change would let it go. The only place that says so.

Said to the clinician, who can often bring it about. Never a way around a rule, and never a question why: what a client
allows is theirs to say, and what only a person can clear says so.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from api.domain.contact_reasons import ContactCode, ContactReason, Unread

_CHANGES = {
    ContactCode.WAY_NOT_SENT: "Choose an address that can be written to from here, or reach them yourself and record it.",
    ContactCode.NO_ADDRESS: "Record an address, with what the client says about it.",
    ContactCode.NOT_ASKED: "Ask the client whether this address may be written to, and record what they say.",
    ContactCode.DECLINED: "Only the client's own word: should they allow this address by themselves, record it. Until then, a way they do allow.",
    ContactCode.WITHDRAWN: "Only the client's own word: should they allow this address by themselves, record it. Until then, a way they do allow.",
    ContactCode.BOUNCING: "Ask the client whether it is right, then save it on their page, corrected or as it is.",
    ContactCode.OPTED_OUT: "Another address of the client's. This one stays as it is until whoever said so says otherwise.",
    ContactCode.ADDRESS_CHANGED: "Write it anew, for the address that is on record now.",
    ContactCode.TERMS_CHANGED: "Read the words anew for what the address allows now, then approve them.",
    ContactCode.DIED: "Nothing: no message goes. Where this was recorded by mistake, put it right on the client's page.",
    ContactCode.RISK_OF_HARM: "Somebody who works with the client has seen or spoken to them, and clears the risk with what was found.",
    ContactCode.PAUSED_BY_PRACTICE: "The practice ends its pause.",
    ContactCode.CONFIDENTIAL_PROGRAMME: "A person takes the tag off on the client's page. No import does, and no time.",
    ContactCode.CLIENT_CONTACTS_US: "The client gets in touch; or tells you that you may write first, and you record it on their page.",
    ContactCode.RECIPIENT_UNKNOWN: "Record who reads at this address, and what allows them to be written to.",
    ContactCode.ASKED_BEFORE_ADULT: "Ask the client, who is an adult now, and record what they say about this address.",
    ContactCode.GUARDIAN_NOT_TOLD: "An address where the client alone reads. Should they want a guardian told, they say so, and it is recorded.",
    ContactCode.ENDED: "A new episode; or a wish of the client's, which a follow-up answers.",
    ContactCode.TRANSFERRED: "Whoever took over writes a message of their own.",
    ContactCode.MERGED_SINCE: "Look through the client's page: it holds what both records knew. If a message is still wanted, save its words anew.",
    ContactCode.HANDED_OVER: "Whoever is responsible now reads the words, and saves and approves them as their own.",
    ContactCode.APPROVER_GONE: "Somebody who works with the client now reads it and approves it.",
    ContactCode.APPROVAL_LAPSED: "Approve it again, on the day on which it is to go.",
    ContactCode.TOO_LATE: "Write it anew for today, if it is still true.",
    ContactCode.NOT_THE_SAME_DAY: "Write it as an ordinary check-in.",
}
_SINCE = {
    ContactCode.BOOKED_SINCE: "Look at the booking or session{known}. If a message is still wanted, save its words anew.",
    ContactCode.IN_TOUCH_SINCE: "Read what they said{known}. If a message is still wanted, write it as an answer, or save its words anew.",
    ContactCode.AWAY_SINCE: "Look at the time away{known}. If a message is still wanted, save its words anew.",
}
_UNREAD = {
    Unread.TIME_ZONE: "Choose the client's time zone on their page.",
    Unread.SAFE_HOURS: "Record from when until when this address may be written to.",
    Unread.PERMISSION: "Record what the client says about this address.",
    Unread.ASKED_AT: "Record what the client says about this address.",
    Unread.TERMS: "Record anew what this address allows.",
    Unread.APPROVER: "Somebody who works with the client approves it.",
    Unread.APPROVED_ADDRESS: "Write it anew, for the address that is on record now.",
}
_PUT_RIGHT = (
    "Put it right on the client's page and look again; if it stays, tell whoever looks after this installation."
)


def would_change(reason: ContactReason) -> str:
    """One or two whole sentences."""
    code, facts = reason.code, dict(reason.facts)
    if code is ContactCode.UNREADABLE:
        return _UNREAD.get(Unread(facts["what"]), _PUT_RIGHT) if "what" in facts else _PUT_RIGHT
    if code in _SINCE:
        return _SINCE[code].format(known=_known(facts))
    worded = _WORDED.get(code)
    return _CHANGES[code] if worded is None else worded(facts)


def _known(facts: Mapping[str, str]) -> str:
    if "at" not in facts:
        return ""
    at = datetime.fromisoformat(facts["at"])
    return f" that the record learned of on {_day(at)} at {_clock(at)}"


def _expired(facts: Mapping[str, str]) -> str:
    ask = "Ask the client again whether this address may be written to, and record what they say."
    return f"{ask} It was allowed until {_day(date.fromisoformat(facts['on']))}." if "on" in facts else ask


def _unsafe(facts: Mapping[str, str]) -> str:
    clears = "Somebody who knows that it is safe again clears the flag on the client's page."
    return f"An address of theirs that is safe. {clears}" if facts.get("where") == "one" else clears


def _ceiling(facts: Mapping[str, str]) -> str:
    most = f" of {facts['most']}" if "most" in facts else ""
    return f"A session or a word of the client's, after which the count{most} begins anew. Until then a call is open to you."


def _approved(facts: Mapping[str, str]) -> str:
    if facts.get("with_the") == "signature":
        return "Its note is signed by everybody whose signature it needs: a closing letter is approved with the ending."
    return "Somebody who works with the client approves it."


def _opens(facts: Mapping[str, str]) -> str:
    return f"{_from(facts)}." if "at" in facts else "Record hours at which this address may be written to."


def _spaced(facts: Mapping[str, str]) -> str:
    apart = f"{facts['days']} days after the last" if "days" in facts else "some days after the last"
    return f"{_from(facts)}: {apart}." if "at" in facts else f"It may go {apart}."


def _from(facts: Mapping[str, str]) -> str:
    at = datetime.fromisoformat(facts["at"])
    return f"From {_clock(at)} on {_day(at)} in the client's time"


def _clock(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"


def _day(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B %Y}"


_WORDED: dict[ContactCode, Callable[[Mapping[str, str]], str]] = {
    ContactCode.UNSAFE: _unsafe,
    ContactCode.EXPIRED: _expired,
    ContactCode.CEILING: _ceiling,
    ContactCode.OUTSIDE_SAFE_HOURS: _opens,
    ContactCode.TOO_SOON: _spaced,
    ContactCode.NOT_APPROVED: _approved,
}
