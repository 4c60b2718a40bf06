"""How somebody means to reach out: sketching up to three notes, seeing what stands in their way today, stopping it."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain import outreach_plans as rules
from api.domain.access import Permission
from api.services import check_in_templates, clients, episodes, outreach_plans
from api.services.work import Work
from api.web import acts
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import CheckInKind
from schemas.wire.outreach_plans import OutreachPlanIn, OutreachPlanOut, PlanStopIn

router = APIRouter()

_PLACES = tuple(range(1, rules.MOST_STEPS + 1))
_SHOWN = 10
_TEMPLATES = 100


@router.get("/episodes/{episode_id}/outreach-plan")
def read(visit: SignedIn, episode_id: UUID) -> Response:
    return _page(visit, episode_id, Form())


@router.post("/episodes/{episode_id}/outreach-plan/new")
def sketch(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """A note without a day is none."""
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_WRITE)
            given = as_shape(OutreachPlanIn, episode_id=episode_id, steps=_steps(sent), **sent.present("client_id"))
            outreach_plans.sketch(work, given)
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        return _page(visit, episode_id, sent, status_code)
    return visit.go(f"/episodes/{episode_id}/outreach-plan", Said.SAVED)


@router.post("/outreach-plans/{plan_id}/stop")
def stop(visit: SignedIn, plan_id: UUID, sent: Sent) -> Response:
    """In one tap, with the reason that was tapped. Stopped already, the page says so."""
    with visit.work() as work:
        plan = outreach_plans.read(work, plan_id)
        given = as_shape(PlanStopIn, **sent.present("because"))
        if plan.ended_at is None:
            outreach_plans.stop(work, plan_id, given)
    return visit.go(f"/episodes/{plan.episode_id}/outreach-plan", Said.PLAN_STOPPED)


def _steps(sent: Form) -> list[dict[str, str]]:
    days = sent.present(*(f"day_{place}" for place in _PLACES))
    return [{"due_on": day, "template": sent.text(name.replace("day", "words"))} for name, day in days.items()]


def _page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.CHECK_IN_READ)
        episode = episodes.read(work, episode_id)
        client = clients.read(work, episode.clients[0].id)
        found = outreach_plans.page(work, episode_id=episode_id, before=None, limit=_SHOWN).items
        running = [outreach_plans.read(work, one.id) for one in found if one.ended_at is None]
        templates = _templates(work)
        may_change = visit.may(Permission.CHECK_IN_WRITE) and acts.may_change(work.principal, clinicians_of(episode))
    planned = {one.client.id for one in running}
    return visit.page(
        "outreach_plan.html",
        status_code=status_code,
        form=form,
        episode=episode,
        running=running,
        before=[one for one in found if one.ended_at is not None],
        free=[one for one in episode.clients if one.id not in planned],
        templates=templates,
        called=dict(templates),
        places=_PLACES,
        ordinal=rules.ORDINAL,
        why_ended=rules.WHY_ENDED,
        stops=rules.BY_A_PERSON,
        turns={one.id: _turn(one) for one in running},
        may_change=may_change and episode.ended_at is None,
        clock=visit.calendar.elsewhere(client.time_zone),
    )


def _turn(plan: OutreachPlanOut) -> UUID | None:
    """The note that is next; the page offers to look it over from its day on."""
    return next((one.id for one in plan.steps if one.check_in_id is None), None)


def _templates(work: Work) -> list[tuple[str, str]]:
    """The practice's own first. A plan is made of check-ins."""
    own = check_in_templates.page(work, after=None, limit=_TEMPLATES).items
    ours = [(str(one.id), one.name) for one in own if one.kind is CheckInKind.CHECK_IN]
    built_in = check_in_templates.built_in(work)
    return ours + [(f"{one.code}-{one.locale}", one.name) for one in built_in if one.kind is CheckInKind.CHECK_IN]
