"""The worker's quiet duties: claiming jobs, sealing the audit trail, forgetting what has expired."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from api.domain import brakes
from api.domain.access import Permission
from api.domain.audit import Action
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import answers as answer_store
from api.store import audit as audit_store
from api.store import imports as import_store
from api.store import installation, locks
from api.store import jobs as job_store
from api.store import limits as limit_store
from api.store import sign_ins as sign_in_store
from api.store.jobs import Claim
from schemas.vocabulary import ImportState

_ANSWERS_KEPT = timedelta(hours=24)
_WINDOWS_KEPT = timedelta(hours=1)
_DRY_RUNS_KEPT = timedelta(days=7)
_SEALED_AT_ONCE = 500


@use_case(Permission.WORKER_CLAIM, audit=None)
def claim_job(work: Work) -> Claim | None:
    return job_store.claim(work.session, work.now)


@use_case(Permission.WORKER_CLAIM, audit=None)
def practices_with_work(work: Work) -> Sequence[UUID]:
    return job_store.practices_with_work(work.session, work.now)


@use_case(Permission.WORKER_CLAIM, audit=None)
def every_practice(work: Work) -> Sequence[UUID]:
    """For what is looked at every few minutes, by the calendar and not by what has changed."""
    return [practice[0] for practice in installation.practices(work.session)]


@use_case(Permission.WORKER_CLAIM, audit=None)
def forget_expired(work: Work) -> None:
    limit_store.forget_before(work.session, work.now - _WINDOWS_KEPT)
    answer_store.forget_before(work.session, work.now - _ANSWERS_KEPT)
    import_store.expire_dry_runs(work.session, work.now - _DRY_RUNS_KEPT)
    sign_in_store.forget_brakes_before(work.session, work.now - brakes.FORGET_AFTER)


@use_case(Permission.JOB_RUN, audit=None)
def put_back(work: Work, claim: Claim, failure_code: str) -> bool:
    return job_store.put_back(work.session, claim, failure_code, work.now)


@use_case(Permission.JOB_RUN, audit=None)
def release(work: Work, claim: Claim) -> None:
    """A worker that is asked to stop leaves its job to the next at once; that was no failed attempt."""
    job_store.release(work.session, claim)


@use_case(Permission.JOB_RUN, audit=Action.IMPORT_APPLY, noun=Noun.IMPORT)
def give_up(work: Work, claim: Claim) -> None:
    """After too many attempts a person has to look: the import says that it failed, and what was taken in can be undone."""
    row = import_store.get(work.session, claim.subject_id)
    if row is not None:
        row.state, row.finished_at, row.version = ImportState.FAILED, work.now, row.version + 1
        row.failure_code = "gave_up"
        row.failure_detail = "It was tried many times and did not succeed. The log of the worker says why."
    work.about(claim.subject_id)


@use_case(Permission.JOB_RUN, audit=None)
def seal_audit(work: Work) -> int:
    """Appends unsealed entries to the chain; how many. None where another worker is at it: two would want the same link."""
    if not locks.alone(work.session, "seal the audit trail"):
        return 0
    return audit_store.seal_next(work.session, now=work.now, limit=_SEALED_AT_ONCE)
