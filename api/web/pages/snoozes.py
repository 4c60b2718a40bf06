"""Putting a next act off: in one tap for a week, or on a page of its own with day and words; and bringing it back."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain import snoozes as rules
from api.domain.access import Permission
from api.services import engagement, episodes, snoozes
from api.services.work import Work
from api.web import worklist
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled
from api.web.said import Said
from api.web.visits import SignedIn, Visit, local_path
from schemas.vocabulary import SnoozeReason
from schemas.wire.snoozes import SnoozeIn

router = APIRouter(prefix="/episodes/{episode_id}/snoozes")

_SHOWN = 20
_SAME_TAP = timedelta(minutes=1)


@router.get("")
def new(visit: SignedIn, episode_id: UUID) -> Response:
    return _page(visit, episode_id, None)


@router.post("")
def put_off(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(SnoozeIn, **sent.present("reason", "until_on", "words", "client_id"))
        with visit.work() as work:
            visit.require(Permission.EPISODE_PUT_OFF)
            client_id = episodes.read(work, episode_id).clients[0].id
            is_new = not _put_off_a_moment_ago(work, episode_id, given)
            if is_new:
                snoozes.put_off(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    back = local_path(sent.given("back")) or f"/clients/{client_id}"
    return visit.go(back, Said.PUT_OFF if is_new else Said.ALREADY_RECORDED)


@router.post("/{snooze_id}/end")
def bring_back(visit: SignedIn, episode_id: UUID, snooze_id: UUID, sent: Sent) -> Response:
    with visit.work() as work:
        snoozes.bring_back(work, episode_id, snooze_id)
    return visit.go(local_path(sent.given("back")) or "/caseload", Said.BROUGHT_BACK)


def _put_off_a_moment_ago(work: Work, episode_id: UUID, given: SnoozeIn) -> bool:
    """A hurried finger sends the same form twice."""
    latest = next(iter(snoozes.page(work, episode_id)), None)
    if latest is None or latest.ended_at is not None or work.now - latest.made_at >= _SAME_TAP:
        return False
    same_day = given.until_on in (None, latest.until_on)
    return (latest.made_by, latest.reason, latest.words) == (work.actor_id, given.reason, given.words) and same_day


def _page(visit: Visit, episode_id: UUID, sent: Form | None, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_PUT_OFF)
        episode = episodes.read(work, episode_id)
        step = engagement.read(work, episode_id).next_step
        found = snoozes.page(work, episode_id)[:_SHOWN]
    clock = visit.calendar.elsewhere(episode.time_zone)
    usual = prefilled(until_on=clock.today + rules.USUAL, reason=SnoozeReason.AGREED_TO_LEAVE_IT)
    return visit.page(
        "snooze.html",
        status_code=status_code,
        form=sent or usual,
        episode=episode,
        step=step,
        found=found,
        clock=clock,
        latest=clock.today + rules.LONGEST,
        may_wait=rules.may_wait(step.kind),
        worklist=worklist,
        reasons=list(SnoozeReason),
    )
