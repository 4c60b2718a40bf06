"""Members, their roles, and who supervises whom."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import episodes, tenancy
from schemas.tables import ApiKey, Client, Episode, EpisodeClinician, Member, MemberRole, Practice, Supervision
from schemas.vocabulary import ClinicianPart, Role


def get(session: Session, member_id: UUID) -> Member | None:
    return session.scalars(sa.select(Member).where(col(Member.id) == member_id)).first()


def page(session: Session, *, after: UUID | None, limit: int) -> Sequence[Member]:
    statement = sa.select(Member).order_by(col(Member.id)).limit(limit)
    if after is not None:
        statement = statement.where(col(Member.id) > after)
    return session.scalars(statement).all()


def every(session: Session, member_ids: Collection[UUID]) -> Sequence[Member]:
    return session.scalars(sa.select(Member).where(col(Member.id).in_(set(member_ids)))).all()


def sealed_names(session: Session, member_ids: Collection[UUID]) -> list[tuple[UUID, bytes]]:
    statement = sa.select(col(Member.id), col(Member.name_sealed)).where(col(Member.id).in_(set(member_ids)))
    return [(row[0], row[1]) for row in session.execute(statement)]


def add(session: Session, member: Member, roles: Collection[Role]) -> None:
    session.add(member)
    session.flush()
    session.add_all(MemberRole(member_id=member.id, role=role) for role in roles)
    session.flush()


def roles(session: Session, member_ids: Collection[UUID]) -> dict[UUID, frozenset[Role]]:
    statement = sa.select(col(MemberRole.member_id), col(MemberRole.role)).where(
        col(MemberRole.member_id).in_(set(member_ids))
    )
    found: dict[UUID, set[Role]] = {member_id: set() for member_id in member_ids}
    for member_id, role in session.execute(statement):
        found[member_id].add(role)
    return {member_id: frozenset(held) for member_id, held in found.items()}


def set_roles(session: Session, member_id: UUID, wanted: Collection[Role]) -> None:
    session.execute(sa.delete(MemberRole).where(col(MemberRole.member_id) == member_id))
    session.add_all(MemberRole(member_id=member_id, role=role) for role in sorted(set(wanted)))
    session.flush()


def count_with_role(session: Session, role: Role, *, but: UUID) -> int:
    """Active members who can sign in and hold the role, leaving one out."""
    statement = (
        sa.select(sa.func.count())
        .select_from(MemberRole)
        .join(Member, col(Member.id) == col(MemberRole.member_id))
        .where(
            col(MemberRole.role) == role,
            col(Member.id) != but,
            col(Member.left_at).is_(None),
            col(Member.password_hash).is_not(None),
        )
    )
    return session.scalar(statement) or 0


def with_role(session: Session, role: Role) -> Sequence[UUID]:
    """Those who hold it and work here."""
    statement = (
        sa.select(col(Member.id))
        .join(MemberRole, col(Member.id) == col(MemberRole.member_id))
        .where(col(MemberRole.role) == role, col(Member.left_at).is_(None))
        .order_by(col(Member.id))
    )
    return session.scalars(statement).all()


def supervisees(session: Session, supervisor_id: UUID) -> list[UUID]:
    statement = sa.select(col(Supervision.supervisee_id)).where(col(Supervision.supervisor_id) == supervisor_id)
    return sorted(session.scalars(statement))


def set_supervisees(session: Session, supervisor_id: UUID, wanted: Collection[UUID], now: datetime) -> None:
    held = set(supervisees(session, supervisor_id))
    gone = held - set(wanted)
    session.execute(
        sa.delete(Supervision).where(
            col(Supervision.supervisor_id) == supervisor_id, col(Supervision.supervisee_id).in_(gone)
        )
    )
    session.add_all(
        Supervision(supervisor_id=supervisor_id, supervisee_id=member_id, since=now)
        for member_id in sorted(set(wanted) - held)
    )
    session.flush()


def end_supervision(session: Session, member_id: UUID) -> None:
    either = sa.or_(col(Supervision.supervisor_id) == member_id, col(Supervision.supervisee_id) == member_id)
    session.execute(sa.delete(Supervision).where(either))


def supervisees_by_supervisor(session: Session, supervisor_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    statement = (
        sa.select(col(Supervision.supervisor_id), col(Supervision.supervisee_id))
        .where(col(Supervision.supervisor_id).in_(set(supervisor_ids)))
        .order_by(col(Supervision.supervisee_id))
    )
    found: dict[UUID, list[UUID]] = {supervisor_id: [] for supervisor_id in supervisor_ids}
    for supervisor_id, supervisee_id in session.execute(statement):
        found[supervisor_id].append(supervisee_id)
    return found


def lock_roles(session: Session) -> None:
    """One change of roles at a time per practice, so that two admins cannot each make the other the last one.

    Take it before reading whom it is about: what was read before may be another's former state.
    """
    session.execute(sa.select(col(Practice.id)).with_for_update(key_share=True))


def has_running_episodes(session: Session, member_id: UUID) -> bool:
    """Anywhere in the practice, whoever asks."""
    with tenancy.whole_practice(session):
        return bool(running_episode_ids(session, member_id))


def running_episode_ids(session: Session, member_id: UUID) -> list[UUID]:
    statement = (
        sa.select(col(EpisodeClinician.episode_id))
        .join(Episode, col(Episode.id) == col(EpisodeClinician.episode_id))
        .where(col(EpisodeClinician.member_id) == member_id, col(Episode.ended_at).is_(None))
        .order_by(col(EpisodeClinician.episode_id))
    )
    return list(session.scalars(statement))


def responsible_for(session: Session, member_id: UUID) -> Sequence[UUID]:
    """The running episodes that are theirs alone to answer for, anywhere in the practice."""
    with tenancy.whole_practice(session):
        statement = sa.select(col(Episode.id)).where(
            col(Episode.responsible_id) == member_id, col(Episode.ended_at).is_(None)
        )
        return session.scalars(statement).all()


def successors(session: Session) -> dict[UUID, UUID | None]:
    """For everybody who left, who of those still here has their clients now; None: nobody on record."""
    statement = sa.select(col(Member.id), col(Member.handed_over_to)).where(col(Member.left_at).is_not(None))
    next_one: dict[UUID, UUID | None] = {row[0]: row[1] for row in session.execute(statement)}
    found = {}
    for member_id in next_one:
        successor: UUID | None = member_id
        while successor in next_one:  # handing over is to somebody here, so no two can lead back to one another
            successor = next_one[successor]
        found[member_id] = successor
    return found


def hand_over(session: Session, member_id: UUID, to_id: UUID, now: datetime) -> int:
    """Gives a member's part in every running episode, and the clients only they had opened, to another; counts the episodes.

    Runs over the whole practice: whoever hands over may be an admin, who sees no caseload. Hold the clients before (`stops.hold_those_of`).
    """
    with tenancy.whole_practice(session):
        episode_ids = running_episode_ids(session, member_id)
        episodes.hold(session, episode_ids)
        rows = session.scalars(
            sa.select(EpisodeClinician).where(
                col(EpisodeClinician.episode_id).in_(episode_ids),
                col(EpisodeClinician.member_id).in_([member_id, to_id]),
            )
        ).all()
        theirs = {row.episode_id: row for row in rows if row.member_id == to_id}
        for row in (row for row in rows if row.member_id == member_id):
            _pass_on(session, row, theirs.get(row.episode_id), to_id, now)
        session.execute(
            sa.update(Episode)
            .where(col(Episode.responsible_id) == member_id, col(Episode.id).in_(episode_ids))
            .values(responsible_id=to_id, assessment_due=True, updated_at=now, version=col(Episode.version) + 1)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            sa.update(Client)
            .where(col(Client.opened_by) == member_id)
            .values(opened_by=to_id)
            .execution_options(synchronize_session=False)
        )
    return len(episode_ids)


def _pass_on(
    session: Session, part: EpisodeClinician, held: EpisodeClinician | None, to_id: UUID, now: datetime
) -> None:
    """Who takes part already keeps their part, unless the one passed on is the responsible one."""
    episodes.end_part(session, part, now)
    if held is None:
        session.add(EpisodeClinician(episode_id=part.episode_id, member_id=to_id, part=part.part, since=now))
    elif part.part is ClinicianPart.RESPONSIBLE:
        held.part = ClinicianPart.RESPONSIBLE


def keys_of(session: Session, member_id: UUID) -> Sequence[ApiKey]:
    """Those they made that still open something."""
    statement = sa.select(ApiKey).where(col(ApiKey.created_by) == member_id, col(ApiKey.ended_at).is_(None))
    return session.scalars(statement).all()


def end_keys_of(session: Session, member_id: UUID, now: datetime) -> int:
    """Keys end with the member who made them: nobody would know to end them later."""
    ended = session.execute(
        sa.update(ApiKey)
        .where(col(ApiKey.created_by) == member_id, col(ApiKey.ended_at).is_(None))
        .values(ended_at=now)
    )
    return ended.rowcount  # type: ignore[attr-defined,no-any-return]  # a cursor result for an update
