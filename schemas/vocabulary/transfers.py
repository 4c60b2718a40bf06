"""Giving the work to somebody else: why, what the client said to it, what goes along, how far it has come."""

from enum import StrEnum


class TransferReason(StrEnum):
    """Why somebody else goes on with the work. None says anything about the client."""

    ROTATION_ENDS = "rotation_ends"
    LEAVE = "leave"
    BETTER_FIT = "better_fit"
    CLIENT_ASKED = "client_asked"
    CLINICIAN_LEAVES = "clinician_leaves"
    OTHER = "other"


class TransferState(StrEnum):
    """How far a transfer has come. `received`: whoever goes on has read what was handed over."""

    DRAFT = "draft"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class TransferConsent(StrEnum):
    """What the client said to it, once they were told."""

    NOT_ASKED = "not_asked"
    AGREED = "agreed"
    DECLINED = "declined"
    COULD_NOT_BE_ASKED = "could_not_be_asked"


class ConsentWay(StrEnum):
    """How the client was told, and answered."""

    IN_SESSION = "in_session"
    BY_PHONE = "by_phone"
    IN_WRITING = "in_writing"


class TransferPart(StrEnum):
    """What may be handed over, in the order in which it is read."""

    SAFETY = "safety"
    SUMMARY = "summary"
    GOALS = "goals"
    EARLY_SIGNS = "early_signs"
    SUPPORTS = "supports"
    SCORES = "scores"
    CONTACT = "contact"
    LETTERS = "letters"
    WHOLE_RECORD = "whole_record"


class FirstMeeting(StrEnum):
    """What became of the first meeting with whoever goes on. Until one of these is said, somebody here has to ask."""

    HELD = "held"
    NOT_WANTED = "not_wanted"
    FOUND_THEIR_OWN = "found_their_own"
    WITHDRAWN = "withdrawn"
    CLIENT_DIED = "client_died"
    OTHER = "other"
