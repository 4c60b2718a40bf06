"""Where an episode stands, and what is next."""

from enum import StrEnum


class Stage(StrEnum):
    """Where an episode stands today."""

    ENGAGED = "engaged"
    DRIFTING = "drifting"
    QUIET = "quiet"
    PAUSED = "paused"
    ENDED = "ended"


class Sensitivity(StrEnum):
    """How early a practice wants to be told, from the fewest flags to the earliest."""

    FEWER = "fewer"
    BALANCED = "balanced"
    EARLIER = "earlier"


class NextStepKind(StrEnum):
    """The one next kind act for an episode, in the order in which they outrank one another."""

    REACH_TODAY = "reach_today"
    ANSWER_REPLY = "answer_reply"
    CONFIRM_TIME = "confirm_time"
    RECORD_OUTCOME = "record_outcome"
    CLOSE_WITH_NOTE = "close_with_note"
    WAIT_FOR_CLIENT = "wait_for_client"
    CLOSING_SESSION = "closing_session"
    CALL = "call"
    LOOK_OVER_NOTE = "look_over_note"
    CHECK_IN = "check_in"
    REVIEW_PAUSE = "review_pause"
    REVIEW_BOOKING = "review_booking"
    BOOK_NEXT = "book_next"
    NOTHING = "nothing"


class FactKind(StrEnum):
    """What a reason rests on. `calendar` is what does not stand in it; `rhythm`, the distance that is expected."""

    APPOINTMENT = "appointment"
    CONTACT = "contact"
    ABSENCE = "absence"
    AGREEMENT = "agreement"
    RESULT = "result"
    EPISODE = "episode"
    CALENDAR = "calendar"
    RHYTHM = "rhythm"


class ChangeKind(StrEnum):
    """What would change where an episode stands. `nothing_learned`: time alone."""

    NOTHING_LEARNED = "nothing_learned"
    OUTCOME_CAME = "outcome_came"
    OUTCOME_EXCUSED = "outcome_excused"
    OUTCOME_NOT_KEPT = "outcome_not_kept"
    CLIENT_BOOKS = "client_books"
    TIME_BOOKED = "time_booked"
    IN_TOUCH = "in_touch"
    SESSION_HELD = "session_held"
    WAS_EXCUSED = "was_excused"
    PAUSE_AGREED = "pause_agreed"
    SLOWER_RHYTHM = "slower_rhythm"
    END_AGREED = "end_agreed"
    ABSENCE_TAKEN_BACK = "absence_taken_back"
    BECOMES_ONGOING = "becomes_ongoing"
    NEXT_NOT_KEPT = "next_not_kept"
    NEXT_GIVEN_UP = "next_given_up"


class ChangeEffect(StrEnum):
    """Whether something would change the stage, or only the day on which time alone changes it."""

    STAGE = "stage"
    DAY = "day"


class HolderKind(StrEnum):
    """What keeps an episode where it stands. The last two are not held against the client."""

    TIMES_AHEAD = "times_ahead"
    LAST_SESSION = "last_session"
    SIGN_OF_LIFE = "sign_of_life"
    ABSENCE = "absence"
    AGREEMENT = "agreement"
    NO_CLOCK = "no_clock"
    NOT_THE_CLIENT = "not_the_client"
    OUTCOME_OPEN = "outcome_open"


class SnoozeReason(StrEnum):
    """Why a next act may wait for a while."""

    SPOKE_ABOUT_IT = "spoke_about_it"
    AWAITING_ANSWER = "awaiting_answer"
    AGREED_TO_LEAVE_IT = "agreed_to_leave_it"
    WILL_BOOK = "will_book"
    OTHER = "other"


class SnoozeEnd(StrEnum):
    """Why an act that was put off is there again, or asked for no more."""

    OVER = "over"
    BROUGHT_BACK = "brought_back"
    REPLACED = "replaced"
    RISK = "risk"
    REPLY = "reply"
    IN_TOUCH = "in_touch"
    SETBACK = "setback"
    QUIET = "quiet"
    OTHER_ACT = "other_act"
    HANDED_OVER = "handed_over"
    SETTLED = "settled"


class CaseloadFilter(StrEnum):
    """What to show of a caseload, beside everything. `without_owner`: nobody is responsible for it yet."""

    DUE_TODAY = "due_today"
    DUE_THIS_WEEK = "due_this_week"
    PUT_OFF = "put_off"
    WITHOUT_OWNER = "without_owner"


class CorrectionKind(StrEnum):
    """What is so, where noticing could not know it: something agreed, something the client said, what became of a time."""

    PAUSE_AGREED = "pause_agreed"
    CLIENT_AWAY = "client_away"
    CADENCE_AGREED = "cadence_agreed"
    END_AGREED = "end_agreed"
    AS_NEEDED = "as_needed"
    IN_TOUCH = "in_touch"
    WILL_BOOK = "will_book"
    TAKING_A_BREAK = "taking_a_break"
    HAS_ENDED = "has_ended"
    TOOK_PLACE = "took_place"
    EXCUSED = "excused"
    MOVED = "moved"
