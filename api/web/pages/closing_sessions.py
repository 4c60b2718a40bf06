"""The closing session of one piece of work: where it stands, and saying in one tap what happened."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain import note_wording
from api.domain.access import Permission
from api.services import appointments, closing_sessions, episodes
from api.services.work import Work
from api.web import acts, closing_words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import AppointmentStatus, ClosingStep
from schemas.wire.appointments import AppointmentOut
from schemas.wire.closing_sessions import ClosingStepIn, ClosingStepOut

router = APIRouter(prefix="/episodes/{episode_id}/closing-session")

_BACK, _AHEAD, _TIMES = timedelta(days=21), timedelta(days=120), 20
_SAME_TAP = timedelta(minutes=1)
_TO_TIE = (AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED)


@router.get("")
def read(
    visit: SignedIn,
    episode_id: UUID,
    reply: Annotated[UUID | None, Query()] = None,
    client: Annotated[UUID | None, Query()] = None,
) -> Response:
    """With `reply` (of `client`), the answer in which they asked for one: a person says here that it is a yes."""
    return _page(visit, episode_id, Form(), asked=(client, reply) if reply and client else None)


@router.post("/steps")
def record(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.EPISODE_EDIT)
            given = as_shape(ClosingStepIn, **sent.present("step", "client_id", "reply_id", "appointment_id"))
            is_new = not _said_a_moment_ago(work, episode_id, given)
            if is_new:
                closing_sessions.record(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/episodes/{episode_id}/closing-session", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


@router.post("/{record_id}/withdraw")
def withdraw(visit: SignedIn, episode_id: UUID, record_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            closing_sessions.withdraw(work, episode_id, record_id)
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/episodes/{episode_id}/closing-session", Said.WITHDRAWN)


def _said_a_moment_ago(work: Work, episode_id: UUID, given: ClosingStepIn) -> bool:
    """A hurried finger sends the same form twice."""
    for one in closing_sessions.page(work, episode_id):
        if given.client_id in (None, one.client.id) and one.steps:
            last = one.steps[-1]
            same = (last.step, last.reply_id, last.appointment_id) == (given.step, given.reply_id, given.appointment_id)
            if same and last.check_in_id is None and work.now - last.recorded_at < _SAME_TAP:
                return True
    return False


def _page(
    visit: Visit,
    episode_id: UUID,
    form: Form,
    status_code: int = status.HTTP_200_OK,
    *,
    asked: tuple[UUID, UUID] | None = None,
) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_READ)
        episode = episodes.read(work, episode_id)
        found = closing_sessions.page(work, episode_id)
        times = _times(work, episode_id) if visit.may(Permission.APPOINTMENT_READ) else []
        may_change = visit.may(Permission.EPISODE_EDIT) and acts.may_change(work.principal, clinicians_of(episode))
    return visit.page(
        "closing_session.html",
        status_code=status_code,
        form=form,
        episode=episode,
        found=found,
        times=times,
        asked=asked,
        may_change=may_change,
        step_words=closing_words,
        states=note_wording.CLOSING,
        last_of={one.client.id: _last(one.steps) for one in found},
        booked=ClosingStep.BOOKED,
        clock=visit.calendar.elsewhere(episode.time_zone),
    )


def _times(work: Work, episode_id: UUID) -> list[AppointmentOut]:
    """Those a closing session may be, the latest first."""
    since, until = work.now - _BACK, work.now + _AHEAD
    found = appointments.page(work, episode_id=episode_id, since=since, until=until, cursor=None, limit=_TIMES)
    return [one for one in reversed(found.items) if one.status in _TO_TIE]


def _last(steps: Sequence[ClosingStepOut]) -> UUID | None:
    """The step that may be taken back."""
    return next((one.id for one in reversed(steps) if one.check_in_id is None), None)
