"""The codes of a termination note in words, for pages and for the text that goes into another record."""

from schemas.vocabulary import ClosingSession, EndingKind, GoalsBasis, NoteForm, NoteState, RiskReview, SignaturePart

ENDING = {
    EndingKind.AGREED: "Agreed between us",
    EndingKind.CLIENT_TOLD_US: "The client told us",
    EndingKind.CLINICIAN_DECIDED: "The clinician decided",
    EndingKind.TRANSFERRED: "Care goes on elsewhere",
    EndingKind.WITHOUT_CONVERSATION: "Ended without a conversation",
    EndingKind.ADMINISTRATIVE: "For an administrative cause",
    EndingKind.CLIENT_DIED: "The client died",
}
FORM = {
    NoteForm.WITH_CONVERSATION: "We talked about the ending",
    NoteForm.WITHOUT_CONVERSATION: "There was no conversation",
}
CLOSING = {
    ClosingSession.OFFERED: "Offered",
    ClosingSession.ACCEPTED: "Offered and accepted, not held",
    ClosingSession.HELD: "Held",
    ClosingSession.DECLINED: "Offered, and declined",
    ClosingSession.NOT_ANSWERED: "Offered, not answered yet",
    ClosingSession.NOT_OFFERED: "Not offered",
}
GOALS = {
    GoalsBasis.AT_CLOSING: "Agreed at the end",
    GoalsBasis.LAST_AGREED: "Those last agreed",
    GoalsBasis.NOT_DISCUSSED: "Not discussed",
}
NOTE_STATE = {
    NoteState.DRAFT: "Draft",
    NoteState.AWAITING_COSIGN: "Waiting for a cosignature",
    NoteState.SIGNED: "Signed",
}
RISK_REVIEW = {
    RiskReview.IN_SESSION: "Assessed in session",
    RiskReview.BY_PHONE: "Assessed by phone",
    RiskReview.WITH_ANOTHER_SERVICE: "Assessed with another service",
    RiskReview.FROM_THE_RECORD: "Looked at from the record; the client was not reached",
}
SIGNED_AS = {SignaturePart.AUTHOR: "Signed", SignaturePart.COSIGNER: "Cosigned"}

# Field by field, in the order in which a note is read.
PARTS = {
    "form": "Conversation",
    "how_it_ended": "How it ended",
    "reason": "Reason",
    "ended_on": "Day of the ending",
    "closing_session": "Closing session",
    "work_reviewed": "Work reviewed",
    "goals_basis": "Goals for continued growth",
    "goals_agreed_on": "Agreed on",
    "growth_goals": "Goal",
    "safety": "Safety at closing",
    "risk_review": "Risk review",
    "risk_review_words": "What the risk review found",
    "progress": "Progress",
    "client_words": "In the client's own words",
    "strengths": "Strengths",
    "helped": "What helped",
    "did_not_help": "What did not help",
    "scores": "Scores",
    "early_signs": "Early signs, and what to do then",
    "supports": "Supports",
    "referrals": "Referrals",
    "records": "Records",
    "return_path": "How to come back",
}
