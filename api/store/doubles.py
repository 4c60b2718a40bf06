"""Moving everything known of a double to the client they turned out to be.

What was sealed under the double's key is sealed anew under the client's, and so dies with it.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from api.domain import consents as rules
from api.store import checkins, closing_agendas, consents, follow_ups, item_answers, tasks, transfers
from api.store import keys as key_store
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import (
    Appointment,
    Client,
    ClosingRecord,
    Consent,
    ConsentAnswer,
    Contact,
    EpisodeParticipant,
    ExternalId,
    Flag,
    FlagReview,
    FollowUp,
    Goal,
    ItemAnswer,
    OfferedTime,
    OutreachPlan,
    OutreachStep,
    Referral,
    ReferralOption,
    ReferralProgress,
    Reply,
    Score,
    Snooze,
    Transfer,
)


def move(session: Session, keyring: Keyring, *, double_id: UUID, into_id: UUID) -> list[UUID]:
    """Returns the episodes touched."""
    keys = key_store.of_clients(session, keyring, [double_id, into_id])
    former, key = keys[double_id], keys[into_id]
    _move_external_ids(session, former, key, double_id, into_id)
    _move_consents(session, former, key, double_id, into_id)
    _move_notes(session, former, key, double_id)
    _move_flags(session, former, key, double_id, into_id)
    _move_replies(session, former, key, double_id)
    _move_snoozes(session, former, key, double_id)
    _move_referrals(session, former, key, double_id)
    _move_goals(session, former, key, double_id)
    transfers.move(session, former, key, double_id)
    item_answers.move(session, former, key, double_id)
    follow_ups.move(session, former, key, double_id)
    checkins.move_client(session, (former, key), double_id, into_id)
    closing_agendas.move_client(session, (former, key), double_id, into_id)
    tasks.move_client(session, double_id, into_id)
    touched = _move_parts(session, double_id, into_id)
    _point_on(session, double_id, into_id)
    session.flush()
    return touched


def _point_on(session: Session, double_id: UUID, into_id: UUID) -> None:
    """Whoever was merged into the double before is the client's now: each double is one step from its client.

    Else erasing the client would leave the keys of those behind.
    """
    for row in session.scalars(sa.select(Client).where(col(Client.merged_into_id) == double_id)):
        row.merged_into_id, row.version = into_id, row.version + 1


def _move_external_ids(session: Session, former: DataKey, key: DataKey, double_id: UUID, into_id: UUID) -> None:
    """What the double is called elsewhere now names the client."""
    mine = (col(ExternalId.noun) == "client", col(ExternalId.target_id) == double_id)
    for row in session.scalars(sa.select(ExternalId).where(*mine)):
        opened = former.open(row.external_id_sealed, Place("external_ids", "external_id", double_id))
        row.external_id_sealed = key.seal(opened, Place("external_ids", "external_id", into_id))
        row.target_id = into_id


def _move_consents(session: Session, former: DataKey, key: DataKey, double_id: UUID, into_id: UUID) -> None:
    """Where both had an address, one row of it stays, with everything that was said and no more allowed than by both."""
    known = {(row.channel, row.address_digest): row for row in consents.every(session, into_id)}
    for row in consents.every(session, double_id):
        same = known.get((row.channel, row.address_digest))
        if same is None:
            _move_consent(session, former, key, row, into_id)
        else:
            _move_answers(session, row, same.id, into_id)
            _be_as_cautious(same, row)
            _keep_sender(former, key, same, row)
            _move_flags_of_address(session, row.id, same.id)
            checkins.move_address(session, row.id, same.id)
            session.delete(row)
    session.flush()


def _move_consent(session: Session, former: DataKey, key: DataKey, row: Consent, into_id: UUID) -> None:
    for column in ("address", "sender_name"):
        sealed, place = getattr(row, f"{column}_sealed"), Place("consents", column, row.id)
        if sealed is not None:
            setattr(row, f"{column}_sealed", key.seal(former.open(sealed, place), place))
    _move_answers(session, row, row.id, into_id)
    row.client_id, row.version = into_id, row.version + 1


def _move_answers(session: Session, row: Consent, consent_id: UUID, into_id: UUID) -> None:
    session.execute(
        sa.update(ConsentAnswer)
        .where(col(ConsentAnswer.consent_id) == row.id)
        .values(consent_id=consent_id, client_id=into_id)
        .execution_options(synchronize_session=False)
    )


def _move_flags_of_address(session: Session, from_id: UUID, to_id: UUID) -> None:
    session.execute(
        sa.update(Flag)
        .where(col(Flag.consent_id) == from_id)
        .values(consent_id=to_id)
        .execution_options(synchronize_session=False)
    )


def _be_as_cautious(kept: Consent, other: Consent) -> None:
    both = rules.more_cautious(consents.terms(kept), consents.terms(other))
    kept.state, kept.valid_until = both.state, both.valid_until
    kept.may_mention_therapy, kept.voicemail_allowed = both.may_mention_therapy, both.voicemail_allowed
    kept.safe_from, kept.safe_until = both.hours or (None, None)
    kept.recipient, kept.authority = both.recipient, both.authority
    kept.asked_at = max((at for at in (kept.asked_at, other.asked_at) if at is not None), default=None)
    kept.version += 1


def _keep_sender(former: DataKey, key: DataKey, kept: Consent, other: Consent) -> None:
    """Whoever wished to see another name there than the clinician's goes on seeing it, whichever record said so; of two
    names the client's own record's.
    """
    if kept.sender_name_sealed is None and other.sender_name_sealed is not None:
        name = former.open(other.sender_name_sealed, Place("consents", "sender_name", other.id))
        kept.sender_name_sealed = key.seal(name, Place("consents", "sender_name", kept.id))


def _move_notes(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    noted = sa.select(Contact).where(col(Contact.client_id) == double_id, col(Contact.note_sealed).is_not(None))
    for row in session.scalars(noted):
        place = Place("contacts", "note", row.id)
        row.note_sealed = key.seal(former.open(row.note_sealed or b"", place), place)


def _move_flags(session: Session, former: DataKey, key: DataKey, double_id: UUID, into_id: UUID) -> None:
    """What keeps messages to a double back keeps them back from the client."""
    raised = session.scalars(sa.select(Flag).where(col(Flag.client_id) == double_id)).all()
    looks = session.scalars(sa.select(FlagReview).where(col(FlagReview.client_id) == double_id)).all()
    for table, rows in (("flags", raised), ("flag_reviews", looks)):
        for row in rows:
            place = Place(table, "note", row.id)
            row.note_sealed = None if row.note_sealed is None else key.seal(former.open(row.note_sealed, place), place)
            row.client_id = into_id
    session.flush()


def _move_replies(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    worded = sa.select(Reply).where(col(Reply.client_id) == double_id, col(Reply.words_sealed).is_not(None))
    for row in session.scalars(worded):
        place = Place("replies", "words", row.id)
        row.words_sealed = key.seal(former.open(row.words_sealed or b"", place), place)


def _move_snoozes(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    worded = sa.select(Snooze).where(col(Snooze.client_id) == double_id, col(Snooze.words_sealed).is_not(None))
    for row in session.scalars(worded):
        place = Place("snoozes", "words", row.id)
        row.words_sealed = key.seal(former.open(row.words_sealed or b"", place), place)


def _move_referrals(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    """The rows themselves move with the other parts."""
    for model, column in ((Referral, "content"), (ReferralOption, "called"), (ReferralProgress, "words")):
        for row in session.scalars(sa.select(model).where(col(model.client_id) == double_id)):
            sealed, place = getattr(row, f"{column}_sealed"), Place(str(model.__tablename__), column, row.id)
            if sealed is not None:
                setattr(row, f"{column}_sealed", key.seal(former.open(sealed, place), place))


def _move_goals(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    for row in session.scalars(sa.select(Goal).where(col(Goal.client_id) == double_id)):
        place = Place("goals", "words", row.id)
        row.words_sealed = key.seal(former.open(row.words_sealed, place), place)


def _make_one_part(session: Session, double_id: UUID, into_id: UUID) -> None:
    """Where both took part in one episode, one part remains: from the first of them on, and as long as either goes on."""
    double = aliased(EpisodeParticipant)
    both = sa.select(EpisodeParticipant, double).join(
        double,
        sa.and_(
            col(double.episode_id) == col(EpisodeParticipant.episode_id),
            col(double.client_id) == double_id,
            col(EpisodeParticipant.client_id) == into_id,
        ),
    )
    for kept, other in session.execute(both).all():
        kept.joined_at = min(kept.joined_at, other.joined_at)
        if kept.left_at is not None and (other.left_at is None or other.left_at > kept.left_at):
            kept.left_at, kept.ending, kept.ending_known_at = other.left_at, other.ending, other.ending_known_at
        elif kept.left_at is None and other.left_at is None and kept.ending is None:
            kept.ending, kept.ending_known_at = other.ending, other.ending_known_at
        session.delete(other)
    session.flush()


def _move_parts(session: Session, double_id: UUID, into_id: UUID) -> list[UUID]:
    """Parts in episodes, appointments and contacts."""
    session.flush()
    mine = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == double_id)
    touched = list(session.scalars(mine))
    _make_one_part(session, double_id, into_id)
    for model in (
        EpisodeParticipant,
        Appointment,
        Contact,
        FollowUp,
        Goal,
        ClosingRecord,
        ItemAnswer,
        OfferedTime,
        OutreachPlan,
        OutreachStep,
        Referral,
        ReferralOption,
        ReferralProgress,
        Reply,
        Score,
        Snooze,
        Transfer,
    ):
        session.execute(
            sa.update(model)
            .where(col(model.client_id) == double_id)
            .values(client_id=into_id)
            .execution_options(synchronize_session=False)
        )
    return touched
