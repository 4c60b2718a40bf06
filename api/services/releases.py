"""Releasing a table, and reading what was released. Only a `PublishableTable` becomes a document, and only a document leaves."""

from uuid import UUID

from api.domain import anonymise, periods, releases
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Busy, NotFound
from api.domain.periods import Period
from api.domain.releases import Circumstances, TooEarly
from api.formats import release_sheets
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import locks
from api.store import practices as practice_store
from api.store import releases as release_store
from api.store import statistics as statistics_store
from schemas.tables import Release
from schemas.tables.base import new_id
from schemas.wire.common import Page
from schemas.wire.releases import ReleaseIn, ReleaseOut


@use_case(Permission.STATISTICS_RELEASE, audit=Action.STATISTICS_RELEASE, noun=Noun.RELEASE)
def release(work: Work, given: ReleaseIn) -> ReleaseOut:
    """The same period again is answered with the release it has, whatever was recorded since.

    Raises TooEarly, PeriodTaken, NotEnoughClients.
    """
    period = Period(given.first_year, given.first_year if given.last_year is None else given.last_year)
    work.mention(period=str(period))
    row = release_store.of_period(work.session, period) or _released(work, period)
    work.about(row.id)
    return _shown(row)


@use_case(Permission.STATISTICS_READ, audit=None)
def page(work: Work, *, before: UUID | None, limit: int) -> Page[ReleaseOut]:
    """Newest first."""
    found = release_store.page(work.session, before=before, limit=limit + 1)
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[ReleaseOut](items=[_shown(row) for row in found[:limit]], next_cursor=cursor)


@use_case(Permission.STATISTICS_READ, audit=None)
def read(work: Work, release_id: UUID) -> ReleaseOut:
    return _shown(_row(work, release_id))


@use_case(Permission.STATISTICS_READ, audit=None)
def document(work: Work, release_id: UUID) -> str:
    """The JSON document, letter by letter as it was released."""
    return _row(work, release_id).document


@use_case(Permission.STATISTICS_READ, audit=None)
def sheet(work: Work, release_id: UUID) -> str:
    """The CSV sheet, letter by letter as it was released."""
    return _row(work, release_id).sheet


def _released(work: Work, period: Period) -> Release:
    practice = practice_store.current(work.session)
    window = periods.window(period, practice.time_zone)
    if work.now < window.cut_off:
        raise TooEarly
    # Two releases of years beside each other have to know of each other, so they are made one after the other.
    if not locks.alone(work.session, "releases"):
        raise Busy
    earlier = release_store.earlier(work.session)
    releases.require_apart(period, earlier)
    beside = releases.beside(period, earlier)
    counts = statistics_store.counts(work.session, window, zone_name=practice.time_zone)
    table = anonymise.publishable(counts, beside)
    proof = anonymise.prove(table, beside)
    told = Circumstances(
        release_id=new_id(),
        practice=practice.name,
        time_zone=practice.time_zone,
        period=period,
        released_at=work.now,
        by_kind=work.principal.kind,
        by_id=work.principal.id,
        earlier=earlier,
    )
    row = _kept(releases.document(table, proof, told), told)
    release_store.add(work.session, row)
    return row


def _kept(document: dict[str, releases.Json], told: Circumstances) -> Release:
    written, sheet = releases.written(document), release_sheets.sheet(document)
    return Release(
        id=told.release_id,
        first_year=told.period.first_year,
        last_year=told.period.last_year,
        cut_off_on=periods.cut_off_day(told.period),
        released_at=told.released_at,
        released_by_kind=told.by_kind,
        released_by=told.by_id,
        document=written,
        document_digest=releases.digest(written),
        sheet=sheet,
        sheet_digest=releases.digest(sheet),
    )


def _row(work: Work, release_id: UUID) -> Release:
    row = release_store.get(work.session, release_id)
    if row is None:
        raise NotFound
    return row


def _shown(row: Release) -> ReleaseOut:
    return ReleaseOut(
        id=row.id,
        period=str(Period(row.first_year, row.last_year)),
        cut_off_on=row.cut_off_on,
        released_at=row.released_at,
        released_by_kind=row.released_by_kind,
        released_by=row.released_by,
        document_sha256=row.document_digest.hex(),
        sheet_sha256=row.sheet_digest.hex(),
    )
