"""Checking the sealed chain of a practice's audit trail, for the operator and whoever asks them to."""

from dataclasses import dataclass

from api.domain.access import Permission
from api.services.gate import use_case
from api.services.work import Work
from api.store import audit as audit_store

NO_PRACTICE = audit_store.NO_PRACTICE


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`broken_at` is the first position at which the chain does not hold. Entries of the last moments wait to be sealed."""

    broken_at: int | None
    why: str | None
    waiting: int


@use_case(Permission.AUDIT_VERIFY, audit=None)
def verify(work: Work) -> ChainReport:
    found = audit_store.first_break(work.session)
    waiting = audit_store.unsealed_count(work.session)
    return ChainReport(found.position if found else None, found.why if found else None, waiting)
