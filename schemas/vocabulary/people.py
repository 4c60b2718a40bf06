"""Who acts, and what they may be."""

from enum import StrEnum


class Role(StrEnum):
    """What a member may be. A member holds a set of roles; a solo practitioner may hold all but `integration`."""

    CLINICIAN = "clinician"
    SUPERVISOR = "supervisor"
    PRACTICE_LEAD = "practice_lead"
    ADMIN = "admin"
    INTEGRATION = "integration"


class ClinicianPart(StrEnum):
    """A clinician's part in an episode. Exactly one is responsible; co-therapists share it."""

    RESPONSIBLE = "responsible"
    CO_THERAPIST = "co_therapist"


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
