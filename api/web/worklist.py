"""The words and buttons with which pages show the caseload as a worklist: what to show, what was put off, what is so."""

from dataclasses import dataclass

from api.domain import corrections, snoozes
from api.web.acts import Offered
from schemas.vocabulary import CaseloadFilter, CorrectionKind, SnoozeReason

FILTER = {
    CaseloadFilter.DUE_TODAY: "Due today",
    CaseloadFilter.DUE_THIS_WEEK: "Due this week",
    CaseloadFilter.PUT_OFF: "Put off",
    CaseloadFilter.WITHOUT_OWNER: "Nobody is responsible",
}
REASON = {
    SnoozeReason.SPOKE_ABOUT_IT: "We spoke about it",
    SnoozeReason.AWAITING_ANSWER: "Waiting for their answer",
    SnoozeReason.AGREED_TO_LEAVE_IT: "Agreed to leave it",
    SnoozeReason.WILL_BOOK: "They want to book",
    SnoozeReason.OTHER: "Another reason",
}
ENDED = snoozes.ENDED
SAYS = {kind: meaning.says for kind, meaning in corrections.MEANINGS.items()}

# In one tap, for a week.
SNOOZE_TAPS = tuple(
    Offered(reason, REASON[reason])
    for reason in (SnoozeReason.SPOKE_ABOUT_IT, SnoozeReason.AWAITING_ANSWER, SnoozeReason.AGREED_TO_LEAVE_IT)
)


@dataclass(frozen=True, slots=True)
class Group:
    """The part of the page in which a correction is said; its fields are named after it, for several have the same."""

    kinds: tuple[CorrectionKind, ...]
    name: str


TOLD = Group(
    (CorrectionKind.IN_TOUCH, CorrectionKind.WILL_BOOK, CorrectionKind.TAKING_A_BREAK, CorrectionKind.HAS_ENDED), "told"
)
OF_A_TIME = (CorrectionKind.TOOK_PLACE, CorrectionKind.EXCUSED, CorrectionKind.MOVED)
TOLD_TAPS = tuple(Offered(kind, SAYS[kind]) for kind in TOLD.kinds)
