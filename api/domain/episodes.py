"""What an episode of care is made of: how many take part, who may be responsible, and what it takes up again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from api.domain.errors import Conflict, invalid_field
from schemas.vocabulary import EpisodeFormat, Role

# Fewest and most who take part. Each member of a group has an episode of their own (decision 0005).
_PARTICIPANTS: dict[EpisodeFormat, tuple[int, int | None]] = {
    EpisodeFormat.INDIVIDUAL: (1, 1),
    EpisodeFormat.COUPLE: (2, 2),
    EpisodeFormat.FAMILY: (2, None),
    EpisodeFormat.GROUP: (1, 1),
}
_SAID = {
    EpisodeFormat.INDIVIDUAL: "One person takes part in individual work.",
    EpisodeFormat.COUPLE: "Two people take part in the work with a couple.",
    EpisodeFormat.FAMILY: "At least two people take part in the work with a family.",
    EpisodeFormat.GROUP: "Each member of a group has an episode of their own.",
}
_WORKS_WITH_CLIENTS = frozenset({Role.CLINICIAN, Role.PRACTICE_LEAD})


def require_participants(shape: EpisodeFormat, client_ids: Collection[UUID]) -> None:
    """Raises Invalid at /client_ids. Each person counts once."""
    fewest, most = _PARTICIPANTS[shape]
    count = len(set(client_ids))
    if count < fewest or (most is not None and count > most):
        raise invalid_field("/client_ids", _SAID[shape])


def require_clinicians(pointer: str, wanted: Collection[UUID], active: dict[UUID, frozenset[Role]]) -> None:
    """Active members who work with clients; whoever only runs the practice never reads clinical content.

    Whoever has no role at all was named as a clinician by another system, cannot sign in, and may be responsible all
    the same. Raises Invalid.
    """
    for member_id in wanted:
        roles = active.get(member_id)
        if roles is None or (roles and _WORKS_WITH_CLIENTS.isdisjoint(roles)):
            raise invalid_field(pointer, "There is no such clinician in this practice.")


def require_taken_up(client_ids: Collection[UUID], former: Collection[UUID] | None) -> None:
    """The earlier episode is one of somebody who takes part in the new one; None: there is no such episode in sight.

    Both are answered alike, so that nobody learns of an episode by trying.
    """
    if former is None or set(client_ids).isdisjoint(former):
        raise invalid_field("/previous_episode_id", "There is no such episode of theirs.")


def require_running(ended_at: datetime | None) -> None:
    """Raises Conflict `episode_ended`: what is done in the course of work is not done after its end."""
    if ended_at is not None:
        raise Conflict("This episode has ended.", code="episode_ended")


def require_one_of(taking_part: Sequence[UUID], client_id: UUID | None) -> UUID:
    """For whom an act is. Nobody has to be named where one person takes part alone."""
    if client_id is None and len(taking_part) == 1:
        return taking_part[0]
    if client_id is None or client_id not in taking_part:
        raise invalid_field("/client_id", "Say for whom of those who take part this is.")
    return client_id
