"""What a client said about being reached, as far as noticing has to know it.

Whether one address may be used at one moment is another question, asked at the moment of sending. Here it is only
whether the next kind act may be that the practice turns to the client first.
"""

from collections.abc import Collection, Sequence

from api.domain.history import Reach
from schemas.vocabulary import ConsentState

_REFUSED = frozenset({ConsentState.DECLINED, ConsentState.WITHDRAWN})


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
