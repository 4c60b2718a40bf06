"""Where one episode stands: stage, reasons in words, the next kind act. No number of a person ever passes here."""

from uuid import UUID

from api.domain import engagement, next_step
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound
from api.domain.evidence import Evidence
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import names, risk_tasks
from schemas.tables import Episode
from schemas.vocabulary import NextStepKind
from schemas.wire.episodes import EngagementOut, NextStepOut, PersonOut, ReasonOut


@use_case(Permission.ENGAGEMENT_READ, audit=Action.ENGAGEMENT_READ, noun=Noun.EPISODE, subject="episode_id")
def read(work: Work, episode_id: UUID) -> EngagementOut:
    """From what is stored; the history is read only where nothing readable is stored yet."""
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    if not Evidence.is_readable(episode.evidence):
        assessment_store.refresh(work.session, [episode_id], work.now)
    evidence = Evidence.from_json(episode.evidence)
    standing = engagement.standing_at(episode.drifting_at, episode.quiet_at, evidence, episode.ended_at, work.now)
    step = next_step.next_step(standing, evidence, work.now)
    return EngagementOut(
        episode_id=episode.id,
        stage=standing.stage,
        since=standing.since,
        reasons=[ReasonOut(code=reason.code, text=reason.text) for reason in standing.reasons],
        next_step=NextStepOut(kind=step.kind, why=step.why, owner=_owner(work, episode, step.kind), due_on=step.due_on),
        drifting_at=episode.drifting_at,
        quiet_at=episode.quiet_at,
        paused_until=episode.paused_until,
        assessed_at=episode.assessed_at,
        model_version=episode.model_version,
    )


def _owner(work: Work, episode: Episode, kind: NextStepKind) -> PersonOut | None:
    """Whoever is responsible; of a client to be reached today, whoever has that task."""
    owner_id = episode.responsible_id
    if kind is NextStepKind.REACH_TODAY:
        owner_id = risk_tasks.owners(work.session, [episode.id]).get(episode.id, owner_id)
    if owner_id is None:
        return None
    return PersonOut(id=owner_id, name=names.of_members(work.session, work.keyring, [owner_id])[owner_id])
