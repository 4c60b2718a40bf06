"""Taking an import back: whatever came with it goes, whatever it changed says again what it said before.

What a later import only repeated is handed over to that one before (repeats.py). Events of appointments are removed and
the appointment redrawn from what others told of it; one of which nobody else told anything goes altogether, and so
do episodes, clients and clinicians that only this import knew.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import item_answers
from api.store.intake import former, redrawing, repeats
from api.store.sealing import Keyring
from schemas.tables import (
    Absence,
    Agreement,
    Appointment,
    AppointmentEvent,
    CheckIn,
    Client,
    ClosingAgenda,
    ClosingRecord,
    Consent,
    Contact,
    Cover,
    Episode,
    EpisodeClinician,
    EpisodeParticipant,
    ExternalId,
    Flag,
    FollowUp,
    FormerClinician,
    Goal,
    Import,
    ImportFormerValue,
    ItemAnswer,
    Member,
    OutreachPlan,
    Referral,
    Score,
    Snooze,
    Task,
    TerminationNote,
    Transfer,
)
from schemas.vocabulary import ImportState

_NO_SYNC = {"synchronize_session": False}


def touched_episodes(session: Session, import_id: UUID) -> set[UUID]:
    """Episodes that say something else once what is not appointments is gone. Ask before taking it back."""
    found: set[UUID] = set()
    for model in (Contact, Absence, Agreement, Score):
        statement = sa.select(col(model.episode_id)).where(col(model.import_id) == import_id).distinct()
        found |= {episode_id for episode_id in session.scalars(statement) if episode_id is not None}
    leave = sa.select(col(Absence.member_id)).where(col(Absence.import_id) == import_id)
    found |= set(session.scalars(sa.select(col(Episode.id)).where(col(Episode.responsible_id).in_(leave))))
    changed = sa.select(col(ImportFormerValue.target_id)).where(
        col(ImportFormerValue.import_id) == import_id, col(ImportFormerValue.noun) == "episode"
    )
    return found | set(session.scalars(changed))


def appointments_of(session: Session, import_id: UUID, *, limit: int) -> Sequence[UUID]:
    statement = (
        sa.select(col(AppointmentEvent.appointment_id))
        .where(col(AppointmentEvent.import_id) == import_id)
        .distinct()
        .limit(limit)
    )
    return session.scalars(statement).all()


def take_back_appointments(session: Session, import_id: UUID, appointment_ids: Sequence[UUID]) -> None:
    ids = set(appointment_ids)
    mine = (col(AppointmentEvent.import_id) == import_id, col(AppointmentEvent.appointment_id).in_(ids))
    session.execute(sa.delete(AppointmentEvent).where(*mine), execution_options=_NO_SYNC)
    redrawing.redraw(session, ids)


def take_back_the_rest(session: Session, keyring: Keyring, import_id: UUID) -> None:
    """After the appointments: other facts, former values, then people whom nothing refers to any more."""
    item_answers.forget_tasks_of_import(session, import_id)
    for model in (Contact, Absence, Agreement, Score):
        session.execute(sa.delete(model).where(col(model.import_id) == import_id), execution_options=_NO_SYNC)
    repeats.forget(session, import_id)
    former.put_back(session, keyring, import_id)
    taken_back = _taken_back(session, import_id)
    _leave_shared_episodes(session)
    _drop_episodes(session, taken_back)
    _drop_clients(session, taken_back)
    _drop_clinicians(session, taken_back)


def _taken_back(session: Session, import_id: UUID) -> list[UUID]:
    """This import and those undone before: what one of them brought may have stayed for the sake of another."""
    undone = col(Import.state).in_((ImportState.UNDONE, ImportState.FAILED))
    return [import_id, *session.scalars(sa.select(col(Import.id)).where(undone))]


def _leave_shared_episodes(session: Session) -> None:
    """In a couple or family that came with files, those take part of whom a file still says that they came."""
    shared = sa.select(col(ExternalId.target_id)).where(col(ExternalId.noun) == "group")
    came = sa.select(col(Appointment.episode_id)).where(
        col(Appointment.episode_id).in_(shared), col(Appointment.client_id).is_not(None)
    )
    statement = sa.delete(EpisodeParticipant).where(col(EpisodeParticipant.episode_id).in_(came))
    for model in (Appointment, Contact, Score):
        theirs = sa.select(col(model.id)).where(
            col(model.episode_id) == col(EpisodeParticipant.episode_id),
            col(model.client_id) == col(EpisodeParticipant.client_id),
        )
        statement = statement.where(~theirs.correlate(EpisodeParticipant).exists())
    session.execute(statement, execution_options=_NO_SYNC)


def _drop_episodes(session: Session, taken_back: list[UUID]) -> None:
    statement = sa.select(col(Episode.id)).where(col(Episode.import_id).in_(taken_back))
    for model in (
        Appointment,
        Contact,
        Absence,
        Agreement,
        Score,
        CheckIn,
        ClosingAgenda,
        ClosingRecord,
        Task,
        TerminationNote,
        Goal,
        Referral,
        Transfer,
        ItemAnswer,
        FollowUp,
        OutreachPlan,
    ):
        statement = statement.where(
            ~sa.select(col(model.id)).where(col(model.episode_id) == col(Episode.id)).correlate(Episode).exists()
        )
    follows = sa.orm.aliased(Episode)
    statement = statement.where(
        ~sa.select(col(follows.id))
        .where(col(follows.previous_episode_id) == col(Episode.id))
        .correlate(Episode)
        .exists()
    )
    gone = list(session.scalars(statement))
    for part in (EpisodeParticipant, EpisodeClinician, FormerClinician):
        session.execute(sa.delete(part).where(col(part.episode_id).in_(gone)), execution_options=_NO_SYNC)
    of_them = (col(ExternalId.noun) == "group", col(ExternalId.target_id).in_(gone))
    session.execute(sa.delete(ExternalId).where(*of_them), execution_options=_NO_SYNC)
    former.forget(session, gone)
    session.execute(sa.delete(Episode).where(col(Episode.id).in_(gone)), execution_options=_NO_SYNC)


def _drop_clients(session: Session, taken_back: list[UUID]) -> None:
    """Not whoever was merged into somebody: that one is the other was a person's word, and what was told in confidence stays with the
    double, unseen here. Were it dropped where it told nothing, its staying would say that it did.
    """
    statement = sa.select(col(Client.id)).where(
        col(Client.import_id).in_(taken_back), col(Client.merged_into_id).is_(None)
    )
    for model in (
        EpisodeParticipant,
        Consent,
        Contact,
        Appointment,
        Score,
        CheckIn,
        ClosingAgenda,
        ClosingRecord,
        Flag,
        Task,
        TerminationNote,
        Goal,
        Referral,
        Transfer,
        ItemAnswer,
        FollowUp,
        OutreachPlan,
        Snooze,
    ):
        key = col(model.client_id)
        statement = statement.where(~sa.select(key).where(key == col(Client.id)).correlate(Client).exists())
    doubles = sa.orm.aliased(Client)
    statement = statement.where(
        ~sa.select(col(doubles.id)).where(col(doubles.merged_into_id) == col(Client.id)).correlate(Client).exists()
    )
    gone = list(session.scalars(statement))
    of_them = (col(ExternalId.noun) == "client", col(ExternalId.target_id).in_(gone))
    session.execute(sa.delete(ExternalId).where(*of_them), execution_options=_NO_SYNC)
    former.forget(session, gone)
    session.execute(sa.delete(Client).where(col(Client.id).in_(gone)), execution_options=_NO_SYNC)


def _drop_clinicians(session: Session, taken_back: list[UUID]) -> None:
    statement = sa.select(col(Member.id)).where(
        col(Member.import_id).in_(taken_back), col(Member.password_hash).is_(None), col(Member.email_digest).is_(None)
    )
    for key in (
        col(EpisodeClinician.member_id),
        col(FormerClinician.member_id),
        col(Episode.responsible_id),
        col(Appointment.clinician_id),
        col(Absence.member_id),
        col(Cover.absent_id),
        col(Transfer.from_id),
    ):
        statement = statement.where(~sa.select(key).where(key == col(Member.id)).correlate(Member).exists())
    left = sa.orm.aliased(Member)
    handed_over = sa.select(col(left.id)).where(col(left.handed_over_to) == col(Member.id))
    statement = statement.where(~handed_over.correlate(Member).exists())
    gone = list(session.scalars(statement))
    of_them = (col(ExternalId.noun) == "member", col(ExternalId.target_id).in_(gone))
    session.execute(sa.delete(ExternalId).where(*of_them), execution_options=_NO_SYNC)
    session.execute(sa.delete(Member).where(col(Member.id).in_(gone)), execution_options=_NO_SYNC)
