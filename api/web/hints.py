"""What a page says of a message as a whole: what it might still offer or leave open. Never a reason to hold it back."""

from collections.abc import Sequence

from schemas.vocabulary import CheckInKind
from schemas.wire.tone_checks import WholeMessageOut

# Whoever answers a client, or says goodbye, need not offer anything, nor say that no answer is fine.
_BEGINS = frozenset({CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY, CheckInKind.FOLLOW_UP})
_TIMES = "{offered_times}"
_MOST_CHOICES = 4
_MOST_DEMANDS = 1


def remarks(whole: WholeMessageOut, kind: CheckInKind, body: str, *, offers_times: bool) -> Sequence[str]:
    """A kind sentence each, and only where one is useful. `offers_times`: times to tap stand beside the words."""
    if kind not in _BEGINS or not body.strip():
        return ()
    found = []
    if not whole.says_no_reply_is_fine:
        found.append("It does not say yet that no answer is fine too.")
    if whole.choice_count == 0 and not (offers_times or _TIMES in body):
        found.append("It offers no choice yet: another time, a call or a pause are some.")
    if whole.choice_count > _MOST_CHOICES:
        found.append(f"It offers {whole.choice_count} things. Two to four are easier to choose from.")
    if whole.demand_count > _MOST_DEMANDS:
        found.append("It asks for something more than once. With an \u201cif you like\u201d it stays open.")
    return found
