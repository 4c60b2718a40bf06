"""What other systems call the clinicians, and what it takes for one who was only named to be somebody who is here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import covers, episodes, members
from schemas.tables import (
    Absence,
    Appointment,
    Episode,
    EpisodeClinician,
    ExternalId,
    FormerClinician,
    Member,
    Task,
    Transfer,
)
from schemas.vocabulary import ClinicianPart

_NO_SYNC = {"synchronize_session": False}


def get(session: Session, source: str, digest: bytes) -> ExternalId | None:
    statement = sa.select(ExternalId).where(
        col(ExternalId.noun) == "member", col(ExternalId.source) == source, col(ExternalId.digest) == digest
    )
    return session.scalars(statement).first()


def of_member(session: Session, member_id: UUID) -> Sequence[ExternalId]:
    statement = sa.select(ExternalId).where(col(ExternalId.noun) == "member", col(ExternalId.target_id) == member_id)
    return session.scalars(statement).all()


def add(session: Session, external_id: ExternalId) -> None:
    session.add(external_id)
    session.flush()


def become(session: Session, named_id: UUID, member_id: UUID, now: datetime) -> int:
    """Every episode, appointment and leave of the one is the other's, and the one is gone; counts the running episodes.

    Also what has ended: it is the same person, and the next file says the same of the same appointments. Whoever
    supervised the name does not thereby supervise the member. Holds the name first, so that an import in the middle of
    a slice is waited for and its rows are moved too.
    """
    session.execute(sa.select(col(Member.id)).where(col(Member.id) == named_id).with_for_update())
    theirs = sa.select(col(Episode.id)).where(col(Episode.responsible_id) == named_id)
    episodes.hold(session, session.scalars(theirs).all())
    episode_count = len(members.running_episode_ids(session, named_id))
    _pass_parts_on(session, named_id, member_id)
    passed_on = sa.update(Episode).where(col(Episode.responsible_id) == named_id)
    again = {"assessment_due": True, "updated_at": now, "version": col(Episode.version) + 1}
    session.execute(passed_on.values(responsible_id=member_id, **again), execution_options=_NO_SYNC)
    appointments = sa.update(Appointment).where(col(Appointment.clinician_id) == named_id)
    session.execute(appointments.values(clinician_id=member_id), execution_options=_NO_SYNC)
    leave = sa.update(Absence).where(col(Absence.member_id) == named_id)
    session.execute(leave.values(member_id=member_id), execution_options=_NO_SYNC)
    covers.pass_on(session, named_id, member_id)
    left = sa.update(Member).where(col(Member.handed_over_to) == named_id)
    session.execute(left.values(handed_over_to=member_id), execution_options=_NO_SYNC)
    _pass_transfers_on(session, named_id, member_id)
    members.end_supervision(session, named_id)
    session.execute(sa.delete(Member).where(col(Member.id) == named_id), execution_options=_NO_SYNC)
    return episode_count


def _pass_transfers_on(session: Session, named_id: UUID, member_id: UUID) -> None:
    """Also what somebody asked of the name: whoever it turns out to be is here, and can do it."""
    for column in (Transfer.from_id, Transfer.to_id, Transfer.owner_id):
        passed = sa.update(Transfer).where(col(column) == named_id)
        session.execute(passed.values({col(column): member_id}), execution_options=_NO_SYNC)
    asked = sa.update(Task).where(col(Task.owner_id) == named_id)
    session.execute(asked.values(owner_id=member_id), execution_options=_NO_SYNC)


def _pass_parts_on(session: Session, named_id: UUID, member_id: UUID) -> None:
    """Where both take part, one part remains, and it is the responsible one if either was."""

    def of(one: UUID) -> sa.Select[UUID]:
        return sa.select(col(EpisodeClinician.episode_id)).where(col(EpisodeClinician.member_id) == one)

    mine, theirs = col(EpisodeClinician.member_id) == member_id, col(EpisodeClinician.member_id) == named_id
    led = of(named_id).where(col(EpisodeClinician.part) == ClinicianPart.RESPONSIBLE)
    lead = sa.update(EpisodeClinician).where(mine, col(EpisodeClinician.episode_id).in_(led))
    session.execute(lead.values(part=ClinicianPart.RESPONSIBLE), execution_options=_NO_SYNC)
    both = sa.delete(EpisodeClinician).where(theirs, col(EpisodeClinician.episode_id).in_(of(member_id)))
    session.execute(both, execution_options=_NO_SYNC)
    passed = sa.update(EpisodeClinician).where(theirs)
    session.execute(passed.values(member_id=member_id), execution_options=_NO_SYNC)
    ended = sa.update(FormerClinician).where(col(FormerClinician.member_id) == named_id)
    session.execute(ended.values(member_id=member_id), execution_options=_NO_SYNC)
