"""Answers kept under their Idempotency-Key, so that a retry repeats the answer and not the act."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import tenancy
from schemas.tables import StoredAnswer


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(tenancy.before_tenant(sa.delete(StoredAnswer).where(col(StoredAnswer.created_at) < moment)))
