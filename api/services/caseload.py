"""The caseload: one state, one owner, one due date and one next kind act for every running episode."""

from datetime import datetime
from uuid import UUID

from api.domain import engagement, next_step
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import invalid_field
from api.domain.evidence import Evidence
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import caseload as caseload_store
from api.store import names
from api.store.caseload import Cursor, Row
from schemas.vocabulary import Stage
from schemas.wire.common import Page
from schemas.wire.episodes import CaseloadEpisode, CaseloadItem, NextStepOut, PersonOut, ReasonOut


@use_case(Permission.ENGAGEMENT_READ, audit=Action.CASELOAD_READ, noun=Noun.EPISODE)
def page(
    work: Work, *, stage: Stage | None, clinician_id: UUID | None, cursor: str | None, limit: int
) -> Page[CaseloadItem]:
    """Whoever needs somebody first is on top. With `stage`, only episodes that stand there now."""
    after = _read_cursor(cursor)

    def read() -> list[Row]:
        return caseload_store.page(
            work.session, now=work.now, stage=stage, clinician_id=clinician_id, after=after, limit=limit + 1
        )

    rows = read()
    # Those that an import has just begun, or that were assessed in an older form, do not wait for the worker.
    while behind := [row.episode_id for row in rows if not Evidence.is_readable(row.evidence)]:
        assessment_store.refresh(work.session, behind, work.now)
        rows = read()
    shown = rows[:limit]
    work.mention(count=len(shown))
    next_cursor = _write_cursor(shown[-1]) if len(rows) > limit else None
    return Page[CaseloadItem](items=_items(work, shown), next_cursor=next_cursor)


def _items(work: Work, rows: list[Row]) -> list[CaseloadItem]:
    people: dict[UUID, list[PersonOut]] = {row.episode_id: [] for row in rows}
    for part in caseload_store.participants(work.session, list(people)):
        person = PersonOut(id=part.name.client_id, name=names.opened(work.keyring, part.name))
        people[part.episode_id].append(person)
    responsible = {row.responsible_id for row in rows if row.responsible_id}
    owners = {
        member_id: PersonOut(id=member_id, name=name)
        for member_id, name in names.of_members(work.session, work.keyring, responsible).items()
    }
    return [
        _item(row, people[row.episode_id], owners[row.responsible_id] if row.responsible_id else None, work.now)
        for row in rows
    ]


def _item(row: Row, clients: list[PersonOut], owner: PersonOut | None, now: datetime) -> CaseloadItem:
    evidence = Evidence.from_json(row.evidence)
    standing = engagement.standing_at(row.drifting_at, row.quiet_at, evidence, row.ended_at, now)
    step = next_step.next_step(standing, evidence, now)
    return CaseloadItem(
        client=clients[0],
        clients=clients,
        episode=CaseloadEpisode(
            id=row.episode_id, format=row.format, kind=row.kind, responsible=owner, version=row.version
        ),
        stage=standing.stage,
        since=standing.since,
        reasons=[ReasonOut(code=reason.code, text=reason.text) for reason in standing.reasons],
        next_step=NextStepOut(kind=step.kind, why=step.why, owner=owner, due_on=step.due_on),
    )


def _write_cursor(row: Row) -> str:
    # Not "+00:00": a plus sign in an address means a space.
    return f"{row.attention_at.isoformat().removesuffix('+00:00')}Z_{row.episode_id}"


def _read_cursor(cursor: str | None) -> Cursor | None:
    if cursor is None:
        return None
    moment, _, episode_id = cursor.partition("_")
    try:
        at, given_id = datetime.fromisoformat(moment), UUID(episode_id)
    except ValueError:
        at, given_id = None, None
    if at is None or given_id is None or at.utcoffset() is None:
        raise invalid_field("/query/cursor", "This is not a cursor that was given out.")
    return Cursor(at, given_id)
