"""What the client's page shows of goals: those that are open now, and what somebody who came back brought along."""

from dataclasses import dataclass
from uuid import UUID

from api.domain.access import Permission
from api.domain.errors import NotFound
from api.services import goals, returns
from api.services.work import Work
from api.web.visits import Visit
from schemas.vocabulary import GoalState
from schemas.wire.episodes import EpisodeOut
from schemas.wire.goals import GoalOut
from schemas.wire.returns import FormerWorkOut

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Growth:
    open_goals: list[GoalOut]
    before: FormerWorkOut | None


def of(visit: Visit, work: Work, episode: EpisodeOut) -> Growth:
    if not visit.may(Permission.GOAL_READ):
        return Growth([], None)
    found = goals.page(work, episode.id, after=None, limit=_SHOWN).items
    before = former_work(visit, work, episode.id) if episode.previous_episode_id else None
    return Growth([one for one in found if one.state is GoalState.OPEN], before)


def former_work(visit: Visit, work: Work, episode_id: UUID) -> FormerWorkOut | None:
    """What a client who came back brought along; None where the work takes up none, or the visitor may not know."""
    if not visit.may(Permission.GOAL_READ):
        return None
    try:
        return returns.before(work, episode_id)
    except NotFound:
        return None
