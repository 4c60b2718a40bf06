"""What a client said about being reached: who has the first word, and that nothing they said is ever lost.

Whether one address may be used at one moment is another question, asked at the moment of sending.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import TypeVar

from api.domain.errors import Conflict, invalid_field
from api.domain.history import Reach
from schemas.vocabulary import Authority, ConsentState, Recipient

_Said = TypeVar("_Said")
_REFUSED = frozenset({ConsentState.DECLINED, ConsentState.WITHDRAWN})
# An address nobody asked about says nothing yet.
_WEIGHT = {
    ConsentState.NOT_ASKED: 0,
    ConsentState.GRANTED: 1,
    ConsentState.DECLINED: 2,
    ConsentState.WITHDRAWN: 3,
}


def has_the_first_word(*, contacts_us: bool, states: Collection[ConsentState]) -> bool:
    """They said that they contact us, or they refused every address on record.

    With no address on record nothing is known: a clinician may well have a number that stands in another system.
    """
    return contacts_us or (bool(states) and _REFUSED.issuperset(states))


def reach(each: Sequence[bool]) -> Reach:
    """Of those who take part in an episode; `each` says whether one of them has the first word."""
    if each and all(each):
        return Reach.NOBODY
    return Reach.SOME if any(each) else Reach.EVERYBODY


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be done with one address. `hours` are the safe ones on the client's clock; None: any.

    `recipient` reads what is sent there, and `authority` lets them be told about a minor.
    """

    state: ConsentState
    valid_until: date | None
    may_mention_therapy: bool
    voicemail_allowed: bool
    hours: tuple[time, time] | None
    recipient: Recipient | None = None
    authority: Authority | None = None


def refused(answers: Collection[ConsentState]) -> bool:
    """A refusal stays on record: the address can be used again only once the client says so."""
    return not _REFUSED.isdisjoint(answers)


def require_change(answers: Collection[ConsentState], state: ConsentState, *, same_address: bool) -> None:
    """What was said about an address can be added to, and never be moved to another or made unsaid."""
    if answers and not same_address:
        raise Conflict(
            "What the client said belongs to the address it was said about. Record the other address beside it.",
            code="address_answered",
        )
    if state is ConsentState.NOT_ASKED and refused(answers):
        raise _refusal_stands()


def require_removal(answers: Collection[ConsentState], *, alone: bool) -> None:
    """`alone`: only this address says that a minor consented to the care alone, which keeps guardians from being told."""
    if refused(answers):
        raise _refusal_stands()
    require_still_said(alone=alone)


def require_still_said(*, alone: bool) -> None:
    """Raises Conflict."""
    if alone:
        raise Conflict(
            "Here it stands that the client consented to this care alone. Record that at another address of theirs first.",
            code="authority_stands",
        )


def is_answer(former: Terms | None, said: Terms) -> bool:
    """Another answer than before, or a permission given anew to another day."""
    if said.state is ConsentState.NOT_ASKED:
        return False
    return former is None or (former.state, former.valid_until) != (said.state, said.valid_until)


def more_cautious(one: Terms, other: Terms) -> Terms:
    """Of two records of one address. Where they allow it at different hours, neither is known to be safe: ask again."""
    return _with_one_reader(_with_fewer_rights(one, other), one, other)


def _with_one_reader(both: Terms, one: Terms, other: Terms) -> Terms:
    """A client who consented alone is told alone, whatever the other record says; where they differ otherwise, nobody may be told."""
    recipients = {said for said in (one.recipient, other.recipient) if said is not None}
    authorities = {said for said in (one.authority, other.authority) if said is not None}
    alone = Authority.CONSENTED_ALONE in authorities
    authority = Authority.CONSENTED_ALONE if alone else _agreed(authorities)
    recipient = _agreed(recipients)
    doubtful = len(recipients) > 1 or (len(authorities) > 1 and not alone)
    nobody = doubtful or (alone and recipient is Recipient.GUARDIAN)
    state = ConsentState.NOT_ASKED if nobody and both.state is ConsentState.GRANTED else both.state
    return replace(both, state=state, recipient=recipient, authority=authority)


def _agreed(said: Collection[_Said]) -> _Said | None:
    return next(iter(said)) if len(said) == 1 else None


def _with_fewer_rights(one: Terms, other: Terms) -> Terms:
    """Safe hours are kept where only one of them names any, also under a refusal: whoever records a permission anew starts from what stands
    there. What was never asked about says nothing but its hours.
    """
    heavier, lighter = sorted((one, other), key=lambda terms: _WEIGHT[terms.state], reverse=True)
    said = [terms for terms in (one, other) if terms.state is not ConsentState.NOT_ASKED] or [one, other]
    agree = None in (one.hours, other.hours) or one.hours == other.hours
    return Terms(
        state=heavier.state if agree or heavier.state is not ConsentState.GRANTED else ConsentState.NOT_ASKED,
        valid_until=min((terms.valid_until for terms in said if terms.valid_until is not None), default=None),
        may_mention_therapy=all(terms.may_mention_therapy for terms in said),
        voicemail_allowed=all(terms.voicemail_allowed for terms in said),
        hours=heavier.hours or lighter.hours,
    )


def is_minor(adult_on: date | None, today: date) -> bool:
    return adult_on is not None and today < adult_on


def require_reader(recipient: Recipient | None, authority: Authority | None) -> None:
    """An address of a minor is used only once it is on record who reads there and what lets them be told. Raises Invalid."""
    if recipient is None:
        raise invalid_field("/recipient", "The client is a minor: say who reads what is sent there.")
    if authority is None:
        raise invalid_field(
            "/authority", "The client is a minor: say what allows this person to be written to and told."
        )
    if recipient is Recipient.GUARDIAN and authority is Authority.CONSENTED_ALONE:
        raise invalid_field("/authority", "A client who consented to this care alone is written to themselves.")


def until_of_age(valid_until: date | None, adult_on: date | None) -> date | None:
    """`adult_on` of somebody who is a minor still: on that day they are asked themselves."""
    if adult_on is None:
        return valid_until
    last = adult_on - timedelta(days=1)
    return last if valid_until is None else min(valid_until, last)


def _refusal_stands() -> Conflict:
    return Conflict(
        "The client refused this address, and that stays on record. Record what they say now.", code="refusal_stands"
    )
