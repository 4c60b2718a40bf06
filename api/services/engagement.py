"""Where one episode stands: stage, reasons in words, the next kind act, and all that explains it.

No number of a person ever passes here. The explaining half reads the history of this one episode and asks the model;
the caseload never does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from api.domain import engagement, grounds, holding, inquiry, learned, next_step, outlook, replay
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.engagement import Standing
from api.domain.errors import NotFound
from api.domain.evidence import Evidence
from api.domain.fact_words import Fact
from api.domain.history import History
from api.domain.inquiry import Inquiry
from api.domain.reasons import Reason, ReasonCode
from api.domain.replay import Shown
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import engagement as engagement_store
from api.store import episodes as episode_store
from api.store import histories, names, risk_tasks
from api.store import members as member_store
from api.store import snoozes as snooze_store
from api.store.engagement import Records
from schemas.tables import Episode
from schemas.vocabulary import AbsenceKind, EpisodeKind, FactKind, NextStepKind, Role
from schemas.wire.engagement import (
    EngagementOut,
    EngagementTimelineOut,
    FactOut,
    GroundedReasonOut,
    HolderOut,
    LearnedOut,
    NotYetOut,
    ProspectOut,
    StageShownOut,
    StandingOut,
)
from schemas.wire.episodes import NextStepOut, PersonOut, ReasonOut
from schemas.wire.snoozes import SnoozeOut

_LOOKED_BACK = timedelta(days=365)
_LEARNED_SHOWN = 20
_STAGES_SHOWN = 40
_TICK = timedelta(microseconds=1)
_OF_EVERYBODY = frozenset({AbsenceKind.CLINICIAN_LEAVE, AbsenceKind.PRACTICE_CLOSED})


@use_case(Permission.ENGAGEMENT_READ, audit=Action.ENGAGEMENT_READ, noun=Noun.EPISODE, subject="episode_id")
def glance(work: Work, episode_id: UUID) -> StandingOut:
    """From what is stored; the history is read only where nothing readable is stored yet."""
    episode = _episode(work, episode_id)
    if not Evidence.is_readable(episode.evidence):
        assessment_store.refresh(work.session, [episode_id], work.now)
    return _standing(work, episode)


@use_case(Permission.ENGAGEMENT_READ, audit=Action.ENGAGEMENT_READ, noun=Noun.EPISODE, subject="episode_id")
def read(work: Work, episode_id: UUID) -> EngagementOut:
    """With the facts behind it. Asked anew from the history, and stored where the worker has not come to it yet."""
    episode = _episode(work, episode_id)
    history = histories.load(work.session, [episode_id], as_of=work.now)[episode_id]
    look = _look(work, history)
    if look is None or _is_behind(episode, look):
        assessment_store.refresh(work.session, [episode_id], work.now)
    shown = _standing(work, episode)
    if look is None or Evidence.from_json(episode.evidence).no_clock is ReasonCode.NOT_WORKED_OUT:
        return _unexplained(work, shown)
    return _explained(work, episode, shown, look)


def _episode(work: Work, episode_id: UUID) -> Episode:
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    return episode


def _look(work: Work, history: History) -> Inquiry | None:
    """None for a record that cannot be worked out: it is shown as such, and explained by nothing."""
    rhythm, model = assessment_store.chosen(work.session)
    try:
        return inquiry.about(history, rhythm, work.now, model)
    except assessment_store.OF_THE_RECORD:
        return None


def _is_behind(episode: Episode, look: Inquiry) -> bool:
    if not Evidence.is_readable(episode.evidence) or episode.model_version != look.model.version:
        return True
    stored = Evidence.from_json(episode.evidence), episode.drifting_at, episode.quiet_at
    return stored != (look.evidence, look.found.drifting_at, look.found.quiet_at)


def _standing(work: Work, episode: Episode) -> StandingOut:
    evidence = Evidence.from_json(episode.evidence)
    standing = engagement.standing_at(episode.drifting_at, episode.quiet_at, evidence, episode.ended_at, work.now)
    step = next_step.next_step(standing, evidence, work.now)
    return StandingOut(
        episode_id=episode.id,
        stage=standing.stage,
        since=standing.since,
        reasons=_reasons(standing.reasons),
        next_step=_with_what_is_put_off(
            work,
            episode,
            NextStepOut(kind=step.kind, why=step.why, owner=_owner(work, episode, step.kind), due_on=step.due_on),
        ),
        drifting_at=episode.drifting_at,
        quiet_at=episode.quiet_at,
        paused_until=episode.paused_until,
        assessed_at=episode.assessed_at,
        model_version=episode.model_version,
    )


def _with_what_is_put_off(work: Work, episode: Episode, step: NextStepOut) -> NextStepOut:
    """As on the caseload: until when it waits, and why; and who names an owner where there is none."""
    told: dict[str, object] = {}
    if step.owner is None:
        leads = member_store.with_role(work.session, Role.PRACTICE_LEAD)
        called = names.of_members(work.session, work.keyring, set(leads))
        told["named_by"] = [PersonOut(id=lead, name=called[lead]) for lead in leads]
    if episode.put_off_until is not None and episode.put_off_until > work.now:
        running = snooze_store.running(work.session, [episode.id])
        for one in snooze_store.told(work.session, work.keyring, list(running.values()), worded=work.is_a_person):
            put_off = SnoozeOut.model_validate(one, from_attributes=True)
            told |= {"due_on": one.until_on, "put_off_until": one.until_on, "put_off": put_off}
    return step.model_copy(update=told)


def _owner(work: Work, episode: Episode, kind: NextStepKind) -> PersonOut | None:
    """Whoever is responsible; of a client to be reached today, whoever has that task."""
    owner_id = episode.responsible_id
    if kind is NextStepKind.REACH_TODAY:
        owner_id = risk_tasks.owners(work.session, [episode.id]).get(episode.id, owner_id)
    if owner_id is None:
        return None
    return PersonOut(id=owner_id, name=names.of_members(work.session, work.keyring, [owner_id])[owner_id])


def _unexplained(work: Work, shown: StandingOut) -> EngagementOut:
    return EngagementOut(
        **{**dict(shown), "reasons": [GroundedReasonOut(**dict(one), facts=[]) for one in shown.reasons]},
        about=None,
        would_change=[],
        not_yet=None,
        timeline=EngagementTimelineOut(since=work.now - _LOOKED_BACK, stages=[], learned=[]),
    )


def _explained(work: Work, episode: Episode, shown: StandingOut, look: Inquiry) -> EngagementOut:
    """Absences that were taken back since then counted until they were: of the past that is told too."""
    since = work.now - _LOOKED_BACK
    absences = histories.absences_since(work.session, episode.id, episode.responsible_id, since)
    past = replace(look.history, absences=absences)
    begins = max(since, _first_known(past) or since)
    paced = _as_paced(past, episode_store.kind_changes(work.session, episode.id), begins)
    return _answer(shown, look, _Teller.of(work, episode, look), paced)


def _first_known(past: History) -> datetime | None:
    """When the work began or the first of it was told. Leave and closed days were known before this client was."""
    told = [event.known_at for appointment in past.appointments for event in appointment.events]
    told += [contact.known_at for contact in past.contacts]
    told += [agreement.known_at for agreement in past.agreements]
    told += [score.known_at for score in past.scores]
    told += [one.known_at for one in past.absences if one.kind not in _OF_EVERYBODY]
    return min([*told, *([] if past.started_at is None else [past.started_at])], default=None)


def _as_paced(
    past: History, changes: Sequence[tuple[datetime, EpisodeKind]], since: datetime
) -> list[tuple[datetime, History]]:
    """The past as it was paced, each from an instant on: a pace that was set right later rewrites nothing shown before."""
    if not changes:
        return [(since, past)]
    before = [kind for known_at, kind in changes if known_at <= since]
    first = before[-1] if before else changes[0][1]
    later = {known_at: kind for known_at, kind in changes if known_at > since}
    return [(at, replace(past, kind=kind)) for at, kind in [(since, first), *later.items()]]


def _answer(
    shown: StandingOut, look: Inquiry, told: "_Teller", paced: Sequence[tuple[datetime, History]]
) -> EngagementOut:
    since = look.now - _LOOKED_BACK
    return EngagementOut(
        **{**dict(shown), "reasons": [told.grounded(one) for one in look.found.reasons]},
        about=told.people.get(UUID(look.person)) if look.person is not None and told.people else None,
        would_change=[
            ProspectOut(kind=one.kind, effect=one.effect, text=one.text, stage=one.stage, from_on=look.day(one.at))
            for one in outlook.would_change(look)
        ],
        not_yet=_not_yet(look, told),
        timeline=EngagementTimelineOut(
            since=since,
            stages=_stages(look, paced),
            learned=[
                LearnedOut(learned_at=one.at, fact=told.fact(one.fact))
                for one in learned.lately(look, since, limit=_LEARNED_SHOWN)
            ],
        ),
    )


def _not_yet(look: Inquiry, told: "_Teller") -> NotYetOut | None:
    found = holding.not_yet(look)
    if found is None:
        return None
    return NotYetOut(
        stage=found.stage,
        text=found.text,
        against=[told.grounded(one) for one in found.against],
        holding=[
            HolderOut(kind=one.kind, text=one.text, stage=one.stage, facts=told.facts(one.facts))
            for one in found.holding
        ],
    )


def _stages(look: Inquiry, paced: Sequence[tuple[datetime, History]]) -> list[StageShownOut]:
    """As they were shown, newest first."""
    ends = [*(at - _TICK for at, _ in paced[1:]), look.now]
    found: list[tuple[Shown, History]] = []
    for (since, past), until in zip(paced, ends, strict=True):
        for one in replay.stages(past, look.rhythm, look.model, until, since=since):
            if not found or one.stage is not found[-1][0].stage:
                found.append((one, past))
    return [
        StageShownOut(at=one.at, stage=one.stage, reasons=_reasons(_standing_then(one, past, look).reasons))
        for one, past in reversed(found[-_STAGES_SHOWN:])
    ]


def _standing_then(shown: Shown, past: History, look: Inquiry) -> Standing:
    return engagement.standing_at(*shown.crossings, shown.evidence, past.ended_at, shown.at, model=look.model)


def _reasons(found: Iterable[Reason]) -> list[ReasonOut]:
    return [ReasonOut(code=one.code, text=one.text) for one in found]


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells facts of the domain with the ids of their records, and with whom they are about where several take part."""

    episode_id: UUID
    look: Inquiry
    records: Records
    people: dict[UUID, PersonOut]

    @classmethod
    def of(cls, work: Work, episode: Episode, look: Inquiry) -> "_Teller":
        found = engagement_store.records(work.session, episode.id, episode.responsible_id, now=work.now)
        return cls(episode.id, look, found, _people(work, episode.id))

    def grounded(self, reason: Reason) -> GroundedReasonOut:
        return GroundedReasonOut(code=reason.code, text=reason.text, facts=self.facts(grounds.of(reason, self.look)))

    def facts(self, found: Iterable[Fact]) -> list[FactOut]:
        return [self.fact(one) for one in found]

    def fact(self, one: Fact) -> FactOut:
        record = self.records.of(one.source)
        record_id = self.episode_id if one.kind is FactKind.EPISODE else None if record is None else record.id
        client_id = None if record is None else record.client_id
        return FactOut(
            kind=one.kind,
            code=one.code,
            id=record_id,
            on=one.on,
            at=one.at,
            text=one.text,
            client=self.people.get(client_id) if client_id is not None else None,
        )


def _people(work: Work, episode_id: UUID) -> dict[UUID, PersonOut]:
    """Those who take part; nobody where one person does, for then every fact is about them."""
    taking_part = episode_store.participants(work.session, [episode_id])[episode_id]
    if len(taking_part) < 2:  # noqa: PLR2004  # with one person every fact is about them
        return {}
    called = names.of_clients(work.session, work.keyring, taking_part)
    return {one: PersonOut(id=one, name=called[one]) for one in taking_part if one in called}
