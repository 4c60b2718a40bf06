"""Use cases about imports, for people: receiving a file, reading the report, applying a dry run, undoing.

What the worker does with a received file is in services/intake.py.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import sources
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.formats import reading
from api.formats.context import ReadContext
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import imports as import_store
from api.store import jobs as job_store
from api.store import practices as practice_store
from api.store.sealing import DataKey, Place
from schemas.tables import Import, ImportPiece
from schemas.tables.base import new_id
from schemas.vocabulary import ImportKind, ImportState
from schemas.wire.common import Page
from schemas.wire.import_reports import ImportOut, ImportProblemOut
from schemas.wire.imports import Mapping

PIECE_BYTES = 256 * 1024
APPLY, UNDO = "import.apply", "import.undo"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives. Without a mapping it is one of the product's own files."""

    stream: BinaryIO
    file_name: str | None
    source: str
    kind: ImportKind | None
    mapping: Mapping | None
    dry_run: bool


@use_case(Permission.IMPORT_RUN, audit=Action.IMPORT_RECEIVE, noun=Noun.IMPORT)
def receive(work: Work, upload: Upload) -> ImportOut:
    """Keeps the whole file, sealed, before answering; the worker does the rest, also after a crash.

    A file whose header cannot be understood is refused at once.
    """
    source = sources.require(upload.mapping.source if upload.mapping else upload.source)
    kind = _check_header(work, upload)
    import_id, key = new_id(), work.practice_key()
    row = Import(
        id=import_id,
        kind=kind,
        state=ImportState.RECEIVED,
        source=source,
        dry_run=upload.dry_run,
        mapping=upload.mapping.model_dump(mode="json") if upload.mapping else None,
        file_name_sealed=_sealed_name(key, import_id, upload.file_name),
        file_digest=b"",
        file_bytes=0,
        created_by=work.principal.id,
        created_at=work.now,
    )
    import_store.add(work.session, row)
    whole = hashlib.sha256()
    for position, piece in enumerate(_pieces(upload.stream)):
        whole.update(piece)
        row.file_bytes += len(piece)
        sealed = key.seal_bytes(piece, Place("import_pieces", str(position), import_id))
        import_store.add_piece(work.session, ImportPiece(import_id=import_id, position=position, content_sealed=sealed))
    row.file_digest = work.digest("import file", whole.hexdigest())
    job_store.add(work.session, APPLY, import_id, work.now)
    work.about(import_id)
    work.mention(kind=kind, bytes=row.file_bytes, dry_run=upload.dry_run)
    return _shown(work, row)


@use_case(Permission.IMPORT_READ, audit=Action.IMPORT_READ, noun=Noun.IMPORT, subject="import_id")
def read(work: Work, import_id: UUID) -> ImportOut:
    return _shown(work, _required(work, import_id))


@use_case(Permission.IMPORT_READ, audit=Action.IMPORT_LIST, noun=Noun.IMPORT)
def page(work: Work, *, before: UUID | None, limit: int) -> Page[ImportOut]:
    found = import_store.page(work.session, before=before, limit=limit + 1)
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[ImportOut](items=[_shown(work, row) for row in found[:limit]], next_cursor=cursor)


@use_case(Permission.IMPORT_READ, audit=Action.IMPORT_READ, noun=Noun.IMPORT, subject="import_id")
def problems(work: Work, import_id: UUID, *, after_line: int, limit: int) -> Page[ImportProblemOut]:
    """The rows that were refused, by line."""
    _required(work, import_id)
    found = import_store.problems(work.session, import_id, after_line=after_line, limit=limit + 1)
    items = [
        ImportProblemOut(line=row.line, code=row.code, column=row.column_name, detail=row.detail)
        for row in found[:limit]
    ]
    cursor = str(items[-1].line) if len(found) > limit else None
    return Page[ImportProblemOut](items=items, next_cursor=cursor)


@use_case(Permission.IMPORT_RUN, audit=Action.IMPORT_APPLY, noun=Noun.IMPORT, subject="import_id")
def apply(work: Work, import_id: UUID) -> ImportOut:
    """Takes in for real what a dry run has only tried."""
    row = _required(work, import_id)
    if row.state is not ImportState.READY:
        raise Conflict("Only a dry run that is ready can be applied.", code="import_not_ready")
    import_store.drop_problems(work.session, import_id)
    row.dry_run, row.state = False, ImportState.RECEIVED
    row.rows_read, row.counts, row.problem_count, row.finished_at = 0, {}, 0, None
    row.version += 1
    job_store.add(work.session, APPLY, import_id, work.now)
    return _shown(work, row)


@use_case(Permission.IMPORT_RUN, audit=Action.IMPORT_UNDO, noun=Noun.IMPORT, subject="import_id")
def undo(work: Work, import_id: UUID) -> ImportOut:
    """Takes back everything the import brought. What others recorded since then stays."""
    row = _required(work, import_id)
    if not _may_undo(row):
        raise Conflict("Only an import that has been applied can be undone.", code="import_not_applied")
    row.state, row.version = ImportState.UNDOING, row.version + 1
    row.failure_code = row.failure_detail = None
    job_store.add(work.session, UNDO, import_id, work.now)
    return _shown(work, row)


def _may_undo(row: Import) -> bool:
    """What was taken in whole, and what the worker gave up on half-way."""
    gave_up = row.state is ImportState.FAILED and row.failure_code == "gave_up"
    return row.state is ImportState.APPLIED or gave_up


def _required(work: Work, import_id: UUID) -> Import:
    row = import_store.get(work.session, import_id)
    if row is None:
        raise NotFound
    return row


def _check_header(work: Work, upload: Upload) -> ImportKind:
    zone = ZoneInfo(practice_store.current(work.session).time_zone)
    preset = upload.mapping or reading.NativePreset(upload.kind)
    kind = reading.read(upload.stream, preset, ReadContext(zone, work.now)).kind
    if upload.kind is not None and upload.kind is not kind:
        raise invalid_field("/kind", f"This file holds {kind}.")
    upload.stream.seek(0)
    return kind


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _sealed_name(key: DataKey, import_id: UUID, name: str | None) -> bytes | None:
    """What a browser or program calls the file: shown to people, so nothing in it that is no text."""
    readable = "".join(character for character in name or "" if character.isprintable())[:200]
    return key.seal(readable, Place("imports", "file_name", import_id)) if readable else None


def _shown(work: Work, row: Import) -> ImportOut:
    name = None
    if row.file_name_sealed is not None:
        name = work.practice_key().open(row.file_name_sealed, Place("imports", "file_name", row.id))
    return ImportOut(
        id=row.id,
        kind=row.kind,
        state=row.state,
        source=row.source,
        dry_run=row.dry_run,
        file_name=name,
        file_bytes=row.file_bytes,
        rows_read=row.rows_read,
        counts=row.counts,
        problem_count=row.problem_count,
        failure_code=row.failure_code,
        failure_detail=row.failure_detail,
        may_undo=_may_undo(row),
        created_at=row.created_at,
        finished_at=row.finished_at,
        undone_at=row.undone_at,
    )
