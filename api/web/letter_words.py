"""The words for where a closing letter stands."""

from schemas.vocabulary import LetterState

STATE = {
    LetterState.DRAFT: "Draft",
    LetterState.AWAITING_COSIGN: "Waits for the cosignature",
    LetterState.APPROVED: "Approved, on its way",
    LetterState.GONE: "Gone",
    LetterState.UNCERTAIN: "Nobody knows whether it arrived",
    LetterState.NOT_SENT: "Did not go",
}
