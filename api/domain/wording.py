"""What the record says, in plain words for the clinician: one sentence per fact, nothing guessed, nobody blamed."""

from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    Initiator,
)

_APPOINTMENT = {
    AppointmentStatus.BOOKED: "A time is booked.",
    AppointmentStatus.ATTENDED: "The session took place.",
    AppointmentStatus.NO_SHOW: "The session did not take place.",
    AppointmentStatus.LATE_CANCELLED: "The time was cancelled at short notice.",
    AppointmentStatus.CANCELLED: "The time was cancelled.",
    AppointmentStatus.RESCHEDULED: "The time was moved to another.",
}
_CANCELLED = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.LATE_CANCELLED})
_NOT_KEPT = _CANCELLED | {AppointmentStatus.NO_SHOW}
_CALL = {
    ContactOutcome.SPOKE: "Called and spoke.",
    ContactOutcome.VOICEMAIL: "Called and left a voicemail.",
    ContactOutcome.NO_ANSWER: "Called; nobody answered.",
}
_WAY = {
    Channel.EMAIL: "an e-mail",
    Channel.SMS: "a text message",
    Channel.PHONE: "a call",
    Channel.LETTER: "a letter",
    Channel.PORTAL: "a portal message",
    Channel.IN_PERSON: "a word in person",
}
_ABSENCE = {
    AbsenceKind.PAUSE: "A pause is agreed.",
    AbsenceKind.CLIENT_AWAY: "The client is away.",
    AbsenceKind.CLINICIAN_LEAVE: "The clinician is on leave.",
    AbsenceKind.PRACTICE_CLOSED: "The practice is closed.",
}
_AGREEMENT = {
    AgreementKind.PLANNED_END: "An end is planned.",
    AgreementKind.DISCHARGE: "The other system says the work has ended.",
    AgreementKind.CADENCE_CHANGE: "Another pace is agreed.",
}


def appointment(status: AppointmentStatus, initiator: Initiator | None, *, excused: bool, is_past: bool) -> str:
    if status is AppointmentStatus.BOOKED and is_past:
        return "A booked time has passed; what came of it is not recorded."
    if excused and status in _NOT_KEPT:
        return "The session did not take place, and it was excused."
    if status in _CANCELLED and initiator in (Initiator.CLINICIAN, Initiator.PRACTICE):
        return "The practice cancelled the time."
    return _APPOINTMENT[status]


def contact(direction: ContactDirection, channel: Channel, outcome: ContactOutcome | None, *, automated: bool) -> str:
    if automated:
        return f"An automatic message: {_WAY[channel]}."
    if direction is ContactDirection.INBOUND:
        return f"The client was in touch: {_WAY[channel]}."
    if channel is Channel.PHONE and outcome in _CALL:
        return _CALL[outcome]
    return f"The practice was in touch: {_WAY[channel]}."


def absence(kind: AbsenceKind, *, withdrawn: bool) -> str:
    return "An absence was recorded and taken back." if withdrawn else _ABSENCE[kind]


def agreement(kind: AgreementKind) -> str:
    return _AGREEMENT[kind]


def score(measure: str, value: float) -> str:
    """What the client's own measure came to; whole numbers without a point."""
    return f"{measure}: {value:g}."
