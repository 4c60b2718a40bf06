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
