"""Who holds a token or a password, asked before any practice is known; and the counted failures.

`account_by_email`, `sign_in_by_token` and `key_by_token` run outside tenancy. A test pins their callers.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import tenancy, upserts
from schemas.tables import ApiKey, Member, MemberRole, SignIn, SignInBrake, Supervision
from schemas.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Account:
    practice_id: UUID
    member_id: UUID
    password_hash: str | None
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class KnownSignIn:
    sign_in_id: UUID
    practice_id: UUID
    member_id: UUID
    last_seen_at: datetime
    expires_at: datetime
    must_change_password: bool
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class KnownKey:
    key_id: UUID
    practice_id: UUID
    scopes: str
    last_used_at: datetime | None
    expires_at: datetime | None


_ROLES = (
    sa.select(sa.func.aggregate_strings(sa.cast(col(MemberRole.role), sa.String), " "))
    .where(col(MemberRole.practice_id) == col(SignIn.practice_id), col(MemberRole.member_id) == col(SignIn.member_id))
    .scalar_subquery()
)
_BY_TOKEN = (
    sa.select(
        col(SignIn.id),
        col(SignIn.practice_id),
        col(SignIn.member_id),
        col(SignIn.last_seen_at),
        col(SignIn.expires_at),
        col(Member.must_change_password),
        _ROLES,
    )
    .join(Member, sa.and_(col(Member.practice_id) == col(SignIn.practice_id), col(Member.id) == col(SignIn.member_id)))
    .where(
        col(SignIn.token_digest) == sa.bindparam("token_digest"),
        col(SignIn.ended_at).is_(None),
        col(Member.left_at).is_(None),
    )
)


def account_by_email(session: Session, email_digest: bytes) -> Account | None:
    """Members who left have no account any more."""
    statement = sa.select(
        col(Member.practice_id), col(Member.id), col(Member.password_hash), col(Member.must_change_password)
    ).where(col(Member.email_digest) == email_digest, col(Member.left_at).is_(None))
    row = session.execute(tenancy.before_tenant(statement)).first()
    return None if row is None else Account(*row)


def sign_in_by_token(session: Session, token_digest: bytes) -> KnownSignIn | None:
    """Asked before every request, so it is one statement, made once; only a supervisor's supervisees are asked for besides."""
    row = session.execute(tenancy.before_tenant(_BY_TOKEN), {"token_digest": token_digest}).first()
    if row is None:
        return None
    sign_in_id, practice_id, member_id, last_seen_at, expires_at, must_change_password, roles = row
    held = frozenset(Role(role) for role in (roles or "").split())
    return KnownSignIn(sign_in_id, practice_id, member_id, last_seen_at, expires_at, must_change_password, held)


def key_by_token(session: Session, token_digest: bytes) -> KnownKey | None:
    statement = sa.select(
        col(ApiKey.id), col(ApiKey.practice_id), col(ApiKey.scopes), col(ApiKey.last_used_at), col(ApiKey.expires_at)
    ).where(col(ApiKey.token_digest) == token_digest, col(ApiKey.ended_at).is_(None))
    row = session.execute(tenancy.before_tenant(statement)).first()
    return None if row is None else KnownKey(*row)


def roles_of(session: Session, practice_id: UUID, member_id: UUID) -> frozenset[Role]:
    statement = sa.select(col(MemberRole.role)).where(
        col(MemberRole.practice_id) == practice_id, col(MemberRole.member_id) == member_id
    )
    return frozenset(session.scalars(tenancy.before_tenant(statement)))


def supervisees_of(session: Session, practice_id: UUID, member_id: UUID) -> frozenset[UUID]:
    statement = sa.select(col(Supervision.supervisee_id)).where(
        col(Supervision.practice_id) == practice_id, col(Supervision.supervisor_id) == member_id
    )
    return frozenset(session.scalars(tenancy.before_tenant(statement)))


def add(session: Session, sign_in: SignIn) -> None:
    session.add(sign_in)


def seen(session: Session, sign_in_id: UUID, now: datetime) -> None:
    session.execute(sa.update(SignIn).where(col(SignIn.id) == sign_in_id).values(last_seen_at=now))


def key_used(session: Session, key_id: UUID, now: datetime) -> None:
    session.execute(sa.update(ApiKey).where(col(ApiKey.id) == key_id).values(last_used_at=now))


def end(session: Session, sign_in_id: UUID, now: datetime) -> bool:
    """False if there was no such running sign-in."""
    ended = session.execute(
        sa.update(SignIn).where(col(SignIn.id) == sign_in_id, col(SignIn.ended_at).is_(None)).values(ended_at=now)
    )
    return ended.rowcount > 0  # type: ignore[attr-defined,no-any-return]  # a cursor result for an update


def end_all_of(session: Session, member_id: UUID, now: datetime, *, but: UUID | None = None) -> None:
    statement = sa.update(SignIn).where(col(SignIn.member_id) == member_id, col(SignIn.ended_at).is_(None))
    if but is not None:
        statement = statement.where(col(SignIn.id) != but)
    session.execute(statement.values(ended_at=now))


def brake(session: Session, subject_digest: bytes) -> SignInBrake | None:
    statement = sa.select(SignInBrake).where(col(SignInBrake.subject_digest) == subject_digest)
    return session.scalars(tenancy.before_tenant(statement)).first()


def brake_to_count(session: Session, subject_digest: bytes, now: datetime) -> SignInBrake:
    """The brake, made if there was none, and nobody else's until this unit ends: two failures at once count as two."""
    table = SignInBrake.__table__  # type: ignore[attr-defined]  # set by SQLModel
    insert = upserts.insert(session, table).values(subject_digest=subject_digest, failures=0, last_failed_at=now)
    session.execute(tenancy.before_tenant(insert.on_conflict_do_nothing(index_elements=["subject_digest"])))
    statement = sa.select(SignInBrake).where(col(SignInBrake.subject_digest) == subject_digest).with_for_update()
    found: SignInBrake = session.scalars(tenancy.before_tenant(statement)).one()
    return found


def forget_brakes_before(session: Session, moment: datetime) -> None:
    session.execute(tenancy.before_tenant(sa.delete(SignInBrake).where(col(SignInBrake.last_failed_at) < moment)))


def release(session: Session, subject_digest: bytes) -> None:
    statement = sa.delete(SignInBrake).where(col(SignInBrake.subject_digest) == subject_digest)
    session.execute(tenancy.before_tenant(statement))
