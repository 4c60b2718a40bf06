"""A folder of native files becomes one history for each client."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.domain.history import Absence, Agreement, Appointment, Contact, StatusEvent
from api.formats.errors import UnreadableFile
from api.formats.native_folder import FolderProblem, load_histories, read_folder
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    EpisodeFormat,
)

APPOINTMENTS = (
    "external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,"
    "duration_minutes,status,status_known_at,initiator,rescheduled_from\n"
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day and perhaps a time


def appointment(key: str, client: str, clinician: str, day: str, *, shape: str = "", group: str = "") -> str:
    return f"{key},{client},{clinician},{shape},{group},{day}T15:00:00Z,Europe/Paris,50,booked,2024-01-01T00:00:00Z,,\n"


def leave_of(folder: Path, client: str) -> list[Absence]:
    absences = dict(load_histories(folder))[client].absences
    return [absence for absence in absences if absence.kind is AbsenceKind.CLINICIAN_LEAVE]


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_the_events_of_an_appointment_come_together_in_the_order_of_learning(tmp_path: Path) -> None:
    rows = (
        "A1,C1,K1,,,2024-05-01T15:00:00Z,Europe/Paris,50,attended,2024-05-01T16:00:00Z,,\n"
        "A2,C1,K1,,,2024-05-08T15:00:00Z,,80,booked,2024-05-01T16:00:00Z,client,A0\n"
        "A1,C1,K1,,,2024-05-01T15:00:00Z,,50,booked,2024-04-01T09:00:00Z,client,\n"
        "A1,C1,K1,,,2024-05-01T15:00:00Z,,50,attended,2024-05-01T16:00:00Z,,\n"
    )
    [(key, history)] = load_histories(write(tmp_path, appointments=APPOINTMENTS + rows))
    assert key == "C1"
    assert history.time_zone == "Europe/Paris"
    first, second = history.appointments
    assert [event.status for event in first.events] == [AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED]
    assert second == Appointment(
        "A2",
        (StatusEvent(AppointmentStatus.BOOKED, utc(2024, 5, 8, 15), utc(2024, 5, 1, 16), second.events[0].initiator),),
        duration_minutes=80,
        rescheduled_from="A0",
    )


def test_everything_said_of_a_client_is_in_the_history(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        appointments=APPOINTMENTS + appointment("A1", "C1", "K1", "2024-05-01"),
        messages="client_external_id,at,direction,channel,automated\nC1,2024-05-02T09:00:00Z,in,sms,0\n",
        agreements=(
            "client_external_id,type,from,to,known_at\n"
            "C1,pause,2024-06-01,2024-06-30,2024-05-01T09:00:00Z\n"
            "C1,discharge,2024-08-01,,2024-07-01T09:00:00Z\n"
        ),
        clients=(
            "client_external_id,clinician_external_id,time_zone,format,agreed_cadence_days,first_seen_at\n"
            "C1,K1,Europe/Rome,couple,14,2024-01-05T10:00:00Z\nC2,,,,,\n"
        ),
    )
    histories = dict(load_histories(folder))
    assert list(histories) == ["C1", "C2"]
    history = histories["C1"]
    assert (history.time_zone, history.format, history.agreed_cadence_days, history.started_at) == (
        "Europe/Rome",
        EpisodeFormat.COUPLE,
        14.0,
        utc(2024, 1, 5, 10),
    )
    at = utc(2024, 5, 2, 9)
    assert history.contacts == (Contact(at, at, ContactDirection.INBOUND, Channel.SMS),)
    assert history.absences == (Absence(AbsenceKind.PAUSE, date(2024, 6, 1), date(2024, 6, 30), utc(2024, 5, 1, 9)),)
    assert history.agreements == (Agreement(AgreementKind.DISCHARGE, date(2024, 8, 1), utc(2024, 7, 1, 9)),)
    assert histories["C2"].appointments == ()
    assert histories["C2"].time_zone == "UTC"


def test_everyone_in_a_group_has_their_own_history(tmp_path: Path) -> None:
    rows = "".join(
        appointment("G1-0501", client, "K1", "2024-05-01", shape="group", group="G1") for client in ("C1", "C2")
    )
    histories = dict(load_histories(write(tmp_path, appointments=APPOINTMENTS + rows)))
    assert [history.format for history in histories.values()] == [EpisodeFormat.GROUP] * 2
    assert [len(history.appointments) for history in histories.values()] == [1, 1]


@pytest.mark.parametrize(
    ("clinician", "from_on", "counts"),
    [
        ("K1", "2024-02-10", True),  # before the change of clinician
        ("K2", "2024-02-10", False),
        ("K1", "2024-04-10", False),  # after it
        ("K2", "2024-04-10", True),
        ("K2", "2023-12-20", True),  # before anything, with the listed clinician
        ("K1", "2023-12-20", False),
        ("K3", "2024-04-10", False),
    ],
)
def test_leave_counts_for_the_clients_whom_the_clinician_then_has(
    tmp_path: Path, clinician: str, from_on: str, counts: bool
) -> None:
    rows = appointment("A1", "C1", "K1", "2024-02-01") + appointment("A2", "C1", "K2", "2024-04-01")
    folder = write(
        tmp_path,
        appointments=APPOINTMENTS + rows,
        clients="client_external_id,clinician_external_id\nC1,K2\n",
        leave=f"clinician_external_id,from,to,known_at\n{clinician},{from_on},,2023-12-01T00:00:00Z\n",
    )
    assert len(leave_of(folder, "C1")) == counts


def test_leave_before_the_first_session_counts_without_a_list_of_clients(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        appointments=APPOINTMENTS + appointment("A1", "C1", "K1", "2024-02-01"),
        leave="clinician_external_id,from,to,known_at\nK1,2024-01-15,2024-01-20,2023-12-01T00:00:00Z\n",
    )
    assert leave_of(folder, "C1") == [
        Absence(AbsenceKind.CLINICIAN_LEAVE, date(2024, 1, 15), date(2024, 1, 20), utc(2023, 12, 1))
    ]


def test_problems_are_collected_by_file_and_line(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        appointments=APPOINTMENTS + appointment("A1", "C1", "K1", "2024-02-01") + "A2,C1,K1\n",
        messages="client_external_id,at\nC1,2024-05-02T09:00:00Z\n",
        leave="",
    )
    problems: list[FolderProblem] = []
    assert len(list(load_histories(folder, problems))) == 1
    assert [(problem.file, problem.line, problem.code) for problem in problems] == [
        ("appointments.csv", 3, "cell_count"),
        ("messages.csv", 1, "missing_column"),
        ("leave.csv", 0, "empty_file"),
    ]
    assert read_folder(folder).row_counts == {"appointments.csv": 2, "messages.csv": 0, "leave.csv": 0}


def test_a_folder_without_appointments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_folder(tmp_path)
    assert caught.value.code == "missing_file"
