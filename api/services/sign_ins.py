"""Signing in and out, and recognising whoever holds a token.

The answer to a wrong password, an unknown account and a member who left is the same in words and in time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.domain import brakes
from api.domain.access import Permission, Principal, key_principal, member_principal
from api.domain.audit import Action
from api.domain.errors import NotFound, NotSignedIn, SignInRefused, TooManyRequests, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import api_keys as api_key_store
from api.store import audit as audit_store
from api.store import members as member_store
from api.store import passwords, sealing
from api.store import sign_ins as sign_in_store
from schemas.tables import AuditEntry, SignIn
from schemas.tables.base import new_id
from schemas.vocabulary import ActorKind, AuditOutcome, Role

_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StartedSignIn:
    """`token` is shown here once and stored only as a hash."""

    id: UUID
    token: str
    member_id: UUID
    expires_at: datetime
    must_change_password: bool


@use_case(Permission.ANYONE_SIGN_IN, audit=Action.SIGN_IN)
def sign_in(work: Work, email: str, password: str, address: str) -> StartedSignIn:
    """`address` is where the request came from; it has a brake of its own against guessing over many accounts."""
    account_digest = work.digest("sign-in brake account", email.strip().lower())
    address_digest = work.digest("sign-in brake address", address)
    _refuse_if_blocked(work, account_digest, address_digest)
    account = sign_in_store.account_by_email(work.session, work.digest("member e-mail", email.strip().lower()))
    if not passwords.matches(password, account.password_hash if account else None) or account is None:
        work.after_rollback(lambda later: _count_failure(later, account, account_digest, address_digest))
        raise SignInRefused
    sign_in_store.release(work.session, account_digest)
    token, row_id = api_key_store.new_token(api_key_store.SIGN_IN_PREFIX), new_id()
    work.act_as(_member(work, account.practice_id, account.member_id, row_id, account.must_change_password))
    expires_at = work.now + timedelta(hours=work.runtime.limits.sign_in_hours)
    sign_in_store.add(
        work.session,
        SignIn(
            id=row_id,
            member_id=account.member_id,
            token_digest=sealing.token_digest(token),
            created_at=work.now,
            last_seen_at=work.now,
            expires_at=expires_at,
        ),
    )
    return StartedSignIn(row_id, token, account.member_id, expires_at, account.must_change_password)


@use_case(Permission.ANYONE_SIGN_IN, audit=None)
def recognise(work: Work, token: str) -> Principal:
    """Turns a token into whoever holds it, and lets them act in this unit. Raises NotSignedIn."""
    digest = sealing.token_digest(token)
    if token.startswith(api_key_store.SIGN_IN_PREFIX):
        principal = _recognise_member(work, digest)
    elif token.startswith(api_key_store.KEY_PREFIX):
        principal = _recognise_key(work, digest)
    else:
        raise NotSignedIn
    work.act_as(principal)
    return principal


@use_case(Permission.OWN_EDIT, audit=Action.SIGN_OUT)
def sign_out(work: Work) -> None:
    """Ends the sign-in that made this request."""
    if work.principal.sign_in_id is not None:
        sign_in_store.end(work.session, work.principal.sign_in_id, work.now)


@use_case(Permission.OWN_EDIT, audit=Action.PASSWORD_CHANGE, noun=Noun.MEMBER)
def change_password(work: Work, current: str, new: str) -> None:
    """Ends every other sign-in of the member, who may be changing it because somebody else knew it."""
    member = member_store.get(work.session, work.actor_id)
    if member is None:
        raise NotFound
    work.about(member.id)
    if not passwords.matches(current, member.password_hash):
        raise invalid_field("/current_password", "This is not your present password.")
    if passwords.matches(new, member.password_hash):
        raise invalid_field("/new_password", "Choose one you have not used until now.")
    member.password_hash = passwords.hashed(new)
    member.must_change_password = False
    sign_in_store.end_all_of(work.session, member.id, work.now, but=work.principal.sign_in_id)


def _refuse_if_blocked(work: Work, *subjects: bytes) -> None:
    for subject in subjects:
        brake = sign_in_store.brake(work.session, subject)
        if brake is not None and brake.blocked_until is not None and brake.blocked_until > work.now:
            wait = (brake.blocked_until - work.now).total_seconds()
            raise TooManyRequests(int(wait) + 1, code="sign_in_slowed")


def _count_failure(
    later: Work, account: sign_in_store.Account | None, account_digest: bytes, address_digest: bytes
) -> None:
    """Writes the same rows whether or not there is such an account."""
    for subject, free in (
        (account_digest, brakes.FREE_FAILURES),
        (address_digest, brakes.FREE_FAILURES_PER_ADDRESS),
    ):
        failures = sign_in_store.count_failure(later.session, subject, later.now, brakes.FORGET_AFTER)
        sign_in_store.block(later.session, subject, brakes.blocked_until(failures, later.now, free=free))
    later.act_as(
        Principal(ActorKind.ANONYMOUS, None, account.practice_id if account else audit_store.NO_PRACTICE, frozenset())
    )
    audit_store.add(
        later.session,
        AuditEntry(
            at=later.now,
            actor_kind=ActorKind.ANONYMOUS,
            action=Action.SIGN_IN,
            outcome=AuditOutcome.DENIED,
            subject_kind=Noun.MEMBER,
            subject_id=account.member_id if account else None,
            request_id=later.request_id,
        ),
    )


def _recognise_member(work: Work, digest: bytes) -> Principal:
    known = sign_in_store.sign_in_by_token(work.session, digest)
    idle = timedelta(minutes=work.runtime.limits.sign_in_idle_minutes)
    if known is None or known.expires_at <= work.now or known.last_seen_at + idle <= work.now:
        raise NotSignedIn
    principal = member_principal(
        known.member_id,
        known.practice_id,
        known.roles,
        _supervisees(work, known.practice_id, known.member_id, known.roles),
        sign_in_id=known.sign_in_id,
        must_change_password=known.must_change_password,
    )
    if work.now - known.last_seen_at > _SEEN_EVERY:
        work.act_as(principal)
        sign_in_store.seen(work.session, known.sign_in_id, work.now)
    return principal


def _recognise_key(work: Work, digest: bytes) -> Principal:
    known = sign_in_store.key_by_token(work.session, digest)
    if known is None or (known.expires_at is not None and known.expires_at <= work.now):
        raise NotSignedIn
    scopes = frozenset(Permission(scope) for scope in known.scopes.split())
    principal = key_principal(known.key_id, known.practice_id, scopes)
    if known.last_used_at is None or work.now - known.last_used_at > _SEEN_EVERY:
        work.act_as(principal)
        sign_in_store.key_used(work.session, known.key_id, work.now)
    return principal


def _supervisees(work: Work, practice_id: UUID, member_id: UUID, roles: frozenset[Role]) -> frozenset[UUID]:
    if Role.SUPERVISOR not in roles:
        return frozenset()
    return sign_in_store.supervisees_of(work.session, practice_id, member_id)


def _member(work: Work, practice_id: UUID, member_id: UUID, sign_in_id: UUID, must_change: bool) -> Principal:  # noqa: FBT001  # a stored fact
    roles = sign_in_store.roles_of(work.session, practice_id, member_id)
    supervisees = _supervisees(work, practice_id, member_id, roles)
    return member_principal(
        member_id, practice_id, roles, supervisees, sign_in_id=sign_in_id, must_change_password=must_change
    )
