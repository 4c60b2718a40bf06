"""Use cases about an episode's absences and agreements: what stops the clock, what sets another pace, what ends well."""

from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import contacts as contact_store
from api.store import episodes as episode_store
from api.store import stops
from schemas.tables import Absence, Agreement
from schemas.tables.base import new_id
from schemas.wire.contacts import AbsenceIn, AbsenceOut, AgreementIn, AgreementOut


@use_case(Permission.ABSENCE_RECORD, audit=Action.ABSENCE_RECORD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def record(work: Work, episode_id: UUID, given: AbsenceIn) -> AbsenceOut:
    client_store.lock_of_episodes(work.session, [episode_id])
    _require(work, episode_id)
    row = Absence(
        id=new_id(),
        kind=given.kind,
        episode_id=episode_id,
        from_on=given.from_on,
        to_on=given.to_on,
        known_at=work.now,
        recorded_by=work.principal.id,
    )
    contact_store.add(work.session, row)
    stops.by_absence(work.session, episode_id, work.now)
    assessment_store.refresh(work.session, [episode_id], work.now)
    return _absence(row, episode_id)


@use_case(
    Permission.ABSENCE_RECORD, audit=Action.ABSENCE_WITHDRAW, noun=Noun.EPISODE, subject="episode_id", changes=True
)
def withdraw(work: Work, episode_id: UUID, absence_id: UUID) -> None:
    """The absence counted until now; looking back at a day before this still shows it."""
    row = contact_store.absence(work.session, episode_id, absence_id)
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        raise Conflict("This absence was withdrawn before.", code="already_withdrawn")
    row.withdrawn_at, row.version = work.now, row.version + 1
    assessment_store.refresh(work.session, [episode_id], work.now)


@use_case(Permission.EPISODE_READ, audit=Action.ABSENCE_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID) -> list[AbsenceOut]:
    _require(work, episode_id)
    return [_absence(row, episode_id) for row in contact_store.absences(work.session, [episode_id])]


@use_case(Permission.EPISODE_EDIT, audit=Action.AGREEMENT_RECORD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def agree(work: Work, episode_id: UUID, given: AgreementIn) -> AgreementOut:
    """A planned end or another cadence."""
    _require(work, episode_id)
    row = Agreement(
        id=new_id(),
        kind=given.kind,
        episode_id=episode_id,
        from_on=given.from_on,
        cadence_days=given.cadence_days,
        known_at=work.now,
        recorded_by=work.principal.id,
    )
    contact_store.add(work.session, row)
    assessment_store.refresh(work.session, [episode_id], work.now)
    return _agreement(row)


@use_case(Permission.EPISODE_READ, audit=Action.AGREEMENT_LIST, noun=Noun.EPISODE, subject="episode_id")
def agreements(work: Work, episode_id: UUID) -> list[AgreementOut]:
    _require(work, episode_id)
    return [_agreement(row) for row in contact_store.agreements(work.session, [episode_id])]


def _require(work: Work, episode_id: UUID) -> None:
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound


def _absence(row: Absence, episode_id: UUID) -> AbsenceOut:
    return AbsenceOut(
        id=row.id,
        episode_id=episode_id,
        kind=row.kind,
        from_on=row.from_on,
        to_on=row.to_on,
        withdrawn=row.withdrawn_at is not None,
        version=row.version,
    )


def _agreement(row: Agreement) -> AgreementOut:
    return AgreementOut(
        id=row.id,
        episode_id=row.episode_id,
        kind=row.kind,
        from_on=row.from_on,
        cadence_days=row.cadence_days,
    )
