"""The limits of each way, shared by all workers: a row per way, locked while messages are decided on."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import paces as rules
from api.store import tenancy
from schemas.tables import ChannelPace
from schemas.vocabulary import Channel


def full(session: Session, per_minute: Mapping[Channel, int], now: datetime) -> set[Channel]:
    """The ways by which nothing more may go now. Locks nothing."""
    if not per_minute:
        return set()
    rows = session.scalars(tenancy.before_tenant(_rows(per_minute)))
    return {row.channel for row in rows if not rules.allowed(row.free_at, now, per_minute[row.channel])}


def hold(
    session: Session, per_minute: Mapping[Channel, int], channels: Collection[Channel], now: datetime
) -> dict[Channel, int]:
    """How many may go by each of these, and nobody else takes any until the unit ends. A way without a limit is left out."""
    limited = sorted(set(channels) & set(per_minute))
    if not limited:
        return {}
    statement = _rows(limited).with_for_update().execution_options(populate_existing=True)
    rows = session.scalars(tenancy.before_tenant(statement)).all()
    return {row.channel: rules.allowed(row.free_at, now, per_minute[row.channel]) for row in rows}


def take(session: Session, per_minute: Mapping[Channel, int], counts: Mapping[Channel, int], now: datetime) -> None:
    """Of what is held."""
    for row in session.scalars(tenancy.before_tenant(_rows(sorted(set(counts) & set(per_minute))))):
        row.free_at = rules.after(row.free_at, now, per_minute[row.channel], counts[row.channel])
    session.flush()


def _rows(channels: Collection[Channel]) -> sa.Select[ChannelPace]:
    return sa.select(ChannelPace).where(col(ChannelPace.channel).in_(list(channels))).order_by(col(ChannelPace.channel))
