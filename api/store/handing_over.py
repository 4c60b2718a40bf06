"""Giving an episode to other clinicians, in one place: for whoever changes it, and for a transfer."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import episodes as rules
from api.domain.errors import invalid_field
from api.store import episodes, members, stops, transfers
from schemas.tables import Episode


def give(
    session: Session, episode: Episode, responsible_id: UUID | None, co_therapists: Collection[UUID], now: datetime
) -> None:
    """What was written to go out by whoever had it goes no more, and drafts of another transfer are withdrawn.

    Hold everybody who takes part before. Call it over the whole practice: whoever hands over may lose sight of it.
    """
    changes = responsible_id != episode.responsible_id
    if changes:
        stops.by_hand_over(session, [episode.id], now)
    episodes.set_clinicians(session, episode, responsible_id, co_therapists, now)
    if changes:
        transfers.withdraw_drafts(session, [episode.id], now)


def require_clinicians(session: Session, pointer: str, member_ids: Collection[UUID]) -> None:
    """Members who are still here and work with clients. Raises Invalid."""
    found = members.every(session, member_ids)
    active = [member.id for member in found if member.left_at is None]
    rules.require_clinicians(pointer, member_ids, members.roles(session, active))


def require_receiver(session: Session, pointer: str, member_id: UUID) -> None:
    """Somebody who may have a caseload, and who can sign in to read what is handed over to them. Raises Invalid."""
    require_clinicians(session, pointer, [member_id])
    if not members.roles(session, [member_id])[member_id]:
        raise invalid_field(pointer, "Nobody can read it by this name: they have no account here.")
