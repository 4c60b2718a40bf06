"""The words that all parts share, as enums: the clinic's language in one place.

Standard library only. A value here is stored in databases and sent over the wire: values are never
renamed or reused, only added. What a person reads is worded elsewhere; these are codes.
"""

from enum import StrEnum
from functools import lru_cache
from zoneinfo import available_timezones

# What another system may be called, and the name of what is recorded here, which no other system may have.
SOURCE_NAME = r"^[a-z0-9][a-z0-9_-]{0,39}$"
OWN_SOURCE = "leavetaking"
# Names that a machine's own database of zones may hold beside the places: what they mean differs from machine to machine.
_NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Every name that stands for a time zone, wherever one is asked for: by whoever sends it, in a file, on record."""
    return frozenset(available_timezones()) - _NO_PLACES


class Role(StrEnum):
    """What a member may be. A member holds a set of roles; a solo practitioner may hold all but `integration`."""

    CLINICIAN = "clinician"
    SUPERVISOR = "supervisor"
    PRACTICE_LEAD = "practice_lead"
    ADMIN = "admin"
    INTEGRATION = "integration"


class EpisodeFormat(StrEnum):
    """Who sits in the room together."""

    INDIVIDUAL = "individual"
    COUPLE = "couple"
    FAMILY = "family"
    GROUP = "group"


class EpisodeKind(StrEnum):
    """How the work is paced. Only `ongoing` has a clock: the others never drift."""

    ONGOING = "ongoing"
    AS_NEEDED = "as_needed"
    CONSULTATION = "consultation"


class Stage(StrEnum):
    """Where an episode stands today."""

    ENGAGED = "engaged"
    DRIFTING = "drifting"
    QUIET = "quiet"
    PAUSED = "paused"
    ENDED = "ended"


class AppointmentStatus(StrEnum):
    """What the record says of a booked time. Past and still `booked` means not recorded, never attended."""

    BOOKED = "booked"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    LATE_CANCELLED = "late_cancelled"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"


class Initiator(StrEnum):
    """Who made, moved or cancelled a booking."""

    CLIENT = "client"
    CLINICIAN = "clinician"
    PRACTICE = "practice"
    SYSTEM = "system"


class AbsenceKind(StrEnum):
    """A stretch of days on which silence says nothing."""

    PAUSE = "pause"
    CLIENT_AWAY = "client_away"
    CLINICIAN_LEAVE = "clinician_leave"
    PRACTICE_CLOSED = "practice_closed"


class AgreementKind(StrEnum):
    """What client and clinician settled about the course of the work."""

    PLANNED_END = "planned_end"
    DISCHARGE = "discharge"
    CADENCE_CHANGE = "cadence_change"


class ContactDirection(StrEnum):
    """`inbound`: from the client, a sign of life. `outbound`: from the practice to the client."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Channel(StrEnum):
    """The way a contact takes. `in_person` is the front desk or the corridor."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    LETTER = "letter"
    PORTAL = "portal"
    IN_PERSON = "in_person"


class ContactOutcome(StrEnum):
    """What came of a contact made outside the room."""

    SPOKE = "spoke"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    SENT = "sent"
    RECEIVED = "received"
    NOT_DELIVERED = "not_delivered"


class ConsentState(StrEnum):
    """Whether an address may be written to. Nothing is permitted until somebody asked and recorded it."""

    NOT_ASKED = "not_asked"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ClinicianPart(StrEnum):
    """A clinician's part in an episode. Exactly one is responsible; co-therapists share it."""

    RESPONSIBLE = "responsible"
    CO_THERAPIST = "co_therapist"


class NextStepKind(StrEnum):
    """The one next kind act for an episode, in the order in which they outrank one another."""

    ANSWER_REPLY = "answer_reply"
    RECORD_OUTCOME = "record_outcome"
    CLOSE_WITH_NOTE = "close_with_note"
    WAIT_FOR_CLIENT = "wait_for_client"
    CLOSING_SESSION = "closing_session"
    CALL = "call"
    CHECK_IN = "check_in"
    REVIEW_PAUSE = "review_pause"
    REVIEW_BOOKING = "review_booking"
    BOOK_NEXT = "book_next"
    NOTHING = "nothing"


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


class GoalsBasis(StrEnum):
    """Where the goals for continued growth in a note come from. None is made up afterwards."""

    AT_CLOSING = "at_closing"
    LAST_AGREED = "last_agreed"
    NOT_DISCUSSED = "not_discussed"


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


class Locale(StrEnum):
    """A language in which the product writes to clients."""

    EN = "en"
    ES = "es"


class Recipient(StrEnum):
    """Who reads what is sent to an address. For a minor it has to be on record before anything is sent."""

    CLIENT = "client"
    GUARDIAN = "guardian"


class CheckInKind(StrEnum):
    """Why a message is written. Only the first two are of the practice's own accord."""

    CHECK_IN = "check_in"
    MISSED_TODAY = "missed_today"
    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    CLOSING_LETTER = "closing_letter"


class CheckInState(StrEnum):
    """The life of a message. `uncertain`: handed over or not, only the provider's record or a person can say."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    FAILED = "failed"


class StopReason(StrEnum):
    """Why a message that was approved did not go. `held` says no more than that: other holds read the same."""

    BY_HAND = "by_hand"
    BOOKED = "booked"
    SIGN_OF_LIFE = "sign_of_life"
    REPLIED = "replied"
    OPTED_OUT = "opted_out"
    PERMISSION_CHANGED = "permission_changed"
    FLAGGED = "flagged"
    HELD = "held"
    ENDED = "ended"
    HANDED_OVER = "handed_over"
    TOO_LATE = "too_late"
    NOT_ALLOWED = "not_allowed"
    NOT_ACCEPTED = "not_accepted"


class Asked(StrEnum):
    """When the contact decision was asked for: at the approval, and again in the moment of sending."""

    APPROVING = "approving"
    SENDING = "sending"


class FlagKind(StrEnum):
    """What keeps messages back. The first two are about safety and ask for opposite things."""

    UNSAFE_TO_CONTACT = "unsafe_to_contact"
    RISK_OF_HARM = "risk_of_harm"
    PRACTICE_HOLD = "practice_hold"
    CONFIDENTIAL_PROGRAMME = "confidential_programme"


class ErasureReason(StrEnum):
    """Why a client's record is erased. Only a code is kept of it."""

    CLIENT_ASKED = "client_asked"
    TIME_OVER = "time_over"
    BY_MISTAKE = "by_mistake"
    OTHER = "other"


class TaskKind(StrEnum):
    """What a named person has to do, beside the next act of an episode."""

    RISK_TODAY = "risk_today"
    UNDERSTAND_OPT_OUT = "understand_opt_out"
    WRITE_NOTE = "write_note"
    SETTLE_DELIVERY = "settle_delivery"


class ToneFamily(StrEnum):
    """What the review of a message's wording finds. The first sixteen hurt or expose; the rest are about its form."""

    BLAME = "blame"
    GUILT = "guilt"
    SHAME = "shame"
    PRESSURE = "pressure"
    PRESUMED_MOTIVE = "presumed_motive"
    INTERPRETATION = "interpretation"
    CLINICIAN_HURT = "clinician_hurt"
    FEE_THREAT = "fee_threat"
    FALSE_CHEER = "false_cheer"
    PRIVACY_LEAK = "privacy_leak"
    MINIMISING = "minimising"
    HIDDEN_DEMAND = "hidden_demand"
    SURVEILLANCE = "surveillance"
    COERCIVE_AUTHORITY = "coercive_authority"
    COMPARISON = "comparison"
    CONDITIONAL_CARE = "conditional_care"

    MONEY = "money"
    THERAPY_WORD = "therapy_word"
    TOO_LONG = "too_long"
    HARD_TO_READ = "hard_to_read"
    QUESTIONS = "questions"
    EXCLAMATION = "exclamation"
    EMOJI = "emoji"
    DISGUISED = "disguised"


class ToneSeverity(StrEnum):
    """`block`: it cannot be sent. `advise`: it can, by somebody who says why."""

    BLOCK = "block"
    ADVISE = "advise"


class ToneVerdict(StrEnum):
    """The most severe of what was found. `ok` is no certificate of kindness: a checker cannot give one."""

    OK = "ok"
    ADVISE = "advise"
    BLOCK = "block"


class ReplyAnswer(StrEnum):
    """What a client can tap. A tap is a message to a person and changes no care by itself."""

    COME_BACK = "come_back"
    ANOTHER_TIME = "another_time"
    CALL_ME = "call_me"
    FINISHED_FOR_NOW = "finished_for_now"
    ANOTHER_PERSON = "another_person"
    TAKE_A_BREAK = "take_a_break"
    CLOSING_SESSION = "closing_session"
    WRITTEN_GOODBYE = "written_goodbye"
    BETTER_FIT = "better_fit"
    DO_NOT_CONTACT = "do_not_contact"


class ReplyHandling(StrEnum):
    """What a person did about a reply."""

    SPOKE = "spoke"
    WROTE = "wrote"
    BOOKED = "booked"
    NOTHING_NEEDED = "nothing_needed"


class GivenReason(StrEnum):
    """Why a client leaves or stays away, in the client's own choice and never as somebody's guess.

    First what the service did or did not do, then what it had no part in.
    """

    CULTURE_NOT_RESPECTED = "culture_not_respected"
    NOT_HEARD = "not_heard"
    OUTSIDE_COMPETENCE = "outside_competence"
    NO_SAY_IN_GOALS = "no_say_in_goals"
    CLINICIAN_DISTRACTED = "clinician_distracted"
    BIAS_OR_MICROAGGRESSION = "bias_or_microaggression"
    SPOKEN_TO_HARSHLY = "spoken_to_harshly"
    EXPLOITED_OR_ABUSED = "exploited_or_abused"
    EXPERIENCE_QUESTIONED = "experience_questioned"
    LONG_WITHOUT_CHANGE = "long_without_change"
    VALUES_IMPOSED = "values_imposed"
    GOALS_REACHED = "goals_reached"
    COST_OR_INSURANCE = "cost_or_insurance"
    TIME_OR_TRAVEL = "time_or_travel"
    MOVED = "moved"
    CHANGED_PROVIDER = "changed_provider"
    FEELING_BETTER = "feeling_better"
    NOT_NOW = "not_now"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"


class Figure(StrEnum):
    """What a published table counts: three groups of clients, and within them the six definitions.

    `at_risk`: everybody the table is about. `begun`: those of them whose work began in the period. `begun_180_days`: those
    of them who were followed for 180 days by the cut-off. The six others are named as the definitions are.
    """

    AT_RISK = "at_risk"
    BEGUN = "begun"
    BEGUN_180_DAYS = "begun_180_days"
    AGREED_ENDING = "agreed_ending"
    MISSED_LAST = "missed_last"
    UNILATERAL = "unilateral"
    CLINICIAN_JUDGED = "clinician_judged"
    INTAKE_ONLY = "intake_only"
    BELOW_K_SESSIONS = "below_k_sessions"


class PeriodState(StrEnum):
    """What may be done with a period. `too_early`: the day up to which facts count is still to come."""

    OPEN = "open"
    RELEASED = "released"
    TOO_EARLY = "too_early"


class ReleaseAnswer(StrEnum):
    """Whether a period can be released; if not, why. That there are too few clients says nothing of how many."""

    CAN_BE_RELEASED = "can_be_released"
    RELEASED = "released"
    TOO_EARLY = "too_early"
    PERIOD_TAKEN = "period_taken"
    NOT_ENOUGH_CLIENTS = "not_enough_clients"


class ImportKind(StrEnum):
    """Which file of facts is read."""

    APPOINTMENTS = "appointments"
    CLIENTS = "clients"
    CONTACTS = "contacts"
    AGREEMENTS = "agreements"
    LEAVE = "leave"


class ImportState(StrEnum):
    """The life of an import. `ready`: a dry run is done and its report can be read; nothing was changed.

    `expired`: a dry run that nobody applied; its report stays, its file is gone.
    """

    RECEIVED = "received"
    APPLYING = "applying"
    READY = "ready"
    APPLIED = "applied"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"
    EXPIRED = "expired"


class RowOutcome(StrEnum):
    """What became of one row of a file. Every row has exactly one, so the counts add up to the file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class ActorKind(StrEnum):
    """Who acted, for the audit trail."""

    MEMBER = "member"
    KEY = "key"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


class AuditOutcome(StrEnum):
    """How the gate answered. `refused`: allowed by right, and not possible as things stood or as it was asked for."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
