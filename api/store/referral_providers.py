"""The directory of a practice as rows: sealed documents, opened as a whole, because people search and match all of it."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.referral_providers import Entry, Facts, from_json, to_json
from api.store.sealing import DataKey, Place
from schemas.tables import Practice, ReferralProvider

_TABLE, _COLUMN = "referral_providers", "facts"


def lock(session: Session) -> None:
    """One change of the directory at a time per practice: of two files that bring the same provider the second finds the first's."""
    session.execute(sa.select(col(Practice.id)).with_for_update(key_share=True)).all()


def add(session: Session, row: ReferralProvider) -> None:
    session.add(row)
    session.flush()


def get(session: Session, provider_id: UUID) -> ReferralProvider | None:
    """Also one that was removed."""
    return session.scalars(sa.select(ReferralProvider).where(col(ReferralProvider.id) == provider_id)).first()


def every(session: Session, provider_ids: Collection[UUID] | None = None) -> Sequence[ReferralProvider]:
    """Those in the directory, in the order of their making; with ids, these, also where they were removed."""
    statement = sa.select(ReferralProvider).order_by(col(ReferralProvider.id))
    if provider_ids is None:
        return session.scalars(statement.where(col(ReferralProvider.removed_at).is_(None))).all()
    return session.scalars(statement.where(col(ReferralProvider.id).in_(set(provider_ids)))).all()


def with_removed(session: Session) -> Sequence[ReferralProvider]:
    return session.scalars(sa.select(ReferralProvider).order_by(col(ReferralProvider.id))).all()


def count(session: Session) -> int:
    held = sa.select(sa.func.count()).select_from(ReferralProvider).where(col(ReferralProvider.removed_at).is_(None))
    return session.scalar(held) or 0


def seal(key: DataKey, row: ReferralProvider, facts: Facts) -> None:
    row.facts_sealed = key.seal(to_json(facts), Place(_TABLE, _COLUMN, row.id))


def opened(key: DataKey, row: ReferralProvider) -> Facts:
    return from_json(key.open(row.facts_sealed, Place(_TABLE, _COLUMN, row.id)))


def entry(key: DataKey, row: ReferralProvider) -> Entry:
    facts = opened(key, row)
    return Entry(row.id, facts, row.updated_at, removed=row.removed_at is not None, version=row.version)
