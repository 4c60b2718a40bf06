"""What comes in: the work, its times, who said what, and the files that tell it."""

from enum import StrEnum


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


class Locale(StrEnum):
    """A language in which the product writes to clients."""

    EN = "en"
    ES = "es"


class Recipient(StrEnum):
    """Who reads what is sent to an address. For a minor it has to be on record before anything is sent."""

    CLIENT = "client"
    GUARDIAN = "guardian"


class Authority(StrEnum):
    """What lets somebody be written to and told about a minor: on record before anything is sent."""

    PARENTAL_RESPONSIBILITY = "parental_responsibility"
    BOTH_PARENTS = "both_parents"
    COURT_ORDER = "court_order"
    GUARDIAN_AGREED = "guardian_agreed"
    CONSENTED_ALONE = "consented_alone"


class ImportKind(StrEnum):
    """Which file of facts is read."""

    APPOINTMENTS = "appointments"
    CLIENTS = "clients"
    CONTACTS = "contacts"
    AGREEMENTS = "agreements"
    LEAVE = "leave"
    SCORES = "scores"


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
