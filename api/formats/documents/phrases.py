"""The codes that documents tell, as sentences in English; a word for every value, held by a test."""

from api.domain import note_wording, reply_words
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    NoteState,
    Recipient,
    ReplyHandling,
)

# The parts of a note that are one of a few codes.
CODES: dict[str, dict[str, str]] = {
    "form": {code.value: words for code, words in note_wording.FORM.items()},
    "how_it_ended": {code.value: words for code, words in note_wording.ENDING.items()},
    "closing_session": {code.value: words for code, words in note_wording.CLOSING.items()},
    "goals_basis": {code.value: words for code, words in note_wording.GOALS.items()},
    "risk_review": {code.value: words for code, words in note_wording.RISK_REVIEW.items()},
}
MARK = {
    NoteState.DRAFT: "Draft, not signed",
    NoteState.AWAITING_COSIGN: "Not final: waiting for a cosignature",
}
NOTICE = {
    NoteState.DRAFT: "This is a draft. Nobody has signed it, and it may still change.",
    NoteState.AWAITING_COSIGN: "Signed by its author and waiting for a cosignature. Nothing has ended yet.",
}
CHANNEL = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "text message",
    Channel.PHONE: "telephone",
    Channel.LETTER: "letter",
    Channel.PORTAL: "portal",
    Channel.IN_PERSON: "in person",
}
OUTCOME = {
    ContactOutcome.SPOKE: "spoke",
    ContactOutcome.VOICEMAIL: "left a voicemail",
    ContactOutcome.NO_ANSWER: "nobody picked up",
    ContactOutcome.SENT: "sent",
    ContactOutcome.RECEIVED: "received",
    ContactOutcome.NOT_DELIVERED: "not delivered",
}
DIRECTION = {ContactDirection.INBOUND: "from the client", ContactDirection.OUTBOUND: "from the practice"}
MESSAGE = {
    CheckInKind.CHECK_IN: "Check-in",
    CheckInKind.MISSED_TODAY: "Note on the day of a time that did not take place",
    CheckInKind.ANSWER: "Answer to a reply",
    CheckInKind.FOLLOW_UP: "Note the client asked for",
    CheckInKind.CLOSING_LETTER: "Closing letter",
}
STATE = {
    CheckInState.DRAFT: "A draft: it did not go",
    CheckInState.APPROVED: "Approved, waiting to go",
    CheckInState.SENDING: "Being sent",
    CheckInState.SENT: "Sent",
    CheckInState.UNCERTAIN: "Not known whether it went",
    CheckInState.DELIVERED: "Delivered",
    CheckInState.BOUNCED: "Came back: no such address",
    CheckInState.CANCELLED: "Cancelled: it did not go",
    CheckInState.REVOKED: "Held back: it did not go",
    CheckInState.FAILED: "It did not go",
}
ASKED = {
    Asked.APPROVING: "at the approval",
    Asked.SENDING: "in the moment of sending",
    Asked.BY_HAND: "when somebody wanted to send it themselves",
}
SPOKEN_BY = {
    Recipient.CLIENT: "Reply from the client",
    Recipient.GUARDIAN: "Reply from a parent or guardian, not the client's own words",
    None: "Reply from whoever holds the link",
}
ANSWER = reply_words.ANSWER
REASON = reply_words.REASON
HANDLING = {
    ReplyHandling.SPOKE: "Somebody spoke with them",
    ReplyHandling.WROTE: "Somebody wrote back",
    ReplyHandling.BOOKED: "A time was booked",
    ReplyHandling.NOTHING_NEEDED: "Nothing was needed",
}
