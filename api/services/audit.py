"""Reading the audit trail. Reading it leaves an entry of its own."""

from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.services.gate import use_case
from api.services.work import Work
from api.store import audit as audit_store
from schemas.tables import AuditEntry
from schemas.wire.audit import AuditEntryOut
from schemas.wire.common import Page


@use_case(Permission.AUDIT_READ, audit=Action.AUDIT_READ)
def page(work: Work, *, subject_id: UUID | None, before: UUID | None, limit: int) -> Page[AuditEntryOut]:
    """Newest first; `subject_id` narrows to one client, member, key, ..."""
    found = audit_store.page(work.session, before=before, subject_id=subject_id, limit=limit + 1)
    if subject_id is not None:
        work.about(subject_id)
    work.mention(count=min(len(found), limit))
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[AuditEntryOut](items=[_shown(entry) for entry in found[:limit]], next_cursor=cursor)


def _shown(entry: AuditEntry) -> AuditEntryOut:
    return AuditEntryOut(
        id=entry.id,
        at=entry.at,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        action=entry.action,
        outcome=entry.outcome,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        request_id=entry.request_id,
        details=entry.details,
    )
