"""Appointments: kept in step with another system, booked here, their outcome recorded."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response, status

from api.rest.answers import problems
from api.rest.depends import CursorText, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import appointments
from schemas.vocabulary import RowOutcome
from schemas.wire.appointments import (
    AppointmentBatchIn,
    AppointmentBatchOut,
    AppointmentIn,
    AppointmentNewIn,
    AppointmentOut,
    OutcomeIn,
)
from schemas.wire.common import ForeignId, Page, SourceName, When

router = APIRouter(prefix="/appointments", tags=["Appointments"], route_class=OnceRoute)

Source = Annotated[SourceName, Path(description="The system whose identifier this is.")]
External = Annotated[ForeignId, Path(description="What that system calls the appointment.")]


@router.get("", summary="List appointments by start", responses=problems(401, 403, 404))
def page(
    *,
    work: SignedIn,
    episode_id: Annotated[UUID | None, Query(description="Only those of this episode.")] = None,
    since: Annotated[When | None, Query(description="Starting at or after.")] = None,
    until: Annotated[When | None, Query(description="Starting before.")] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[AppointmentOut]:
    return appointments.page(work, episode_id=episode_id, since=since, until=until, cursor=cursor, limit=limit)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Book a time here", responses=problems(401, 403, 409))
def book(work: SignedIn, given: AppointmentNewIn, response: Response) -> AppointmentOut:
    appointment = appointments.book(work, given)
    response.headers["Location"] = f"/v1/appointments/{appointment.id}"
    return appointment


@router.put(
    "/by-external-id/{source}/{external_id:path}",
    summary="Keep an appointment in step with another system",
    responses={**problems(401, 403, 404), 201: {"model": AppointmentOut, "description": "The appointment was new."}},
)
def upsert(
    work: SignedIn, source: Source, external_id: External, given: AppointmentIn, response: Response
) -> AppointmentOut:
    """Send the whole appointment as it stands now. The same call twice changes nothing."""
    appointment, outcome = appointments.upsert(work, source, external_id, given)
    response.status_code = status.HTTP_201_CREATED if outcome is RowOutcome.CREATED else status.HTTP_200_OK
    return appointment


@router.post("/batch", summary="Take in up to 1,000 appointments", responses=problems(401, 403))
def batch(work: SignedIn, given: AppointmentBatchIn) -> AppointmentBatchOut:
    """Each item is taken or refused by itself; the answer names every one by its index."""
    return appointments.batch(work, given)


@router.get("/{appointment_id}", summary="Read an appointment", responses=problems(401, 403, 404))
def read(work: SignedIn, appointment_id: UUID) -> AppointmentOut:
    return appointments.read(work, appointment_id)


@router.post(
    "/{appointment_id}/outcome", summary="Record what came of a booked time", responses=problems(401, 403, 404, 409)
)
def record_outcome(work: SignedIn, appointment_id: UUID, given: OutcomeIn) -> AppointmentOut:
    """Attended, not, excused, cancelled or moved; a later word corrects an earlier one."""
    return appointments.record_outcome(work, appointment_id, given)
