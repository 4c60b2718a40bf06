"""What a decision on messages writes to or refers to besides them, held before it begins, without waiting for anybody.

While messages are decided on, the practice commits nothing (decision 0021). Whoever held one of these rows could not end then, and
the decision would wait for them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store.deliveries import Claim
from schemas.tables import CheckIn, Client, Episode, Member, OfferedTime


def free(session: Session, claimed: Collection[Claim]) -> list[Claim]:
    """Of claimed ones those all of whose rows were to be had, and nobody else's until the unit ends. The rest is left for later."""
    ids = [one.check_in_id for one in claimed]
    busy = _with_busy_times(session, ids) | _with_busy_people(session, ids)
    return [one for one in claimed if one.check_in_id not in busy]


def _with_busy_times(session: Session, check_in_ids: Collection[UUID]) -> set[UUID]:
    """A message that does not go gives free what it offers."""
    offered = sa.select(col(OfferedTime.check_in_id)).where(
        col(OfferedTime.check_in_id).in_(check_in_ids), col(OfferedTime.released_at).is_(None)
    )
    counts = Counter(session.scalars(offered))
    if not counts:
        return set()
    had = Counter(session.scalars(offered.with_for_update(key_share=True, skip_locked=True)))
    return {check_in_id for check_in_id, count in counts.items() if had[check_in_id] < count}


def _with_busy_people(session: Session, check_in_ids: Collection[UUID]) -> set[UUID]:
    """A decision refers to the episode; a task for a person to the client and to whoever gets it besides. Of these only the keys
    are held, which keeps out nobody but who takes one of them away.
    """
    whose = sa.select(col(CheckIn.id), col(CheckIn.approved_by), col(Episode.responsible_id)).join(
        Episode, col(Episode.id) == col(CheckIn.episode_id)
    )
    asked = session.execute(whose.where(col(CheckIn.id).in_(check_in_ids))).all()
    held = (
        sa.select(col(CheckIn.id), col(Member.id))
        .join(Episode, col(Episode.id) == col(CheckIn.episode_id))
        .join(Client, col(Client.id) == col(CheckIn.client_id))
        .join(Member, sa.or_(col(Member.id) == col(CheckIn.approved_by), col(Member.id) == col(Episode.responsible_id)))
        .where(col(CheckIn.id).in_(check_in_ids))
        .with_for_update(read=True, key_share=True, skip_locked=True, of=(Episode, Client, Member))
    )
    had: dict[UUID, set[UUID]] = defaultdict(set)
    for check_in_id, member_id in session.execute(held):
        had[check_in_id].add(member_id)
    return {row[0] for row in asked if not had[row[0]] >= {one for one in row[1:] if one is not None}}
