"""What was said and written outside the room: signs of life, and messages still without an answer."""

from collections.abc import Sequence

from api.domain import clock
from api.domain.history import Contact
from api.domain.weights import Model
from schemas.vocabulary import ContactDirection, ContactOutcome

_ANSWERED_WITHIN = 4 * clock.DAY
_ONE_MESSAGE = 20 * clock.HOUR
_REPLY_PRIOR_WORTH = 2.0
_MESSAGES_LOOKED_AT = 6


def is_sign_of_life(contact: Contact) -> bool:
    if contact.outcome is ContactOutcome.SPOKE:
        return True
    return contact.direction is ContactDirection.INBOUND and not contact.automated


def _awaits_an_answer(contact: Contact) -> bool:
    return (
        contact.direction is ContactDirection.OUTBOUND
        and not contact.automated
        and contact.outcome is not ContactOutcome.NOT_DELIVERED
    )


def unanswered(contacts: Sequence[Contact], since: int, model: Model) -> tuple[int, ...]:
    """The instants from which each message counts as not answered yet; what goes out within a day is one message."""
    sent = sorted((_at(contact), clock.second(contact.known_at)) for contact in contacts if _awaits_an_answer(contact))
    grace = int(model.unanswered_after_days * clock.DAY)
    found: list[int] = []
    last = since
    for at, known in sent:
        if at > since and (not found or at - last >= _ONE_MESSAGE):
            found.append(max(at + grace, known))
            last = at
    return tuple(sorted(found)[: len(model.unanswered)])


def _at(contact: Contact) -> int:
    return clock.second(min(contact.at, contact.known_at))


def answers(contacts: Sequence[Contact], model: Model) -> float:
    """How readily this client has answered before; somebody who never writes back says little by not writing back."""
    signs = [_at(contact) for contact in contacts if is_sign_of_life(contact)]
    sent = sorted(_at(contact) for contact in contacts if _awaits_an_answer(contact))
    settled = [at for at in sent if at < max(signs, default=0)][-_MESSAGES_LOOKED_AT:]
    answered = sum(any(0 <= sign - at <= _ANSWERED_WITHIN for sign in signs) for at in settled)
    share = (answered + model.reply_prior * _REPLY_PRIOR_WORTH) / (len(settled) + _REPLY_PRIOR_WORTH)
    return round(share, 3)
