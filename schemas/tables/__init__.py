"""SQLModel tables and nothing else. Importing this package declares them all; none is ever sent to a client."""

from schemas.tables.appointments import Appointment, AppointmentEvent
from schemas.tables.audit import AuditEntry, AuditSeal, AuditUnsealed
from schemas.tables.base import PracticeRow
from schemas.tables.check_in_templates import CheckInTemplate
from schemas.tables.checkins import ChannelPace, CheckIn, ContactDecision, Delivery
from schemas.tables.clients import Client, ClientKey, Consent, ConsentAnswer, ExternalId, RefusedAddress
from schemas.tables.closing_agendas import ClosingAgenda
from schemas.tables.closing_sessions import ClosingRecord
from schemas.tables.concerns import Concern, ConcernNote
from schemas.tables.contacts import Absence, Agreement, Contact
from schemas.tables.covers import Cover
from schemas.tables.episodes import (
    Episode,
    EpisodeClinician,
    EpisodeKindChange,
    EpisodeParticipant,
    FormerClinician,
)
from schemas.tables.flags import Flag, FlagReview
from schemas.tables.follow_ups import FollowUp
from schemas.tables.goals import Goal
from schemas.tables.imports import Import, ImportFormerValue, ImportPiece, ImportProblem, ImportRepeat
from schemas.tables.item_answers import ItemAnswer
from schemas.tables.jobs import Job, StoredAnswer
from schemas.tables.letters import Letter
from schemas.tables.members import Member, MemberRole, Supervision
from schemas.tables.offered_times import OfferedTime
from schemas.tables.outreach_plans import OutreachPlan, OutreachStep
from schemas.tables.practices import InstallationKey, Practice, PracticeKey
from schemas.tables.referral_providers import ReferralProvider
from schemas.tables.referrals import Referral, ReferralOption, ReferralProgress
from schemas.tables.releases import Release, ReleasedYear
from schemas.tables.replies import Reply
from schemas.tables.scores import Score
from schemas.tables.sign_ins import ApiKey, RequestWindow, SignIn, SignInBrake
from schemas.tables.snoozes import Snooze
from schemas.tables.tasks import Task
from schemas.tables.terminations import NoteAddendum, NoteReturn, NoteSignature, TerminationNote
from schemas.tables.texts import ReceivedText
from schemas.tables.transfers import Transfer
from schemas.tables.way_back import WayBack

__all__ = [
    "Absence",
    "Agreement",
    "ApiKey",
    "Appointment",
    "AppointmentEvent",
    "AuditEntry",
    "AuditSeal",
    "AuditUnsealed",
    "ChannelPace",
    "CheckIn",
    "CheckInTemplate",
    "Client",
    "ClientKey",
    "ClosingAgenda",
    "ClosingRecord",
    "Concern",
    "ConcernNote",
    "Consent",
    "ConsentAnswer",
    "Contact",
    "ContactDecision",
    "Cover",
    "Delivery",
    "Episode",
    "EpisodeClinician",
    "EpisodeKindChange",
    "EpisodeParticipant",
    "ExternalId",
    "Flag",
    "FlagReview",
    "FollowUp",
    "FormerClinician",
    "Goal",
    "Import",
    "ImportFormerValue",
    "ImportPiece",
    "ImportProblem",
    "ImportRepeat",
    "InstallationKey",
    "ItemAnswer",
    "Job",
    "Letter",
    "Member",
    "MemberRole",
    "NoteAddendum",
    "NoteReturn",
    "NoteSignature",
    "OfferedTime",
    "OutreachPlan",
    "OutreachStep",
    "Practice",
    "PracticeKey",
    "PracticeRow",
    "ReceivedText",
    "Referral",
    "ReferralOption",
    "ReferralProgress",
    "ReferralProvider",
    "RefusedAddress",
    "Release",
    "ReleasedYear",
    "Reply",
    "RequestWindow",
    "Score",
    "SignIn",
    "SignInBrake",
    "Snooze",
    "StoredAnswer",
    "Supervision",
    "Task",
    "TerminationNote",
    "Transfer",
    "WayBack",
]
