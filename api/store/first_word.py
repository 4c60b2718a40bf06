"""Keeps noticing in step with what a client says about being reached, and with what keeps the practice back.

No later act may be to call whoever asked us not to, or is not safe to turn to.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.store import assessments, episodes, tenancy


def follow(session: Session, client_id: UUID, now: datetime) -> None:
    """Assesses the client's running episodes anew, also those in a colleague's caseload. Shows nobody's."""
    follow_all(session, [client_id], now)


def follow_all(session: Session, client_ids: Collection[UUID], now: datetime) -> None:
    """The same of several, together: episodes are held in one order."""
    with tenancy.whole_practice(session):
        running = {one for client_id in client_ids for one in episodes.running_of(session, client_id)}
        assessments.refresh(session, running, now)
