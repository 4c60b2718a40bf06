"""Use cases of whoever stands in for a colleague who is away: what is due there, and how to reach whom.

A cover opens the due list and what acting on it needs. No note, no message and no history of a client is read here. Each of these asks
anew whether the cover runs, and leaves an entry that names it. What is done under a cover is in `cover_acts`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import NamedTuple
from uuid import UUID

from api.domain import cursors, engagement, next_step
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.cursors import Cursor
from api.domain.errors import NotFound
from api.domain.evidence import Evidence
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import caseload as caseload_store
from api.store import covering as covering_store
from api.store import covering_transfers, names, risk_tasks, tenancy
from api.store import covers as cover_store
from api.store import snoozes as snooze_store
from api.store.caseload import Listed
from schemas.tables import Cover, Referral, Reply
from schemas.vocabulary import NextStepKind, TaskKind
from schemas.wire.common import Page
from schemas.wire.covers import (
    CoverClientOut,
    CoverItem,
    CoverOut,
    CoverReferralOut,
    CoverReplyOut,
    CoverRiskOut,
    CoverTransferOut,
    CoverWaitingOut,
)
from schemas.wire.episodes import CaseloadEpisode, NextStepOut, PersonOut, ReasonOut
from schemas.wire.snoozes import SnoozeOut


@use_case(Permission.COVER_STAND_IN, audit=Action.COVER_READ, noun=Noun.COVER, subject="cover_id")
def waiting(work: Work, cover_id: UUID) -> CoverWaitingOut:
    """What cannot wait: whom the absent clinician was to reach, that there are answers, and whom they were to ask how a referral or a transfer went."""
    with _standing_in(work, cover_id) as cover:
        tasks = covering_store.risks(work.session, cover.absent_id)
        replies = covering_store.open_replies(work.session, cover.absent_id)
        day = cover_store.today(work.session, work.now)
        referrals = covering_store.due_referrals(work.session, cover.absent_id, day)
        work.mention(risk_count=len(tasks), reply_count=len(replies), referral_count=len(referrals))
        transfers = _transfers_shown(work, cover.absent_id, day)
        here = cover_store.others_here(work.session, {row.episode_id for row in replies}, cover.absent_id, day)
        ids = {row.client_id for row in replies} | {task.client_id for task in tasks if task.client_id is not None}
        clients = names.of_clients(work.session, work.keyring, ids)
        people = names.of_members(work.session, work.keyring, {cover.absent_id, cover.covering_id, *here.values()})
        return CoverWaitingOut(
            cover=_cover_shown(cover, people),
            risks=[
                CoverRiskOut(
                    task_id=task.id,
                    client=PersonOut(id=task.client_id, name=clients[task.client_id])
                    if task.client_id in clients
                    else None,
                    due_on=task.due_on,
                )
                for task in tasks
            ],
            replies=[_reply_shown(row, clients, here, people) for row in replies],
            referrals=_referrals_shown(work, referrals),
            transfers=transfers,
        )


def _transfers_shown(work: Work, absent_id: UUID, day: date) -> list[CoverTransferOut]:
    found = covering_transfers.due(work.session, absent_id, day)
    work.mention(transfer_count=len(found))
    at_hand = covering_store.at_hand(work.session, work.keyring, {row.client_id for row, _ in found}, work.now)
    return [
        CoverTransferOut(
            episode_id=row.episode_id,
            client=CoverClientOut.model_validate(asdict(at_hand[row.client_id])),
            due_on=task.due_on,
            unread=task.kind is TaskKind.READ_TRANSFER,
        )
        for row, task in found
        if row.client_id in at_hand
    ]


def _referrals_shown(work: Work, rows: Sequence[Referral]) -> list[CoverReferralOut]:
    at_hand = covering_store.at_hand(work.session, work.keyring, {row.client_id for row in rows}, work.now)
    return [
        CoverReferralOut(
            episode_id=row.episode_id,
            client=CoverClientOut.model_validate(asdict(at_hand[row.client_id])),
            due_on=row.follow_up_on,
        )
        for row in rows
        if row.follow_up_on is not None and row.client_id in at_hand
    ]


@use_case(Permission.COVER_STAND_IN, audit=Action.COVER_READ, noun=Noun.COVER, subject="cover_id")
def caseload(work: Work, cover_id: UUID, *, cursor: str | None, limit: int) -> Page[CoverItem]:
    """The episodes of the absent clinician in which something is due. `limit` is how many episodes are looked at."""
    after = cursors.read(cursor)
    with _standing_in(work, cover_id) as cover:
        found = _listed(work, cover, after, limit + 1)
        shown = found[:limit]
        due = [one for one in (_weighed(work, one) for one in shown) if one.step.kind is not NextStepKind.NOTHING]
        work.mention(count=len(due))
        last = shown[-1].row if len(found) > limit else None
        return Page[CoverItem](
            items=_items(work, cover, due),
            next_cursor=Cursor(last.attention_at, last.episode_id).to_text() if last else None,
        )


@contextmanager
def _standing_in(work: Work, cover_id: UUID) -> Iterator[Cover]:
    """One's own cover, while it runs; any other is absent. Inside, the session sees the absent clinician's caseload."""
    cover = cover_store.running_one(work.session, cover_id, work.actor_id, work.now)
    if cover is None:
        raise NotFound
    work.mention(cover_id=str(cover.id), covering_for=str(cover.absent_id))
    with tenancy.standing_in_for(work.session, cover.absent_id):
        yield cover


def _listed(work: Work, cover: Cover, after: Cursor | None, limit: int) -> list[Listed]:
    """As on the caseload, those that were not assessed yet do not wait for the worker."""

    def read() -> list[Listed]:
        return caseload_store.page(
            work.session, now=work.now, stage=None, clinician_id=cover.absent_id, after=after, limit=limit
        )

    found = read()
    while behind := [one.row.episode_id for one in found if not Evidence.is_readable(one.row.evidence)]:
        assessment_store.refresh(work.session, behind, work.now)
        found = read()
    return found


class _Weighed(NamedTuple):
    listed: Listed
    standing: engagement.Standing
    step: next_step.NextStep


def _weighed(work: Work, listed: Listed) -> _Weighed:
    row = listed.row
    evidence = Evidence.from_json(row.evidence)
    standing = engagement.standing_at(row.drifting_at, row.quiet_at, evidence, row.ended_at, work.now)
    return _Weighed(listed, standing, next_step.next_step(standing, evidence, work.now))


def _items(work: Work, cover: Cover, due: Sequence[_Weighed]) -> list[CoverItem]:
    ids = {name.client_id for one in due for name in one.listed.clients}
    at_hand = covering_store.at_hand(work.session, work.keyring, ids, work.now)
    clients = {one: CoverClientOut.model_validate(asdict(shown)) for one, shown in at_hand.items()}
    # Whom the absent clinician was to reach, whoever covers reaches.
    found = risk_tasks.owners(work.session, [one.listed.row.episode_id for one in due])
    reaching = {one: cover.covering_id if owner == cover.absent_id else owner for one, owner in found.items()}
    owners = {one.listed.row.responsible_id for one in due if one.listed.row.responsible_id} | set(reaching.values())
    people = names.of_members(work.session, work.keyring, owners)
    put_off = _put_off(work, due)
    return [_item(one, clients, people, reaching, put_off) for one in due]


def _put_off(work: Work, due: Sequence[_Weighed]) -> dict[UUID, SnoozeOut]:
    """What the absent clinician lets wait, by episode, and the reason they chose; their own words are not for a cover."""
    waiting = [one.listed.row.episode_id for one in due if (one.listed.row.put_off_until or work.now) > work.now]
    running = snooze_store.running(work.session, waiting) if waiting else {}
    told = snooze_store.told(work.session, work.keyring, list(running.values()), worded=False)
    return {one.episode_id: SnoozeOut.model_validate(asdict(one)) for one in told}


def _item(
    one: _Weighed,
    clients: dict[UUID, CoverClientOut],
    people: dict[UUID, str],
    reaching: dict[UUID, UUID],
    put_off: dict[UUID, SnoozeOut],
) -> CoverItem:
    row, step, owner_id = one.listed.row, one.step, one.listed.row.responsible_id
    waits = put_off.get(row.episode_id)
    if step.kind is NextStepKind.REACH_TODAY:
        owner_id = reaching.get(row.episode_id, owner_id)
    return CoverItem(
        clients=[clients[name.client_id] for name in one.listed.clients],
        episode=CaseloadEpisode(
            id=row.episode_id,
            format=row.format,
            kind=row.kind,
            responsible=_person(row.responsible_id, people),
            version=row.version,
        ),
        stage=one.standing.stage,
        since=one.standing.since,
        reasons=[ReasonOut(code=reason.code, text=reason.text) for reason in one.standing.reasons],
        next_step=NextStepOut(
            kind=step.kind,
            why=step.why,
            owner=_person(owner_id, people),
            due_on=waits.until_on if waits else step.due_on,
            put_off_until=waits.until_on if waits else None,
            put_off=waits,
        ),
    )


def _person(member_id: UUID | None, people: dict[UUID, str]) -> PersonOut | None:
    return None if member_id is None else PersonOut(id=member_id, name=people[member_id])


def _cover_shown(cover: Cover, people: dict[UUID, str]) -> CoverOut:
    return CoverOut(
        id=cover.id,
        absent=PersonOut(id=cover.absent_id, name=people[cover.absent_id]),
        covering=PersonOut(id=cover.covering_id, name=people[cover.covering_id]),
        from_on=cover.from_on,
        to_on=cover.to_on,
        named_by=cover.named_by,
        named_at=cover.named_at,
        ended_at=cover.ended_at,
        runs=True,
    )


def _reply_shown(
    row: Reply, clients: dict[UUID, str], here: dict[UUID, UUID], people: dict[UUID, str]
) -> CoverReplyOut:
    return CoverReplyOut(
        id=row.id,
        client=PersonOut(id=row.client_id, name=clients[row.client_id]),
        at=row.at,
        here=_person(here.get(row.episode_id), people),
    )
