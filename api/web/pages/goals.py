"""Goals for continued growth on pages: those of an episode, one to change, and what the client says became of it."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import NotFound, VersionMismatch
from api.services import episodes, goals, returns
from api.services.work import Work
from api.web import acts, growth
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import GoalState
from schemas.wire.goals import GoalContent, GoalIn, GoalOut, GoalStateIn

router = APIRouter()

_SHOWN = 100
_PARTS = ("goal", "why", "next_step", "supports", "how_known", "agreed_on")
_SAME_TAP_SECONDS = 60


@router.get("/episodes/{episode_id}/goals")
def page(visit: SignedIn, episode_id: UUID) -> Response:
    return _page(visit, episode_id, Form())


@router.post("/episodes/{episode_id}/goals")
def add(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """The same goal sent again within a minute is one: a hurried finger sends the same form twice."""
    try:
        with visit.work() as work:
            visit.require(Permission.GOAL_WRITE)
            given = as_shape(GoalIn, **sent.present("client_id", "former_id", *_PARTS))
            is_new = not _is_there(work, episode_id, given)
            if is_new:
                goals.add(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/episodes/{episode_id}/goals", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


@router.post("/episodes/{episode_id}/goals/take-up")
def take_up(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """A goal of the work before goes on in this one, in the words it had."""
    with visit.work() as work:
        visit.require(Permission.GOAL_WRITE)
        wanted = sent.given("goal_id")
        former = next((one for one in returns.before(work, episode_id).goals if str(one.goal_id) == wanted), None)
        if former is None:
            raise NotFound
        is_new = former.taken_up_as is None
        if is_new:
            words = former.model_dump(include={"goal", "why", "next_step", "supports", "how_known"})
            given = GoalIn(client_id=former.client.id, former_id=former.goal_id, **words)
            goals.add(work, episode_id, given)
    return visit.go(f"/episodes/{episode_id}/goals", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


@router.get("/goals/{goal_id}")
def edit(visit: SignedIn, goal_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.GOAL_WRITE)
        goal = goals.read(work, goal_id)
    return _edit(visit, goal, prefilled(**goal.model_dump(include={*_PARTS, "version"})))


@router.post("/goals/{goal_id}")
def change(visit: SignedIn, goal_id: UUID, sent: Sent) -> Response:
    """When somebody else was faster, what was typed stays in the form, and what is stored now is shown beside it."""
    try:
        with visit.work() as work:
            visit.require(Permission.GOAL_WRITE)
            given = as_shape(GoalContent, **sent.present(*_PARTS))
            goal = goals.change(work, goal_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _refused(visit, goal_id, sent, visit.refused(sent, error), meanwhile=isinstance(error, VersionMismatch))
    return visit.go(f"/episodes/{goal.episode_id}/goals", Said.SAVED)


@router.post("/goals/{goal_id}/state")
def settle(visit: SignedIn, goal_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.GOAL_WRITE)
            given = as_shape(GoalStateIn, **sent.present("state", "on"))
            goal = goals.settle(work, goal_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _refused(visit, goal_id, Form(), visit.refused(sent, error), told=sent)
    return visit.go(f"/episodes/{goal.episode_id}/goals", Said.RECORDED)


@router.post("/goals/{goal_id}/discard")
def discard(visit: SignedIn, goal_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.GOAL_WRITE)
            goal = goals.read(work, goal_id)
            goals.discard(work, goal_id, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _refused(visit, goal_id, Form(), visit.refused(sent, error), told=sent)
    return visit.go(f"/episodes/{goal.episode_id}/goals", Said.REMOVED)


def _is_there(work: Work, episode_id: UUID, given: GoalIn) -> bool:
    known = goals.page(work, episode_id, after=None, limit=_SHOWN).items
    fresh = (one for one in known if (work.now - one.created_at).total_seconds() < _SAME_TAP_SECONDS)
    return any(one.goal == given.goal and given.client_id in (None, one.client.id) for one in fresh)


def _refused(
    visit: Visit, goal_id: UUID, form: Form, status_code: int, *, told: Form | None = None, meanwhile: bool = False
) -> Response:
    """The form again with what to put right. `told`: the form of another act on the same page, with its remarks."""
    with visit.work() as work:
        visit.require(Permission.GOAL_WRITE)
        goal = goals.read(work, goal_id)
    if told is not None:
        form = prefilled(**goal.model_dump(include={*_PARTS, "version"}))
        form.remarks += [*told.remarks, *told.faults.values()]
    if meanwhile:
        form.now_at(goal.version)
    return _edit(visit, goal, form, status_code, stored=goal if meanwhile else None)


def _edit(
    visit: Visit,
    goal: GoalOut,
    form: Form,
    status_code: int = status.HTTP_200_OK,
    *,
    stored: GoalOut | None = None,
) -> Response:
    return visit.page("goal.html", status_code=status_code, goal=goal, form=form, stored=stored, states=list(GoalState))


def _page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.GOAL_READ)
        episode = episodes.read(work, episode_id)
        found = goals.page(work, episode_id, after=None, limit=_SHOWN).items
        before = growth.former_work(visit, work, episode_id)
        may_change = visit.may(Permission.GOAL_WRITE) and acts.may_change(work.principal, clinicians_of(episode))
    return visit.page(
        "goals.html",
        status_code=status_code,
        form=form,
        episode=episode,
        found=sorted(found, key=lambda one: one.state is not GoalState.OPEN),
        before=before,
        clock=visit.calendar.elsewhere(episode.time_zone),
        may_change=may_change,
    )
