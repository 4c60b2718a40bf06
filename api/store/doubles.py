"""Moving everything known of a double to the client they turned out to be.

What was sealed under the double's key is sealed anew under the client's, and so dies with it.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import keys as key_store
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import Appointment, Consent, Contact, EpisodeParticipant, ExternalId
from schemas.vocabulary import ConsentState

# Of two records of one address the one that allows less is true; an address nobody asked about says nothing yet.
_WEIGHT = {
    ConsentState.NOT_ASKED: 0,
    ConsentState.GRANTED: 1,
    ConsentState.DECLINED: 2,
    ConsentState.WITHDRAWN: 3,
}


def move(session: Session, keyring: Keyring, *, double_id: UUID, into_id: UUID) -> list[UUID]:
    """Returns the episodes touched."""
    keys = key_store.of_clients(session, keyring, [double_id, into_id])
    former, key = keys[double_id], keys[into_id]
    _move_external_ids(session, former, key, double_id, into_id)
    _move_consents(session, former, key, double_id, into_id)
    _move_notes(session, former, key, double_id)
    touched = _move_parts(session, double_id, into_id)
    session.flush()
    return touched


def _move_external_ids(session: Session, former: DataKey, key: DataKey, double_id: UUID, into_id: UUID) -> None:
    """What the double is called elsewhere now names the client."""
    mine = (col(ExternalId.noun) == "client", col(ExternalId.target_id) == double_id)
    for row in session.scalars(sa.select(ExternalId).where(*mine)):
        opened = former.open(row.external_id_sealed, Place("external_ids", "external_id", double_id))
        row.external_id_sealed = key.seal(opened, Place("external_ids", "external_id", into_id))
        row.target_id = into_id


def _move_consents(session: Session, former: DataKey, key: DataKey, double_id: UUID, into_id: UUID) -> None:
    rows = session.scalars(sa.select(Consent).where(col(Consent.client_id).in_((double_id, into_id)))).all()
    known = {(row.channel, row.address_digest): row for row in rows if row.client_id == into_id}
    for row in (row for row in rows if row.client_id == double_id):
        same = known.get((row.channel, row.address_digest))
        if same is not None and _WEIGHT[same.state] >= _WEIGHT[row.state]:
            session.delete(row)
            continue
        if same is not None:
            session.delete(same)
        for column in ("address", "sender_name"):
            sealed, place = getattr(row, f"{column}_sealed"), Place("consents", column, row.id)
            if sealed is not None:
                setattr(row, f"{column}_sealed", key.seal(former.open(sealed, place), place))
        row.client_id, row.version = into_id, row.version + 1


def _move_notes(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    noted = sa.select(Contact).where(col(Contact.client_id) == double_id, col(Contact.note_sealed).is_not(None))
    for row in session.scalars(noted):
        place = Place("contacts", "note", row.id)
        row.note_sealed = key.seal(former.open(row.note_sealed or b"", place), place)


def _move_parts(session: Session, double_id: UUID, into_id: UUID) -> list[UUID]:
    """Parts in episodes, appointments and contacts. Where both took part in one episode, one part remains."""
    session.flush()
    shared = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == into_id)
    mine = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == double_id)
    touched = list(session.scalars(mine))
    both = sa.and_(col(EpisodeParticipant.client_id) == double_id, col(EpisodeParticipant.episode_id).in_(shared))
    session.execute(sa.delete(EpisodeParticipant).where(both).execution_options(synchronize_session=False))
    for model in (EpisodeParticipant, Appointment, Contact):
        session.execute(
            sa.update(model)
            .where(col(model.client_id) == double_id)
            .values(client_id=into_id)
            .execution_options(synchronize_session=False)
        )
    return touched
