"""Whether a person may send a message themselves, from a phone or mail of their own. Pure.

The contact decision holds for them as for anything that is sent from here. Two things differ: that this product does not send by
some way says nothing about theirs; and a risk of harm, which holds everything that waits, asks one named person to reach the
client today, by a call or a personal line (DOMAIN 5.4).
"""

from datetime import datetime, timedelta

from api.domain.contact import Decision
from api.domain.contact_reasons import ContactCode
from api.domain.errors import invalid_field

_OF_OUR_WAYS = frozenset({ContactCode.WAY_NOT_SENT})
# For whoever has to reach the client today the count and the spacing do not stand in the way; whatever says that it is not
# safe, or not wanted, does, and so does an hour at which somebody else may read it.
_GIVES_WAY_TO_RISK = frozenset({ContactCode.RISK_OF_HARM, ContactCode.CEILING, ContactCode.TOO_SOON})
LATELY = timedelta(days=2)


def decided(decision: Decision, *, reaches_today: bool) -> Decision:
    """`reaches_today`: theirs is the task of reaching this client. What only time forbids is not waited for: they try again."""
    lifted = _OF_OUR_WAYS
    if reaches_today and ContactCode.RISK_OF_HARM in decision.codes:
        lifted = lifted | _GIVES_WAY_TO_RISK
    return Decision(tuple(reason for reason in decision.reasons if reason.code not in lifted))


def rested_on(occasion_at: datetime | None, *, goes_at: datetime) -> datetime | None:
    """What a message rests on, as the signature of a letter's note, had come where it came in the minute that somebody typed."""
    if occasion_at is None or occasion_at.replace(second=0, microsecond=0) > goes_at:
        return occasion_at
    return min(occasion_at, goes_at)


def sent_at(wanted: datetime | None, *, written_at: datetime, now: datetime) -> datetime:
    """Whoever types a time types minutes. Raises Invalid."""
    if wanted is None:
        return now
    if wanted < written_at.replace(second=0, microsecond=0):
        raise invalid_field("/at", "These words were saved later than that.")
    if wanted > now:
        raise invalid_field("/at", "This lies in the future.")
    if wanted < now - LATELY:
        raise invalid_field("/at", "Say it within two days; record an older one as a contact.")
    return wanted
