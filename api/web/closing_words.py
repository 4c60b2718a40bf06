"""The words for a closing session: what happened, by which way, and what one tap says."""

from schemas.vocabulary import ClosingStep, ClosingWay

STEP = {
    ClosingStep.OFFERED: "Offered",
    ClosingStep.ACCEPTED: "Accepted",
    ClosingStep.DECLINED: "Declined",
    ClosingStep.NOT_ANSWERED: "Not answered",
    ClosingStep.BOOKED: "A time is booked for it",
    ClosingStep.UNTIED: "The time is for something else",
    ClosingStep.HELD: "Held",
}
WAY = {
    ClosingWay.CHECK_IN: "in a message",
    ClosingWay.REPLY: "by an answer of theirs",
    ClosingWay.IN_PERSON: "in person",
}
TAP = {
    ClosingStep.OFFERED: "I offered one",
    ClosingStep.ACCEPTED: "They said yes",
    ClosingStep.DECLINED: "They said no",
    ClosingStep.NOT_ANSWERED: "They have not answered",
    ClosingStep.BOOKED: "This is the closing session",
    ClosingStep.UNTIED: "It is for something else",
    ClosingStep.HELD: "It was held",
}
