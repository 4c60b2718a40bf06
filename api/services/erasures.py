"""Use cases about the end of a record: erasing one client, and the legal hold that forbids it.

For a practice lead, who is asked for the word `erase`. What is done cannot be taken back.
"""

from uuid import UUID

from api.domain import erasure as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound
from api.services.gate import Noun, use_case
from api.services.work import Runtime, Work
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import erasing, records, scrubbing
from api.store.sealing import Place
from schemas.tables import Client
from schemas.wire.records import ErasedOut, EraseIn, LegalHoldIn


@use_case(Permission.CLIENT_ERASE, audit=Action.CLIENT_ERASE, noun=Noun.CLIENT, subject="client_id")
def erase(work: Work, client_id: UUID, given: EraseIn) -> ErasedOut:
    """The key of the client and of the doubles merged into them is destroyed. Raises Conflict where something stands in the way."""
    client_store.lock_alone(work.session, {client_id, *records.whose(work.session, client_id).client_ids})
    client = _required(work, client_id)
    mine = records.whose(work.session, client_id)
    rules.require_erasable(
        rules.Facts(
            is_merged=client.merged_into_id is not None,
            is_erased=client.erased_at is not None,
            legal_hold=any(row.legal_hold_at for row in client_store.every(work.session, mine.client_ids)),
            running_count=sum(len(episode_store.running_of(work.session, one)) for one in mine.client_ids),
            sending_count=erasing.sending_count(work.session, mine.client_ids),
            importing_count=erasing.importing_count(work.session),
        )
    )
    counts = erasing.erase(work.session, mine, by=work.principal.id, now=work.now)
    work.mention(reason=given.reason, **counts)
    work.after_commit(_scrub)
    return ErasedOut(
        client_id=client_id,
        erased_at=work.now,
        deleted_count=counts["deleted_count"],
        refused_count=counts["refused_count"],
    )


@use_case(Permission.CLIENT_ERASE, audit=Action.LEGAL_HOLD_SET, noun=Noun.CLIENT, subject="client_id")
def hold(work: Work, client_id: UUID, given: LegalHoldIn) -> None:
    client_store.lock(work.session, {client_id})
    client = _required(work, client_id)
    if client.merged_into_id is not None:
        raise Conflict("This client was merged into another. Hold that one.", code="merged")
    if client.legal_hold_at is not None:
        raise Conflict("A legal hold is on this record already.", code="legal_hold")
    sealed = work.client_key(client_id).seal(given.reason, Place("clients", "legal_hold_reason", client_id))
    client.legal_hold_at, client.legal_hold_by, client.legal_hold_reason_sealed = work.now, work.principal.id, sealed
    _changed(work, client)


@use_case(Permission.CLIENT_ERASE, audit=Action.LEGAL_HOLD_END, noun=Noun.CLIENT, subject="client_id")
def end_hold(work: Work, client_id: UUID) -> None:
    """Ending one that is not there is no mistake."""
    client_store.lock(work.session, {client_id})
    client = _required(work, client_id)
    if client.legal_hold_at is not None:
        client.legal_hold_at = client.legal_hold_by = client.legal_hold_reason_sealed = None
        _changed(work, client)


def _required(work: Work, client_id: UUID) -> Client:
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    return client


def _changed(work: Work, client: Client) -> None:
    client.updated_at, client.version = work.now, client.version + 1


def _scrub(runtime: Runtime) -> None:
    runtime.keyring.forget()
    scrubbing.scrub(runtime.sessions.kw["bind"])
