"""Keeping what noticing stored in step with the facts, for the worker: what changed in bulk, and what time changed."""

from api.domain.access import Permission
from api.services.gate import use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import episodes as episode_store

SLICE = 100


@use_case(Permission.JOB_RUN, audit=None)
def refresh_due(work: Work) -> int:
    """Assesses some of the episodes that are due again; how many there were. Fewer than SLICE: none are left, but for what somebody
    holds: whoever does assesses it themselves, or leaves it due for the next time. 0: there is nothing to be had.
    """
    due = episode_store.due_for_assessment(work.session, now=work.now, limit=SLICE)
    free = episode_store.hold_free(work.session, due) if due else []
    if free:
        assessment_store.refresh(work.session, free, work.now)
    return len(due) if free else 0
