"""Times: booking one, saying what became of it, and saying it again when the record had it wrong."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import invalid_field
from api.services import appointments, episodes
from api.services.work import Work
from api.web import acts, attendance, dates
from api.web.acts import OutcomeTap
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit, local_path
from schemas.vocabulary import AppointmentStatus, Initiator
from schemas.wire.appointments import AppointmentNewIn, OutcomeIn

router = APIRouter()

_TAPS = frozenset(OutcomeTap)
_BOOKED_BY = (Initiator.CLIENT, Initiator.CLINICIAN, Initiator.PRACTICE)


@router.get("/episodes/{episode_id}/appointments")
def new(visit: SignedIn, episode_id: UUID) -> Response:
    return _booking(visit, episode_id, Form())


@router.post("/episodes/{episode_id}/appointments")
def book(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.APPOINTMENT_RECORD)
            episode = episodes.read(work, episode_id)
            starts_at = dates.instant(sent.text("starts_at"), episode.time_zone, "starts_at")
            given = as_shape(
                AppointmentNewIn,
                episode_id=episode_id,
                starts_at=starts_at,
                standing=sent.ticked("standing"),
                although_offered=sent.ticked("although_offered"),
                **sent.present("initiator"),
                **sent.numbers("duration_minutes"),
            )
            is_new = not _booked_already(work, given)
            if is_new:
                appointments.book(work, given)
    except TO_PUT_RIGHT as error:
        asks_again = error.code == "time_offered"
        return _booking(visit, episode_id, sent, visit.refused(sent, error), asks_again=asks_again)
    return visit.go(f"/clients/{episode.clients[0].id}", Said.BOOKED if is_new else Said.ALREADY_RECORDED)


@router.get("/appointments/{appointment_id}/outcome")
def outcome_form(visit: SignedIn, appointment_id: UUID) -> Response:
    return _outcome(visit, appointment_id, Form())


@router.post("/appointments/{appointment_id}/outcome")
def record_outcome(visit: SignedIn, appointment_id: UUID, sent: Sent) -> Response:
    """Said twice it is recorded once; said otherwise later, the later word counts."""
    try:
        with visit.work() as work:
            visit.require(Permission.APPOINTMENT_RECORD)
            episode = episodes.read(work, appointments.read(work, appointment_id).episode_id)
            appointments.record_outcome(work, appointment_id, _given(sent, episode.time_zone))
    except TO_PUT_RIGHT as error:
        asks_again = error.code == "time_offered"
        return _outcome(visit, appointment_id, sent, visit.refused(sent, error), asks_again=asks_again)
    return visit.go(local_path(sent.given("back")) or f"/clients/{episode.clients[0].id}", Said.RECORDED)


def _given(sent: Form, zone: str) -> OutcomeIn:
    tap, moved_to = sent.given("tap"), sent.given("new_starts_at")
    if tap in _TAPS:
        return acts.outcome_of(OutcomeTap(str(tap)))
    if tap != AppointmentStatus.RESCHEDULED:
        raise invalid_field("/tap", "Choose one of these.")
    if moved_to is None:
        raise invalid_field("/new_starts_at", "Say to which time it was moved.")
    at = dates.instant(moved_to, zone, "new_starts_at")
    more = {"although_offered": sent.ticked("although_offered"), **sent.present("initiator")}
    return as_shape(OutcomeIn, status=AppointmentStatus.RESCHEDULED, new_starts_at=at, **more)


def _booked_already(work: Work, given: AppointmentNewIn) -> bool:
    """A hurried finger sends the same form twice; nobody sits in the same room twice at one time."""
    at = given.starts_at
    found = appointments.page(
        work, episode_id=given.episode_id, since=at, until=at + timedelta(minutes=1), cursor=None, limit=10
    ).items
    return any(one.status is AppointmentStatus.BOOKED and one.starts_at == at for one in found)


def _booking(
    visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK, *, asks_again: bool = False
) -> Response:
    """`asks_again`: the time is offered to somebody else, and may be booked all the same."""
    with visit.work() as work:
        visit.require(Permission.APPOINTMENT_RECORD)
        episode = episodes.read(work, episode_id)
    return visit.page(
        "booking.html",
        status_code=status_code,
        form=form,
        episode=episode,
        booked_by=_BOOKED_BY,
        asks_again=asks_again or form.ticked("although_offered"),
    )


def _outcome(
    visit: Visit, appointment_id: UUID, form: Form, status_code: int = status.HTTP_200_OK, *, asks_again: bool = False
) -> Response:
    with visit.work() as work:
        visit.require(Permission.APPOINTMENT_RECORD)
        appointment = appointments.read(work, appointment_id)
        episode = episodes.read(work, appointment.episode_id)
    return visit.page(
        "outcome.html",
        status_code=status_code,
        form=form,
        appointment=appointment,
        episode=episode,
        clock=visit.calendar.elsewhere(episode.time_zone),
        said_now=attendance.WORDS[attendance.mark_of(appointment, visit.runtime.now())],
        taps=acts.LATER_OUTCOMES,
        moved_by=_BOOKED_BY,
        asks_again=asks_again or form.ticked("although_offered"),
    )
