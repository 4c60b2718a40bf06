"""Use cases about consents: which address of a client may be used, how and when. Nobody is ever asked why.

What a client said about an address is added to, never replaced: a refusal stays on record when they allow it again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import consents as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch
from api.formats import addresses
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import filling, first_word, stops, tenancy
from api.store import flags as flag_store
from api.store import tasks as task_store
from api.store.sealing import DataKey, Place
from schemas.tables import Consent, ConsentAnswer
from schemas.tables.base import new_id
from schemas.vocabulary import Authority, ConsentState, StopReason, TaskKind
from schemas.wire.clients import ConsentAnswerOut, ConsentIn, ConsentOut


@use_case(Permission.CLIENT_READ, audit=Action.CONSENT_LIST, noun=Noun.CLIENT, subject="client_id")
def page(work: Work, client_id: UUID) -> list[ConsentOut]:
    if client_store.get(work.session, client_id) is None:
        raise NotFound
    rows = consent_store.every(work.session, client_id)
    if not rows:
        return []
    answers = consent_store.answers(work.session, client_id)
    key = work.client_key(client_id)
    refused = consent_store.refused_before(work.session, rows)
    return [_shown(row, answers[row.id], key, refused) for row in rows]


@use_case(Permission.CLIENT_EDIT, audit=Action.CONSENT_EDIT, noun=Noun.CLIENT, subject="client_id", changes=True)
def add(work: Work, client_id: UUID, given: ConsentIn) -> ConsentOut:
    """An address stands on record once. Whoever adds it again is told so, and nothing changes."""
    address = _address(work, client_id, given)
    _require_reader(given, address)
    if consent_store.of_address(work.session, client_id, given.channel, address.digest) is not None:
        raise _known()
    row = Consent(
        id=new_id(),
        client_id=client_id,
        channel=given.channel,
        address_sealed=b"",
        address_digest=address.digest,
        recorded_by=work.actor_id,
        created_at=work.now,
        updated_at=work.now,
    )
    _apply(work, row, given, address)
    consent_store.add(work.session, row)
    if rules.is_answer(None, consent_store.terms(row)):
        _keep_answer(work, row)
    return _follow(work, row)


@use_case(Permission.CLIENT_EDIT, audit=Action.CONSENT_EDIT, noun=Noun.CLIENT, subject="client_id", changes=True)
def change(work: Work, client_id: UUID, consent_id: UUID, given: ConsentIn, *, version: int) -> ConsentOut:
    """What the client says now is added to what they said before. Raises Conflict where something said would be lost."""
    address = _address(work, client_id, given)
    row = _required(work, client_id, consent_id)
    if row.version != version:
        raise VersionMismatch
    known = consent_store.of_address(work.session, client_id, given.channel, address.digest)
    if known is row and address.adult_on is not None:
        given = _as_told_before(given, row)
    _require_reader(given, address)
    rules.require_change(_said(work, row), given.state, same_address=known is row)
    if known is not None and known is not row:
        raise _known()
    if known is not row:
        _require_unflagged(work, row)
        rules.require_still_said(
            alone=given.authority is not Authority.CONSENTED_ALONE and _says_alone_that_they_are(work, row)
        )
    former, terms = consent_store.terms(row), filling.terms_digest(work, row)
    if row.address_digest != address.digest:
        _stop(work, row)
    _apply(work, row, given, address)
    if filling.terms_digest(work, row) != terms:
        _stop(work, row)
    if rules.is_answer(former, consent_store.terms(row)):
        _keep_answer(work, row)
    row.updated_at, row.version = work.now, row.version + 1
    return _follow(work, row)


@use_case(Permission.CLIENT_EDIT, audit=Action.CONSENT_EDIT, noun=Noun.CLIENT, subject="client_id", changes=True)
def remove(work: Work, client_id: UUID, consent_id: UUID) -> None:
    """An address that was wrong. One the client refused stays known as such; raises Conflict."""
    client_store.lock(work.session, {client_id})
    row = _required(work, client_id, consent_id)
    rules.require_removal(_said(work, row), alone=_says_alone_that_they_are(work, row))
    _require_unflagged(work, row)
    _stop(work, row)
    checkin_store.forget_address(work.session, row.id)
    with tenancy.whole_practice(work.session):
        task_store.finish(work.session, TaskKind.ASK_AGAIN, row.id, by=work.actor_id, now=work.now)
    consent_store.delete(work.session, row)
    first_word.follow(work.session, client_id, work.now)
    work.mention(removed=True)


@dataclass(frozen=True, slots=True)
class _Address:
    """`adult_on` is the client's: what a minor allows is asked again when they come of age."""

    canonical: str
    digest: bytes
    adult_on: date | None


def _address(work: Work, client_id: UUID, given: ConsentIn) -> _Address:
    """Holds the client, so that of two who record one address at once the second finds the first, and whoever shares it."""
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    address = addresses.canonical(given.channel, given.address, zone=client.time_zone)
    if given.state is ConsentState.GRANTED:
        addresses.require_texts(given.channel, address)
    digest = work.digest("address", addresses.looked_up(given.channel, address))
    stops.hold_around(work.session, {client_id}, [digest])
    work.session.refresh(client)
    today = work.now.astimezone(ZoneInfo(client.time_zone)).date()
    return _Address(address, digest, client.adult_on if rules.is_minor(client.adult_on, today) else None)


def _require_reader(given: ConsentIn, address: _Address) -> None:
    if given.state is ConsentState.GRANTED and address.adult_on is not None:
        rules.require_reader(given.recipient, given.authority)


def _as_told_before(given: ConsentIn, row: Consent) -> ConsentIn:
    """Who reads for a minor, and what allows it, stays on record until something else is said of it: silence takes back neither."""
    kept = {"recipient": given.recipient or row.recipient, "authority": given.authority or row.authority}
    return given.model_copy(update=kept)


def _says_alone_that_they_are(work: Work, row: Consent) -> bool:
    """Whether it is of this address of a minor alone that they consented to the care by themselves."""
    client = client_store.get(work.session, row.client_id)
    if client is None or not rules.is_minor(client.adult_on, work.now.astimezone(ZoneInfo(client.time_zone)).date()):
        return False
    every = consent_store.every(work.session, row.client_id)
    return [one.id for one in every if one.authority is Authority.CONSENTED_ALONE] == [row.id]


def _known() -> Conflict:
    return Conflict("This address is on record already. Change there what may be done with it.", code="address_known")


def _required(work: Work, client_id: UUID, consent_id: UUID) -> Consent:
    row = consent_store.get(work.session, client_id, consent_id)
    if row is None:
        raise NotFound
    return row


def _stop(work: Work, row: Consent) -> None:
    reason = StopReason.PERMISSION_CHANGED
    checkin_store.stop_pending(work.session, [row.client_id], reason, work.now, consent_id=row.id)


def _said(work: Work, row: Consent) -> list[ConsentState]:
    return [answer.state for answer in consent_store.answers(work.session, row.client_id)[row.id]]


def _require_unflagged(work: Work, row: Consent) -> None:
    """What is not safe would be forgotten with its address, and the address could be recorded anew as if it were."""
    if any(flag.consent_id == row.id for flag in flag_store.open_ones(work.session, {row.client_id})):
        raise Conflict("It is on record that this address is not safe. Clear that first.", code="address_flagged")


def _apply(work: Work, row: Consent, given: ConsentIn, address: _Address) -> None:
    key = work.client_key(row.client_id)
    row.channel, row.address_digest = given.channel, address.digest
    row.address_sealed = key.seal(address.canonical, Place("consents", "address", row.id))
    row.state = given.state
    row.valid_until = rules.until_of_age(given.valid_until, address.adult_on)
    row.may_mention_therapy = given.may_mention_therapy
    row.voicemail_allowed = given.voicemail_allowed
    place = Place("consents", "sender_name", row.id)
    row.sender_name_sealed = key.seal(given.sender_name, place) if given.sender_name else None
    row.safe_from, row.safe_until = given.safe_from, given.safe_until
    row.recipient, row.authority = given.recipient, given.authority
    # Whoever saves it has looked at it, or has put it right.
    row.bouncing_since = None
    row.recorded_by = work.actor_id


def _keep_answer(work: Work, row: Consent) -> None:
    row.asked_at = work.now
    with tenancy.whole_practice(work.session):
        task_store.finish(work.session, TaskKind.ASK_AGAIN, row.id, by=work.actor_id, now=work.now)
    answer = ConsentAnswer(
        consent_id=row.id,
        client_id=row.client_id,
        state=row.state,
        valid_until=row.valid_until,
        at=work.now,
        recorded_by=work.actor_id,
    )
    consent_store.add(work.session, answer)


def _follow(work: Work, row: Consent) -> ConsentOut:
    """What was said about being reached is known to noticing at once."""
    if rules.refused([row.state]):
        stops.by_refusal(work.session, row.address_digest, work.now, by=row.client_id)
    elif row.state is not ConsentState.GRANTED:
        _stop(work, row)
    first_word.follow(work.session, row.client_id, work.now)
    answers = consent_store.answers(work.session, row.client_id)[row.id]
    return _shown(row, answers, work.client_key(row.client_id), consent_store.refused_before(work.session, [row]))


def _shown(row: Consent, answers: Sequence[ConsentAnswer], key: DataKey, refused: Collection[UUID]) -> ConsentOut:
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
        recipient=row.recipient,
        authority=row.authority,
        refused_before=row.id in refused,
        bouncing_since=row.bouncing_since,
        answers=[
            ConsentAnswerOut(
                state=answer.state, valid_until=answer.valid_until, at=answer.at, recorded_by=answer.recorded_by
            )
            for answer in answers
        ],
        updated_at=row.updated_at,
        version=row.version,
    )
