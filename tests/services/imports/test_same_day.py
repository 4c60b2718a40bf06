"""Files that know only days tell a booking and what became of it as learned at once. Neither is lost."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain import timeline
from api.store import histories
from schemas.tables import Appointment
from schemas.vocabulary import AppointmentStatus
from schemas.wire.imports import Mapping
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import ZONE, House

BOOKED, NO_SHOW = AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW
AHEAD = [AppointmentStatus.CANCELLED, AppointmentStatus.LATE_CANCELLED, AppointmentStatus.RESCHEDULED]
AFTER = [*AHEAD, NO_SHOW, AppointmentStatus.ATTENDED]
Way = Callable[[House, str, AppointmentStatus, str], None]
DAYS = Mapping.model_validate(
    {
        "source": "native",
        "client": ["who"],
        "clinician": ["with"],
        "appointment": ["no"],
        "starts_at": {"column": "start", "format": "%Y-%m-%d %H:%M"},
        "time_zone": ZONE,
        "status": {"column": "status", "values": {status.value: status.value for status in AppointmentStatus}},
        "booked_at": {"column": "booked", "format": "%Y-%m-%d"},
        "status_known_at": {"column": "known", "format": "%Y-%m-%d"},
    }
)


def by_mapping(house: House, start: str, status: AppointmentStatus, day: str) -> None:
    row = {"who": "ana", "with": "kim", "no": "a", "start": f"{start} 10:00"}
    row |= {"status": status, "booked": day, "known": day}
    files.take_in(house, files.text(row, [row]), mapping=DAYS)


def by_native_file(house: House, start: str, status: AppointmentStatus, day: str) -> None:
    row = {"external_id": "a", "client_external_id": "ana", "clinician_external_id": "kim", "time_zone": ZONE}
    row |= {"starts_at": f"{start}T10:00:00Z", "status_known_at": f"{day}T23:00:00Z"}
    told = [{**row, "status": status}, {**row, "status": BOOKED}]
    files.take_in(house, files.appointments(told))


def said(house: House) -> tuple[UUID, AppointmentStatus]:
    """The episode, and what its only appointment says."""
    with house.rows() as work:
        columns = sa.select(col(Appointment.episode_id), col(Appointment.status))
        row = work.session.execute(columns).one()
    return row[0], row[1]


def noticed(house: House, episode_id: UUID) -> list[AppointmentStatus]:
    with house.rows() as work:
        known = histories.load(work.session, [episode_id], as_of=at(1))[episode_id]
    return [visit.status for visit in timeline.visits(known.appointments, at(1), ZONE)]


@pytest.mark.parametrize("way", [by_mapping, by_native_file])
@pytest.mark.parametrize("status", AHEAD)
def test_what_became_of_a_time_on_the_day_it_was_booked_stands(
    house: House, way: Way, status: AppointmentStatus
) -> None:
    way(house, "2026-03-20", status, "2026-03-01")
    episode_id, says = said(house)
    assert (says, noticed(house, episode_id)) == (status, [status])


@pytest.mark.parametrize("way", [by_mapping, by_native_file])
@pytest.mark.parametrize("status", AFTER)
def test_a_time_entered_afterwards_with_its_outcome_has_that_outcome(
    house: House, way: Way, status: AppointmentStatus
) -> None:
    way(house, "2026-02-20", status, "2026-02-23")
    episode_id, says = said(house)
    assert (says, noticed(house, episode_id)) == (status, [status])
    way(house, "2026-02-20", status, "2026-02-23")
    assert said(house) == (episode_id, says)
