"""Use cases about consents: which address of a client may be used, how and when. Nobody is ever asked why."""

from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound, VersionMismatch
from api.formats import addresses
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import first_word
from api.store.sealing import DataKey, Place
from schemas.tables import Consent
from schemas.tables.base import new_id
from schemas.vocabulary import ConsentState
from schemas.wire.clients import ConsentIn, ConsentOut


@use_case(Permission.CLIENT_READ, audit=Action.CONSENT_LIST, noun=Noun.CLIENT, subject="client_id")
def page(work: Work, client_id: UUID) -> list[ConsentOut]:
    _require(work, client_id)
    rows = consent_store.every(work.session, client_id)
    key = work.client_key(client_id)
    return [_shown(row, key) for row in rows]


@use_case(Permission.CLIENT_EDIT, audit=Action.CONSENT_EDIT, noun=Noun.CLIENT, subject="client_id", changes=True)
def add(work: Work, client_id: UUID, given: ConsentIn) -> ConsentOut:
    _require(work, client_id)
    key, row_id = work.client_key(client_id), new_id()
    row = Consent(
        id=row_id,
        client_id=client_id,
        channel=given.channel,
        address_sealed=b"",
        address_digest=b"",
        recorded_by=work.actor_id,
        created_at=work.now,
        updated_at=work.now,
    )
    _apply(work, row, given, key)
    consent_store.add(work.session, row)
    first_word.follow(work.session, client_id, work.now)
    return _shown(row, key)


@use_case(Permission.CLIENT_EDIT, audit=Action.CONSENT_EDIT, noun=Noun.CLIENT, subject="client_id", changes=True)
def change(work: Work, client_id: UUID, consent_id: UUID, given: ConsentIn, *, version: int) -> ConsentOut:
    row = _required(work, client_id, consent_id)
    if row.version != version:
        raise VersionMismatch
    key = work.client_key(client_id)
    _apply(work, row, given, key)
    row.updated_at, row.version = work.now, row.version + 1
    first_word.follow(work.session, client_id, work.now)
    return _shown(row, key)


@use_case(Permission.CLIENT_EDIT, audit=Action.CONSENT_EDIT, noun=Noun.CLIENT, subject="client_id", changes=True)
def remove(work: Work, client_id: UUID, consent_id: UUID) -> None:
    """An address that was wrong. One the client no longer wants used is withdrawn instead, and stays known as such."""
    consent_store.delete(work.session, _required(work, client_id, consent_id))
    first_word.follow(work.session, client_id, work.now)
    work.mention(removed=True)


def _require(work: Work, client_id: UUID) -> None:
    if client_store.get(work.session, client_id) is None:
        raise NotFound


def _required(work: Work, client_id: UUID, consent_id: UUID) -> Consent:
    row = consent_store.get(work.session, client_id, consent_id)
    if row is None:
        raise NotFound
    return row


def _apply(work: Work, row: Consent, given: ConsentIn, key: DataKey) -> None:
    address = addresses.canonical(given.channel, given.address)
    row.channel = given.channel
    row.address_sealed = key.seal(address, Place("consents", "address", row.id))
    row.address_digest = work.digest("address", addresses.looked_up(given.channel, address))
    if given.state is not row.state and given.state is not ConsentState.NOT_ASKED:
        row.asked_at = work.now
    row.state = given.state
    row.valid_until = given.valid_until
    row.may_mention_therapy = given.may_mention_therapy
    row.voicemail_allowed = given.voicemail_allowed
    place = Place("consents", "sender_name", row.id)
    row.sender_name_sealed = key.seal(given.sender_name, place) if given.sender_name else None
    row.safe_from, row.safe_until = given.safe_from, given.safe_until
    row.recorded_by = work.actor_id


def _shown(row: Consent, key: DataKey) -> ConsentOut:
    sender_name = None
    if row.sender_name_sealed is not None:
        sender_name = key.open(row.sender_name_sealed, Place("consents", "sender_name", row.id))
    return ConsentOut(
        id=row.id,
        channel=row.channel,
        address=key.open(row.address_sealed, Place("consents", "address", row.id)),
        state=row.state,
        asked_at=row.asked_at,
        valid_until=row.valid_until,
        may_mention_therapy=row.may_mention_therapy,
        voicemail_allowed=row.voicemail_allowed,
        sender_name=sender_name,
        safe_from=row.safe_from,
        safe_until=row.safe_until,
        updated_at=row.updated_at,
        version=row.version,
    )
