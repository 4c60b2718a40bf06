"""The words of a message as the client will read them, and what its address allows while somebody approves them.

A draft keeps what its author typed. What stands in braces is filled in once, from the record of that moment and for the address
the message is to; what came out of that is never read as a template again, whatever somebody is called.
"""

from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import letters, merge_fields, offered_times, way_back
from api.domain.errors import Conflict
from api.domain.merge_fields import MergeField
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import letters as letter_store
from api.store import letters_told, names, ways_back
from api.store import offered_times as time_store
from api.store import practices as practice_store
from api.store.checkins import Typed, Words
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import CheckIn, Consent
from schemas.vocabulary import Channel, CheckInKind, Locale

_READ_WHEN = {Locale.EN: "I read replies on weekdays.", Locale.ES: "Leo las respuestas de lunes a viernes."}


class Unit(Protocol):
    """What it takes to open and seal: a unit of work has it."""

    @property
    def session(self) -> Session: ...

    @property
    def keyring(self) -> Keyring: ...

    def client_key(self, client_id: UUID) -> DataKey:
        """Raises Conflict where the client was erased."""

    def digest(self, purpose: str, *parts: str | UUID) -> bytes: ...


def write(unit: Unit, row: CheckIn, consent: Consent | None, typed: Typed) -> None:
    """Kept as it was typed, and as the client will read it. Raises Invalid, Conflict."""
    row.channel = consent.channel if consent else Channel.EMAIL
    key = unit.client_key(row.client_id)
    subject, body = filled(unit, row, consent, typed)
    row.subject_sealed = key.seal(subject, Place("check_ins", "subject", row.id))
    row.body_sealed = key.seal(body, Place("check_ins", "body", row.id))
    row.typed_sealed = checkin_store.sealed_as_typed(row, key, typed)


def filled(unit: Unit, row: CheckIn, consent: Consent | None, typed: Typed) -> tuple[str, str]:
    """Subject and body. What was not typed as a template stands as it is. Raises Invalid, Conflict for an address it is too much for."""
    _require_nameable(row, consent, typed)
    found = values(unit, row, consent)
    letters.require_room(merge_fields.fields_in(typed.body or ""), found)
    subject, body = typed.subject, typed.body
    if subject is not None:
        subject = merge_fields.expand(subject, found, allowed=merge_fields.IN_A_SUBJECT, pointer="/subject")
    if body is not None:
        body = merge_fields.expand(body, found, allowed=merge_fields.IN_A_BODY, pointer="/body")
    if subject is None or body is None:
        words = checkin_store.opened(row, unit.client_key(row.client_id))
        return subject or words.subject, body or words.body
    return subject, body


def _require_nameable(row: CheckIn, consent: Consent | None, typed: Typed) -> None:
    """Each time it is filled in: an address is chosen later than the words, and what it allows may come to be less."""
    if row.kind is CheckInKind.CLOSING_LETTER and consent is not None:
        asked = merge_fields.fields_in(f"{typed.subject or ''} {typed.body or ''}")
        letters.require_nameable(asked, may_mention_therapy=consent.may_mention_therapy)


def reads_the_same(unit: Unit, row: CheckIn, consent: Consent | None, words: Words) -> bool:
    """Whether what stands in braces would be filled in by now as it was when somebody last looked it over."""
    typed = checkin_store.typed(row, unit.client_key(row.client_id))
    return filled(unit, row, consent, typed) == (words.subject, words.body)


def terms_digest(unit: Unit, consent: Consent | None) -> bytes | None:
    """What may be written to this address, when, as whom and to whom, so that a change shows. None: not to be read any more."""
    if consent is None:
        return None
    try:
        sender = _chosen_sender(unit, consent)
    except (Conflict, LookupError):
        return None
    terms: tuple[object, ...] = (
        sender,
        consent.may_mention_therapy,
        consent.recipient,
        consent.safe_from,
        consent.safe_until,
    )
    if consent.authority is not None:
        terms = (*terms, consent.authority)
    return unit.digest("terms of an address", *(repr(one) for one in terms))


def _chosen_sender(unit: Unit, consent: Consent) -> str | None:
    if consent.sender_name_sealed is None:
        return None
    place = Place("consents", "sender_name", consent.id)
    return unit.client_key(consent.client_id).open(consent.sender_name_sealed, place)


def _sender(unit: Unit, consent: Consent | None, writer_id: UUID) -> str:
    chosen = _chosen_sender(unit, consent) if consent is not None else None
    return chosen or names.of_members(unit.session, unit.keyring, {writer_id})[writer_id]


def values(unit: Unit, row: CheckIn, consent: Consent | None) -> dict[MergeField, str]:
    """What each field stands for in this message now; left out is what there is nothing to say for."""
    episode = episode_store.get(unit.session, row.episode_id)
    clinician_id = (episode.responsible_id if episode else None) or row.written_by
    client = names.of_clients(unit.session, unit.keyring, {row.client_id})[row.client_id]
    practice = practice_store.current(unit.session)
    read_when = {Locale.EN: practice.replies_read_en, Locale.ES: practice.replies_read_es}[row.locale]
    return {
        MergeField.CLIENT_FIRST_NAME: client.split()[0],
        MergeField.SENDER_NAME: _sender(unit, consent, row.written_by),
        MergeField.CLINICIAN_NAME: names.of_members(unit.session, unit.keyring, {clinician_id})[clinician_id],
        MergeField.PRACTICE_NAME: practice.name,
        MergeField.REPLY_READ_WHEN: read_when or _READ_WHEN[row.locale],
        MergeField.WAY_BACK: " ".join(way_back.shown(row.locale, *ways_back.words(unit.session, row.locale))),
        **_offered_times(unit, row, practice.time_zone),
        **_of_its_note(unit, row),
    }


def _of_its_note(unit: Unit, row: CheckIn) -> dict[MergeField, str]:
    """Only what a note says for the client's own use, and only in the letter that was written with it."""
    note = letter_store.note_of(unit.session, row.id) if row.kind is CheckInKind.CLOSING_LETTER else None
    if note is None:
        return {}
    return letters.fields(letters_told.said(unit.session, unit.keyring, note), row.locale)


def _offered_times(unit: Unit, row: CheckIn, practice_zone: str) -> dict[MergeField, str]:
    """On the client's clock. Where a message offers none there is nothing to fill in, and the field is refused."""
    found = time_store.of_messages(unit.session, [row.id]).get(row.id, [])
    client = client_store.get(unit.session, row.client_id)
    if not found or client is None:
        return {}
    times = [one.starts_at for one in found]
    named_zone = client.time_zone != practice_zone
    said = offered_times.in_a_sentence(times, client.time_zone, row.locale, named_zone=named_zone)
    return {MergeField.OFFERED_TIMES: said}
