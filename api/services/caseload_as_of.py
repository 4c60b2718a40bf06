"""The caseload as it could have been seen at a moment in the past: assessed anew from what the record knew then.

Who is responsible, what cadence was agreed and how early the practice wants to be told are today's: the record keeps
no former ones. So is whether a client is
to be turned to first: what they say today binds, whatever was allowed then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.domain import engagement, next_step
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.clock import UnknownTimeZone
from api.domain.engagement import Assessment
from api.domain.history import History, Rhythm
from api.domain.weights import Model
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import histories, names
from schemas.tables import Episode
from schemas.vocabulary import Stage
from schemas.wire.episodes import CaseloadEpisode, CaseloadItem, NextStepOut, PersonOut, ReasonOut

SLICE = 200


@dataclass(frozen=True, slots=True)
class Slice:
    """Some episodes, and after which to go on. None: these were the last."""

    items: list[CaseloadItem]
    looked_at: int
    next_after: UUID | None


@use_case(Permission.CASELOAD_LOOK_BACK, audit=Action.CASELOAD_LOOK_BACK, noun=Noun.EPISODE)
def look_back(work: Work, *, as_of: datetime, stage: Stage | None, after: UUID | None) -> Slice:
    """Episodes of which nothing was known by then are left out; so are ended ones, unless they are asked for."""
    found = episode_store.page(work.session, client_id=None, after=after, limit=SLICE)
    past = histories.load(work.session, [episode.id for episode in found], as_of=as_of)
    known = [one for one in found if one.created_at <= as_of or _known_by(past[one.id], as_of)]
    rhythm, model = assessment_store.chosen(work.session)
    assessed = [(one, _assessed(past[one.id], rhythm, as_of, model)) for one in known]
    wanted = [(one, then) for one, then in assessed if _is_wanted(then, stage)]
    work.mention(as_of=as_of.isoformat(), count=len(wanted))
    return Slice(_items(work, wanted, as_of), len(found), found[-1].id if len(found) == SLICE else None)


def _assessed(history: History, rhythm: Rhythm, as_of: datetime, model: Model) -> Assessment:
    """One that cannot be assessed says so and hides nobody, as on the caseload of today."""
    try:
        return engagement.assess(history, rhythm, as_of, model)
    except UnknownTimeZone:
        return engagement.not_worked_out(as_of, model, risk_since=history.risk_since)


def _known_by(history: History, as_of: datetime) -> bool:
    return (
        any(event.known_at <= as_of for one in history.appointments for event in one.events)
        or any(contact.known_at <= as_of for contact in history.contacts)
        or any(agreement.known_at <= as_of for agreement in history.agreements)
    )


def _is_wanted(assessment: Assessment, stage: Stage | None) -> bool:
    return assessment.stage is not Stage.ENDED if stage is None else assessment.stage is stage


def _items(work: Work, assessed: Sequence[tuple[Episode, Assessment]], as_of: datetime) -> list[CaseloadItem]:
    participants = episode_store.participants(work.session, [episode.id for episode, _ in assessed])
    clients = names.of_clients(work.session, work.keyring, {one for found in participants.values() for one in found})
    owners = {episode.responsible_id for episode, _ in assessed if episode.responsible_id is not None}
    members = names.of_members(work.session, work.keyring, owners)
    return [
        _item(
            episode,
            assessment,
            [PersonOut(id=one, name=clients[one]) for one in participants[episode.id]],
            PersonOut(id=episode.responsible_id, name=members[episode.responsible_id])
            if episode.responsible_id is not None
            else None,
            as_of,
        )
        for episode, assessment in assessed
    ]


def _item(
    episode: Episode, assessment: Assessment, clients: list[PersonOut], owner: PersonOut | None, as_of: datetime
) -> CaseloadItem:
    standing = engagement.Standing(assessment.stage, assessment.since, assessment.reasons)
    step = next_step.next_step(standing, assessment.evidence, as_of)
    return CaseloadItem(
        client=clients[0],
        clients=clients,
        episode=CaseloadEpisode(
            id=episode.id, format=episode.format, kind=episode.kind, responsible=owner, version=episode.version
        ),
        stage=assessment.stage,
        since=assessment.since,
        reasons=[ReasonOut(code=reason.code, text=reason.text) for reason in assessment.reasons],
        next_step=NextStepOut(kind=step.kind, why=step.why, owner=owner, due_on=step.due_on),
    )
