"""Corrections: what somebody who knows the client says is so, and the ordinary facts that it stands for.

A correction is written as facts, with its author, known from now on. It is respected as they are, and rewrites nothing: what was
shown before was shown rightly, by what was known then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.domain.errors import FieldProblem, Invalid
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactOutcome,
    CorrectionKind,
    Initiator,
    SnoozeReason,
)


class Part(StrEnum):
    """What may be said beside the kind."""

    UNTIL_ON = "until_on"
    ON = "on"
    CADENCE_DAYS = "cadence_days"
    CHANNEL = "channel"
    AT = "at"
    CLIENT_ID = "client_id"
    APPOINTMENT_ID = "appointment_id"
    STARTS_AT = "starts_at"


@dataclass(frozen=True, slots=True)
class Meaning:
    """The facts that a correction is written as, and in words for people. `excused` goes with an outcome."""

    says: str
    contact: bool = False
    absence: AbsenceKind | None = None
    agreement: AgreementKind | None = None
    outcome: AppointmentStatus | None = None
    excused: bool = False
    as_needed: bool = False
    puts_off: SnoozeReason | None = None
    takes: frozenset[Part] = frozenset()
    needs: frozenset[Part] = frozenset()


_TOLD = frozenset({Part.CHANNEL, Part.AT, Part.CLIENT_ID})
_OF_DAYS = frozenset({Part.ON, Part.UNTIL_ON})
_OF_A_TIME = frozenset({Part.APPOINTMENT_ID})
MEANINGS: Mapping[CorrectionKind, Meaning] = {
    CorrectionKind.PAUSE_AGREED: Meaning("A pause is agreed", absence=AbsenceKind.PAUSE, takes=_OF_DAYS),
    CorrectionKind.CLIENT_AWAY: Meaning("The client is away", absence=AbsenceKind.CLIENT_AWAY, takes=_OF_DAYS),
    CorrectionKind.CADENCE_AGREED: Meaning(
        "Another rhythm is agreed",
        agreement=AgreementKind.CADENCE_CHANGE,
        takes=frozenset({Part.CADENCE_DAYS, Part.ON}),
        needs=frozenset({Part.CADENCE_DAYS}),
    ),
    CorrectionKind.END_AGREED: Meaning(
        "The end is agreed", agreement=AgreementKind.PLANNED_END, takes=frozenset({Part.ON})
    ),
    CorrectionKind.AS_NEEDED: Meaning("The client comes as needed", as_needed=True),
    CorrectionKind.IN_TOUCH: Meaning("The client was in touch", contact=True, takes=_TOLD),
    CorrectionKind.WILL_BOOK: Meaning(
        "The client said they will book", contact=True, puts_off=SnoozeReason.WILL_BOOK, takes=_TOLD | {Part.UNTIL_ON}
    ),
    CorrectionKind.TAKING_A_BREAK: Meaning(
        "The client said they take a break", contact=True, absence=AbsenceKind.PAUSE, takes=_TOLD | {Part.UNTIL_ON}
    ),
    CorrectionKind.HAS_ENDED: Meaning(
        "The client said that it has ended", contact=True, agreement=AgreementKind.PLANNED_END, takes=_TOLD
    ),
    CorrectionKind.TOOK_PLACE: Meaning(
        "The time took place", outcome=AppointmentStatus.ATTENDED, takes=_OF_A_TIME, needs=_OF_A_TIME
    ),
    CorrectionKind.EXCUSED: Meaning(
        "The time was excused", outcome=AppointmentStatus.NO_SHOW, excused=True, takes=_OF_A_TIME, needs=_OF_A_TIME
    ),
    CorrectionKind.MOVED: Meaning(
        "The time was moved",
        outcome=AppointmentStatus.RESCHEDULED,
        takes=_OF_A_TIME | {Part.STARTS_AT},
        needs=_OF_A_TIME | {Part.STARTS_AT},
    ),
}

# A word at the desk or by telephone is spoken; what is written is received.
_SPOKEN = frozenset({Channel.PHONE, Channel.IN_PERSON})
_CALLED_OFF = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.LATE_CANCELLED})


def meaning(kind: CorrectionKind, said: Iterable[str]) -> Meaning:
    """Raises Invalid for what has to be said with it, or says nothing in it: whoever sends it meant something by it."""
    found, parts = MEANINGS[kind], {Part(name) for name in said}
    problems = [FieldProblem(f"/{part}", "Fill this in.") for part in sorted(found.needs - parts)]
    problems += [FieldProblem(f"/{part}", f"This does not go with {kind}.") for part in sorted(parts - found.takes)]
    if problems:
        raise Invalid(*problems)
    return found


def excused_as(status: AppointmentStatus, initiator: Initiator | None) -> tuple[AppointmentStatus, Initiator | None]:
    """What was cancelled stays so, and by whom; anything else did not take place."""
    return (status, initiator) if status in _CALLED_OFF else (AppointmentStatus.NO_SHOW, None)


def heard(channel: Channel) -> ContactOutcome:
    return ContactOutcome.SPOKE if channel in _SPOKEN else ContactOutcome.RECEIVED
