"""What every step of taking facts in works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from api.store.intake.rehearsal import Rehearsal
from api.store.intake.repeats import Repeats
from api.store.sealing import DataKey, Keyring
from schemas.vocabulary import RowOutcome


class Outcome(NamedTuple):
    """What became of one fact. `code` says why it was refused."""

    outcome: RowOutcome
    row_id: UUID | None = None
    code: str | None = None
    detail: str | None = None


def refused(code: str, detail: str) -> Outcome:
    return Outcome(RowOutcome.REJECTED, code=code, detail=detail)


@dataclass(slots=True)
class Intake:
    """One unit's worth of taking in. `adds_people`: a file may name clients and clinicians we never heard of;
    a single appointment may not. `touched` and `clinicians_away` collect what wants assessing afterwards.
    `changes` are the members in whose caseloads may be written (None: the whole practice); an episode that has to be
    begun is `begins_for`'s where the source names nobody. With a `rehearsal` nothing will be kept, and earlier slices are known from it alone.
    `repeats` are facts that other imports told before.
    """

    session: Session
    keyring: Keyring
    practice_key: DataKey
    digest: Callable[..., bytes]
    practice_id: UUID
    source: str
    time_zone: str
    now: datetime
    import_id: UUID | None = None
    recorded_by: UUID | None = None
    adds_people: bool = False
    changes: frozenset[UUID] | None = None
    begins_for: UUID | None = None
    rehearsal: Rehearsal | None = None
    repeats: Repeats = field(default_factory=Repeats)
    touched: set[UUID] = field(default_factory=set)
    clinicians_away: set[UUID] = field(default_factory=set)

    def is_anothers(self, import_id: UUID | None) -> bool:
        """Whether another import told what this one, which is kept, tells again."""
        return import_id is not None and self.import_id not in (None, import_id) and self.rehearsal is None
