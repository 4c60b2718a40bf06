"""What the operator of an installation may know of it: which practices there are, and how far an import is."""

from dataclasses import dataclass
from uuid import UUID

from api.domain.access import Permission
from api.domain.errors import NotFound
from api.services.gate import use_case
from api.services.work import Work
from api.store import imports as import_store
from api.store import installation as installation_store
from schemas.vocabulary import ImportState


@dataclass(frozen=True, slots=True)
class NamedPractice:
    """Enough to tell practices apart at the command line."""

    id: UUID
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """Counts only: nothing of what the file says."""

    state: ImportState
    rows_read: int


@use_case(Permission.INSTALLATION_SET_UP, audit=None)
def practices(work: Work) -> list[NamedPractice]:
    return [NamedPractice(*row) for row in installation_store.practices(work.session)]


@use_case(Permission.JOB_RUN, audit=None)
def import_progress(work: Work, import_id: UUID) -> ImportProgress:
    """For whoever runs the job and watches it; reading the report is another act, with a trace of its own."""
    row = import_store.get(work.session, import_id)
    if row is None:
        raise NotFound
    return ImportProgress(row.state, row.rows_read)
