"""Runs an import or its undoing to the end, slice by slice. Killed at any point, the next worker goes on from there."""

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from api.domain.access import system_principal
from api.domain.facts import Fact, RowProblem
from api.formats import reading
from api.formats.errors import UnreadableFile
from api.services import assessments, intake
from api.services.intake import OpenedFile
from api.services.work import Runtime, unit
from api.store.intake.rehearsal import Rehearsal
from api.store.jobs import Claim

SLICE_ROWS = 2000
# New objects between two searches for cycles, and how many searches of each kind come before the next wider one.
_AS_USUAL, _RARELY = gc.get_threshold(), (50_000, 20, 50)


@contextmanager
def few_searches() -> Iterator[None]:
    """A slice makes objects by the ten thousand, keeps them until it is written, and ties them in no cycles.

    At the interpreter's own pace the search for cycles among them took two fifths of an import.
    """
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*_AS_USUAL)


@few_searches()
def apply(runtime: Runtime, claim: Claim, *, slice_rows: int = SLICE_ROWS) -> None:
    principal = system_principal(claim.practice_id)
    with unit(runtime, principal) as work:
        opened = intake.open_file(work, claim)
    if opened is not None:
        try:
            _take_in(runtime, claim, opened, slice_rows)
        except UnreadableFile as error:
            with unit(runtime, principal) as work:
                intake.fail(work, claim, error.code, error.message)
            return
        if not opened.dry_run:
            with unit(runtime, principal) as work:
                intake.settle(work, claim)
            assess(runtime, claim)
    with unit(runtime, principal) as work:
        intake.finish(work, claim)


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


def _take_in(runtime: Runtime, claim: Claim, opened: OpenedFile, slice_rows: int) -> None:
    rows: Iterator[Fact | RowProblem] = reading.read(_Pieces(runtime, claim, opened), opened.preset, opened.context)
    deque(islice(rows, opened.skip), maxlen=0)
    rehearsal = Rehearsal()
    while batch := list(islice(rows, slice_rows)):
        with unit(runtime, system_principal(claim.practice_id)) as work:
            intake.take_slice(work, claim, batch, rehearsal)


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
