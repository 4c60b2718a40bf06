"""Short ways for tests of services: facts told in a line, and whether what is stored is what would be worked out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain import next_step
from api.domain.evidence import Evidence
from api.services import appointments, caseload, episodes
from api.services.work import Work
from api.store import assessments as assessment_store
from schemas.tables import Appointment, AuditEntry, Episode
from schemas.tables.base import FAR_FUTURE
from schemas.vocabulary import AppointmentStatus, AuditOutcome, Stage
from schemas.wire.appointments import AppointmentBatchIn, AppointmentBatchItem, AppointmentIn, AppointmentOut
from schemas.wire.episodes import CaseloadItem, EpisodeIn, EpisodeOut
from tests.support.clock import NOW
from tests.support.house import Case, House, Person


def tell(
    house: House,
    who: Person,
    episode_id: UUID,
    starts: datetime,
    key: str | None = None,
    **more: Any,  # noqa: ANN401  # any part of an appointment
) -> AppointmentOut:
    """A time as another system knows it: attended, learned two hours after its start, unless told otherwise."""
    told = {"status": AppointmentStatus.ATTENDED, "status_known_at": min(house.now, _after(starts)), **more}
    with house.work(who) as work:
        given = AppointmentIn(episode_id=episode_id, starts_at=starts, **told)
        return appointments.upsert(work, "pms", key or starts.isoformat(), given)[0]


def weekly(house: House, who: Person, *, last: int, days: int = 0, name: str = "Ana") -> Case:
    """A client who came every week for six weeks, the last time some weeks and days ago."""
    case = house.client(name, who)
    items = []
    for week in range(last, last + 6):
        starts = NOW - timedelta(weeks=week, days=days)
        told: dict[str, Any] = {
            "starts_at": starts,
            "status": AppointmentStatus.ATTENDED,
            "status_known_at": _after(starts),
        }
        key = f"{case.episode_id}-{week}"
        items.append(AppointmentBatchItem(source="pms", external_id=key, episode_id=case.episode_id, **told))
    with house.work(who) as work:
        assert appointments.batch(work, AppointmentBatchIn(items=items)).counts == {"created": 6}
    return case


def begin(house: House, who: Person, client_ids: list[UUID], **more: Any) -> EpisodeOut:  # noqa: ANN401  # any part of an episode
    with house.work(who) as work:
        return episodes.add(work, EpisodeIn(client_ids=client_ids, **more))


def items(
    house: House, who: Person, *, stage: Stage | None = None, limit: int = 200, clinician_id: UUID | None = None
) -> list[CaseloadItem]:
    """Every page of the caseload, one after the other."""
    found: list[CaseloadItem] = []
    cursor = None
    while True:
        with house.work(who) as work:
            page = caseload.page(work, stage=stage, clinician_id=clinician_id, cursor=cursor, limit=limit)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def stages(house: House, who: Person) -> dict[UUID, Stage]:
    return {item.episode.id: item.stage for item in items(house, who)}


def assert_stored_is_computed(house: House) -> None:
    """What is kept with each episode is what assessing it anew at that moment gives."""
    with house.rows() as work:
        stored = work.session.scalars(sa.select(Episode)).all()
        assert stored
        assert not [row.id for row in stored if row.assessment_due]
        for row in stored:
            assert row.assessed_at is not None
            anew = assessment_store.work_out(work.session, [row.id], row.assessed_at)[row.id]
            attention = next_step.attention_at(anew.drifting_at, anew.evidence, row.ended_at, row.assessed_at)
            assert Evidence.from_json(row.evidence) == anew.evidence
            assert (row.drifting_at, row.quiet_at) == (anew.drifting_at, anew.quiet_at)
            assert (row.paused_from, row.paused_until, row.revisit_at) == (
                anew.paused_from,
                anew.paused_until,
                anew.revisit_at,
            )
            assert row.attention_at == (attention or FAR_FUTURE)


def trail(house: House, subject_id: UUID | None) -> list[tuple[str, AuditOutcome]]:
    """What the audit trail says of a subject, oldest first."""
    with house.rows() as work:
        entries = work.session.scalars(
            sa.select(AuditEntry).where(col(AuditEntry.subject_id) == subject_id).order_by(col(AuditEntry.id))
        )
        return [(entry.action, AuditOutcome(entry.outcome)) for entry in entries]


def _after(starts: datetime) -> datetime:
    return starts + timedelta(hours=2) if starts < NOW else NOW


def episode_row(work: Work, episode_id: UUID) -> Episode:
    return work.session.scalars(sa.select(Episode).where(col(Episode.id) == episode_id)).one()


def name_participant(house: House, key: str, client_id: UUID) -> None:
    """Says of a time whose attendance it is, as a file does that tells several people in one room apart."""
    with house.rows() as work:
        row = work.session.scalars(sa.select(Appointment).where(col(Appointment.external_id) == key)).one()
        row.client_id = client_id
        work.session.flush()
        assessment_store.refresh(work.session, [row.episode_id], work.now)
