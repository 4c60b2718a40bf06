"""How the work ends, the note about it, and the end of a record."""

from enum import StrEnum


class EndingKind(StrEnum):
    """How an episode, or one participant's part in it, came to its end."""

    AGREED = "agreed"
    CLIENT_TOLD_US = "client_told_us"
    CLINICIAN_DECIDED = "clinician_decided"
    TRANSFERRED = "transferred"
    WITHOUT_CONVERSATION = "without_conversation"
    ADMINISTRATIVE = "administrative"
    CLIENT_DIED = "client_died"


class NoteState(StrEnum):
    """The life of a termination note. A signed one never changes again; what is to be said later is an addendum."""

    DRAFT = "draft"
    AWAITING_COSIGN = "awaiting_cosign"
    SIGNED = "signed"


class NoteForm(StrEnum):
    """Whether client and clinician talked about the ending. Each has a guided form of its own."""

    WITH_CONVERSATION = "with_conversation"
    WITHOUT_CONVERSATION = "without_conversation"


class ClosingSession(StrEnum):
    """What became of a closing session. `offered`: and no more is known yet."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    HELD = "held"
    DECLINED = "declined"
    NOT_ANSWERED = "not_answered"
    NOT_OFFERED = "not_offered"


class ClosingStep(StrEnum):
    """What happened on the way to a closing session. `booked`: a time was tied to it; `untied`: that time is for something else."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_ANSWERED = "not_answered"
    BOOKED = "booked"
    UNTIED = "untied"
    HELD = "held"


class ClosingWay(StrEnum):
    """By which way a step came: a message of ours, a client's answer, or said between people."""

    CHECK_IN = "check_in"
    REPLY = "reply"
    IN_PERSON = "in_person"


class AgendaPart(StrEnum):
    """What a last meeting can look at, in its order."""

    REVIEW = "review"
    CELEBRATE = "celebrate"
    HELPED = "helped"
    DID_NOT_HELP = "did_not_help"
    GOALS = "goals"
    EARLY_SIGNS = "early_signs"
    GOODBYE = "goodbye"


class AgendaForm(StrEnum):
    """How much a last meeting looks back on: a piece of work, or a few meetings."""

    FULL = "full"
    SHORT = "short"


class LetterState(StrEnum):
    """Where a closing letter stands. `awaiting_cosign`: its author approved it with their signature, and it leaves with the cosignature."""

    DRAFT = "draft"
    AWAITING_COSIGN = "awaiting_cosign"
    APPROVED = "approved"
    GONE = "gone"
    UNCERTAIN = "uncertain"
    NOT_SENT = "not_sent"


class GoalsBasis(StrEnum):
    """Where the goals for continued growth in a note come from. None is made up afterwards."""

    AT_CLOSING = "at_closing"
    LAST_AGREED = "last_agreed"
    NOT_DISCUSSED = "not_discussed"


class GoalState(StrEnum):
    """What became of a goal for continued growth, by the client's own word. None is ever a failure."""

    OPEN = "open"
    REACHED = "reached"
    LET_GO = "let_go"


class FollowUpEnd(StrEnum):
    """What came of a message that a client asked for."""

    WRITTEN = "written"
    WITHDRAWN = "withdrawn"


class RiskReview(StrEnum):
    """How somebody looked at risk before an ending."""

    IN_SESSION = "in_session"
    BY_PHONE = "by_phone"
    WITH_ANOTHER_SERVICE = "with_another_service"
    FROM_THE_RECORD = "from_the_record"


class SignaturePart(StrEnum):
    """As what somebody signed a note."""

    AUTHOR = "author"
    COSIGNER = "cosigner"


class ErasureReason(StrEnum):
    """Why a client's record is erased. Only a code is kept of it."""

    CLIENT_ASKED = "client_asked"
    TIME_OVER = "time_over"
    BY_MISTAKE = "by_mistake"
    OTHER = "other"
