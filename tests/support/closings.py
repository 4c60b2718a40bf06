"""Writes what `Closing` tells of closing sessions into the tables it is read from, past the use cases."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain.closing_figures import Closing, InNote, Said
from api.services.work import Work
from schemas.tables import CheckIn, ClosingRecord, Contact, Member, TerminationNote
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, CheckInState, ContactDirection, ContactOutcome, NoteForm, NoteState


def remember_closing(
    work: Work, episode_id: UUID, client_id: UUID, closing: Closing, times: Mapping[str, UUID] | None = None
) -> None:
    """`times`: by the key under which a step ties one, its row."""
    for one in closing.said:
        work.session.add(_step(work, episode_id, client_id, one, times or {}))
    if closing.in_note is not None:
        work.session.add(_note(work, episode_id, client_id, closing.in_note))


def _step(work: Work, episode_id: UUID, client_id: UUID, one: Said, times: Mapping[str, UUID]) -> ClosingRecord:
    step = one.step
    message_id = _message(work, episode_id, client_id, one) if step.goes_with_message else None
    return ClosingRecord(
        episode_id=episode_id,
        client_id=client_id,
        step=step.step,
        at=step.at,
        check_in_id=message_id,
        appointment_id=None if one.tied is None else times[one.tied.key],
        recorded_at=step.known_at,
    )


def _message(work: Work, episode_id: UUID, client_id: UUID, one: Said) -> UUID:
    """One that did not go came back at once."""
    went_at, message_id = one.step.went_at, new_id()
    at = went_at or one.step.at
    outcome = ContactOutcome.NOT_DELIVERED if went_at is None else ContactOutcome.SENT
    work.session.add(
        CheckIn(
            id=message_id,
            episode_id=episode_id,
            client_id=client_id,
            subject_sealed=b"",
            body_sealed=b"",
            state=CheckInState.BOUNCED if went_at is None else CheckInState.SENT,
            state_at=at,
            written_by=_somebody(work),
            written_at=one.step.at,
        )
    )
    work.session.flush()
    work.session.add(
        Contact(
            episode_id=episode_id,
            client_id=client_id,
            at=at,
            known_at=at,
            direction=ContactDirection.OUTBOUND,
            channel=Channel.EMAIL,
            outcome=outcome,
            check_in_id=message_id,
        )
    )
    return message_id


def came_back(work: Work, at: datetime) -> None:
    """Every message that there is, at that moment."""
    work.session.execute(sa.update(CheckIn).values(state=CheckInState.BOUNCED, state_at=at))
    ours = sa.update(Contact).where(col(Contact.check_in_id).is_not(None))
    work.session.execute(ours.values(outcome=ContactOutcome.NOT_DELIVERED))


def _note(work: Work, episode_id: UUID, client_id: UUID, told: InNote) -> TerminationNote:
    return TerminationNote(
        episode_id=episode_id,
        client_id=client_id,
        author_id=_somebody(work),
        state=NoteState.SIGNED,
        form=NoteForm.WITH_CONVERSATION,
        closing_session=told.says,
        content_sealed=b"sealed",
        signed_at=told.locked_at,
        locked_at=told.locked_at,
        digest=b"digest",
        created_at=told.locked_at,
        updated_at=told.locked_at,
    )


def _somebody(work: Work) -> UUID:
    return work.session.scalars(sa.select(col(Member.id)).order_by(col(Member.id)).limit(1)).one()
