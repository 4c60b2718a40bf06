"""The words that all parts share, as enums: the clinic's language in one place.

Standard library only. A value here is stored in databases and sent over the wire: values are never
renamed or reused, only added. What a person reads is worded elsewhere; these are codes.
"""

from schemas.vocabulary.closing import (
    ClosingSession,
    EndingKind,
    ErasureReason,
    GoalsBasis,
    NoteForm,
    NoteState,
    RiskReview,
    SignaturePart,
)
from schemas.vocabulary.facts import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    EpisodeFormat,
    EpisodeKind,
    ImportKind,
    ImportState,
    Initiator,
    Locale,
    Recipient,
    RowOutcome,
)
from schemas.vocabulary.learning import (
    Figure,
    PeriodState,
    ReleaseAnswer,
)
from schemas.vocabulary.messages import (
    Asked,
    CheckInKind,
    CheckInState,
    FlagKind,
    GivenReason,
    ReplyAnswer,
    ReplyHandling,
    StopReason,
    TaskKind,
    ToneFamily,
    ToneSeverity,
    ToneVerdict,
)
from schemas.vocabulary.names import (
    OWN_SOURCE,
    SOURCE_NAME,
    time_zones,
)
from schemas.vocabulary.noticing import (
    NextStepKind,
    Sensitivity,
    Stage,
)
from schemas.vocabulary.people import (
    ActorKind,
    AuditOutcome,
    ClinicianPart,
    Role,
)

__all__ = [
    "OWN_SOURCE",
    "SOURCE_NAME",
    "AbsenceKind",
    "ActorKind",
    "AgreementKind",
    "AppointmentStatus",
    "Asked",
    "AuditOutcome",
    "Channel",
    "CheckInKind",
    "CheckInState",
    "ClinicianPart",
    "ClosingSession",
    "ConsentState",
    "ContactDirection",
    "ContactOutcome",
    "EndingKind",
    "EpisodeFormat",
    "EpisodeKind",
    "ErasureReason",
    "Figure",
    "FlagKind",
    "GivenReason",
    "GoalsBasis",
    "ImportKind",
    "ImportState",
    "Initiator",
    "Locale",
    "NextStepKind",
    "NoteForm",
    "NoteState",
    "PeriodState",
    "Recipient",
    "ReleaseAnswer",
    "ReplyAnswer",
    "ReplyHandling",
    "RiskReview",
    "Role",
    "RowOutcome",
    "Sensitivity",
    "SignaturePart",
    "Stage",
    "StopReason",
    "TaskKind",
    "ToneFamily",
    "ToneSeverity",
    "ToneVerdict",
    "time_zones",
]
