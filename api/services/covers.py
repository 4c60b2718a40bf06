"""Use cases about covers: who stands in for a clinician who is away, and on which days.

A practice lead names the cover, or the clinician for themselves. It runs by the calendar and by the leave it stands for, and ends
by itself with either.
"""

from collections.abc import Sequence
from uuid import UUID

from api.domain import covers as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.covers import Days, Wanted
from api.domain.errors import Conflict, NotFound, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import covers as cover_store
from api.store import members as member_store
from api.store import names
from schemas.tables import Cover
from schemas.tables.base import new_id
from schemas.wire.common import Page
from schemas.wire.covers import CoverIn, CoverOut
from schemas.wire.episodes import PersonOut


@use_case(Permission.CLINICAL_GRANT, audit=Action.COVER_NAME, noun=Noun.MEMBER, subject="member_id")
def name(work: Work, member_id: UUID, given: CoverIn) -> CoverOut:
    return _name(work, member_id, given)


@use_case(Permission.COVER_NAME_OWN, audit=Action.COVER_NAME, noun=Noun.MEMBER)
def name_own(work: Work, given: CoverIn) -> CoverOut:
    work.about(work.actor_id)
    return _name(work, work.actor_id, given)


@use_case(Permission.CLINICAL_GRANT, audit=Action.COVER_END, noun=Noun.COVER, subject="cover_id")
def end(work: Work, cover_id: UUID, *, member_id: UUID) -> None:
    """At once. Said again, the first word stands."""
    _end(work, cover_id, member_id)


@use_case(Permission.COVER_NAME_OWN, audit=Action.COVER_END, noun=Noun.COVER, subject="cover_id")
def end_own(work: Work, cover_id: UUID) -> None:
    _end(work, cover_id, work.actor_id)


@use_case(Permission.MEMBER_READ, audit=None)
def page(work: Work, member_id: UUID, *, before: UUID | None, limit: int) -> Page[CoverOut]:
    """Whatever was named last comes first. Who stands in for whom is no secret in a practice."""
    if member_store.get(work.session, member_id) is None:
        raise NotFound
    found = cover_store.page(work.session, member_id, before=before, limit=limit + 1)
    shown = found[:limit]
    return Page[CoverOut](items=_shown(work, shown), next_cursor=str(shown[-1].id) if len(found) > limit else None)


@use_case(Permission.MEMBER_READ, audit=None)
def running(work: Work) -> list[CoverOut]:
    """Those in which one stands in today. It names colleagues and no client."""
    return _shown(work, cover_store.running(work.session, work.actor_id, cover_store.today(work.session, work.now)))


def _name(work: Work, member_id: UUID, given: CoverIn) -> CoverOut:
    """Of two who name one for the same days at once the second is told. Raises Invalid, Conflict."""
    cover_store.lock(work.session, member_id)
    member = member_store.get(work.session, member_id)
    if member is None:
        raise NotFound
    if member.left_at is not None:
        raise Conflict("This member has left the practice.", code="left_already")
    _require_covering(work, member_id, given.covering_id)
    wanted = Wanted(
        Days(given.from_on, given.to_on),
        leave=cover_store.leave(work.session, member_id),
        others=cover_store.others(work.session, member_id),
        leave_of_covering=cover_store.leave(work.session, given.covering_id),
    )
    rules.require_days(wanted, cover_store.today(work.session, work.now))
    row = Cover(
        id=new_id(),
        absent_id=member_id,
        covering_id=given.covering_id,
        from_on=given.from_on,
        to_on=given.to_on,
        named_by=work.actor_id,
        named_at=work.now,
    )
    cover_store.add(work.session, row)
    work.mention(cover_id=str(row.id), covering_id=str(row.covering_id))
    return _shown(work, [row])[0]


def _require_covering(work: Work, absent_id: UUID, covering_id: UUID) -> None:
    member = member_store.get(work.session, covering_id)
    held = member_store.roles(work.session, [covering_id])[covering_id]
    is_here = member is not None and member.left_at is None and member.password_hash is not None
    if not is_here or not held & rules.COVERS_AS or covering_id == absent_id:
        raise invalid_field("/covering_id", "Choose another clinician or practice lead who works here.")


def _end(work: Work, cover_id: UUID, member_id: UUID) -> None:
    row = cover_store.get(work.session, cover_id)
    if row is None or row.absent_id != member_id:
        raise NotFound
    if row.ended_at is None:
        row.ended_at, row.ended_by = work.now, work.actor_id


def _shown(work: Work, rows: Sequence[Cover]) -> list[CoverOut]:
    runs = cover_store.which_run(work.session, rows, cover_store.today(work.session, work.now)) if rows else set()
    called = names.of_members(
        work.session, work.keyring, {one for row in rows for one in (row.absent_id, row.covering_id)}
    )
    return [
        CoverOut(
            id=row.id,
            absent=PersonOut(id=row.absent_id, name=called[row.absent_id]),
            covering=PersonOut(id=row.covering_id, name=called[row.covering_id]),
            from_on=row.from_on,
            to_on=row.to_on,
            named_by=row.named_by,
            named_at=row.named_at,
            ended_at=row.ended_at,
            runs=row.id in runs,
        )
        for row in rows
    ]
