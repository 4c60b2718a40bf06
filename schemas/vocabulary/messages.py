"""What is written to clients, what keeps it back, and what they answer."""

from enum import StrEnum


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
    AWAY = "away"
    MERGED = "merged"
    TOO_LATE = "too_late"
    NOT_ALLOWED = "not_allowed"
    NOT_ACCEPTED = "not_accepted"


class OvertakenBy(StrEnum):
    """What the record learned after the words of a message were last looked at, whatever date that fact has itself."""

    BOOKED = "booked"
    IN_TOUCH = "in_touch"
    AWAY = "away"
    HANDED_OVER = "handed_over"
    MERGED = "merged"


class Situation(StrEnum):
    """What a template is for: the moment, or whom or where it is written to."""

    GENERAL = "general"
    FIRST_MISS = "first_miss"
    AFTER_BREAK = "after_break"
    SECOND_TOUCH = "second_touch"
    RETURN = "return"
    CLOSING_OFFER = "closing_offer"
    AFTER_SILENCE = "after_silence"
    AGREED_END = "agreed_end"
    AFTER_COMPLAINT = "after_complaint"
    GROUP = "group"
    COUPLE = "couple"
    GUARDIAN = "guardian"
    RESTRICTED = "restricted"
    AFTER_OUR_ABSENCE = "after_our_absence"
    BEFORE_HOLIDAYS = "before_holidays"


class PlanEnd(StrEnum):
    """Why an outreach plan ended. `spoke`, `does_not_fit` and `other` are a person's to say; the rest is what the record learned."""

    DONE = "done"
    SPOKE = "spoke"
    DOES_NOT_FIT = "does_not_fit"
    OTHER = "other"
    BOOKED = "booked"
    SIGN_OF_LIFE = "sign_of_life"
    REPLIED = "replied"
    OPTED_OUT = "opted_out"
    FLAGGED = "flagged"
    HELD = "held"
    ENDED = "ended"
    HANDED_OVER = "handed_over"
    AWAY = "away"


class MessageStep(StrEnum):
    """What can become of a message, in the order of its road."""

    WRITTEN = "written"
    DECIDED = "decided"
    APPROVED = "approved"
    TAKEN_UP = "taken_up"
    HANDED_OVER = "handed_over"
    ENDED = "ended"


class Asked(StrEnum):
    """When the contact decision was asked for: at the approval, again in the moment of sending, or by whoever sends it themselves."""

    APPROVING = "approving"
    SENDING = "sending"
    BY_HAND = "by_hand"


class FlagKind(StrEnum):
    """What keeps messages back. The first two are about safety and ask for opposite things."""

    UNSAFE_TO_CONTACT = "unsafe_to_contact"
    RISK_OF_HARM = "risk_of_harm"
    PRACTICE_HOLD = "practice_hold"
    CONFIDENTIAL_PROGRAMME = "confidential_programme"


class TaskKind(StrEnum):
    """What a named person has to do, beside the next act of an episode."""

    RISK_TODAY = "risk_today"
    UNDERSTAND_OPT_OUT = "understand_opt_out"
    WRITE_NOTE = "write_note"
    SETTLE_DELIVERY = "settle_delivery"
    READ_TEXT = "read_text"
    RISK_OVERDUE = "risk_overdue"
    ASK_AGAIN = "ask_again"
    READ_REPLY_TODAY = "read_reply_today"
    ANSWER_REPLY = "answer_reply"
    READ_TEXT_TODAY = "read_text_today"
    FOLLOW_UP_REFERRAL = "follow_up_referral"
    LOOK_AT_ANSWER = "look_at_answer"
    WRITE_FOLLOW_UP = "write_follow_up"
    READ_TRANSFER = "read_transfer"
    FOLLOW_TRANSFER = "follow_transfer"


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
