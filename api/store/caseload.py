"""Whose caseload something is in, and the caseload list itself.

The list reads one page by an index range and never the history: `attention_at` is stored with each episode. It is the
page that everybody opens first, so it is one statement, made once and not once per request, past the session's hooks:
it names the practice and the caseload itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.cursors import Cursor
from api.store import tenancy
from api.store.clients import SealedName, sealed_name
from api.store.sealing import WrappedKey
from schemas.tables import (
    Absence,
    Appointment,
    CheckIn,
    Client,
    ClientKey,
    Concern,
    Consent,
    Episode,
    EpisodeClinician,
    EpisodeParticipant,
    FollowUp,
    Goal,
    Letter,
    Member,
    OutreachPlan,
    PracticeKey,
    Referral,
    Reply,
    Task,
    TerminationNote,
    Transfer,
)
from schemas.tables.base import Identifier, Instant
from schemas.vocabulary import CaseloadFilter, EpisodeFormat, EpisodeKind, Stage

_OF_AN_EPISODE: dict[str, Any] = {
    "appointment": Appointment,
    "check_in": CheckIn,
    "termination_note": TerminationNote,
    "goal": Goal,
    "follow_up": FollowUp,
    "outreach_plan": OutreachPlan,
    "referral": Referral,
    "transfer": Transfer,
}
_HELD_BY_ITSELF: dict[str, Any] = {
    "client": Client,
    "episode": Episode,
    "absence": Absence,
    "letter": Letter,
    "consent": Consent,
    "reply": Reply,
    "concern": Concern,
    "task": Task,
}


def visible(session: Session, noun: str, row_id: UUID) -> bool:
    """Whether the session's scope holds it. A task that names a client is held with the client."""
    row = _HELD_BY_ITSELF.get(noun) or _OF_AN_EPISODE.get(noun)
    if row is None:
        return False
    statement = sa.select(col(row.id)).where(col(row.id) == row_id)
    if row is Task:
        ours = sa.select(col(Client.id))
        statement = statement.where(sa.or_(col(Task.client_id).is_(None), col(Task.client_id).in_(ours)))
    return session.scalar(statement) is not None


def in_caseload_of(session: Session, noun: str, row_id: UUID, members: Collection[UUID]) -> bool:
    """Whether one of `members` is a clinician of the episode it belongs to, or opened the client, who is in none."""
    statement = (
        sa.select(col(EpisodeClinician.episode_id)).where(col(EpisodeClinician.member_id).in_(set(members))).limit(1)
    )
    if noun == "episode":
        statement = statement.where(col(EpisodeClinician.episode_id) == row_id)
    elif noun == "client":
        opened = tenancy.just_opened_by(tenancy.practice_of(session), sorted(members))
        if session.scalar(sa.select(col(Client.id)).where(col(Client.id) == row_id, col(Client.id).in_(opened))):
            return True
        parts = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == row_id)
        statement = statement.where(col(EpisodeClinician.episode_id).in_(parts))
    elif noun in _OF_AN_EPISODE:
        row = _OF_AN_EPISODE[noun]
        of_it = sa.select(row.episode_id).where(row.id == row_id)
        statement = statement.where(col(EpisodeClinician.episode_id).in_(of_it))
    elif noun == "letter":
        notes = sa.select(col(TerminationNote.episode_id)).join(Letter, col(Letter.note_id) == col(TerminationNote.id))
        statement = statement.where(col(EpisodeClinician.episode_id).in_(notes.where(col(Letter.id) == row_id)))
    else:
        return False
    return session.scalar(statement) is not None


_PRACTICE = sa.bindparam("practice", type_=Identifier)
_COLUMNS = (
    "id",
    "format",
    "kind",
    "responsible_id",
    "ended_at",
    "drifting_at",
    "quiet_at",
    "attention_at",
    "put_off_until",
    "evidence",
    "version",
)


class Row(NamedTuple):
    """What the caseload needs of one episode, in the order of `_COLUMNS`."""

    episode_id: UUID
    format: EpisodeFormat
    kind: EpisodeKind
    responsible_id: UUID | None
    ended_at: datetime | None
    drifting_at: datetime | None
    quiet_at: datetime | None
    attention_at: datetime
    put_off_until: datetime | None
    evidence: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Only:
    """What of the caseload to read. `by`: of what is due, whatever asks for somebody by then; when each is due is the domain's to say."""

    what: CaseloadFilter
    by: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """An episode with the names of whoever takes part, in the order in which they joined, and of whoever is responsible.

    Names are still sealed: a client's with a key of their own, the clinician's with that of the practice.
    """

    row: Row
    clients: list[SealedName]
    responsible_name: bytes | None
    practice_key: WrappedKey


def page(
    session: Session,
    *,
    now: datetime,
    stage: Stage | None,
    clinician_id: UUID | None,
    after: Cursor | None,
    limit: int,
    only: Only | None = None,
) -> list[Listed]:
    """Running episodes (with the stage `ended`, the others), those that need somebody first on top."""
    session.flush()
    scope = tenancy.scope_of(session)
    asked = _Asked(
        stage,
        everybody=scope.members is None,
        one_clinician=clinician_id is not None,
        goes_on=after is not None,
        only=None if only is None else only.what,
    )
    values = {
        "practice": scope.practice_id,
        "members": sorted(scope.members or ()),
        "now": now,
        "clinician": clinician_id,
        "after_at": after and after.at,
        "after_id": after and after.row_id,
        "limit": limit,
        "by": only and only.by,
    }
    listed: dict[UUID, Listed] = {}
    for found in session.connection().execute(_statement(asked), values).all():
        *columns, responsible_name, wrapped, master, client_id, name, client_wrapped, client_master = found
        episode = listed.get(found[0])
        if episode is None:
            row = Row(*columns)
            episode = listed[row.episode_id] = Listed(row, [], responsible_name, WrappedKey(wrapped, master))
        if client_id is not None:
            episode.clients.append(sealed_name(client_id, name, client_wrapped, client_master))
    return list(listed.values())


class _Asked(NamedTuple):
    """What the shape of the statement depends on; everything else is a value in it."""

    stage: Stage | None
    everybody: bool
    one_clinician: bool
    goes_on: bool
    only: CaseloadFilter | None = None


@lru_cache(maxsize=256)
def _statement(asked: _Asked) -> sa.Select[Any]:
    """One page of episodes, then whoever takes part in them: one round trip. A couple's episode comes in two rows."""
    episodes = _episodes(asked).subquery("page")
    named: tuple[type[Any], ...] = (EpisodeParticipant, Client, ClientKey, Member, PracticeKey)
    parts, clients, keys, members, practice_keys = (model.__table__ for model in named)
    responsible = sa.and_(members.c.practice_id == _PRACTICE, members.c.id == episodes.c.responsible_id)
    takes_part = sa.and_(
        parts.c.practice_id == _PRACTICE, parts.c.episode_id == episodes.c.id, parts.c.left_at.is_(None)
    )
    is_client = sa.and_(clients.c.practice_id == _PRACTICE, clients.c.id == parts.c.client_id)
    has_key = sa.and_(keys.c.practice_id == _PRACTICE, keys.c.client_id == parts.c.client_id)
    return (
        sa.select(
            *(episodes.c[name] for name in _COLUMNS),
            members.c.name_sealed,
            practice_keys.c.wrapped,
            practice_keys.c.master_key_id,
            clients.c.id,
            clients.c.name_sealed,
            keys.c.wrapped,
            keys.c.master_key_id,
        )
        .select_from(
            # One outer join after the other: of a join within a join SQLite makes a table of the whole practice first.
            sa.join(episodes, practice_keys, practice_keys.c.practice_id == _PRACTICE)
            .outerjoin(members, responsible)
            .outerjoin(parts, takes_part)
            .outerjoin(clients, is_client)
            .outerjoin(keys, has_key)
        )
        .order_by(episodes.c.attention_at, episodes.c.id, parts.c.joined_at, parts.c.client_id)
    )


def _episodes(asked: _Asked) -> sa.Select[Any]:
    episode = Episode.__table__  # type: ignore[attr-defined]  # set by SQLModel
    running = episode.c.ended_at.is_not(None) if asked.stage is Stage.ENDED else episode.c.ended_at.is_(None)
    statement = (
        sa.select(*(episode.c[name] for name in _COLUMNS))
        .where(running, *_in_stage(asked.stage, episode.c), *_only(asked.only, episode.c))
        .order_by(episode.c.attention_at, episode.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
    if asked.everybody:
        statement = statement.where(episode.c.practice_id == _PRACTICE)
    else:
        # By both columns of the key and not by the practice besides: SQLite, which counts nothing, would walk through the
        # whole practice in the order of the caseload to find the few of one clinician (200 ms among a million).
        members = sa.bindparam("members", type_=Identifier, expanding=True)
        key = sa.tuple_(episode.c.practice_id, episode.c.id)
        statement = statement.where(key.in_(tenancy.episode_keys_of(_PRACTICE, members)))
    if asked.one_clinician:
        statement = statement.where(episode.c.responsible_id == sa.bindparam("clinician", type_=Identifier))
    if asked.goes_on:
        after = sa.tuple_(sa.bindparam("after_at", type_=Instant), sa.bindparam("after_id", type_=Identifier))
        statement = statement.where(sa.tuple_(episode.c.attention_at, episode.c.id) > after)
    return statement


def _in_stage(stage: Stage | None, episode: Any) -> Sequence[Any]:  # noqa: ANN401  # a table's columns
    """Comparisons with the stored instants; a running pause comes before them, as in the domain."""
    now = sa.bindparam("now", type_=Instant)
    paused = sa.and_(episode.paused_from <= now, sa.or_(episode.paused_until.is_(None), episode.paused_until > now))
    awake = sa.or_(episode.paused_from.is_(None), sa.not_(paused))
    if stage is Stage.PAUSED:
        return (paused,)
    if stage is Stage.QUIET:
        return (awake, episode.quiet_at <= now)
    if stage is Stage.DRIFTING:
        return (awake, episode.drifting_at <= now, sa.or_(episode.quiet_at.is_(None), episode.quiet_at > now))
    if stage is Stage.ENGAGED:
        return (awake, sa.or_(episode.drifting_at.is_(None), episode.drifting_at > now))
    return ()


def _only(only: CaseloadFilter | None, episode: Any) -> Sequence[Any]:  # noqa: ANN401  # a table's columns
    """Beside the order: what waits has an index of its own, and what nobody has stands together in the clinicians' one."""
    if only is CaseloadFilter.PUT_OFF:
        return (episode.put_off_until > sa.bindparam("now", type_=Instant),)
    if only is CaseloadFilter.WITHOUT_OWNER:
        return (episode.responsible_id.is_(None),)
    if only is not None:
        return (episode.attention_at <= sa.bindparam("by", type_=Instant),)
    return ()
