"""The audit trail."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn
from api.services import audit
from schemas.wire.audit import AuditEntryOut
from schemas.wire.common import Page

router = APIRouter(prefix="/audit", tags=["Audit"])


@router.get("", summary="Read the audit trail, newest first", responses=problems(401, 403))
def page(
    work: SignedIn,
    after: AfterId,
    subject_id: Annotated[UUID | None, Query(description="Only what was done to this client, member, key, ...")] = None,
    limit: Limit = 50,
) -> Page[AuditEntryOut]:
    """Reading the trail leaves an entry in it."""
    return audit.page(work, subject_id=subject_id, before=after, limit=limit)
