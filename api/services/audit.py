"""Reading the audit trail. Reading it leaves an entry of its own."""

from uuid import UUID

from api.domain import audit as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.services.gate import OF_NO_CASELOAD, Noun, use_case
from api.services.work import Work
from api.store import audit as audit_store
from schemas.tables import AuditEntry
from schemas.wire.audit import AuditEntryOut
from schemas.wire.common import Page

_SOME_RECORD = "record"


@use_case(Permission.AUDIT_READ, audit=Action.AUDIT_READ)
def page(work: Work, *, subject_id: UUID | None, before: UUID | None, limit: int) -> Page[AuditEntryOut]:
    """Newest first; `subject_id` narrows to one client, member, key, ...

    Whoever may not read clients' records learns from the trail who was in one and when, and nothing about anybody's care.
    """
    found = audit_store.page(work.session, before=before, subject_id=subject_id, limit=limit + 1)
    if subject_id is not None:
        work.about(subject_id)
    work.mention(count=min(len(found), limit))
    shown = _shown if Permission.CLIENT_READ in work.principal.permissions else _without_care
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[AuditEntryOut](items=[shown(entry) for entry in found[:limit]], next_cursor=cursor)


def _without_care(entry: AuditEntry) -> AuditEntryOut:
    """Kept: who, when, how it was answered, and which record; that of a client by name of the noun, the others alike."""
    told = _shown(entry)
    if told.subject_kind is None or told.subject_kind in OF_NO_CASELOAD:
        return told
    kind = Noun.CLIENT if told.subject_kind == Noun.CLIENT else _SOME_RECORD
    return told.model_copy(update={"action": rules.without_care(told.action), "subject_kind": str(kind), "details": {}})


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
