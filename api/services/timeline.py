"""Everything recorded about a client outside clinical notes, newest first, in words."""

from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import wording
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import appointments as appointment_store
from api.store import clients as client_store
from api.store import contacts as contact_store
from api.store import scores as score_store
from schemas.wire.contacts import TimelineItem, TimelineOut


@use_case(Permission.CLIENT_READ, audit=Action.CLIENT_TIMELINE, noun=Noun.CLIENT, subject="client_id")
def read(work: Work, client_id: UUID, *, limit: int) -> TimelineOut:
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    ids = [episode.id for episode in client_store.episodes_of(work.session, client_id)]
    zone = ZoneInfo(client.time_zone)
    items = [
        *_appointments(work, ids, client_id, limit),
        *_contacts(work, ids, client_id, limit),
        *_absences(work, ids, zone),
        *_agreements(work, ids, zone),
        *_scores(work, ids, client_id, limit),
    ]
    items.sort(key=lambda item: item.at, reverse=True)
    work.mention(count=len(items[:limit]))
    return TimelineOut(items=items[:limit])


def _appointments(work: Work, ids: list[UUID], client_id: UUID, limit: int) -> list[TimelineItem]:
    """Where several take part, another participant's own attendance is not shown here."""
    return [
        TimelineItem(
            at=row.starts_at,
            noun="appointment",
            id=row.id,
            episode_id=row.episode_id,
            code=row.status,
            text=wording.appointment(row.status, row.initiator, excused=row.excused, is_past=row.starts_at <= work.now),
        )
        for row in appointment_store.latest_of(work.session, ids, client_id, limit=limit)
    ]


def _contacts(work: Work, ids: list[UUID], client_id: UUID, limit: int) -> list[TimelineItem]:
    return [
        TimelineItem(
            at=row.at,
            noun="contact",
            id=row.id,
            episode_id=row.episode_id,
            code=row.outcome or row.direction,
            text=wording.contact(row.direction, row.channel, row.outcome, automated=row.automated),
        )
        for row in contact_store.latest_of(work.session, ids, client_id, limit=limit)
    ]


def _absences(work: Work, ids: list[UUID], zone: ZoneInfo) -> list[TimelineItem]:
    return [
        TimelineItem(
            at=_noon(row.from_on, zone),
            noun="absence",
            id=row.id,
            episode_id=row.episode_id,
            code=row.kind,
            text=wording.absence(row.kind, withdrawn=row.withdrawn_at is not None),
        )
        for row in contact_store.absences(work.session, ids)
        if row.episode_id is not None
    ]


def _agreements(work: Work, ids: list[UUID], zone: ZoneInfo) -> list[TimelineItem]:
    return [
        TimelineItem(
            at=_noon(row.from_on, zone),
            noun="agreement",
            id=row.id,
            episode_id=row.episode_id,
            code=row.kind,
            text=wording.agreement(row.kind),
        )
        for row in contact_store.agreements(work.session, ids)
    ]


def _scores(work: Work, ids: list[UUID], client_id: UUID, limit: int) -> list[TimelineItem]:
    """The client's own results. Where several take part, another participant's are not shown here."""
    return [
        TimelineItem(
            at=row.at,
            noun="score",
            id=row.id,
            episode_id=row.episode_id,
            code="score",
            text=wording.score(row.measure, row.value),
        )
        for row in score_store.latest_of(work.session, ids, client_id, limit=limit)
    ]


def _noon(day: date, zone: ZoneInfo) -> datetime:
    """A day without a time of day sorts at its middle."""
    return datetime.combine(day, time(12), zone).astimezone(UTC)
