"""The caseload: one state, one owner, one due date and one next kind act for every running episode."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from api.domain import cursors, engagement, next_step
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.cursors import Cursor
from api.domain.evidence import Evidence
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import caseload as caseload_store
from api.store import names, risk_tasks
from api.store.caseload import Listed
from api.store.sealing import Keyring
from schemas.vocabulary import NextStepKind, Stage
from schemas.wire.common import Page
from schemas.wire.episodes import CaseloadItem

_PAGE = TypeAdapter(Page[CaseloadItem])


@use_case(Permission.ENGAGEMENT_READ, audit=Action.CASELOAD_READ, noun=Noun.EPISODE)
def page(
    work: Work, *, stage: Stage | None, clinician_id: UUID | None, cursor: str | None, limit: int
) -> Page[CaseloadItem]:
    """Whoever needs somebody first is on top. With `stage`, only episodes that stand there now."""
    after = cursors.read(cursor)

    def read() -> list[Listed]:
        return caseload_store.page(
            work.session, now=work.now, stage=stage, clinician_id=clinician_id, after=after, limit=limit + 1
        )

    found = read()
    # Those that an import has just begun, or that were assessed in an older form, do not wait for the worker. One that
    # cannot be assessed is put aside and says so: it is shown like any other, and hides nobody.
    while behind := [one.row.episode_id for one in found if not Evidence.is_readable(one.row.evidence)]:
        assessment_store.refresh(work.session, behind, work.now)
        found = read()
    shown = found[:limit]
    work.mention(count=len(shown))
    last = shown[-1].row if len(found) > limit else None
    next_cursor = Cursor(last.attention_at, last.episode_id).to_text() if last else None
    # Told as plain values and checked once: making each of some four hundred small shapes takes several times as long.
    return _PAGE.validate_python({"items": _items(work, shown), "next_cursor": next_cursor})


def _items(work: Work, shown: list[Listed]) -> list[dict[str, Any]]:
    owners = {one.row.responsible_id: one for one in shown}
    people = {member_id: _owner(work.keyring, one) for member_id, one in owners.items()}
    return _with_who_reaches_them(
        work, [_item(work.keyring, one, people[one.row.responsible_id], work.now) for one in shown]
    )


def _with_who_reaches_them(work: Work, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where somebody is to be reached today, whoever has that task. Asked only where there is such an act on the page."""
    risks = [one for one in items if one["next_step"]["kind"] is NextStepKind.REACH_TODAY]
    if risks:
        owners = risk_tasks.owners(work.session, [one["episode"]["id"] for one in risks])
        called = names.of_members(work.session, work.keyring, set(owners.values()))
        for one in risks:
            owner_id = owners.get(one["episode"]["id"])
            if owner_id is not None:
                one["next_step"]["owner"] = {"id": owner_id, "name": called[owner_id]}
    return items


def _owner(keyring: Keyring, listed: Listed) -> dict[str, object] | None:
    member_id, sealed = listed.row.responsible_id, listed.responsible_name
    if member_id is None or sealed is None:
        return None
    return {"id": member_id, "name": names.of_member(keyring.unwrap(listed.practice_key), member_id, sealed)}


def _item(keyring: Keyring, listed: Listed, owner: dict[str, object] | None, now: datetime) -> dict[str, Any]:
    row = listed.row
    evidence = Evidence.from_json(row.evidence)
    standing = engagement.standing_at(row.drifting_at, row.quiet_at, evidence, row.ended_at, now)
    step = next_step.next_step(standing, evidence, now)
    clients = [{"id": name.client_id, "name": names.opened(keyring, name)} for name in listed.clients]
    return {
        "client": clients[0],
        "clients": clients,
        "episode": {
            "id": row.episode_id,
            "format": row.format,
            "kind": row.kind,
            "responsible": owner,
            "version": row.version,
        },
        "stage": standing.stage,
        "since": standing.since,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in standing.reasons],
        "next_step": {"kind": step.kind, "why": step.why, "owner": owner, "due_on": step.due_on},
    }
