"""Who may do what: permissions, the grants of each role, the scopes a key may have. The whole table, in one file.

The gate decides the permission; tenancy narrows the rows. Admin runs the practice and never reads clinical content,
and so never gives what an admin does not have: roles and key scopes that open it come from a practice lead.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from schemas.vocabulary import ActorKind, Role


class Permission(StrEnum):
    """`noun:verb`. `own:*` belongs to whoever is signed in; `anyone:*` to whoever knocks."""

    ANYONE_SIGN_IN = "anyone:sign_in"
    ANYONE_OPEN_LINK = "anyone:open_link"
    ANYONE_BRING_TEXT = "anyone:bring_text"
    OWN_READ = "own:read"
    OWN_EDIT = "own:edit"
    PRACTICE_READ = "practice:read"
    PRACTICE_EDIT = "practice:edit"
    MEMBER_READ = "member:read"
    MEMBER_EDIT = "member:edit"
    CLINICAL_GRANT = "clinical:grant"
    PASSWORD_RESET = "password:reset"  # noqa: S105  # a right, not a password
    KEY_READ = "key:read"
    KEY_EDIT = "key:edit"
    AUDIT_READ = "audit:read"
    CLIENT_READ = "client:read"
    CLIENT_EDIT = "client:edit"
    CLIENT_MERGE = "client:merge"
    CLIENT_EXPORT = "client:export"
    CLIENT_ERASE = "client:erase"
    FLAG_READ = "flag:read"
    FLAG_RAISE = "flag:raise"
    EPISODE_READ = "episode:read"
    EPISODE_EDIT = "episode:edit"
    EPISODE_PUT_OFF = "episode:put_off"
    EPISODE_CORRECT = "episode:correct"
    APPOINTMENT_READ = "appointment:read"
    APPOINTMENT_RECORD = "appointment:record"
    CONTACT_RECORD = "contact:record"
    ABSENCE_RECORD = "absence:record"
    SCORE_RECORD = "score:record"
    TONE_CHECK = "tone:check"
    TEMPLATE_READ = "template:read"
    TEMPLATE_EDIT = "template:edit"
    LEAVE_RECORD = "leave:record"
    ENGAGEMENT_READ = "engagement:read"
    CHECK_IN_READ = "check_in:read"
    CHECK_IN_WRITE = "check_in:write"
    CHECK_IN_APPROVE = "check_in:approve"
    NOTE_READ = "note:read"
    NOTE_WRITE = "note:write"
    NOTE_SIGN = "note:sign"
    NOTE_COSIGN = "note:cosign"
    GOAL_READ = "goal:read"
    GOAL_WRITE = "goal:write"
    REPLY_GIVE = "reply:give"
    REPLY_READ = "reply:read"
    REPLY_HANDLE = "reply:handle"
    TEXT_TAKE = "text:take"
    TEXT_READ = "text:read"
    TEXT_ASSIGN = "text:assign"
    CONCERN_CONFIDE = "concern:confide"
    CONCERN_READ = "concern:read"
    CONCERN_HANDLE = "concern:handle"
    TASK_READ = "task:read"
    TASK_DO = "task:do"
    COVER_NAME_OWN = "cover:name_own"
    COVER_STAND_IN = "cover:stand_in"
    REFERRAL_READ = "referral:read"
    REFERRAL_WRITE = "referral:write"
    TRANSFER_READ = "transfer:read"
    TRANSFER_WRITE = "transfer:write"
    PROVIDER_READ = "referral_provider:read"
    PROVIDER_EDIT = "referral_provider:edit"
    IMPORT_READ = "import:read"
    IMPORT_RUN = "import:run"
    STATISTICS_READ = "statistics:read"
    STATISTICS_RELEASE = "statistics:release"
    JOB_RUN = "job:run"
    WORKER_CLAIM = "worker:claim"
    INSTALLATION_SET_UP = "installation:set_up"
    INSTALLATION_LET_IN = "installation:let_in"
    INSTALLATION_ROTATE_KEYS = "installation:rotate_keys"
    CASELOAD_LOOK_BACK = "caseload:look_back"
    AUDIT_VERIFY = "audit:verify"


_ANY_MEMBER = frozenset({Permission.OWN_READ, Permission.OWN_EDIT, Permission.PRACTICE_READ})

_READ_CLINICAL = frozenset(
    {
        Permission.CLIENT_READ,
        Permission.EPISODE_READ,
        Permission.APPOINTMENT_READ,
        Permission.ENGAGEMENT_READ,
        Permission.MEMBER_READ,
        Permission.REPLY_READ,
        Permission.TEMPLATE_READ,
    }
)

_WORK_CLINICALLY = _READ_CLINICAL | {
    Permission.CLIENT_EDIT,
    Permission.EPISODE_EDIT,
    Permission.APPOINTMENT_RECORD,
    Permission.CONTACT_RECORD,
    Permission.ABSENCE_RECORD,
    Permission.SCORE_RECORD,
    Permission.TONE_CHECK,
    Permission.REPLY_HANDLE,
}

# Messages to clients are written and approved by people; no key has a hand in them.
_WRITE_TO_CLIENTS = frozenset({Permission.CHECK_IN_READ, Permission.CHECK_IN_WRITE, Permission.CHECK_IN_APPROVE})
# Notes are written and signed by people. A key may read them where a scope says so, and no more (DOMAIN 10).
_WRITE_NOTES = frozenset({Permission.NOTE_READ, Permission.NOTE_WRITE, Permission.NOTE_SIGN})
_COSIGN_NOTES = frozenset({Permission.NOTE_READ, Permission.NOTE_COSIGN})
# What a client hopes for, in their words. Of people only, as what is written about an ending is.
_KEEP_GOALS = frozenset({Permission.GOAL_READ, Permission.GOAL_WRITE})
# Of people only: no program reads who is at risk, or ends what keeps messages back.
_KEEP_SAFE = frozenset({Permission.FLAG_READ, Permission.FLAG_RAISE})
# When to be asked again, and what is so, is a person's to say: a program has no caseload, and tells the facts themselves.
_TEND_CASELOAD = frozenset({Permission.EPISODE_PUT_OFF, Permission.EPISODE_CORRECT})
# A task is for a person; a key has none.
_OWN_TASKS = frozenset({Permission.TASK_READ, Permission.TASK_DO})
# Whoever works with clients says who stands in for them, and stands in for others; a key does neither.
_COVER = frozenset({Permission.COVER_NAME_OWN, Permission.COVER_STAND_IN})
_READ_MESSAGES = frozenset({Permission.CHECK_IN_READ, Permission.FLAG_READ})
_PUBLISH = frozenset({Permission.STATISTICS_READ, Permission.STATISTICS_RELEASE})

# Helping somebody on is between people: no key reads what a client would like of somebody else.
_REFER = frozenset({Permission.REFERRAL_READ, Permission.REFERRAL_WRITE})
# So is giving the work to somebody else, and reading what was handed over.
_TRANSFER = frozenset({Permission.TRANSFER_READ, Permission.TRANSFER_WRITE})
# The directory of others who may be a better fit names no client: an admin keeps it as well as anybody who works with clients.
_KNOW_OTHERS = frozenset({Permission.PROVIDER_READ})
_KEEP_DIRECTORY = _KNOW_OTHERS | {Permission.PROVIDER_EDIT}

_FEED = frozenset({Permission.IMPORT_READ, Permission.IMPORT_RUN, Permission.LEAVE_RECORD})

ROLE_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CLINICIAN: _ANY_MEMBER
    | _WORK_CLINICALLY
    | _WRITE_TO_CLIENTS
    | _WRITE_NOTES
    | _KEEP_GOALS
    | _KEEP_SAFE
    | _OWN_TASKS
    | _COVER
    | _TEND_CASELOAD
    | _REFER
    | _TRANSFER
    | _KEEP_DIRECTORY,
    Role.SUPERVISOR: _ANY_MEMBER
    | _READ_CLINICAL
    | _READ_MESSAGES
    | _COSIGN_NOTES
    | _OWN_TASKS
    | _KNOW_OTHERS
    | {Permission.GOAL_READ, Permission.REFERRAL_READ, Permission.TRANSFER_READ},
    Role.PRACTICE_LEAD: _ANY_MEMBER
    | _WORK_CLINICALLY
    | _WRITE_TO_CLIENTS
    | _WRITE_NOTES
    | _COSIGN_NOTES
    | _KEEP_GOALS
    | _KEEP_SAFE
    | _OWN_TASKS
    | _COVER
    | _TEND_CASELOAD
    | _REFER
    | _TRANSFER
    | _KEEP_DIRECTORY
    | _FEED
    | _PUBLISH
    | {
        Permission.CONCERN_READ,
        Permission.CONCERN_HANDLE,
        Permission.TEXT_READ,
        Permission.TEXT_ASSIGN,
        Permission.CLIENT_MERGE,
        Permission.CLIENT_EXPORT,
        Permission.CLIENT_ERASE,
        Permission.TEMPLATE_EDIT,
        Permission.CLINICAL_GRANT,
        Permission.PASSWORD_RESET,
        Permission.KEY_READ,
        Permission.KEY_EDIT,
        Permission.AUDIT_READ,
    },
    Role.ADMIN: _ANY_MEMBER
    | _PUBLISH
    | _KEEP_DIRECTORY
    | {
        Permission.PRACTICE_EDIT,
        Permission.MEMBER_READ,
        Permission.MEMBER_EDIT,
        Permission.PASSWORD_RESET,
        Permission.LEAVE_RECORD,
        Permission.KEY_READ,
        Permission.KEY_EDIT,
        Permission.AUDIT_READ,
    },
    Role.INTEGRATION: frozenset({Permission.OWN_READ, Permission.PRACTICE_READ, Permission.NOTE_READ})
    | _WORK_CLINICALLY
    | _KEEP_DIRECTORY
    | _FEED,
}

# A key can be given any of these and nothing else: it never manages people, keys or the trail.
KEY_SCOPES: frozenset[Permission] = ROLE_GRANTS[Role.INTEGRATION] - {Permission.OWN_READ, Permission.PRACTICE_READ}

# Whatever opens more than an admin may see. Drawn from the table, so that a new right is clinical until an admin has it.
CLINICAL_ROLES = frozenset(role for role, grants in ROLE_GRANTS.items() if grants - ROLE_GRANTS[Role.ADMIN])
CLINICAL_SCOPES: frozenset[Permission] = KEY_SCOPES - ROLE_GRANTS[Role.ADMIN]

# Without an admin nobody could add people, without a practice lead nobody could let them at their clients, ever again.
ROLES_NEVER_VACANT = (Role.ADMIN, Role.PRACTICE_LEAD)

# The worker acts for the practice; it opens no page, so it holds no right to read on anybody's behalf.
_SYSTEM_GRANTS = frozenset({Permission.JOB_RUN})

# Whoever still has the password somebody else chose may do one thing: choose their own.
_BEFORE_OWN_PASSWORD = frozenset({Permission.OWN_READ, Permission.OWN_EDIT})

WHOLE_PRACTICE_ROLES = frozenset({Role.PRACTICE_LEAD, Role.INTEGRATION})


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever acts. `sees` and `changes` are the members in whose caseloads they may read and write; None: the whole practice."""

    kind: ActorKind
    id: UUID | None
    practice_id: UUID | None
    permissions: frozenset[Permission]
    sees: frozenset[UUID] | None = frozenset()
    changes: frozenset[UUID] | None = frozenset()
    roles: frozenset[Role] = frozenset()
    sign_in_id: UUID | None = None
    must_change_password: bool = False


# Whoever can run the command line on the server. Sets up practices; opens nobody's record.
OPERATOR = Principal(
    ActorKind.SYSTEM,
    None,
    None,
    frozenset(
        {Permission.INSTALLATION_SET_UP, Permission.INSTALLATION_LET_IN, Permission.INSTALLATION_ROTATE_KEYS},
    ),
)

# The same person acting for one practice that asked for it: feeding it, looking back, checking its trail, handing one
# client's record out or erasing it.
_OPERATOR_GRANTS = frozenset(
    {
        Permission.IMPORT_READ,
        Permission.IMPORT_RUN,
        Permission.JOB_RUN,
        Permission.CASELOAD_LOOK_BACK,
        Permission.STATISTICS_READ,
        Permission.STATISTICS_RELEASE,
        Permission.AUDIT_VERIFY,
        Permission.CLIENT_EXPORT,
        Permission.CLIENT_ERASE,
        Permission.INSTALLATION_ROTATE_KEYS,
    }
)

# The worker before it knows whose job it will do.
WORKER = Principal(ActorKind.SYSTEM, None, None, frozenset({Permission.WORKER_CLAIM}))

ANONYMOUS = Principal(
    ActorKind.ANONYMOUS,
    None,
    None,
    frozenset({Permission.ANYONE_SIGN_IN, Permission.ANYONE_OPEN_LINK, Permission.ANYONE_BRING_TEXT}),
)

# Whoever holds the link of a message, most likely the client: may answer that message and see nothing.
_LINK_GRANTS = frozenset({Permission.ANYONE_OPEN_LINK, Permission.REPLY_GIVE, Permission.CONCERN_CONFIDE})


def needed_to_give_roles(roles: Collection[Role]) -> frozenset[Permission]:
    """A clinical role comes from a practice lead, any other from an admin: neither makes themselves the other."""
    clinical = CLINICAL_ROLES.intersection(roles)
    needed = {Permission.CLINICAL_GRANT} if clinical else set()
    return frozenset(needed | ({Permission.MEMBER_EDIT} if set(roles) - clinical else set()))


def needed_to_open_account(held: Collection[Role]) -> frozenset[Permission]:
    """Whoever hands out a password could use it first, so it takes what giving each of the roles takes."""
    return needed_to_give_roles(held) if held else frozenset({Permission.MEMBER_EDIT})


def needed_to_give_scopes(scopes: Collection[Permission | str]) -> frozenset[Permission]:
    """Whoever makes a key holds its token."""
    return frozenset({Permission.CLINICAL_GRANT} if CLINICAL_SCOPES.intersection(scopes) else ())


def may_make_key(roles: Collection[Role], scopes: Collection[Permission | str]) -> bool:
    """Whether somebody with these roles could make a key with these scopes, and so may still hold its token."""
    permissions = frozenset[Permission]().union(*(ROLE_GRANTS[role] for role in roles))
    return (needed_to_give_scopes(scopes) | {Permission.KEY_EDIT}) <= permissions


def needed_to_hand_over(principal: Principal, to_id: UUID) -> frozenset[Permission]:
    """Whoever sees the receiving member's caseload, as themselves or as a supervisor, would open what they move there."""
    opened = principal.sees is None or to_id in principal.sees
    return frozenset({Permission.CLINICAL_GRANT} if opened else ())


def member_principal(
    member_id: UUID,
    practice_id: UUID,
    roles: frozenset[Role],
    supervisees: frozenset[UUID],
    *,
    sign_in_id: UUID,
    must_change_password: bool,
) -> Principal:
    """A supervisor reads supervisees' caseloads and writes only in their own."""
    own = frozenset({member_id})
    permissions = frozenset().union(*(ROLE_GRANTS[role] for role in roles)) if roles else _ANY_MEMBER
    sees: frozenset[UUID] | None = own | (supervisees if Role.SUPERVISOR in roles else frozenset())
    changes: frozenset[UUID] | None = own
    if roles & WHOLE_PRACTICE_ROLES:
        sees = changes = None
    return Principal(
        kind=ActorKind.MEMBER,
        id=member_id,
        practice_id=practice_id,
        permissions=_BEFORE_OWN_PASSWORD if must_change_password else permissions,
        sees=sees,
        changes=changes,
        roles=roles,
        sign_in_id=sign_in_id,
        must_change_password=must_change_password,
    )


def key_principal(key_id: UUID, practice_id: UUID, scopes: frozenset[Permission]) -> Principal:
    """A key sees the whole practice and may do what its scopes name, within what keys may do at all."""
    permissions = (scopes & KEY_SCOPES) | {Permission.OWN_READ, Permission.PRACTICE_READ}
    return Principal(
        kind=ActorKind.KEY,
        id=key_id,
        practice_id=practice_id,
        permissions=permissions,
        sees=None,
        changes=None,
        roles=frozenset({Role.INTEGRATION}),
    )


def link_principal(practice_id: UUID) -> Principal:
    """Sees no caseload at all. Which message is answered stands in the link and in no argument of theirs."""
    return Principal(ActorKind.ANONYMOUS, None, practice_id, _LINK_GRANTS)


def text_principal(practice_id: UUID) -> Principal:
    """Whoever wrote to our number, by the provider's signed word. Sees no caseload; what came is put where it belongs."""
    return Principal(ActorKind.ANONYMOUS, None, practice_id, frozenset({Permission.TEXT_TAKE}))


def rights_of(principal: Principal) -> str:
    """All that decides what somebody may do and see, as one text: what two moments have to have in common."""

    def written(members: frozenset[UUID] | None) -> str:
        return "everybody" if members is None else ",".join(sorted(map(str, members)))

    parts = (sorted(principal.permissions), sorted(principal.roles))
    return "|".join((*(",".join(part) for part in parts), written(principal.sees), written(principal.changes)))


def system_principal(practice_id: UUID) -> Principal:
    return Principal(ActorKind.SYSTEM, None, practice_id, _SYSTEM_GRANTS, sees=None, changes=None)


def operator_principal(practice_id: UUID) -> Principal:
    """The command line acting for one practice. It has the database and the keys already; here it leaves its trace."""
    return Principal(ActorKind.SYSTEM, None, practice_id, _OPERATOR_GRANTS, sees=None, changes=None)
