"""Use cases about clients: adding, reading, changing, finding by name, keeping in step with another system, merging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import consents as consent_rules
from api.domain import erasure
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch, invalid_field
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import deaths, doubles, first_word, tenancy
from api.store import episodes as episode_store
from api.store import item_answers as answer_store
from api.store import keys as key_store
from api.store import outreach_plans as plan_store
from api.store import practices as practice_store
from api.store.sealing import DataKey, Place
from schemas.tables import Client, ExternalId
from schemas.tables.base import new_id
from schemas.vocabulary import StopReason
from schemas.wire.clients import ClientIn, ClientOut, ClientPatch, ExternalIdOut
from schemas.wire.common import Page

_SEARCHED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Upserted:
    client: ClientOut
    created: bool


@use_case(Permission.CLIENT_EDIT, audit=Action.CLIENT_ADD, noun=Noun.CLIENT)
def add(work: Work, given: ClientIn) -> ClientOut:
    """Until an episode begins the client is seen by whoever added them, and by those who see the whole practice."""
    client = _new(work, given)
    return _shown(work, [client])[0]


@use_case(Permission.CLIENT_READ, audit=Action.CLIENT_READ, noun=Noun.CLIENT, subject="client_id")
def read(work: Work, client_id: UUID) -> ClientOut:
    return _shown(work, [_required(work, client_id)])[0]


@use_case(Permission.CLIENT_READ, audit=Action.CLIENT_LIST, noun=Noun.CLIENT)
def page(work: Work, *, name: str | None, after: UUID | None, limit: int) -> Page[ClientOut]:
    """`name` searches the names in one's own scope, decrypted in memory: no index ever holds a name.

    With `name` the youngest come first, and a cursor may come with few or none: there are names not looked at yet.
    """
    if name is not None:
        return _search(work, name, after, limit)
    found = client_store.page(work.session, after=after, limit=limit + 1)
    work.mention(count=min(len(found), limit))
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[ClientOut](items=_shown(work, found[:limit]), next_cursor=cursor)


@use_case(Permission.CLIENT_EDIT, audit=Action.CLIENT_EDIT, noun=Noun.CLIENT, subject="client_id", changes=True)
def change(work: Work, client_id: UUID, given: ClientPatch, *, version: int) -> ClientOut:
    client = _required(work, client_id)
    if client.version != version:
        raise VersionMismatch
    if client.merged_into_id is not None:
        raise Conflict("This client was merged into another. Change that one.", code="merged")
    if client.erased_at is not None:
        raise erasure.erased()
    _apply(work, client, given)
    return _shown(work, [client])[0]


@use_case(Permission.CLIENT_EDIT, audit=Action.CLIENT_UPSERT, noun=Noun.CLIENT)
def upsert(work: Work, source: str, external_id: str, given: ClientIn) -> Upserted:
    """The same call twice changes nothing the second time."""
    digest = work.digest("client external id", source, external_id)
    client = client_store.by_external_id(work.session, source, digest)
    created = client is None
    if client is None:
        # A colleague's client of that key is as absent as any other; to begin a second one would be to take the key.
        with tenancy.whole_practice(work.session):
            if client_store.resolve(work.session, "client", source, [digest]):
                raise NotFound
        client = _new(work, given)
        _remember_external_id(work, client, source, external_id, digest)
    else:
        require_ones_own(work, Noun.CLIENT, client.id)
        _apply(work, client, ClientPatch.model_validate(given.model_dump(exclude_unset=True)))
    work.about(client.id)
    return Upserted(_shown(work, [client])[0], created)


@use_case(Permission.CLIENT_MERGE, audit=Action.CLIENT_MERGE, noun=Noun.CLIENT, subject="client_id", changes=True)
def merge(work: Work, client_id: UUID, double_id: UUID) -> ClientOut:
    """Moves the double's facts; episodes touched are assessed again. The double's id resolves to the client."""
    client_store.lock_alone(work.session, {client_id, double_id})
    client, double = _required(work, client_id), client_store.get(work.session, double_id)
    if double is None:
        raise invalid_field("/double_id", "There is no such client.")
    if client_id == double_id:
        raise invalid_field("/double_id", "A client is not a double of themselves.")
    if client.erased_at is not None or double.erased_at is not None:
        raise erasure.erased()
    if client.merged_into_id is not None or double.merged_into_id is not None:
        raise Conflict("One of the two was merged before.", code="merged")
    checkin_store.stop_pending(work.session, [client_id, double_id], StopReason.MERGED, work.now)
    plan_store.keep_one(work.session, double_id, client_id, work.now, by=work.actor_id)
    touched = doubles.move(work.session, work.keyring, double_id=double_id, into_id=client_id)
    client.client_contacts_us = client.client_contacts_us or double.client_contacts_us
    _take_over(work, client, double)
    if client.died_on is not None:
        deaths.ask_nothing_more(work.session, {client_id}, work.now, by=work.actor_id)
    episode_store.mark_for_assessment(work.session, touched)
    first_word.follow(work.session, client_id, work.now)
    double.merged_into_id, double.updated_at, double.version = client_id, work.now, double.version + 1
    work.mention(double_id=str(double_id), episode_count=len(touched))
    return _shown(work, [client])[0]


def _required(work: Work, client_id: UUID) -> Client:
    """A client outside the caller's caseload is reported as absent, so existence does not leak."""
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    return client


def _new(work: Work, given: ClientIn) -> Client:
    client_id = new_id()
    key, stored = work.keyring.new_data_key()
    practice = practice_store.current(work.session)
    client = Client(
        id=client_id,
        name_sealed=key.seal(given.name, Place("clients", "name", client_id)),
        time_zone=given.time_zone or practice.time_zone,
        client_contacts_us=given.client_contacts_us,
        locale=given.locale,
        adult_on=given.adult_on,
        emergency_contact_sealed=_sealed_contact(key, client_id, given.emergency_contact),
        opened_by=work.principal.id,
        created_at=work.now,
        updated_at=work.now,
    )
    client_store.add(work.session, client)
    key_store.add_for_client(work.session, client_id, stored, work.now)
    work.about(client_id)
    return client


def _apply(work: Work, client: Client, given: ClientPatch) -> None:
    """Changes what differs; a row that says the same already keeps its version."""
    key = work.client_key(client.id)
    place = Place("clients", "name", client.id)
    changed = False
    if given.name is not None and given.name != key.open(client.name_sealed, place):
        client.name_sealed, changed = key.seal(given.name, place), True
    if given.time_zone is not None and given.time_zone != client.time_zone:
        client.time_zone, changed = given.time_zone, True
        episode_store.move_zone(work.session, client.id, given.time_zone)
    if given.client_contacts_us is not None and given.client_contacts_us != client.client_contacts_us:
        client.client_contacts_us, changed = given.client_contacts_us, True
        if given.client_contacts_us:
            checkin_store.stop_pending(work.session, [client.id], StopReason.PERMISSION_CHANGED, work.now)
        first_word.follow(work.session, client.id, work.now)
    if _apply_what_may_be_taken_back(work, client, given) or changed:
        client.updated_at, client.version = work.now, client.version + 1


def _apply_what_may_be_taken_back(work: Work, client: Client, given: ClientPatch) -> bool:
    """Of these a null that was sent means that it is not so any more."""
    sent, key = given.model_fields_set, work.client_key(client.id)
    today = work.now.astimezone(ZoneInfo(client.time_zone)).date()
    changed = False
    if "locale" in sent and given.locale != client.locale:
        client.locale, changed = given.locale, True
    if "emergency_contact" in sent and given.emergency_contact != _contact(key, client):
        client.emergency_contact_sealed = _sealed_contact(key, client.id, given.emergency_contact)
        changed = True
    if "adult_on" in sent and given.adult_on != client.adult_on:
        client.adult_on, changed = given.adult_on, True
        if given.adult_on is not None and consent_rules.is_minor(given.adult_on, today):
            consent_store.end_with_minority(work.session, client.id, given.adult_on)
    if "died_on" in sent and given.died_on != client.died_on:
        if given.died_on is not None and given.died_on > today:
            raise invalid_field("/died_on", "This day is still to come.")
        client.death_known_at = _death_known_at(client, given.died_on, work.now)
        client.died_on, changed = given.died_on, True
        deaths.follow(work.session, client, by=work.principal.id, today=today, now=work.now)
        if given.died_on is None:
            otherwise = work.actor_id if work.is_a_person else None
            answer_store.ask_about_what_waits(work.session, key, client.id, otherwise, by=work.actor_id, now=work.now)
    return changed


def _death_known_at(client: Client, died_on: date | None, now: datetime) -> datetime | None:
    """Another day for a death that is on record is no news of a death."""
    if died_on is None:
        return None
    return now if client.died_on is None else client.death_known_at


def _take_over(work: Work, client: Client, double: Client) -> None:
    """What only the double's record said. Where both say something, the client's stands, but for the day of coming of age."""
    keys = work.client_keys({client.id, double.id})
    client.locale = client.locale or double.locale
    # Of two days of coming of age the later: nobody is taken for an adult whom one of the records calls a minor.
    client.adult_on = max((on for on in (client.adult_on, double.adult_on) if on is not None), default=None)
    if client.died_on is None:
        client.died_on, client.death_known_at = double.died_on, double.death_known_at
    if client.emergency_contact_sealed is None:
        contact = _contact(keys[double.id], double)
        client.emergency_contact_sealed = _sealed_contact(keys[client.id], client.id, contact)


def _sealed_contact(key: DataKey, client_id: UUID, contact: str | None) -> bytes | None:
    return None if contact is None else key.seal(contact, Place("clients", "emergency_contact", client_id))


def _contact(key: DataKey, client: Client) -> str | None:
    sealed = client.emergency_contact_sealed
    return None if sealed is None else key.open(sealed, Place("clients", "emergency_contact", client.id))


def _remember_external_id(work: Work, client: Client, source: str, external_id: str, digest: bytes) -> None:
    sealed = work.client_key(client.id).seal(external_id, Place("external_ids", "external_id", client.id))
    client_store.add_external_id(
        work.session,
        ExternalId(noun="client", source=source, digest=digest, target_id=client.id, external_id_sealed=sealed),
    )


def _search(work: Work, name: str, after: UUID | None, limit: int) -> Page[ClientOut]:
    """Looks through so many names and no more; where that is not everybody, the cursor says where to go on."""
    wanted = name.casefold()
    found: list[UUID] = []
    looked_at = client_store.names_before(work.session, after, limit=_SEARCHED_AT_ONCE)
    going_on = looked_at[-1].client_id if len(looked_at) == _SEARCHED_AT_ONCE else None
    for row in looked_at:
        place = Place("clients", "name", row.client_id)
        if row.key is not None and wanted in work.keyring.unwrap(row.key).open(row.sealed, place).casefold():
            found.append(row.client_id)
            if len(found) == limit and row is not looked_at[-1]:
                going_on = row.client_id
                break
    work.mention(count=len(found))
    clients = sorted(client_store.every(work.session, found), key=lambda client: client.id, reverse=True)
    return Page[ClientOut](items=_shown(work, clients), next_cursor=str(going_on) if going_on else None)


def _shown(work: Work, clients: Sequence[Client]) -> list[ClientOut]:
    """Of somebody who was erased it says that, and nothing else that was theirs."""
    ids = [client.id for client in clients if client.erased_at is None]
    keys = work.client_keys(ids)
    elsewhere: dict[UUID, list[ExternalIdOut]] = {client.id: [] for client in clients}
    for row in client_store.external_ids(work.session, "client", ids):
        place = Place("external_ids", "external_id", row.target_id)
        opened = keys[row.target_id].open(row.external_id_sealed, place)
        elsewhere[row.target_id].append(ExternalIdOut(source=row.source, external_id=opened))
    return [
        ClientOut(
            id=client.id,
            name=_name(keys, client),
            time_zone=client.time_zone,
            client_contacts_us=client.client_contacts_us,
            locale=client.locale,
            adult_on=client.adult_on,
            died_on=client.died_on,
            emergency_contact=_contact(keys[client.id], client) if client.id in keys else None,
            merged_into_id=client.merged_into_id,
            erased_at=client.erased_at,
            external_ids=elsewhere[client.id],
            created_at=client.created_at,
            updated_at=client.updated_at,
            version=client.version,
        )
        for client in clients
    ]


def _name(keys: Mapping[UUID, DataKey], client: Client) -> str:
    key = keys.get(client.id)
    return erasure.NAME if key is None else key.open(client.name_sealed, Place("clients", "name", client.id))
