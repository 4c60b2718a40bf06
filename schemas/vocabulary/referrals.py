"""Helping somebody on to a better fit: what they would like, whom the practice knows, how it went."""

from enum import StrEnum


class Wish(StrEnum):
    """What somebody may ask of whoever helps them next. Never a diagnosis."""

    LANGUAGE = "language"
    FORMAT = "format"
    THERAPY = "therapy"
    SPECIALISATION = "specialisation"
    QUALIFICATION = "qualification"
    INSURANCE = "insurance"
    FEE = "fee"
    MEETING = "meeting"
    FREE_TALK = "free_talk"


class WishOutcome(StrEnum):
    """Whether the directory says that a wish is met. Silence is neither yes nor no."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Accepting(StrEnum):
    """Whether somebody takes new clients, as far as anybody has asked of late."""

    ACCEPTING = "accepting"
    NOT_KNOWN = "not_known"
    NOT_ACCEPTING = "not_accepting"


class Meeting(StrEnum):
    """Where client and provider would meet."""

    IN_PERSON = "in_person"
    ONLINE = "online"


class ReferralStep(StrEnum):
    """How far it has come with one of those who were suggested."""

    SUGGESTED = "suggested"
    CONTACTED = "contacted"
    FIRST_TALK = "first_talk"
    STARTED = "started"
    DID_NOT_WORK_OUT = "did_not_work_out"


class ReferralEnd(StrEnum):
    """Why nobody here has to look after a referral any more."""

    STARTED = "started"
    FOUND_THEIR_OWN = "found_their_own"
    NOT_WANTED = "not_wanted"
    STAYS_HERE = "stays_here"
    CLIENT_DIED = "client_died"
    OTHER = "other"


class PassingOn(StrEnum):
    """What the client said to passing anything on to whoever helps them next."""

    NOT_ASKED = "not_asked"
    AGREED = "agreed"
    DECLINED = "declined"
