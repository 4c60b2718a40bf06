"""Everybody who works here, for the forms in which somebody is chosen: whoever is left out of a list cannot be ticked."""

from uuid import UUID

from api.services import members
from api.services.work import Work
from schemas.vocabulary import Role
from schemas.wire.episodes import PersonOut
from schemas.wire.members import MemberOut

_AT_ONCE = 200


def members_here(work: Work) -> list[MemberOut]:
    """Those who left too."""
    found: list[MemberOut] = []
    after: UUID | None = None
    while True:
        page = members.page(work, after=after, limit=_AT_ONCE)
        found += page.items
        if page.next_cursor is None:
            return found
        after = found[-1].id


def clinicians(work: Work) -> list[PersonOut]:
    """Active ones."""
    return [
        PersonOut(id=one.id, name=one.name)
        for one in members_here(work)
        if Role.CLINICIAN in one.roles and one.left_at is None
    ]
