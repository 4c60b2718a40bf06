"""Keeps noticing in step with what a client says about being reached, and with what keeps the practice back.

No later act may be to call whoever asked us not to, or is not safe to turn to.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.store import assessments, episodes, tenancy


def follow(session: Session, client_id: UUID, now: datetime) -> None:
    """Assesses the client's running episodes anew, also those in a colleague's caseload. Shows nobody's."""
    with tenancy.whole_practice(session):
        assessments.refresh(session, episodes.running_of(session, client_id), now)
