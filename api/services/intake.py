"""What the worker does with a received file, one slice per unit of work: nothing acknowledged is lost by a crash.

Each slice renews the job's lease in its own unit. A worker that lost the lease writes nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound
from api.domain.facts import Fact, RowProblem
from api.formats.context import ReadContext
from api.formats.reading import NativePreset
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import appointments as appointment_store
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import imports as import_store
from api.store import item_answers as answer_store
from api.store import jobs as job_store
from api.store import keys as key_store
from api.store import practices as practice_store
from api.store import stops
from api.store.intake import repeats, slices, undo
from api.store.intake.context import Intake
from api.store.intake.rehearsal import Rehearsal
from api.store.jobs import Claim
from api.store.sealing import DataKey, Place
from schemas.tables import Import, ImportProblem
from schemas.vocabulary import ImportState, RowOutcome
from schemas.wire.imports import Mapping

_UNDO_SLICE = 500


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What a reader of the file needs. `skip` rows were taken in before this worker came."""

    import_id: UUID
    preset: Mapping | NativePreset
    context: ReadContext
    skip: int
    dry_run: bool
    key: DataKey


@use_case(Permission.JOB_RUN, audit=None)
def open_file(work: Work, claim: Claim) -> OpenedFile | None:
    """None when there is nothing left to read."""
    job_store.hold(work.session, claim, work.now)
    row = _required(work, claim.subject_id)
    if row.state not in (ImportState.RECEIVED, ImportState.APPLYING):
        return None
    row.state = ImportState.APPLYING
    if row.dry_run and row.rows_read:
        # What the worker before this one remembered went with it, so a dry run begins anew.
        import_store.drop_problems(work.session, row.id)
        row.rows_read, row.counts, row.problem_count = 0, {}, 0
    zone = ZoneInfo(practice_store.current(work.session).time_zone)
    return OpenedFile(
        import_id=row.id,
        preset=Mapping.model_validate(row.mapping) if row.mapping else NativePreset(row.kind),
        context=ReadContext(zone, row.created_at),
        skip=row.rows_read,
        dry_run=row.dry_run,
        key=work.practice_key(),
    )


@use_case(Permission.JOB_RUN, audit=None)
def read_piece(work: Work, opened: OpenedFile, position: int) -> bytes | None:
    sealed = import_store.piece(work.session, opened.import_id, position)
    if sealed is None:
        return None
    return opened.key.open_bytes(sealed, Place("import_pieces", str(position), opened.import_id))


@use_case(Permission.JOB_RUN, audit=None)
def take_slice(work: Work, claim: Claim, rows: Sequence[Fact | RowProblem], rehearsal: Rehearsal) -> None:
    """Takes rows in and moves the count of rows read, together or not at all. A dry run keeps only its report."""
    job_store.hold(work.session, claim, work.now)
    row = _required(work, claim.subject_id)
    facts = [one for one in rows if not isinstance(one, RowProblem)]
    if row.dry_run:
        with work.session.begin_nested() as trial:
            outcomes = slices.rehearse(_intake(work, row, rehearsal), rehearsal, facts)
            trial.rollback()
        work.session.expire_all()
    else:
        outcomes = slices.take_in(_intake(work, row), facts)
        stops.by_import(work.session, row.id, work.now)
    problems = [one for one in rows if isinstance(one, RowProblem)]
    problems += [
        RowProblem(fact.line, outcome.code or "refused", None, outcome.detail or "")
        for fact, outcome in zip(facts, outcomes, strict=True)
        if outcome.outcome is RowOutcome.REJECTED
    ]
    import_store.add_problems(work.session, row, (_problem(row.id, one) for one in problems))
    row.rows_read += len(rows)
    if not row.dry_run:
        slices.count_anew(work.session)
    _count(row, [outcome.outcome for outcome in outcomes], rejected=len(rows) - len(facts))


@use_case(Permission.JOB_RUN, audit=None)
def settle(work: Work, claim: Claim) -> None:
    """The file is read to its end. Episodes it began belong to the clinician of their latest appointment.

    Before they are assessed, because whose leave counts depends on it.
    """
    job_store.hold(work.session, claim, work.now)
    latest = import_store.latest_clinicians(work.session, claim.subject_id)
    episode_store.give_to(work.session, latest, work.now)


@use_case(Permission.JOB_RUN, audit=Action.IMPORT_APPLY, noun=Noun.IMPORT)
def finish(work: Work, claim: Claim) -> None:
    """Everything is taken in and assessed, or tried. The file itself is not needed any more, unless it was only tried."""
    row = _required(work, claim.subject_id)
    if row.state is not ImportState.APPLYING:
        job_store.finish(work.session, claim, work.now)
        return
    if not row.dry_run:
        import_store.drop_pieces(work.session, row.id)
    row.state = ImportState.READY if row.dry_run else ImportState.APPLIED
    row.finished_at, row.version = work.now, row.version + 1
    job_store.finish(work.session, claim, work.now)
    work.about(row.id)
    work.mention(rows=row.rows_read, dry_run=row.dry_run, **row.counts)


@use_case(Permission.JOB_RUN, audit=Action.IMPORT_APPLY, noun=Noun.IMPORT)
def fail(work: Work, claim: Claim, code: str, detail: str) -> bool:
    """The rest of the file cannot be read. What was taken in is taken back; True if there is something to take back."""
    row = _required(work, claim.subject_id)
    job_store.finish(work.session, claim, work.now)
    row.failure_code, row.failure_detail, row.version = code, detail[:300], row.version + 1
    work.about(row.id)
    work.mention(failure_code=code)
    if row.dry_run or row.rows_read == 0:
        row.state, row.finished_at = ImportState.FAILED, work.now
        import_store.drop_pieces(work.session, row.id)
        return False
    row.state = ImportState.UNDOING
    job_store.add(work.session, "import.undo", row.id, work.now)
    return True


@use_case(Permission.JOB_RUN, audit=None)
def undo_slice(work: Work, claim: Claim) -> bool:
    """Hands over what another import repeated, or takes back some appointments; False when nothing is left."""
    job_store.hold(work.session, claim, work.now)
    import_id = claim.subject_id
    changed = repeats.hand_over(work.session, import_id)
    if changed is not None:
        episode_store.mark_for_assessment(work.session, appointment_store.episodes_of(work.session, changed))
        return True
    ids = undo.appointments_of(work.session, import_id, limit=_UNDO_SLICE)
    if ids:
        touched = appointment_store.episodes_of(work.session, ids)
        undo.take_back_appointments(work.session, import_id, ids)
        episode_store.mark_for_assessment(work.session, touched)
    return bool(ids)


@use_case(Permission.JOB_RUN, audit=Action.IMPORT_UNDO, noun=Noun.IMPORT)
def finish_undo(work: Work, claim: Claim) -> None:
    row = _required(work, claim.subject_id)
    answered = answer_store.clients_of_import(work.session, row.id)
    client_store.lock(work.session, answered)
    touched = undo.touched_episodes(work.session, row.id)
    undo.take_back_the_rest(work.session, work.keyring, row.id)
    for client_id, key in key_store.left_of_clients(work.session, work.keyring, answered).items():
        answer_store.ask_anew(work.session, key, client_id, row.created_by, work.now)
    episode_store.mark_for_assessment(work.session, touched)
    import_store.drop_pieces(work.session, row.id)
    row.state = ImportState.FAILED if row.failure_code else ImportState.UNDONE
    row.undone_at = row.finished_at = work.now
    row.version += 1
    job_store.finish(work.session, claim, work.now)
    work.about(row.id)
    work.mention(rows=row.rows_read)


def _required(work: Work, import_id: UUID) -> Import:
    row = import_store.get(work.session, import_id)
    if row is None:
        raise NotFound
    return row


def _intake(work: Work, row: Import, rehearsal: Rehearsal | None = None) -> Intake:
    return Intake(
        session=work.session,
        keyring=work.keyring,
        practice_key=work.practice_key(),
        digest=work.digest,
        practice_id=work.practice_id,
        source=row.source,
        time_zone=practice_store.current(work.session).time_zone,
        now=work.now,
        import_id=row.id,
        recorded_by=row.created_by,
        adds_people=slices.brings_people(row.kind),
        rehearsal=rehearsal,
    )


def _problem(import_id: UUID, problem: RowProblem) -> ImportProblem:
    return ImportProblem(
        import_id=import_id,
        line=problem.line,
        code=problem.code,
        column_name=problem.column,
        detail=problem.detail[:300],
    )


def _count(row: Import, outcomes: Sequence[RowOutcome], *, rejected: int) -> None:
    counts = dict(row.counts)
    for outcome in outcomes:
        counts[outcome] = counts.get(outcome, 0) + 1
    if rejected:
        counts[RowOutcome.REJECTED] = counts.get(RowOutcome.REJECTED, 0) + rejected
    row.counts = counts
