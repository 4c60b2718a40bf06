"""Use cases about members: adding them, their roles, whom they supervise, their one-time passwords, their leaving."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from api.domain.access import (
    CLINICAL_ROLES,
    ROLES_NEVER_VACANT,
    Permission,
    may_make_key,
    needed_to_give_roles,
    needed_to_hand_over,
    needed_to_open_account,
    operator_principal,
)
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch, invalid_field
from api.services.gate import Noun, require_rights, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import concerns as concern_store
from api.store import covers as cover_store
from api.store import members as member_store
from api.store import passwords, stops
from api.store import referrals as referral_store
from api.store import sign_ins as sign_in_store
from api.store import transfers as transfer_store
from api.store import unclear_texts as unclear_store
from api.store.sealing import Place
from schemas.tables import Member
from schemas.tables.base import new_id
from schemas.vocabulary import Role
from schemas.wire.common import Page
from schemas.wire.members import ClinicalRolesIn, LeavePracticeIn, MemberIn, MemberOut, MemberPatch, SuperviseesIn


@dataclass(frozen=True, slots=True)
class AddedMember:
    """`one_time_password` is shown here once and stored only as a hash. None: without a role there is no account yet."""

    member: MemberOut
    one_time_password: str | None


@use_case(Permission.MEMBER_EDIT, audit=Action.MEMBER_ADD, noun=Noun.MEMBER)
def add(work: Work, given: MemberIn) -> AddedMember:
    """Whoever gives the roles hands over the password, so that it was never in the hands of somebody who could not."""
    require_rights(work, needed_to_give_roles(given.roles))
    member_id, key = new_id(), work.practice_key()
    password = passwords.one_time() if given.roles else None
    member = Member(
        id=member_id,
        name_sealed=key.seal(given.name, Place("members", "name", member_id)),
        password_hash=None if password is None else passwords.hashed_one_time(password),
        must_change_password=True,
        joined_at=work.now,
    )
    _set_email(work, member, given.email)
    member_store.add(work.session, member, given.roles)
    _pass_on_what_waits(work)
    work.about(member_id)
    work.mention(roles=sorted(given.roles))
    return AddedMember(_shown(work, [member])[0], password)


@use_case(Permission.MEMBER_READ, audit=None)
def read(work: Work, member_id: UUID) -> MemberOut:
    return _shown(work, [_required(work, member_id)])[0]


@use_case(Permission.MEMBER_READ, audit=None)
def page(work: Work, *, after: UUID | None, limit: int) -> Page[MemberOut]:
    """Members who left are listed too: history names them."""
    found = member_store.page(work.session, after=after, limit=limit + 1)
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[MemberOut](items=_shown(work, found[:limit]), next_cursor=cursor)


@use_case(Permission.MEMBER_EDIT, audit=Action.MEMBER_EDIT, noun=Noun.MEMBER, subject="member_id")
def change(work: Work, member_id: UUID, given: MemberPatch, *, version: int) -> MemberOut:
    """Roles count from the member's next request on."""
    if given.roles is not None:
        member_store.lock_roles(work.session)
    member = _active(work, member_id, version=version)
    changed = set()
    if given.name is not None:
        member.name_sealed = work.practice_key().seal(given.name, Place("members", "name", member.id))
        changed.add("name")
    if given.email is not None:
        _set_email(work, member, given.email)
        changed.add("email")
    if given.roles is not None:
        _set_roles(work, member, frozenset(given.roles))
        changed.add("roles")
    if changed:
        member.version += 1
        work.mention(changed=sorted(changed))
    return _shown(work, [member])[0]


@use_case(Permission.CLINICAL_GRANT, audit=Action.MEMBER_CLINICAL_ROLES, noun=Noun.MEMBER, subject="member_id")
def set_clinical_roles(work: Work, member_id: UUID, given: ClinicalRolesIn, *, version: int) -> MemberOut:
    """A practice lead's part of who may do what. Whether the member is an admin is not theirs to say, and stays."""
    member_store.lock_roles(work.session)
    member = _active(work, member_id, version=version)
    held = member_store.roles(work.session, [member_id])[member_id]
    _set_roles(work, member, (held - CLINICAL_ROLES) | set(given.roles))
    member.version += 1
    return _shown(work, [member])[0]


@use_case(Permission.PASSWORD_RESET, audit=Action.MEMBER_PASSWORD_RESET, noun=Noun.MEMBER, subject="member_id")
def reset_password(work: Work, member_id: UUID) -> str:
    """A one-time password, shown once. Every sign-in of the member ends. Gives an account to whoever had none.

    An admin cannot come in as a clinician this way, nor a practice lead as an admin.
    """
    member_store.lock_roles(work.session)
    member = _active(work, member_id)
    require_rights(work, needed_to_open_account(member_store.roles(work.session, [member_id])[member_id]))
    return _new_password(work, member)


@use_case(Permission.INSTALLATION_LET_IN, audit=Action.MEMBER_PASSWORD_RESET, noun=Noun.MEMBER)
def let_in(work: Work, email: str) -> str:
    """The operator's way for the only practice lead or the only admin, whose password nobody of the practice could reset."""
    account = sign_in_store.account_by_email(work.session, work.digest("member e-mail", email.strip().lower()))
    if account is None:
        raise NotFound("There is no account with this e-mail address.")
    work.act_as(operator_principal(account.practice_id))
    work.about(account.member_id)
    member_store.lock_roles(work.session)
    return _new_password(work, _active(work, account.member_id))


@use_case(Permission.CLINICAL_GRANT, audit=Action.MEMBER_SUPERVISION, noun=Noun.MEMBER, subject="member_id")
def set_supervisees(work: Work, member_id: UUID, given: SuperviseesIn, *, version: int) -> MemberOut:
    """A supervisor reads the caseloads of those named from now on, and of nobody else."""
    member = _active(work, member_id, version=version)
    if Role.SUPERVISOR not in member_store.roles(work.session, [member_id])[member_id]:
        raise Conflict("This member is not a supervisor.", code="not_a_supervisor")
    known = {row.id for row in member_store.every(work.session, given.member_ids) if row.left_at is None}
    for position, supervisee_id in enumerate(given.member_ids):
        if supervisee_id == member_id:
            raise invalid_field(f"/member_ids/{position}", "Nobody supervises themselves.")
        if supervisee_id not in known:
            raise invalid_field(f"/member_ids/{position}", "There is no such member.")
    member_store.set_supervisees(work.session, member_id, known, work.now)
    member.version += 1
    work.mention(supervisee_count=len(known))
    return _shown(work, [member])[0]


@use_case(Permission.MEMBER_EDIT, audit=Action.MEMBER_LEAVE, noun=Noun.MEMBER, subject="member_id")
def leave_practice(work: Work, member_id: UUID, given: LeavePracticeIn) -> MemberOut:
    """Ends their sign-ins, the keys they made and supervision, and hands their running episodes to one named clinician.

    They stay named in history. Their address is free again, so that another practice can give them an account.
    """
    member_store.lock_roles(work.session)
    member = _active(work, member_id)
    _leave_no_role_vacant(work, member, member_store.roles(work.session, [member_id])[member_id])
    stops.hold_those_of(work.session, member_id, member_store.responsible_for(work.session, member_id))
    if given.hand_over_to is not None:
        _hand_over(work, member, given.hand_over_to)
    elif member_store.has_running_episodes(work.session, member_id):
        raise Conflict("Name who takes over this member's running episodes.", code="episodes_running")
    elif referral_store.are_open_of(work.session, member_id):
        raise Conflict("Name who asks on how it went with those this member helped on.", code="referrals_open")
    elif transfer_store.are_asked_by(work.session, member_id):
        raise Conflict("Name who asks on whether those this member passed on have met.", code="transfers_open")
    stops.by_leaving(work.session, member_id, work.now)
    sign_in_store.end_all_of(work.session, member_id, work.now)
    work.mention(key_count=member_store.end_keys_of(work.session, member_id, work.now))
    member_store.end_supervision(work.session, member_id)
    cover_store.end_all_of(work.session, member_id, by=work.principal.id, now=work.now)
    member.left_at, member.password_hash, member.email_digest = work.now, None, None
    member.version += 1
    _pass_on_what_waits(work)
    return _shown(work, [member])[0]


def _required(work: Work, member_id: UUID) -> Member:
    member = member_store.get(work.session, member_id)
    if member is None:
        raise NotFound
    return member


def _active(work: Work, member_id: UUID, *, version: int | None = None) -> Member:
    """The member, unless they left or somebody changed them since `version` was read."""
    member = _required(work, member_id)
    if version is not None and member.version != version:
        raise VersionMismatch
    if member.left_at is not None:
        raise Conflict("This member has left the practice.", code="left_already")
    return member


def _new_password(work: Work, member: Member) -> str:
    if member.email_digest is None:
        raise Conflict("This member has no e-mail address to sign in with. Add one first.", code="no_email")
    password = passwords.one_time()
    member.password_hash = passwords.hashed_one_time(password)
    member.must_change_password = True
    member.version += 1
    sign_in_store.end_all_of(work.session, member.id, work.now)
    _pass_on_what_waits(work)
    return password


def _set_email(work: Work, member: Member, email: str) -> None:
    """One address, one account in the whole installation; the answer does not say where the other one is."""
    digest = work.digest("member e-mail", email.strip().lower())
    account = sign_in_store.account_by_email(work.session, digest)
    if account is not None and account.member_id != member.id:
        raise Conflict("There is an account with this e-mail address already.", code="account_exists")
    member.email_sealed = work.practice_key().seal(email, Place("members", "email", member.id))
    member.email_digest = digest


def _set_roles(work: Work, member: Member, wanted: frozenset[Role]) -> None:
    """Taking a role away closes something and needs no further right; giving one does. Lock the roles before reading the member."""
    held = member_store.roles(work.session, [member.id])[member.id]
    work.mention(roles=sorted(wanted))
    require_rights(work, needed_to_give_roles(wanted - held))
    _leave_no_role_vacant(work, member, held - wanted)
    if Role.SUPERVISOR not in wanted:
        member_store.set_supervisees(work.session, member.id, (), work.now)
    if wanted & CLINICAL_ROLES and not held & CLINICAL_ROLES:
        _close_account(work, member, held)
    member_store.set_roles(work.session, member.id, wanted)
    if Role.PRACTICE_LEAD in held ^ wanted:
        _pass_on_what_waits(work)
    if Role.PRACTICE_LEAD in held - wanted:
        leads = concern_store.leads(work.session)
        theirs = referral_store.clients_of(work.session, member.id) | transfer_store.clients_of(work.session, member.id)
        client_store.lock(work.session, theirs)
        referral_store.give_up_unseen(work.session, member.id, leads, work.now)
        transfer_store.give_up_unseen(work.session, member.id, work.now)
    _end_keys_beyond(work, member, wanted)


def _pass_on_what_waits(work: Work) -> None:
    """What a practice lead has to read, once another leads or can sign in."""
    concern_store.pass_on(work.session)
    unclear_store.pass_on(work.session, work.now)


def _end_keys_beyond(work: Work, member: Member, roles: frozenset[Role]) -> None:
    """Whoever made a key may know its token: with roles that make no such key, it would be a way around their loss."""
    beyond = [
        key for key in member_store.keys_of(work.session, member.id) if not may_make_key(roles, key.scopes.split())
    ]
    for key in beyond:
        key.ended_at = work.now
    if beyond:
        work.mention(key_count=len(beyond))


def _close_account(work: Work, member: Member, held: frozenset[Role]) -> None:
    """With the first clinical role the password they had is void: whoever handed it out might still know it."""
    _leave_no_role_vacant(work, member, held)
    sign_in_store.end_all_of(work.session, member.id, work.now)
    member.password_hash = None


def _leave_no_role_vacant(work: Work, member: Member, lost: frozenset[Role]) -> None:
    for role in ROLES_NEVER_VACANT:
        if role not in lost or member_store.count_with_role(work.session, role, but=member.id):
            continue
        if role is Role.ADMIN:
            raise Conflict("This is the only admin. Make somebody else one first.", code="last_admin")
        raise Conflict("This is the only practice lead. Make somebody else one first.", code="last_practice_lead")


def _hand_over(work: Work, leaving: Member, to_id: UUID) -> None:
    successor = member_store.get(work.session, to_id)
    if successor is None or successor.left_at is not None or to_id == leaving.id:
        raise invalid_field("/hand_over_to", "There is no such member to hand over to.")
    if Role.CLINICIAN not in member_store.roles(work.session, [to_id])[to_id]:
        raise invalid_field("/hand_over_to", "Episodes can be handed over to clinicians only.")
    require_rights(work, needed_to_hand_over(work.principal, to_id))
    leaving.handed_over_to = to_id
    theirs = member_store.responsible_for(work.session, leaving.id)
    stops.by_hand_over(work.session, theirs, work.now)
    transfer_store.withdraw_drafts(work.session, theirs, work.now)
    episode_count = member_store.hand_over(work.session, leaving.id, to_id, work.now)
    referral_count = referral_store.hand_over(work.session, leaving.id, to_id, work.now)
    transfer_store.hand_over(work.session, leaving.id, to_id, work.now)
    work.mention(hand_over_to=str(to_id), episode_count=episode_count, referral_count=referral_count)


def _shown(work: Work, members: Sequence[Member]) -> list[MemberOut]:
    ids = [member.id for member in members]
    key = work.practice_key()
    roles = member_store.roles(work.session, ids)
    supervisees = member_store.supervisees_by_supervisor(work.session, ids)
    return [
        MemberOut(
            id=member.id,
            name=key.open(member.name_sealed, Place("members", "name", member.id)),
            email=key.open(member.email_sealed, Place("members", "email", member.id)) if member.email_sealed else None,
            roles=sorted(roles[member.id]),
            supervisee_ids=supervisees[member.id],
            can_sign_in=member.password_hash is not None and member.left_at is None,
            joined_at=member.joined_at,
            left_at=member.left_at,
            version=member.version,
        )
        for member in members
    ]
