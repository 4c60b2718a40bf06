"""Signing in and out, and recognising whoever holds a token.

The answer to a wrong password, an unknown account and a member who left is the same in words and in time.
Passwords are hashed while no session is held: that takes long, and on SQLite everybody else would wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.domain import brakes
from api.domain.access import Permission, Principal, key_principal, member_principal
from api.domain.audit import Action
from api.domain.errors import NotFound, NotSignedIn, SignInRefused, TooManyRequests, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work, unit
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


@dataclass(frozen=True, slots=True)
class ChosenPassword:
    """What became of `OwnPassword.choose`. Without `new_hash` the present password was not the right one, or the new one is it."""

    former_hash: str | None
    fits: bool = False
    new_hash: str | None = None


@dataclass(frozen=True, slots=True)
class OwnPassword:
    """The hash of whoever asks; None for a key, which has none."""

    password_hash: str | None

    def choose(self, current: str, new: str) -> ChosenPassword:
        """The slow part of changing a password. Call it with no unit of work open."""
        if self.password_hash is None or not passwords.matches(current, self.password_hash):
            return ChosenPassword(self.password_hash)
        return ChosenPassword(self.password_hash, fits=True, new_hash=None if new == current else passwords.hashed(new))


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who holds a token, and when they were noted to have used it."""

    principal: Principal
    noted_at: datetime | None


@use_case(Permission.ANYONE_SIGN_IN, audit=Action.SIGN_IN)
def sign_in(work: Work, email: str, password: str, address: str) -> StartedSignIn:
    """`address` is where the request came from; it has a brake of its own against guessing over many accounts."""
    account_hash = _look_up(work, email, address)
    fits = passwords.matches(password, account_hash)
    # Only now this unit begins. What was looked up may have changed meanwhile, also by failures at the same moment.
    account_digest, address_digest = _subjects(work, email, address)
    _refuse_if_blocked(work, account_digest, address_digest)
    account = sign_in_store.account_by_email(work.session, _account_digest(work, email))
    if not fits or account is None or account.password_hash != account_hash:
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
    holder = _holder(work, token)
    work.act_as(holder.principal)
    if holder.noted_at is None or work.now - holder.noted_at > _SEEN_EVERY:
        _note_use(work, holder.principal)
    return holder.principal


@use_case(Permission.ANYONE_SIGN_IN, audit=None)
def glimpse(work: Work, token: str) -> Principal:
    """As `recognise`, for a unit that writes nothing: the unit that acts afterwards notes the use."""
    holder = _holder(work, token)
    work.act_as(holder.principal)
    return holder.principal


@use_case(Permission.OWN_EDIT, audit=Action.SIGN_OUT)
def sign_out(work: Work) -> None:
    """Ends the sign-in that made this request."""
    if work.principal.sign_in_id is not None:
        sign_in_store.end(work.session, work.principal.sign_in_id, work.now)


@use_case(Permission.OWN_READ, audit=None)
def own_password(work: Work) -> OwnPassword:
    """The first half of changing one's password, in a unit that writes nothing. Raises TooManyRequests."""
    member = member_store.get(work.session, work.actor_id) if work.principal.kind is ActorKind.MEMBER else None
    if member is None:
        return OwnPassword(None)
    _refuse_if_blocked(work, _own_brake(work))
    return OwnPassword(member.password_hash)


@use_case(Permission.OWN_EDIT, audit=Action.PASSWORD_CHANGE, noun=Noun.MEMBER)
def change_password(work: Work, chosen: ChosenPassword) -> None:
    """Ends every other sign-in of the member, who may be changing it because somebody else knew it.

    A wrong present password is counted, like one at the door: a screen left open must not be the place to guess it.
    """
    member = member_store.get(work.session, work.actor_id)
    if member is None:
        raise NotFound
    work.about(member.id)
    own_brake = _own_brake(work)
    _refuse_if_blocked(work, own_brake)
    if not chosen.fits or member.password_hash != chosen.former_hash:
        work.after_rollback(lambda later: _count(later, own_brake, brakes.FREE_FAILURES))
        raise invalid_field("/current_password", "This is not your present password.")
    if chosen.new_hash is None:
        raise invalid_field("/new_password", "Choose one you have not used until now.")
    member.password_hash = chosen.new_hash
    member.must_change_password = False
    sign_in_store.release(work.session, own_brake)
    sign_in_store.end_all_of(work.session, member.id, work.now, but=work.principal.sign_in_id)


def _look_up(work: Work, email: str, address: str) -> str | None:
    """The account's hash, from a unit of its own that writes nothing and is over when the password is hashed."""
    with unit(work.runtime, request_id=work.request_id, read_only=True) as looking:
        _refuse_if_blocked(looking, *_subjects(looking, email, address))
        account = sign_in_store.account_by_email(looking.session, _account_digest(looking, email))
    return account.password_hash if account else None


def _subjects(work: Work, email: str, address: str) -> tuple[bytes, bytes]:
    """What the brakes know an account and an address by."""
    return (
        work.digest("sign-in brake account", email.strip().lower()),
        work.digest("sign-in brake address", brakes.caller_network(address)),
    )


def _account_digest(work: Work, email: str) -> bytes:
    return work.digest("member e-mail", email.strip().lower())


def _own_brake(work: Work) -> bytes:
    return work.digest("own password brake", work.actor_id)


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
    _count(later, account_digest, brakes.FREE_FAILURES)
    _count(later, address_digest, brakes.FREE_FAILURES_PER_ADDRESS)
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


def _count(later: Work, subject: bytes, free: int) -> None:
    brake = sign_in_store.brake_to_count(later.session, subject, later.now)
    brake.failures = 1 + brakes.still_counted(brake.failures, brake.last_failed_at, later.now)
    brake.last_failed_at = later.now
    brake.blocked_until = brakes.blocked_until(brake.failures, later.now, free=free)


def _holder(work: Work, token: str) -> _Holder:
    digest = sealing.token_digest(token)
    if token.startswith(api_key_store.SIGN_IN_PREFIX):
        return _member_holder(work, digest)
    if token.startswith(api_key_store.KEY_PREFIX):
        return _key_holder(work, digest)
    raise NotSignedIn


def _member_holder(work: Work, digest: bytes) -> _Holder:
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
    return _Holder(principal, known.last_seen_at)


def _key_holder(work: Work, digest: bytes) -> _Holder:
    known = sign_in_store.key_by_token(work.session, digest)
    if known is None or (known.expires_at is not None and known.expires_at <= work.now):
        raise NotSignedIn
    scopes = frozenset(Permission(scope) for scope in known.scopes.split())
    return _Holder(key_principal(known.key_id, known.practice_id, scopes), known.last_used_at)


def _note_use(work: Work, principal: Principal) -> None:
    if principal.sign_in_id is not None:
        sign_in_store.seen(work.session, principal.sign_in_id, work.now)
    else:
        sign_in_store.key_used(work.session, work.actor_id, work.now)


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
