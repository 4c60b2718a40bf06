"""Use cases about outreach plans: sketched, looked at with the contact decision of the day, changed, stopped.

Nothing here writes to a client or approves anything. A note of a plan becomes a message by `checkins.draft`, on its day.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from api.domain import check_in_templates, clock
from api.domain import episodes as episode_rules
from api.domain import outreach_plans as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.contact import Decision, may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Limits
from api.domain.errors import Conflict, NotFound, VersionMismatch, invalid_field
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import check_in_templates as template_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import contactability, filling, names
from api.store import episodes as episode_store
from api.store import outreach_plans as plan_store
from schemas.tables import CheckIn, OutreachPlan, OutreachStep
from schemas.tables.base import new_id
from schemas.vocabulary import CheckInKind
from schemas.wire.checkins import OutlookOut
from schemas.wire.common import Page, RefusalReasonOut
from schemas.wire.episodes import PersonOut
from schemas.wire.outreach_plans import OutreachPlanIn, OutreachPlanOut, PlanStepOut, PlanStepPatch, PlanStopIn


@use_case(Permission.CHECK_IN_WRITE, audit=Action.PLAN_SKETCH, noun=Noun.PLAN)
def sketch(work: Work, given: OutreachPlanIn) -> OutreachPlanOut:
    """One for each client and episode runs at a time. Raises Invalid, Conflict."""
    episode = episode_store.get(work.session, given.episode_id)
    if episode is None:
        raise invalid_field("/episode_id", "There is no such episode.")
    require_ones_own(work, Noun.EPISODE, episode.id)
    episode_rules.require_running(episode.ended_at)
    client_id = _recipient(work, episode.id, given.client_id)
    rules.require_days([one.due_on for one in given.steps], _today(work, client_id), _limits(work))
    for place, one in enumerate(given.steps):
        rules.require_template(_kind_of(work, one.template), f"/steps/{place}/template")
    plan = OutreachPlan(
        id=new_id(), episode_id=episode.id, client_id=client_id, sketched_by=work.actor_id, sketched_at=work.now
    )
    steps = [
        OutreachStep(
            plan_id=plan.id,
            episode_id=episode.id,
            client_id=client_id,
            position=place,
            due_on=one.due_on,
            template=one.template,
        )
        for place, one in enumerate(given.steps, start=1)
    ]
    plan_store.add(work.session, plan, steps)
    assessment_store.refresh(work.session, [episode.id], work.now)
    work.about(plan.id)
    return _read(work, plan)


@use_case(Permission.CHECK_IN_READ, audit=Action.PLAN_READ, noun=Noun.PLAN, subject="plan_id")
def read(work: Work, plan_id: UUID) -> OutreachPlanOut:
    plan = plan_store.get(work.session, plan_id)
    if plan is None:
        raise NotFound
    return _read(work, plan)


@use_case(Permission.CHECK_IN_READ, audit=Action.PLAN_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, *, episode_id: UUID | None, before: UUID | None, limit: int) -> Page[OutreachPlanOut]:
    """Newest first, also those that ended."""
    if episode_id is not None and episode_store.get(work.session, episode_id) is None:
        raise NotFound
    found = plan_store.page(work.session, episode_id=episode_id, before=before, limit=limit + 1)
    work.mention(count=min(len(found), limit))
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[OutreachPlanOut](items=_shown(work, found[:limit]), next_cursor=cursor)


@use_case(Permission.CHECK_IN_WRITE, audit=Action.PLAN_EDIT, noun=Noun.PLAN, subject="plan_id", changes=True)
def change(work: Work, plan_id: UUID, step_id: UUID, given: PlanStepPatch, *, version: int) -> OutreachPlanOut:
    """Another day or other words for one note. Raises Invalid, Conflict."""
    plan = _held(work, plan_id)
    rows = plan_store.steps(work.session, [plan.id])[plan.id]
    row = next((one for one in rows if one.id == step_id), None)
    if row is None:
        raise NotFound
    rules.require_running(ended=plan.ended_at is not None)
    if plan.version != version:
        raise VersionMismatch
    if row.check_in_id is not None:
        raise Conflict("There is a draft of this note already: change that.", code="drafted_already")
    if given.template is not None:
        rules.require_template(_kind_of(work, given.template), "/template")
        row.template = given.template
    if given.due_on is not None:
        row.due_on = given.due_on
        left = [one.due_on for one in rows if one.check_in_id is None]
        rules.require_other_day(row.due_on, left, _today(work, plan.client_id), _limits(work))
    plan.version += 1
    work.session.flush()
    assessment_store.refresh(work.session, [plan.episode_id], work.now)
    return _read(work, plan)


@use_case(Permission.CHECK_IN_WRITE, audit=Action.PLAN_STOP, noun=Noun.PLAN, subject="plan_id", changes=True)
def stop(work: Work, plan_id: UUID, given: PlanStopIn) -> OutreachPlanOut:
    """By a person, for good. A draft that was made of it stays a draft."""
    plan = _held(work, plan_id)
    rules.require_running(ended=plan.ended_at is not None)
    plan_store.end(plan, given.because, work.now, by=work.actor_id)
    work.mention(because=given.because)
    assessment_store.refresh(work.session, [plan.episode_id], work.now)
    return _read(work, plan)


def _held(work: Work, plan_id: UUID) -> OutreachPlan:
    plan = plan_store.hold(work.session, plan_id)
    if plan is None:
        raise NotFound
    return plan


def _recipient(work: Work, episode_id: UUID, client_id: UUID | None) -> UUID:
    return episode_rules.require_one_of(episode_store.participants(work.session, [episode_id])[episode_id], client_id)


def _kind_of(work: Work, template: str) -> CheckInKind | None:
    """None where there is no such template. Those of the product are named with their language."""
    for one in check_in_templates.built_in():
        if f"{one.code}-{one.wording.locale}" == template:
            return one.wording.kind
    try:
        own = template_store.get(work.session, UUID(template))
    except ValueError:
        return None
    return own.kind if own is not None else None


def _limits(work: Work) -> Limits:
    limits = work.runtime.limits
    return Limits(limits.check_in_ceiling, limits.check_in_spacing_days)


def _today(work: Work, client_id: UUID) -> date:
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    return clock.local_day(clock.second(work.now), client.time_zone)


def _read(work: Work, plan: OutreachPlan) -> OutreachPlanOut:
    """A plan that runs, with what the contact decision says today and the first day of each note."""
    shown = _shown(work, [plan])[0]
    if plan.ended_at is not None:
        return shown
    decision = _decision(work, plan)
    outlook = OutlookOut(
        allowed=decision.allowed,
        waits_until=decision.not_before if decision.worth_waiting else None,
        reasons=[
            RefusalReasonOut(code=one.code, text=one.text, would_change=would_change(one)) for one in decision.reasons
        ],
    )
    days = _earliest(work, plan, decision)
    steps = [one.model_copy(update={"earliest_on": days.get(one.position)}) for one in shown.steps]
    return shown.model_copy(update={"outlook": outlook, "steps": steps})


def _earliest(work: Work, plan: OutreachPlan, decision: Decision) -> dict[int, date]:
    """None in sight while something forbids that time alone does not heal."""
    if decision.reasons and decision.not_before is None:
        return {}
    client = client_store.get(work.session, plan.client_id)
    zone = client.time_zone if client else "UTC"
    from_on = clock.local_day(clock.second(decision.not_before or work.now), zone)
    steps = plan_store.as_steps(plan_store.steps(work.session, [plan.id])[plan.id])
    return rules.earliest(steps, from_on, _limits(work))


def _decision(work: Work, plan: OutreachPlan) -> Decision:
    """As if somebody drafted the next note now, to the address that would be chosen, and approved it."""
    consent = consent_store.to_write_to(work.session, plan.client_id)
    note = CheckIn(
        id=new_id(),
        episode_id=plan.episode_id,
        client_id=plan.client_id,
        consent_id=consent.id if consent else None,
        subject_sealed=b"",
        body_sealed=b"",
        state_at=work.now,
        written_by=work.actor_id,
        written_at=work.now,
    )
    terms = filling.terms_digest(work, consent)
    digest = consent.address_digest if consent else None
    approval = contactability.Approval(work.now, work.now, digest, None, terms, terms)
    facts = contactability.facts(work.session, note, approval, work.now)
    facts = replace(facts, message=replace(facts.message, approver_may=True))
    return may_contact(facts, work.now, _limits(work))


def _shown(work: Work, plans: Sequence[OutreachPlan]) -> list[OutreachPlanOut]:
    called = names.of_clients(work.session, work.keyring, {plan.client_id for plan in plans})
    steps = plan_store.steps(work.session, [plan.id for plan in plans])
    return [
        OutreachPlanOut(
            id=plan.id,
            episode_id=plan.episode_id,
            client=PersonOut(id=plan.client_id, name=called[plan.client_id]),
            steps=[_step(row) for row in steps[plan.id]],
            sketched_by=plan.sketched_by,
            sketched_at=plan.sketched_at,
            ended_at=plan.ended_at,
            ended_because=plan.ended_because,
            ended_by=plan.ended_by,
            outlook=None,
            version=plan.version,
        )
        for plan in plans
    ]


def _step(row: OutreachStep) -> PlanStepOut:
    return PlanStepOut(
        id=row.id,
        position=row.position,
        due_on=row.due_on,
        template=row.template,
        check_in_id=row.check_in_id,
        earliest_on=None,
    )
