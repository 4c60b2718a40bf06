"""Episodes, who takes part in them, and the history that noticing is asked about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import bulk, referrals, tenancy, transfers
from schemas.tables import Episode, EpisodeClinician, EpisodeKindChange, EpisodeParticipant, FormerClinician
from schemas.tables.base import Identifier, new_id
from schemas.vocabulary import ClinicianPart, EpisodeKind

_AT_ONCE = 1000
_NO_SYNC = {"synchronize_session": False}
_FORMER = ("practice_id", "id", "episode_id", "member_id", "part", "since", "ended_at")


def get(session: Session, episode_id: UUID) -> Episode | None:
    return session.scalars(sa.select(Episode).where(col(Episode.id) == episode_id)).first()


def every(session: Session, episode_ids: Collection[UUID]) -> Sequence[Episode]:
    return session.scalars(sa.select(Episode).where(col(Episode.id).in_(set(episode_ids)))).all()


def former(session: Session, episode_id: UUID) -> Episode | None:
    """The episode that another takes up: when it ended is known to whoever has that one, in whose caseload it was or not."""
    with tenancy.whole_practice(session):
        return get(session, episode_id)


def hold(session: Session, episode_ids: Collection[UUID]) -> dict[UUID, datetime | None]:
    """Which of these there are, with their ends, and nobody else's to write until this unit ends.

    In the order of their ids, so that two units never wait for one another; facts that refer to an episode may still
    be added meanwhile. Flush first. SQLite has one writer anyway.
    """
    statement = (
        sa.select(col(Episode.id), col(Episode.ended_at))
        .where(col(Episode.id).in_(set(episode_ids)))
        .order_by(col(Episode.id))
        .with_for_update(key_share=True)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def hold_free(session: Session, episode_ids: Collection[UUID]) -> Sequence[UUID]:
    """Those of these that nobody else holds. For the worker, which comes by again: it keeps no person waiting, and waits for none."""
    statement = sa.select(col(Episode.id)).where(col(Episode.id).in_(set(episode_ids)))
    return session.scalars(statement.with_for_update(key_share=True, skip_locked=True)).all()


def read_again(session: Session, episode_ids: Collection[UUID]) -> None:
    """What this unit holds of these episodes is read anew when it is next asked for: they were written past it."""
    for row in [one for one in session.identity_map.values() if isinstance(one, Episode) and one.id in episode_ids]:
        session.expire(row)


def page(session: Session, *, client_id: UUID | None, after: UUID | None, limit: int) -> Sequence[Episode]:
    statement = sa.select(Episode).order_by(col(Episode.id)).limit(limit)
    if client_id is not None:
        parts = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == client_id)
        statement = statement.where(col(Episode.id).in_(parts))
    if after is not None:
        statement = statement.where(col(Episode.id) > after)
    return session.scalars(statement).all()


def latest_of(session: Session, client_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Episode]:
    """Ids sort by their making, so whatever was recorded last comes first."""
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == client_id)
    statement = sa.select(Episode).where(col(Episode.id).in_(parts)).order_by(col(Episode.id).desc()).limit(limit)
    return session.scalars(statement if before is None else statement.where(col(Episode.id) < before)).all()


def running_of(session: Session, client_id: UUID) -> Sequence[UUID]:
    """The running episodes in which a client takes part now."""
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(
        col(EpisodeParticipant.client_id) == client_id, col(EpisodeParticipant.left_at).is_(None)
    )
    statement = sa.select(col(Episode.id)).where(col(Episode.id).in_(parts), col(Episode.ended_at).is_(None))
    return session.scalars(statement).all()


def add(session: Session, episode: Episode, client_ids: Collection[UUID], now: datetime) -> None:
    session.add(episode)
    session.flush()
    session.add_all(
        EpisodeParticipant(episode_id=episode.id, client_id=client_id, joined_at=now) for client_id in client_ids
    )
    session.flush()


def change_kind(session: Session, episode: Episode, kind: EpisodeKind, *, by: UUID | None, now: datetime) -> None:
    """How it is paced from now on. That it was paced otherwise before stays known, so that looking back stays true."""
    if episode.kind is kind:
        return
    known = sa.select(col(EpisodeKindChange.id)).where(col(EpisodeKindChange.episode_id) == episode.id).limit(1)
    if session.scalars(known).first() is None:
        session.add(EpisodeKindChange(episode_id=episode.id, kind=episode.kind, known_at=episode.created_at))
    session.add(EpisodeKindChange(episode_id=episode.id, kind=kind, known_at=now, recorded_by=by))
    episode.kind = kind
    session.flush()


# Made once: every fact that is recorded asks it.
_KINDS = (
    sa.select(col(EpisodeKindChange.episode_id), col(EpisodeKindChange.kind), col(EpisodeKindChange.known_at))
    .where(col(EpisodeKindChange.episode_id).in_(sa.bindparam("episode_ids", type_=Identifier, expanding=True)))
    .order_by(col(EpisodeKindChange.known_at), col(EpisodeKindChange.id))
)


def kinds(session: Session, episode_ids: Collection[UUID], *, as_of: datetime) -> dict[UUID, EpisodeKind]:
    """How those that were ever paced otherwise were, as the record knew it at an instant; before its first word, as at first."""
    found: dict[UUID, EpisodeKind] = {}
    for episode_id, kind, known_at in session.execute(_KINDS, {"episode_ids": set(episode_ids)}):
        if known_at <= as_of:
            found[episode_id] = kind
        else:
            found.setdefault(episode_id, kind)
    return found


def kind_changes(session: Session, episode_id: UUID) -> list[tuple[datetime, EpisodeKind]]:
    """When the record learned how one is paced, earliest first; empty where it never changed."""
    statement = (
        sa.select(col(EpisodeKindChange.known_at), col(EpisodeKindChange.kind))
        .where(col(EpisodeKindChange.episode_id) == episode_id)
        .order_by(col(EpisodeKindChange.known_at), col(EpisodeKindChange.id))
    )
    return [(known_at, kind) for known_at, kind in session.execute(statement)]


def participants(session: Session, episode_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Clients who take part now, by episode, in the order in which they joined."""
    statement = (
        sa.select(col(EpisodeParticipant.episode_id), col(EpisodeParticipant.client_id))
        .where(col(EpisodeParticipant.episode_id).in_(set(episode_ids)), col(EpisodeParticipant.left_at).is_(None))
        .order_by(col(EpisodeParticipant.joined_at), col(EpisodeParticipant.client_id))
    )
    found: dict[UUID, list[UUID]] = {episode_id: [] for episode_id in episode_ids}
    for episode_id, client_id in session.execute(statement):
        found[episode_id].append(client_id)
    return found


def everybody(session: Session, episode_id: UUID) -> Collection[UUID]:
    """Who takes part, and who did."""
    statement = sa.select(col(EpisodeParticipant.client_id)).where(col(EpisodeParticipant.episode_id) == episode_id)
    return set(session.scalars(statement))


def clinicians(session: Session, episode_ids: Collection[UUID]) -> Sequence[EpisodeClinician]:
    statement = sa.select(EpisodeClinician).where(col(EpisodeClinician.episode_id).in_(set(episode_ids)))
    return session.scalars(statement).all()


def former_clinicians(session: Session, episode_id: UUID) -> Sequence[FormerClinician]:
    """Parts that have ended, the first of them first. They open nothing."""
    statement = sa.select(FormerClinician).where(col(FormerClinician.episode_id) == episode_id)
    return session.scalars(statement.order_by(col(FormerClinician.ended_at), col(FormerClinician.id))).all()


def end_part(session: Session, part: EpisodeClinician, now: datetime) -> None:
    """The episode is in this clinician's caseload no more. That they were a clinician of it stays known."""
    former = FormerClinician(
        episode_id=part.episode_id, member_id=part.member_id, part=part.part, since=part.since, ended_at=now
    )
    session.add(former)
    session.delete(part)


def set_clinicians(
    session: Session, episode: Episode, responsible_id: UUID | None, co_therapists: Collection[UUID], now: datetime
) -> None:
    """Exactly one is responsible; the episode's own column repeats it for the caseload's index."""
    held = {row.member_id: row for row in clinicians(session, [episode.id])}
    wanted = dict.fromkeys(co_therapists, ClinicianPart.CO_THERAPIST)
    if responsible_id is not None:
        wanted[responsible_id] = ClinicianPart.RESPONSIBLE
    gone = [member_id for member_id in held if member_id not in wanted]
    for member_id, row in held.items():
        if member_id in gone:
            end_part(session, row, now)
        elif row.part is not wanted[member_id]:
            row.part = wanted[member_id]
    session.add_all(
        EpisodeClinician(episode_id=episode.id, member_id=member_id, part=part, since=now)
        for member_id, part in wanted.items()
        if member_id not in held
    )
    episode.responsible_id = responsible_id
    session.flush()
    if gone and responsible_id is not None:
        referrals.follow(session, episode.id, gone, responsible_id, now)
        transfers.follow(session, episode.id, gone, responsible_id, now)


def give_to(session: Session, pairs: Sequence[tuple[UUID, UUID]], now: datetime) -> None:
    """Makes each clinician the only one of the episode they are paired with, which then wants assessing again."""
    practice_id = tenancy.practice_of(session)
    pairs = sorted(pairs)
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        hold(session, [episode_id for episode_id, _ in some])
        _end_all_parts(session, dict(some), now)
        parts = [(practice_id, *pair, ClinicianPart.RESPONSIBLE, now) for pair in some]
        bulk.insert(session, EpisodeClinician, ("practice_id", "episode_id", "member_id", "part", "since"), parts)
        settled = [(practice_id, *pair, True) for pair in some]
        bulk.update(session, Episode, ("practice_id", "id", "responsible_id", "assessment_due"), settled)


def _end_all_parts(session: Session, to: Mapping[UUID, UUID], now: datetime) -> None:
    """By episode, to whom it goes: whoever keeps a part is no former clinician."""
    theirs = col(EpisodeClinician.episode_id).in_(to)
    statement = sa.select(
        col(EpisodeClinician.episode_id),
        col(EpisodeClinician.member_id),
        col(EpisodeClinician.part),
        col(EpisodeClinician.since),
    ).where(theirs)
    ended = [row for row in session.execute(statement).all() if to[row[0]] != row[1]]
    practice_id = tenancy.practice_of(session)
    bulk.insert(session, FormerClinician, _FORMER, [(practice_id, new_id(), *row, now) for row in ended])
    session.execute(sa.delete(EpisodeClinician).where(theirs), execution_options=_NO_SYNC)


def may_change(session: Session, episode_id: UUID, members: Collection[UUID] | None) -> bool:
    """Whether one of `members` (None: anybody of the practice) takes part as a clinician."""
    if members is None:
        return True
    statement = sa.select(col(EpisodeClinician.member_id)).where(
        col(EpisodeClinician.episode_id) == episode_id, col(EpisodeClinician.member_id).in_(set(members))
    )
    return session.scalars(statement).first() is not None


def mark_for_assessment(session: Session, episode_ids: Collection[UUID]) -> None:
    """Their facts changed in bulk; the worker assesses them again."""
    if episode_ids:
        session.flush()
        hold(session, episode_ids)
        session.execute(
            sa.update(Episode)
            .where(col(Episode.id).in_(set(episode_ids)))
            .values(assessment_due=True)
            .execution_options(synchronize_session=False)
        )


def mark_all_for_assessment(session: Session, *, member_id: UUID | None = None) -> None:
    """A closure, a leave, a new default or new weights: every running episode (of one clinician) is due."""
    which: list[sa.ColumnElement[bool]] = [col(Episode.ended_at).is_(None)]
    if member_id is not None:
        which.append(col(Episode.responsible_id) == member_id)
    session.execute(sa.select(col(Episode.id)).where(*which).order_by(col(Episode.id)).with_for_update(key_share=True))
    marked = sa.update(Episode).where(*which).values(assessment_due=True)
    session.execute(marked.execution_options(synchronize_session=False))


def due_for_assessment(session: Session, *, now: datetime, limit: int) -> Sequence[UUID]:
    """Marked, or past the instant at which what is stored wants working out again; of those the longest past first."""
    marked = sa.select(col(Episode.id)).where(col(Episode.assessment_due)).limit(limit)
    revisited = (
        sa.select(col(Episode.id)).where(col(Episode.revisit_at) <= now).order_by(col(Episode.revisit_at)).limit(limit)
    )
    found = dict.fromkeys(session.scalars(marked))
    if len(found) < limit:
        found |= dict.fromkeys(session.scalars(revisited))
    return list(found)[:limit]


def move_zone(session: Session, client_id: UUID, time_zone: str) -> None:
    """An episode lives in its client's zone."""
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == client_id)
    session.execute(
        sa.update(Episode)
        .where(col(Episode.id).in_(parts))
        .values(time_zone=time_zone, assessment_due=True)
        .execution_options(synchronize_session=False)
    )
