"""The codes that documents tell, as sentences in English; a word for every value, held by a test."""

from api.domain import note_wording
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    GivenReason,
    NoteState,
    Recipient,
    ReplyAnswer,
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
ANSWER = {
    ReplyAnswer.COME_BACK: "Would like to come back",
    ReplyAnswer.ANOTHER_TIME: "Would like another time or another way to meet",
    ReplyAnswer.CALL_ME: "Asks for a call",
    ReplyAnswer.FINISHED_FOR_NOW: "Is fine, finished for now",
    ReplyAnswer.ANOTHER_PERSON: "Would like to see another person here",
    ReplyAnswer.TAKE_A_BREAK: "Would like to take a break",
    ReplyAnswer.CLOSING_SESSION: "Would like one closing talk",
    ReplyAnswer.WRITTEN_GOODBYE: "Would like a written goodbye",
    ReplyAnswer.BETTER_FIT: "Asks for help to find a better fit",
    ReplyAnswer.DO_NOT_CONTACT: "Asks not to be contacted",
}
REASON = {
    GivenReason.CULTURE_NOT_RESPECTED: "Their culture or faith was not respected",
    GivenReason.NOT_HEARD: "They did not feel heard",
    GivenReason.OUTSIDE_COMPETENCE: "It needed other skills than were there",
    GivenReason.NO_SAY_IN_GOALS: "They had no say in the goals",
    GivenReason.CLINICIAN_DISTRACTED: "The person they saw was not with them in their mind",
    GivenReason.BIAS_OR_MICROAGGRESSION: "They were treated as less because of who they are",
    GivenReason.SPOKEN_TO_HARSHLY: "They were spoken to harshly",
    GivenReason.EXPLOITED_OR_ABUSED: "They were used or abused",
    GivenReason.EXPERIENCE_QUESTIONED: "What they lived through was doubted",
    GivenReason.LONG_WITHOUT_CHANGE: "It went on long without change",
    GivenReason.VALUES_IMPOSED: "Values were pressed on them that are not theirs",
    GivenReason.GOALS_REACHED: "They got where they wanted to be",
    GivenReason.COST_OR_INSURANCE: "Cost or insurance",
    GivenReason.TIME_OR_TRAVEL: "Time or the way there",
    GivenReason.MOVED: "They have moved",
    GivenReason.CHANGED_PROVIDER: "They see somebody else now",
    GivenReason.FEELING_BETTER: "They feel better",
    GivenReason.NOT_NOW: "It is not the time for it now",
    GivenReason.PREFER_NOT_TO_SAY: "They prefer not to say",
}
HANDLING = {
    ReplyHandling.SPOKE: "Somebody spoke with them",
    ReplyHandling.WROTE: "Somebody wrote back",
    ReplyHandling.BOOKED: "A time was booked",
    ReplyHandling.NOTHING_NEEDED: "Nothing was needed",
}
