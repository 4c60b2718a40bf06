"""A practice's past as a folder of native files, read as one stream of facts.

Problems are collected, never raised, unless appointments.csv itself is missing or unreadable: a replay of half a
practice would mislead. Whoever has to hold a large practice puts the stream on disk (`spool`); `read_folder` holds it
in memory, about 0.5 kB for each row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from api.domain.facts import AppointmentFact, ClientFact, ContactFact, LeaveFact, RowProblem
from api.domain.history import History
from api.formats.context import ReadContext
from api.formats.errors import UnreadableFile
from api.formats.native_record import Leave, OfClient, Record, history_of, take
from api.formats.reading import NativePreset, read
from schemas.vocabulary import ImportKind

FILES = {
    ImportKind.APPOINTMENTS: "appointments.csv",
    ImportKind.CONTACTS: "messages.csv",
    ImportKind.AGREEMENTS: "agreements.csv",
    ImportKind.LEAVE: "leave.csv",
    ImportKind.CLIENTS: "clients.csv",
    ImportKind.SCORES: "scores.csv",
}
# The native files state their own zones and moments; this stands in for a hand-over that never took place.
_CONTEXT = ReadContext(ZoneInfo("UTC"), datetime(1970, 1, 1, tzinfo=UTC))

Watch = Callable[[int], None]
"""Told how many bytes have been read since it was told last."""


@dataclass(frozen=True, slots=True)
class FolderProblem:
    """A row, or with line 0 a whole file, that could not be taken."""

    file: str
    line: int
    code: str
    column: str | None
    detail: str


@dataclass(slots=True)
class Account:
    """What reading a folder came to. All problems are counted; only the first `keeps` are kept, without it all.

    `last_known_at` is the last instant, not after `now`, at which the files learned anything: silence after it is the
    files', not the clients'.
    """

    now: datetime | None = None
    keeps: int | None = None
    row_counts: dict[str, int] = field(default_factory=dict)
    problem_count: int = 0
    problems: list[FolderProblem] = field(default_factory=list)
    leave: Leave = field(default_factory=dict)
    last_known_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def add_problem(self, problem: FolderProblem) -> None:
        self.problem_count += 1
        if self.keeps is None or len(self.problems) < self.keeps:
            self.problems.append(problem)

    def learned(self, known_at: datetime) -> None:
        if known_at > self.last_known_at and (self.now is None or known_at <= self.now):
            self.last_known_at = known_at


@dataclass(slots=True)
class PracticeFolder:
    """What the folder holds. `histories` gives every client once, by key, and lets go of what it has given."""

    default_zone: str
    account: Account = field(default_factory=Account)
    records: dict[str, Record] = field(default_factory=dict)

    @property
    def problems(self) -> list[FolderProblem]:
        return self.account.problems

    @property
    def row_counts(self) -> dict[str, int]:
        return self.account.row_counts

    @property
    def client_count(self) -> int:
        """Clients not given out yet."""
        return len(self.records)

    def histories(self) -> Iterator[tuple[str, History]]:
        yield from histories_of(self.records, self.account.leave, self.default_zone)


def read_folder(path: Path, *, default_zone: str = "UTC") -> PracticeFolder:
    """Raises `UnreadableFile` when appointments.csv is missing or cannot be read; any other file may be absent."""
    folder = PracticeFolder(default_zone)
    for fact in facts(path, folder.account):
        take(fact, folder.records)
    return folder


def load_histories(path: Path, problems: list[FolderProblem] | None = None) -> Iterator[tuple[str, History]]:
    """The clients of a folder one by one; what could not be read is added to `problems` before the first."""
    folder = read_folder(path)
    if problems is not None:
        problems.extend(folder.problems)
    return folder.histories()


def histories_of(records: dict[str, Record], leave: Leave, default_zone: str) -> Iterator[tuple[str, History]]:
    """By key, whatever the order of the rows was. Empties `records` as it goes."""
    for client_key in sorted(records):
        yield client_key, history_of(records.pop(client_key), leave, default_zone)


def size_of(path: Path) -> int:
    """The bytes that `facts` will read."""
    return sum(file.stat().st_size for name in FILES.values() if (file := path / name).is_file())


def facts(path: Path, account: Account, watch: Watch | None = None) -> Iterator[OfClient]:
    """Every fact about a client, file by file; leave is put into the account, because it is nobody's alone.

    Raises `UnreadableFile` when appointments.csv is missing or cannot be read; any other file may be absent.
    """
    for kind, name in FILES.items():
        file = path / name
        if file.exists():
            yield from _read_file(file, kind, account, watch)
        elif kind is ImportKind.APPOINTMENTS:
            raise UnreadableFile("missing_file", f"The folder has no {name}.")


def _read_file(file: Path, kind: ImportKind, account: Account, watch: Watch | None) -> Iterator[OfClient]:
    account.row_counts[file.name] = 0
    try:
        with file.open("rb") as stream:
            yield from _understood(_Watched(stream, watch) if watch else stream, kind, file.name, account)
    except OSError as error:
        _cannot(kind, account, FolderProblem(file.name, 0, "unreadable_file", None, f"{error.strerror}."), error)
    except UnreadableFile as problem:
        told = FolderProblem(file.name, problem.line or 0, problem.code, problem.column, problem.detail)
        _cannot(kind, account, told, problem)


def _cannot(kind: ImportKind, account: Account, problem: FolderProblem, cause: Exception) -> None:
    if kind is ImportKind.APPOINTMENTS:
        detail = f"{problem.file}: {problem.detail}"
        raise UnreadableFile(problem.code, detail, column=problem.column) from cause
    account.add_problem(problem)


def _understood(stream: "BinaryIO | _Watched", kind: ImportKind, name: str, account: Account) -> Iterator[OfClient]:
    row_count = 0
    try:
        for answer in read(stream, NativePreset(kind), _CONTEXT):
            row_count += 1
            if isinstance(answer, RowProblem):
                account.add_problem(FolderProblem(name, answer.line, answer.code, answer.column, answer.detail))
            elif isinstance(answer, LeaveFact):
                account.leave.setdefault(answer.clinician_key, []).append(answer)
            else:
                _note(answer, account)
                yield answer
    finally:
        account.row_counts[name] = row_count


def _note(fact: OfClient, account: Account) -> None:
    if isinstance(fact, AppointmentFact):
        for event in fact.events:
            account.learned(event.known_at)
    elif isinstance(fact, ContactFact):
        account.learned(fact.at)
    elif not isinstance(fact, ClientFact):
        account.learned(fact.known_at)


class _Watched:
    """A stream that says how much of it has been read."""

    def __init__(self, stream: BinaryIO, watch: Watch) -> None:
        self._stream = stream
        self._watch = watch

    def read(self, size: int, /) -> bytes:
        block = self._stream.read(size)
        self._watch(len(block))
        return block
