"""The server is killed without warning, in the middle of an import, of its undoing, of requests: nothing acknowledged is lost."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import col

from schemas.tables import Appointment, Import
from schemas.vocabulary import ImportState
from tests.e2e.outside import Integrator, Record, found_practice, wait_until
from tests.support import server

_HEADER = (
    "external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,duration_minutes,"
    "status,status_known_at,initiator,rescheduled_from"
)
_CLIENTS, _WEEKS = 100, 60
# The first slice that is kept is noticed well before the next can be.
_AT_ONCE = 0.002
_ROWS_READ, _STATE = sa.select(col(Import.rows_read)), sa.select(col(Import.state))
_APPOINTMENTS = sa.select(sa.func.count(col(Appointment.id)))


def _file(clients: int = _CLIENTS, weeks: int = _WEEKS) -> bytes:
    """A booking and an outcome for each week: two rows an appointment."""
    first = datetime(2025, 1, 6, 9, tzinfo=UTC)
    lines = [_HEADER]
    for client in range(clients):
        for week in range(weeks):
            start = first + timedelta(days=7 * week, minutes=client)
            for status, known in (("booked", start - timedelta(days=7)), ("attended", start + timedelta(hours=1))):
                lines.append(
                    f"a{client}-{week},c{client},k{client % 3},individual,,{start:%Y-%m-%dT%H:%M:%SZ},Europe/Madrid,50,"
                    f"{status},{known:%Y-%m-%dT%H:%M:%SZ},,"
                )
    return "\n".join(lines).encode()


def _state(program: Integrator, import_id: str) -> str:
    state: str = program.get(f"/v1/imports/{import_id}")["state"]
    return state


@pytest.fixture
def record(engine_url: str) -> Iterator[Record]:
    record = Record(engine_url)
    yield record
    record.close()


@pytest.mark.slow
def test_an_import_killed_in_the_middle_is_taken_in_whole_by_the_next_process(
    engine_url: str, tmp_path: Path, record: Record
) -> None:
    found_practice(engine_url)
    settings = {"worker_in_process": "true", "requests_per_minute": "100000"}
    first = server.start(engine_url, tmp_path, **settings)
    program = Integrator.signed_in(first.url)
    rows = 2 * _CLIENTS * _WEEKS
    import_id = program.send(_file(), preset="native")
    wait_until(lambda: record.says(_ROWS_READ) > 0, every=_AT_ONCE)
    first.kill()
    assert record.says(_STATE) is ImportState.APPLYING
    assert 0 < record.says(_ROWS_READ) < rows, "it was killed too late to show anything"

    record.let_the_lease_run_out()
    with server.running(engine_url, tmp_path, **settings) as second:
        program.url = second.url
        wait_until(lambda: _state(program, import_id) == "applied")
        report = program.get(f"/v1/imports/{import_id}")
        assert report["rows_read"] == rows
        assert report["counts"] == {"created": rows // 2, "updated": rows // 2}
        assert len(program.every("/v1/clients")) == _CLIENTS
        assert {item["stage"] for item in program.every("/v1/caseload")} == {"quiet"}

        undone = program.call("POST", f"/v1/imports/{import_id}/undo")
        assert undone.status_code == httpx.codes.OK
        wait_until(lambda: record.says(_APPOINTMENTS) < rows // 2, every=_AT_ONCE)
        second.kill()
    assert record.says(_STATE) is ImportState.UNDOING
    assert record.says(_APPOINTMENTS) > 0, "it was killed too late to show anything"

    record.let_the_lease_run_out()
    with server.running(engine_url, tmp_path, **settings) as third:
        program.url = third.url
        wait_until(lambda: _state(program, import_id) == "undone")
        assert program.every("/v1/clients") == []
        assert program.every("/v1/appointments") == []
        assert program.every("/v1/caseload") == []


@pytest.mark.slow
def test_whatever_was_acknowledged_before_the_process_was_killed_is_there_afterwards(
    engine_url: str, tmp_path: Path
) -> None:
    found_practice(engine_url)
    settings = {"requests_per_minute": "100000"}
    first = server.start(engine_url, tmp_path, **settings)
    program = Integrator.signed_in(first.url)
    assert program.call("PUT", "/v1/clients/by-external-id/pms/c1", json={"name": "Ana"}).is_success
    acknowledged: list[str] = []
    senders = [threading.Thread(target=_send_until_refused, args=(program, lane, acknowledged)) for lane in range(3)]
    for sender in senders:
        sender.start()
    wait_until(lambda: len(acknowledged) >= 30)
    first.kill()
    for sender in senders:
        sender.join(60)

    with server.running(engine_url, tmp_path, **settings) as second:
        program.url = second.url
        there = {row["external_id"] for row in program.every("/v1/appointments")}
        assert set(acknowledged) <= there
        assert len(there - set(acknowledged)) <= len(senders), "at most one unanswered request of each sender"
        lane, number = acknowledged[0].removeprefix("lane").split("-")
        sent = _appointment(int(lane), int(number))
        again = program.call("PUT", f"/v1/appointments/by-external-id/pms/{acknowledged[0]}", json=sent)
        assert again.status_code == httpx.codes.OK
        assert again.json()["version"] == 1
    checked = server.run(engine_url, tmp_path, "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def _appointment(lane: int, number: int) -> dict[str, str]:
    start = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(days=7 * number, hours=lane)
    return {"client_external_id": "c1", "starts_at": start.isoformat(), "status": "booked"}


def _send_until_refused(program: Integrator, lane: int, acknowledged: list[str]) -> None:
    for number in range(10_000):
        external_id = f"lane{lane}-{number}"
        try:
            answer = program.call(
                "PUT", f"/v1/appointments/by-external-id/pms/{external_id}", json=_appointment(lane, number)
            )
        except httpx.TransportError:
            return
        if answer.status_code != httpx.codes.CREATED:
            return
        acknowledged.append(external_id)
