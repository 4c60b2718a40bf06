"""Handing out everything the practice holds about one client, opened and readable.

For a practice lead, who reads it before it goes on: it has what others said about the client, and a clinician sees no more
than a part of a record that colleagues share.
"""

from dataclasses import dataclass
from uuid import UUID

from api.domain import erasure
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound
from api.formats import client_export
from api.formats.client_export import Document, Section
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import caseload as caseload_store
from api.store import clients as client_store
from api.store import names, records
from api.store import practices as practice_store
from api.store.sealing import Place

_REMARKS = (
    """This is everything that this system holds about the client, also what was corrected or withdrawn later. Where several take
    part in an episode, it has what is about all of them together, and nothing that is about another alone.""",
    "Read it before it is handed on: notes and contacts may name other people.",
    """Left out are working values without words, fingerprints of addresses, the reason of a legal hold, and who paused messages
    for the practice and why.""",
    """Times are in UTC. Answers kept for repeated requests, at most a day old, and files waiting to be read in are not part
    of it.""",
)


@dataclass(frozen=True, slots=True)
class Export:
    """`name` of the file says nothing about the client."""

    name: str
    content: bytes


@use_case(Permission.CLIENT_EXPORT, audit=Action.CLIENT_EXPORT, noun=Noun.CLIENT, subject="client_id")
def make(work: Work, client_id: UUID) -> Export:
    """Raises Conflict for a client who was erased, or merged into another: that one has it all."""
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    if client.merged_into_id is not None:
        raise Conflict("This client was merged into another. Export that one.", code="merged")
    if client.erased_at is not None:
        raise erasure.erased()
    mine = records.whose(work.session, client_id)
    keys = work.client_keys(mine.client_ids)
    member_id = work.principal.id
    treats = member_id is not None and caseload_store.in_caseload_of(work.session, "client", client_id, [member_id])
    sections = [
        Section(belonging.table, belonging.title, rows)
        for belonging, rows in records.tables(work.session, mine, keys, treats=treats)
    ]
    ids = set().union(*(records.mentioned(section.rows) for section in sections))
    people = names.of_members(work.session, work.keyring, ids)
    document = Document(
        practice=practice_store.current(work.session).name,
        client_id=str(client_id),
        client_name=keys[client_id].open(client.name_sealed, Place("clients", "name", client_id)),
        made_at=work.now,
        remarks=[" ".join(remark.split()) for remark in _REMARKS],
        people={str(member_id): name for member_id, name in people.items()},
        sections=sections,
    )
    work.mention(row_count=sum(len(section.rows) for section in sections))
    return Export(f"record-{work.now:%Y-%m-%d}.zip", client_export.zipped(document))
