"""The caseload: one state, one owner, one due date and one next kind act for every running episode."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from api.domain import clock, cursors, engagement, next_step
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.cursors import Cursor
from api.domain.evidence import Evidence
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import caseload as caseload_store
from api.store import members as member_store
from api.store import names, risk_tasks
from api.store import snoozes as snooze_store
from api.store.caseload import Listed, Only
from api.store.sealing import Keyring
from schemas.vocabulary import CaseloadFilter, NextStepKind, Role, Stage
from schemas.wire.common import Page
from schemas.wire.episodes import CaseloadItem

_PAGE = TypeAdapter(Page[CaseloadItem])
# Whatever asks for somebody later than this is due later too. The rest is looked through by its day.
_DUE_WITHIN = {CaseloadFilter.DUE_TODAY: timedelta(), CaseloadFilter.DUE_THIS_WEEK: timedelta(days=7)}
_REST_OF_A_WEEK = timedelta(days=6)
_SLICE = 200
_MOST_SLICES = 5


@dataclass(frozen=True, slots=True)
class _Asked:
    stage: Stage | None
    clinician_id: UUID | None
    only: CaseloadFilter | None


@use_case(Permission.ENGAGEMENT_READ, audit=Action.CASELOAD_READ, noun=Noun.EPISODE)
def page(
    work: Work,
    *,
    stage: Stage | None,
    clinician_id: UUID | None,
    cursor: str | None,
    limit: int,
    only: CaseloadFilter | None = None,
) -> Page[CaseloadItem]:
    """Whoever needs somebody first is on top. With `stage`, only episodes that stand there now.

    Of what is due a page may end before it is full: it looks through so many episodes at most, and goes on from there.
    """
    asked, after = _Asked(stage, clinician_id, only), cursors.read(cursor)
    if only in _DUE_WITHIN:
        shown, following = _due(work, asked, after, limit)
    else:
        found = _read(work, asked, after, limit + 1)
        shown = found[:limit]
        following = _after(shown[-1]) if len(found) > limit else None
    work.mention(count=len(shown))
    # Told as plain values and checked once: making each of some four hundred small shapes takes several times as long.
    return _PAGE.validate_python(
        {"items": _items(work, shown), "next_cursor": following.to_text() if following is not None else None}
    )


def _after(listed: Listed) -> Cursor:
    return Cursor(listed.row.attention_at, listed.row.episode_id)


def _read(work: Work, asked: _Asked, after: Cursor | None, limit: int) -> list[Listed]:
    """Those that an import has just begun, or that were assessed in an older form, do not wait for the worker. One that
    cannot be assessed is put aside and says so: it is shown like any other, and hides nobody.
    """
    only = None if asked.only is None else Only(asked.only, by=work.now + _DUE_WITHIN.get(asked.only, timedelta()))

    def read() -> list[Listed]:
        return caseload_store.page(
            work.session,
            now=work.now,
            stage=asked.stage,
            clinician_id=asked.clinician_id,
            after=after,
            limit=limit,
            only=only,
        )

    found = read()
    while behind := [one.row.episode_id for one in found if not Evidence.is_readable(one.row.evidence)]:
        assessment_store.refresh(work.session, behind, work.now)
        found = read()
    return found


def _due(work: Work, asked: _Asked, after: Cursor | None, limit: int) -> tuple[list[Listed], Cursor | None]:
    """Of what asks for somebody by then, what is due by then. Costs a few slices, however much there is."""
    kept: list[Listed] = []
    for _ in range(_MOST_SLICES):
        found = _read(work, asked, after, _SLICE)
        kept += [one for one in found if _is_due(one, asked.only, work.now)]
        if len(kept) > limit:
            return kept[:limit], _after(kept[limit - 1])
        if len(found) < _SLICE:
            return kept, None
        after = _after(found[-1])
    return kept, after


def _is_due(listed: Listed, only: CaseloadFilter | None, now: datetime) -> bool:
    """Today and what was due before; within the week, the six days after today too. What waits is due when it is there again."""
    row = listed.row
    evidence = Evidence.from_json(row.evidence)
    standing = engagement.standing_at(row.drifting_at, row.quiet_at, evidence, row.ended_at, now)
    step = next_step.next_step(standing, evidence, now)
    today = clock.local_day(clock.second(now), evidence.time_zone)
    if row.put_off_until is not None and row.put_off_until > now:
        due_on = clock.local_day(clock.second(row.put_off_until), evidence.time_zone)
    else:
        due_on = step.due_on
    last = today if only is CaseloadFilter.DUE_TODAY else today + _REST_OF_A_WEEK
    return step.kind is not NextStepKind.NOTHING and due_on <= last


def _items(work: Work, shown: list[Listed]) -> list[dict[str, Any]]:
    owners = {one.row.responsible_id: one for one in shown}
    people = {member_id: _owner(work.keyring, one) for member_id, one in owners.items()}
    items = [_item(work.keyring, one, people[one.row.responsible_id], work.now) for one in shown]
    _with_who_reaches_them(work, items)
    _with_who_names_an_owner(work, items)
    _with_what_is_put_off(work, shown, items)
    return items


def _with_who_reaches_them(work: Work, items: list[dict[str, Any]]) -> None:
    """Where somebody is to be reached today, whoever has that task. Asked only where there is such an act on the page."""
    risks = [one for one in items if one["next_step"]["kind"] is NextStepKind.REACH_TODAY]
    if risks:
        owners = risk_tasks.owners(work.session, [one["episode"]["id"] for one in risks])
        called = names.of_members(work.session, work.keyring, set(owners.values()))
        for one in risks:
            owner_id = owners.get(one["episode"]["id"])
            if owner_id is not None:
                one["next_step"]["owner"] = {"id": owner_id, "name": called[owner_id]}


def _with_who_names_an_owner(work: Work, items: list[dict[str, Any]]) -> None:
    """Nobody stays without somebody: what nobody is responsible for is the practice leads' to give to somebody."""
    nobodys = [one for one in items if one["next_step"]["owner"] is None]
    if nobodys:
        leads = member_store.with_role(work.session, Role.PRACTICE_LEAD)
        called = names.of_members(work.session, work.keyring, set(leads))
        for one in nobodys:
            one["next_step"]["named_by"] = [{"id": lead, "name": called[lead]} for lead in leads]


def _with_what_is_put_off(work: Work, shown: list[Listed], items: list[dict[str, Any]]) -> None:
    """Asked only where something on the page waits."""
    waiting = [one.row.episode_id for one in shown if one.row.put_off_until and one.row.put_off_until > work.now]
    if not waiting:
        return
    running = snooze_store.running(work.session, waiting)
    told = {
        one.episode_id: one
        for one in snooze_store.told(work.session, work.keyring, list(running.values()), worded=work.is_a_person)
    }
    for item in items:
        put_off = told.get(item["episode"]["id"])
        if put_off is not None:
            until = put_off.until_on
            item["next_step"] |= {"due_on": until, "put_off_until": until, "put_off": asdict(put_off)}


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
