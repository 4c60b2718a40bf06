"""Runs an import or its undoing to the end, slice by slice. Killed at any point, the next worker goes on from there."""

from collections.abc import Iterator, Sequence
from itertools import islice

from api.domain.access import system_principal
from api.domain.facts import AppointmentFact, Fact, RowProblem
from api.formats import reading
from api.formats.errors import UnreadableFile
from api.services import assessments, intake
from api.services.intake import OpenedFile
from api.services.work import Runtime, unit
from api.store.intake.context import Outcome
from api.store.jobs import Claim
from schemas.vocabulary import RowOutcome

SLICE_ROWS = 1000


def apply(runtime: Runtime, claim: Claim) -> None:
    principal = system_principal(claim.practice_id)
    with unit(runtime, principal) as work:
        opened = intake.open_file(work, claim)
    if opened is not None:
        try:
            _take_in(runtime, claim, opened)
        except UnreadableFile as error:
            with unit(runtime, principal) as work:
                intake.fail(work, claim, error.code, error.message)
            return
        if not opened.dry_run:
            assess(runtime, claim)
    with unit(runtime, principal) as work:
        intake.finish(work, claim)
    assess(runtime, claim)


def undo(runtime: Runtime, claim: Claim) -> None:
    principal = system_principal(claim.practice_id)
    more = True
    while more:
        with unit(runtime, principal) as work:
            more = intake.undo_slice(work, claim)
    with unit(runtime, principal) as work:
        intake.finish_undo(work, claim)
    assess(runtime, claim)


def assess(runtime: Runtime, claim: Claim) -> None:
    """Everything of this practice that is due, a slice per unit."""
    count = assessments.SLICE
    while count == assessments.SLICE:
        with unit(runtime, system_principal(claim.practice_id)) as work:
            count = assessments.refresh_due(work)


def _take_in(runtime: Runtime, claim: Claim, opened: OpenedFile) -> None:
    rows: Iterator[Fact | RowProblem] = reading.read(_Pieces(runtime, claim, opened), opened.preset, opened.context)
    seen = _Seen()
    seen.remember([row for row in islice(rows, opened.skip)])
    while batch := list(islice(rows, SLICE_ROWS)):
        with unit(runtime, system_principal(claim.practice_id)) as work:
            outcomes = intake.take_slice(work, claim, batch)
            if opened.dry_run:
                facts = [row for row in batch if not isinstance(row, RowProblem)]
                corrected = seen.correct(facts, outcomes)
                intake.count_dry_run(work, claim, corrected, len(batch) - len(facts))


class _Seen:
    """What a dry run remembers of earlier slices, which it did not keep: sixteen bytes or so a row.

    Without it a row's second coming, or a later event of an appointment, would be counted as new.
    """

    def __init__(self) -> None:
        self._rows: set[int] = set()
        self._appointments: set[int] = set()

    def remember(self, rows: Sequence[Fact | RowProblem]) -> None:
        for row in rows:
            if not isinstance(row, RowProblem):
                self._add(row)

    def correct(self, facts: Sequence[Fact], outcomes: Sequence[Outcome]) -> list[RowOutcome]:
        corrected = []
        for fact, outcome in zip(facts, outcomes, strict=True):
            kind = outcome.outcome
            if kind in (RowOutcome.CREATED, RowOutcome.UPDATED):
                if _row_mark(fact) in self._rows:
                    kind = RowOutcome.DUPLICATE
                elif _appointment_mark(fact) in self._appointments:
                    kind = RowOutcome.UPDATED
            corrected.append(kind)
        self.remember(facts)
        return corrected

    def _add(self, fact: Fact) -> None:
        self._rows.add(_row_mark(fact))
        if isinstance(fact, AppointmentFact):
            self._appointments.add(_appointment_mark(fact))


def _row_mark(fact: Fact) -> int:
    if isinstance(fact, AppointmentFact):
        return hash((fact.appointment_key, fact.client_key, fact.events))
    return hash(tuple(getattr(fact, name) for name in type(fact).__dataclass_fields__ if name != "line"))


def _appointment_mark(fact: Fact) -> int:
    return hash((fact.appointment_key, fact.client_key)) if isinstance(fact, AppointmentFact) else 0


class _Pieces:
    """The file's pieces as one stream, each opened when it is needed."""

    def __init__(self, runtime: Runtime, claim: Claim, opened: OpenedFile) -> None:
        self._runtime, self._claim, self._opened = runtime, claim, opened
        self._position, self._rest = 0, b""

    def read(self, size: int, /) -> bytes:
        while not self._rest:
            with unit(self._runtime, system_principal(self._claim.practice_id), read_only=True) as work:
                piece = intake.read_piece(work, self._opened, self._position)
            if piece is None:
                return b""
            self._position, self._rest = self._position + 1, piece
        head, self._rest = self._rest[:size], self._rest[size:]
        return head
