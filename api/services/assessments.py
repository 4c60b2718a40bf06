"""Keeping what noticing stored in step with the facts, for the worker: what changed in bulk, and what time changed."""

from api.domain.access import Permission
from api.services.gate import use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import episodes as episode_store

SLICE = 100


@use_case(Permission.JOB_RUN, audit=None)
def refresh_due(work: Work) -> int:
    """Assesses some of the episodes that are due again; how many there were. Fewer than SLICE: none are left."""
    due = episode_store.due_for_assessment(work.session, now=work.now, limit=SLICE)
    if due:
        assessment_store.refresh(work.session, due, work.now)
    return len(due)
