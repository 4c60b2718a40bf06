"""What is counted, and what may be released."""

from enum import StrEnum


class Figure(StrEnum):
    """What a published table counts: three groups of clients, within them the six definitions, and three steps of a closing session.

    `at_risk`: everybody the table is about. `begun`: those of them whose work began in the period. `begun_180_days`: those
    of them who were followed for 180 days by the cut-off. The six after them are named as the definitions are. Of the last three
    each lies within the one before it.
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
    CLOSING_OFFERED = "closing_offered"
    CLOSING_ACCEPTED = "closing_accepted"
    CLOSING_HELD = "closing_held"


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
