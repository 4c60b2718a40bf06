"""The words that pages use for the codes of the vocabulary: the clinic's language, kind and plain.

A word for every value of an enum, held by a test. No word here guesses at a motive or keeps a tally.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from api.domain import reply_words
from api.web import arrivals, goal_words, task_words
from schemas.vocabulary import (
    AbsenceKind,
    ActorKind,
    AgreementKind,
    AppointmentStatus,
    AuditOutcome,
    Authority,
    Channel,
    CheckInKind,
    CheckInState,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    EpisodeFormat,
    EpisodeKind,
    ErasureReason,
    FlagKind,
    ImportKind,
    ImportState,
    Locale,
    NextStepKind,
    PeriodState,
    PlanEnd,
    Recipient,
    ReleaseAnswer,
    ReplyHandling,
    Role,
    RowOutcome,
    Situation,
    Stage,
    StopReason,
    ToneFamily,
)
from schemas.wire.episodes import PersonOut
from schemas.wire.members import MemberOut

Code = TypeVar("Code", bound=StrEnum)

STAGE = {
    Stage.ENGAGED: "Engaged",
    Stage.DRIFTING: "Drifting",
    Stage.QUIET: "Quiet",
    Stage.PAUSED: "Paused",
    Stage.ENDED: "Ended",
}
STAGE_MEANS = {
    Stage.ENGAGED: "The work goes on in its own rhythm.",
    Stage.DRIFTING: "A little less is happening than this client's own rhythm would suggest.",
    Stage.QUIET: "It has been silent for longer than this client's own rhythm would suggest.",
    Stage.PAUSED: "An absence is known, so the silence says nothing.",
    Stage.ENDED: "The work has ended.",
}
NEXT_STEP = {
    NextStepKind.REACH_TODAY: "Reach them today",
    NextStepKind.ANSWER_REPLY: "Answer a reply",
    NextStepKind.CONFIRM_TIME: "Confirm the time",
    NextStepKind.RECORD_OUTCOME: "Record what became of a time",
    NextStepKind.CLOSE_WITH_NOTE: "Write the ending down",
    NextStepKind.WAIT_FOR_CLIENT: "Leave the first word to the client",
    NextStepKind.CLOSING_SESSION: "Offer a closing session",
    NextStepKind.CALL: "Call",
    NextStepKind.LOOK_OVER_NOTE: "Look over the next note",
    NextStepKind.CHECK_IN: "Send a short check-in",
    NextStepKind.REVIEW_PAUSE: "Look at the pause",
    NextStepKind.REVIEW_BOOKING: "Look at the next booking",
    NextStepKind.BOOK_NEXT: "Find the next time",
    NextStepKind.NOTHING: "Nothing for now",
}
FORMAT = {
    EpisodeFormat.INDIVIDUAL: "Individual",
    EpisodeFormat.COUPLE: "Couple",
    EpisodeFormat.FAMILY: "Family",
    EpisodeFormat.GROUP: "Group",
}
KIND = {
    EpisodeKind.ONGOING: "Ongoing",
    EpisodeKind.AS_NEEDED: "As needed",
    EpisodeKind.CONSULTATION: "One-off consultation",
}
STATUS = {
    AppointmentStatus.BOOKED: "Booked",
    AppointmentStatus.ATTENDED: "Came",
    AppointmentStatus.NO_SHOW: "Did not take place",
    AppointmentStatus.LATE_CANCELLED: "Cancelled at short notice",
    AppointmentStatus.CANCELLED: "Cancelled",
    AppointmentStatus.RESCHEDULED: "Moved to another time",
}
CHECK_IN_KIND = {
    CheckInKind.CHECK_IN: "A check-in",
    CheckInKind.MISSED_TODAY: "The day of a time that did not take place",
    CheckInKind.ANSWER: "An answer to a reply",
    CheckInKind.FOLLOW_UP: "A note the client asked for",
    CheckInKind.CLOSING_LETTER: "A closing letter",
}
SITUATION = {
    Situation.GENERAL: "Any time",
    Situation.FIRST_MISS: "A first time that did not take place",
    Situation.AFTER_BREAK: "Drifting after a break",
    Situation.SECOND_TOUCH: "A second note",
    Situation.RETURN: "A return",
    Situation.CLOSING_OFFER: "An offer to close well",
    Situation.AFTER_SILENCE: "An ending after a silence",
    Situation.AGREED_END: "An ending we agreed on",
    Situation.AFTER_COMPLAINT: "After a complaint",
    Situation.GROUP: "A group",
    Situation.COUPLE: "A couple",
    Situation.GUARDIAN: "A parent or guardian",
    Situation.RESTRICTED: "An address that shows nothing",
    Situation.AFTER_OUR_ABSENCE: "After our own leave or mistake",
    Situation.BEFORE_HOLIDAYS: "Before holidays",
}
TONE_FAMILY = {
    ToneFamily.BLAME: "Blame",
    ToneFamily.GUILT: "Guilt",
    ToneFamily.SHAME: "Shame",
    ToneFamily.PRESSURE: "Pressure",
    ToneFamily.PRESUMED_MOTIVE: "A guess at a reason",
    ToneFamily.INTERPRETATION: "An interpretation",
    ToneFamily.CLINICIAN_HURT: "The clinician's hurt",
    ToneFamily.FEE_THREAT: "A threat of a fee",
    ToneFamily.FALSE_CHEER: "Mockery or false cheer",
    ToneFamily.PRIVACY_LEAK: "Exposes the client",
    ToneFamily.MINIMISING: "Makes light of it",
    ToneFamily.HIDDEN_DEMAND: "A demand or advice",
    ToneFamily.SURVEILLANCE: "Watching or counting",
    ToneFamily.COERCIVE_AUTHORITY: "Authority",
    ToneFamily.COMPARISON: "A comparison",
    ToneFamily.CONDITIONAL_CARE: "Care with a condition",
    ToneFamily.MONEY: "Money",
    ToneFamily.THERAPY_WORD: "Names the work",
    ToneFamily.TOO_LONG: "Long",
    ToneFamily.HARD_TO_READ: "Hard to read",
    ToneFamily.QUESTIONS: "More than one question",
    ToneFamily.EXCLAMATION: "An exclamation mark",
    ToneFamily.EMOJI: "A picture",
    ToneFamily.DISGUISED: "Letters that are not what they look like",
}
LOCALE = {Locale.EN: "English", Locale.ES: "Spanish"}
ABSENCE = {
    AbsenceKind.PAUSE: "A pause we agreed on",
    AbsenceKind.CLIENT_AWAY: "The client is away",
    AbsenceKind.CLINICIAN_LEAVE: "The clinician is on leave",
    AbsenceKind.PRACTICE_CLOSED: "The practice is closed",
}
AGREEMENT = {
    AgreementKind.PLANNED_END: "A planned end",
    AgreementKind.DISCHARGE: "An ending",
    AgreementKind.CADENCE_CHANGE: "Another rhythm",
}
DIRECTION = {ContactDirection.INBOUND: "From the client", ContactDirection.OUTBOUND: "From the practice"}
CHANNEL = {
    Channel.EMAIL: "E-mail",
    Channel.SMS: "Text message",
    Channel.PHONE: "Telephone",
    Channel.LETTER: "Letter",
    Channel.PORTAL: "Portal",
    Channel.IN_PERSON: "In person",
}
CONTACT_OUTCOME = {
    ContactOutcome.SPOKE: "Spoke",
    ContactOutcome.VOICEMAIL: "Voicemail",
    ContactOutcome.NO_ANSWER: "Nobody picked up",
    ContactOutcome.SENT: "Sent",
    ContactOutcome.RECEIVED: "Received",
    ContactOutcome.NOT_DELIVERED: "Not delivered",
}
CONSENT = {
    ConsentState.NOT_ASKED: "Not asked yet",
    ConsentState.GRANTED: "May be used",
    ConsentState.DECLINED: "The client prefers not",
    ConsentState.WITHDRAWN: "Not any more",
}
FLAG = {
    FlagKind.UNSAFE_TO_CONTACT: "Not safe to write to",
    FlagKind.RISK_OF_HARM: "Risk of harm",
    FlagKind.PRACTICE_HOLD: "Paused by the practice",
    FlagKind.CONFIDENTIAL_PROGRAMME: "Confidential programme",
}
FLAG_MEANS = {
    FlagKind.UNSAFE_TO_CONTACT: "Somebody else may read it or hear it: nobody writes there.",
    FlagKind.RISK_OF_HARM: "A person reaches the client today. What was waiting to be sent does not go.",
    FlagKind.PRACTICE_HOLD: "Nothing is sent for now.",
    FlagKind.CONFIDENTIAL_PROGRAMME: "Nothing is sent by which somebody could learn of it.",
}
ERASURE = {
    ErasureReason.CLIENT_ASKED: "The client asked for it",
    ErasureReason.TIME_OVER: "The time for which we keep records is over",
    ErasureReason.BY_MISTAKE: "The record was opened by mistake",
    ErasureReason.OTHER: "Another reason, on record elsewhere",
}
AUTHORITY = {
    Authority.PARENTAL_RESPONSIBILITY: "One parent or guardian decides",
    Authority.BOTH_PARENTS: "Both parents agreed, also where they live apart",
    Authority.COURT_ORDER: "A court order says so",
    Authority.GUARDIAN_AGREED: "A parent or guardian agreed that the client is written to",
    Authority.CONSENTED_ALONE: "The client consented to this care alone: no guardian is told",
}
RECIPIENT = {Recipient.CLIENT: "The client", Recipient.GUARDIAN: "A parent or guardian"}
ANSWER = reply_words.ANSWER
HANDLING = {
    ReplyHandling.SPOKE: "We spoke",
    ReplyHandling.WROTE: "I wrote back",
    ReplyHandling.BOOKED: "A time is booked",
    ReplyHandling.NOTHING_NEEDED: "Nothing is needed",
}
GIVEN_REASON = reply_words.REASON
TASK = task_words.TASK
GOAL_STATE, GOAL_TAP, FOLLOW_UP_END = goal_words.STATE, goal_words.TAP, goal_words.FOLLOW_UP_END
PLAN_STOP = {
    PlanEnd.SPOKE: "We spoke",
    PlanEnd.DOES_NOT_FIT: "It does not fit any more",
    PlanEnd.OTHER: "Another reason",
}
NOT_ARRIVED = arrivals.NOT_ARRIVED
CHECK_IN_STATE = {
    CheckInState.DRAFT: "Draft",
    CheckInState.APPROVED: "Approved, waiting to go",
    CheckInState.SENDING: "Being sent",
    CheckInState.SENT: "Sent",
    CheckInState.UNCERTAIN: "Not known whether it went",
    CheckInState.DELIVERED: "Delivered",
    CheckInState.BOUNCED: "Came back: no such address",
    CheckInState.CANCELLED: "Cancelled",
    CheckInState.REVOKED: "Held back",
    CheckInState.FAILED: "Did not go",
}
STOPPED_BY = {
    StopReason.BY_HAND: "Somebody cancelled it.",
    StopReason.BOOKED: "A time was booked, or a session took place.",
    StopReason.SIGN_OF_LIFE: "The client was in touch.",
    StopReason.REPLIED: "The client replied.",
    StopReason.AWAY: "A pause or time away was recorded.",
    StopReason.OPTED_OUT: "The address is not to be written to.",
    StopReason.MERGED: "Two records turned out to be of this client.",
    StopReason.PERMISSION_CHANGED: "What is permitted for the address changed.",
    StopReason.FLAGGED: "A safety flag stands.",
    StopReason.HELD: "Paused by the practice.",
    StopReason.ENDED: "The work has ended.",
    StopReason.HANDED_OVER: "Somebody else has become responsible.",
    StopReason.TOO_LATE: "It would have come too late.",
    StopReason.NOT_ALLOWED: "Something on record spoke against it.",
    StopReason.NOT_ACCEPTED: "The mail server did not take it.",
}
ROLE = {
    Role.CLINICIAN: "Clinician",
    Role.SUPERVISOR: "Supervisor",
    Role.PRACTICE_LEAD: "Practice lead",
    Role.ADMIN: "Admin",
    Role.INTEGRATION: "Integration",
}
ROLE_MEANS = {
    Role.CLINICIAN: "Works with their own caseload.",
    Role.SUPERVISOR: "Reads the caseloads of those they supervise.",
    Role.PRACTICE_LEAD: "Sees the whole practice, imports files, and says who else works with clients.",
    Role.ADMIN: "Looks after members, keys and settings; never reads clinical content, and opens it to nobody.",
    Role.INTEGRATION: "A program, with a key.",
}
IMPORT_KIND = {
    ImportKind.APPOINTMENTS: "Appointments",
    ImportKind.CLIENTS: "Clients",
    ImportKind.CONTACTS: "Messages",
    ImportKind.AGREEMENTS: "Agreements and absences",
    ImportKind.LEAVE: "Leave",
    ImportKind.SCORES: "Results of measures",
}
PERIOD_STATE = {
    PeriodState.OPEN: "Can be asked for",
    PeriodState.RELEASED: "Released",
    PeriodState.TOO_EARLY: "Facts are still coming in",
}
RELEASE_ANSWER = {
    ReleaseAnswer.CAN_BE_RELEASED: "This period can be released.",
    ReleaseAnswer.RELEASED: "This period is released already.",
    ReleaseAnswer.TOO_EARLY: "It is too early: facts of 90 days after the end count too, and they are still coming in.",
    ReleaseAnswer.PERIOD_TAKEN: "A year of this period is in another release, and a year is published once.",
    ReleaseAnswer.NOT_ENOUGH_CLIENTS: "Not enough clients to publish. A longer period may have enough: two or three years"
    " together. Nothing can make the threshold lower.",
}
IMPORT_STATE = {
    ImportState.RECEIVED: "Waiting its turn",
    ImportState.APPLYING: "Being read",
    ImportState.READY: "Tried, nothing changed yet",
    ImportState.APPLIED: "Taken in",
    ImportState.FAILED: "Not taken",
    ImportState.UNDOING: "Being undone",
    ImportState.UNDONE: "Undone",
    ImportState.EXPIRED: "Tried, and not taken in",
}
ROW = {
    RowOutcome.CREATED: "New",
    RowOutcome.UPDATED: "Changed",
    RowOutcome.UNCHANGED: "Known already",
    RowOutcome.DUPLICATE: "Said twice in the file",
    RowOutcome.REJECTED: "Could not be read",
}
ACTOR = {
    ActorKind.MEMBER: "Member",
    ActorKind.KEY: "Key",
    ActorKind.SYSTEM: "Leavetaking",
    ActorKind.ANONYMOUS: "Nobody signed in",
}
AUDIT = {
    AuditOutcome.ALLOWED: "Done",
    AuditOutcome.DENIED: "Not allowed",
    AuditOutcome.NOT_FOUND: "Not found",
    AuditOutcome.REFUSED: "Not possible",
}


def options(words: Mapping[Code, str], codes: Iterable[Code]) -> list[tuple[Code, str]]:
    """To choose from, in this order."""
    return [(code, words[code]) for code in codes]


def people(found: Iterable[PersonOut | MemberOut]) -> list[tuple[UUID, str]]:
    return [(person.id, person.name) for person in found]


def to_tick(found: Iterable[PersonOut | MemberOut]) -> list[tuple[UUID, str, str]]:
    return [(person.id, person.name, "") for person in found]


def codes_to_tick(codes: Iterable[str]) -> list[tuple[str, str, str]]:
    """Codes that integrators know as they are."""
    return [(code, code, "") for code in codes]


def rhythm(days: float) -> str:
    """`every week`, `every 2 weeks`, `every 10 days`"""
    whole = round(days)
    if whole % 7 == 0 and whole:
        weeks = whole // 7
        return "every week" if weeks == 1 else f"every {weeks} weeks"
    return "every day" if whole <= 1 else f"every {whole} days"


def years(count: int) -> str:
    return "one year" if count == 1 else f"{count} years"


def waited(minutes: int) -> str:
    """`an hour`, `5 hours`, `2 days`: how long an answer waited, in whole steps and never less than it was."""
    if minutes <= 60:  # noqa: PLR2004  # an hour
        return "an hour"
    hours = -(-minutes // 60)
    return f"{hours} hours" if hours < 48 else f"{-(-hours // 24)} days"  # noqa: PLR2004  # two days
