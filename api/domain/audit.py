"""The acts the audit trail knows. Codes are stored for ever: add, never rename."""

from enum import StrEnum


class Action(StrEnum):
    SIGN_IN = "sign_in.start"
    SIGN_OUT = "sign_in.end"
    PASSWORD_CHANGE = "password.change"  # noqa: S105  # an act, not a password
    PRACTICE_ADD = "practice.add"
    PRACTICE_EDIT = "practice.edit"
    PRACTICE_CLOSE_DAYS = "practice.close_days"
    PRACTICE_CRISIS_LINES = "practice.crisis_lines"
    MEMBER_ADD = "member.add"
    MEMBER_EDIT = "member.edit"
    MEMBER_LEAVE = "member.leave"
    MEMBER_CLINICAL_ROLES = "member.clinical_roles"
    MEMBER_SUPERVISION = "member.supervision"
    MEMBER_TIE = "member.tie"
    MEMBER_PASSWORD_RESET = "member.password_reset"  # noqa: S105  # an act, not a password
    LEAVE_RECORD = "leave.record"
    COVER_NAME = "cover.name"
    COVER_END = "cover.end"
    COVER_READ = "cover.read"
    COVER_CONTACT_RECORD = "cover_contact.record"
    COVER_REPLY_READ = "cover_reply.read"
    COVER_REPLY_HANDLE = "cover_reply.handle"
    KEY_ADD = "key.add"
    KEY_END = "key.end"
    ANSWER_REPEAT = "answer.repeat"
    AUDIT_READ = "audit.read"
    CLIENT_ADD = "client.add"
    CLIENT_EDIT = "client.edit"
    CLIENT_ERASE = "client.erase"
    CLIENT_EXPORT = "client.export"
    LEGAL_HOLD_SET = "legal_hold.set"
    LEGAL_HOLD_END = "legal_hold.end"
    RETENTION_READ = "retention.read"
    RETENTION_KEEP = "retention.keep"
    CLIENT_LIST = "client.list"
    CLIENT_MERGE = "client.merge"
    CLIENT_READ = "client.read"
    CLIENT_TIMELINE = "client.timeline"
    CLIENT_UPSERT = "client.upsert"
    FLAG_LIST = "flag.list"
    FLAG_RAISE = "flag.raise"
    FLAG_REVIEW = "flag.review"
    FLAG_CLEAR = "flag.clear"
    RISK_READ = "risk.read"
    CONSENT_EDIT = "consent.edit"
    CONSENT_LIST = "consent.list"
    EPISODE_ADD = "episode.add"
    EPISODE_EDIT = "episode.edit"
    EPISODE_LIST = "episode.list"
    EPISODE_READ = "episode.read"
    EPISODE_END = "episode.end"
    EPISODE_CORRECT = "episode.correct"
    NOTE_ADD = "note.add"
    NOTE_EDIT = "note.edit"
    NOTE_DISCARD = "note.discard"
    NOTE_LIST = "note.list"
    NOTE_READ = "note.read"
    NOTE_SIGN = "note.sign"
    NOTE_COSIGN = "note.cosign"
    NOTE_RETURN = "note.return"
    NOTE_ADDENDUM = "note.addendum"
    ENGAGEMENT_READ = "engagement.read"
    SNOOZE_ADD = "snooze.add"
    SNOOZE_END = "snooze.end"
    SNOOZE_LIST = "snooze.list"
    CASELOAD_READ = "caseload.read"
    CASELOAD_LOOK_BACK = "caseload.look_back"
    KEYS_ROTATE = "keys.rotate"
    ABSENCE_RECORD = "absence.record"
    ABSENCE_LIST = "absence.list"
    ABSENCE_WITHDRAW = "absence.withdraw"
    AGREEMENT_RECORD = "agreement.record"
    AGREEMENT_LIST = "agreement.list"
    CONTACT_RECORD = "contact.record"
    CONTACT_LIST = "contact.list"
    SCORE_RECORD = "score.record"
    SCORE_LIST = "score.list"
    SCORE_WITHDRAW = "score.withdraw"
    CHECK_IN_APPROVE = "check_in.approve"
    CHECK_IN_CANCEL = "check_in.cancel"
    CHECK_IN_DECIDE = "check_in.decide"
    CHECK_IN_DRAFT = "check_in.draft"
    CHECK_IN_LIST = "check_in.list"
    CHECK_IN_READ = "check_in.read"
    CHECK_IN_SETTLE = "check_in.settle"
    CHECK_IN_BY_HAND = "check_in.by_hand"
    CHECK_IN_COPY = "check_in.copy"
    CHECK_IN_BOUNCE = "check_in.bounce"
    CHECK_IN_UNDO = "check_in.undo"
    PLAN_SKETCH = "outreach_plan.sketch"
    PLAN_EDIT = "outreach_plan.edit"
    PLAN_STOP = "outreach_plan.stop"
    PLAN_READ = "outreach_plan.read"
    PLAN_LIST = "outreach_plan.list"
    TEMPLATE_ADD = "template.add"
    TEMPLATE_EDIT = "template.edit"
    TEMPLATE_REMOVE = "template.remove"
    APPOINTMENT_BATCH = "appointment.batch"
    APPOINTMENT_LIST = "appointment.list"
    APPOINTMENT_OUTCOME = "appointment.outcome"
    APPOINTMENT_READ = "appointment.read"
    APPOINTMENT_UPSERT = "appointment.upsert"
    REPLY_GIVE = "reply.give"
    REPLY_LIST = "reply.list"
    REPLY_READ = "reply.read"
    REPLY_HANDLE = "reply.handle"
    REPLY_BOOK = "reply.book"
    TEXT_OPT_OUT = "text.opt_out"
    TEXT_TAKE = "text.take"
    TEXT_READ = "text.read"
    TEXT_ASSIGN = "text.assign"
    TEXT_PUT_ASIDE = "text.put_aside"
    CONCERN_CONFIDE = "concern.confide"
    CONCERN_LIST = "concern.list"
    CONCERN_READ = "concern.read"
    CONCERN_ACKNOWLEDGE = "concern.acknowledge"
    CONCERN_NOTE = "concern.note"
    CONCERN_HANDLE = "concern.handle"
    CONCERN_HOLD = "concern.hold"
    CONCERN_LIFT = "concern.lift"
    CONCERN_RELEASE = "concern.release"
    TASK_LIST = "task.list"
    TASK_DO = "task.do"
    RISK_ESCALATE = "risk.escalate"
    STATISTICS_PREVIEW = "statistics.preview"
    STATISTICS_RELEASE = "statistics.release"
    IMPORT_RECEIVE = "import.receive"
    IMPORT_READ = "import.read"
    IMPORT_LIST = "import.list"
    IMPORT_APPLY = "import.apply"
    IMPORT_UNDO = "import.undo"


# Of all that is done in a client's record these say nothing about their care.
SAYS_NOTHING_OF_CARE = frozenset(
    {
        Action.CLIENT_ADD,
        Action.CLIENT_EDIT,
        Action.CLIENT_ERASE,
        Action.CLIENT_EXPORT,
        Action.CLIENT_LIST,
        Action.CLIENT_MERGE,
        Action.CLIENT_READ,
        Action.CLIENT_UPSERT,
    }
)
_READING = frozenset({"list", "read", "timeline", "look_back"})


def without_care(action: str) -> str:
    """As an act in a client's record reads to whoever may not read one: that it was read, or that it was worked on.

    The name of an act can be clinical content by itself: a flag was raised, a note on an ending was signed.
    """
    if action in SAYS_NOTHING_OF_CARE:
        return action
    return Action.CLIENT_READ if action.rpartition(".")[2] in _READING else Action.CLIENT_EDIT
