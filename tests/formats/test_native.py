"""The product's own five files, read row by row."""

import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from api.domain.facts import (
    AbsenceFact,
    AgreementFact,
    AppointmentFact,
    ClientFact,
    ContactFact,
    Fact,
    LeaveFact,
    RowProblem,
)
from api.domain.history import StatusEvent
from api.formats.context import ReadContext
from api.formats.errors import UnreadableFile
from api.formats.reading import NativePreset, read
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    EpisodeFormat,
    ImportKind,
    Initiator,
)

CONTEXT = ReadContext(ZoneInfo("America/Chicago"), datetime(2026, 1, 1, tzinfo=UTC))
APPOINTMENTS = (
    "external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,"
    "duration_minutes,status,status_known_at,initiator,rescheduled_from\n"
)


def answers(text: str, kind: ImportKind | None = None) -> list[Fact | RowProblem]:
    return list(read(io.BytesIO(text.encode()), NativePreset(kind), CONTEXT))


def test_a_row_of_appointments_is_one_status_event() -> None:
    row = "A1,C1,K1,group,G1,2024-05-01T14:00:00Z,America/Chicago,90,late_cancelled,2024-05-01T09:00:00Z,client,A0\n"
    assert answers(APPOINTMENTS + row) == [
        AppointmentFact(
            line=2,
            client_key="C1",
            appointment_key="A1",
            events=(
                StatusEvent(
                    AppointmentStatus.LATE_CANCELLED,
                    datetime(2024, 5, 1, 14, tzinfo=UTC),
                    datetime(2024, 5, 1, 9, tzinfo=UTC),
                    Initiator.CLIENT,
                ),
            ),
            clinician_key="K1",
            format=EpisodeFormat.GROUP,
            group_key="G1",
            duration_minutes=90,
            rescheduled_from_key="A0",
            time_zone="America/Chicago",
        )
    ]


def test_empty_optional_cells_take_their_defaults() -> None:
    [fact] = answers(APPOINTMENTS + "A1,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00+02:00,,\n")
    assert fact == AppointmentFact(
        line=2,
        client_key="C1",
        appointment_key="A1",
        events=(
            StatusEvent(
                AppointmentStatus.BOOKED, datetime(2024, 5, 1, 14, tzinfo=UTC), datetime(2024, 4, 1, 7, tzinfo=UTC)
            ),
        ),
    )


def test_what_a_file_says_too_early_is_passed_on_for_the_domain_to_weigh() -> None:
    [fact] = answers(APPOINTMENTS + "A1,C1,,,,2024-05-01T14:00:00Z,,,attended,2024-04-01T09:00:00Z,,\n")
    assert isinstance(fact, AppointmentFact)
    assert fact.events[0].status is AppointmentStatus.ATTENDED
    assert fact.events[0].known_at < fact.events[0].starts_at


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("A1,,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,", "missing_value", "client_external_id"),
        (" ,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,", "missing_value", "external_id"),
        ("A1,C1,,,,,,,booked,2024-04-01T09:00:00Z,,", "missing_value", "starts_at"),
        ("A1,C1,,,,2024-05-01,,,booked,2024-04-01T09:00:00Z,,", "bad_instant", "starts_at"),
        ("A1,C1,,,,1 May,,,booked,2024-04-01T09:00:00Z,,", "bad_instant", "starts_at"),
        ("A1,C1,,,,1989-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,", "too_far", "starts_at"),
        ("A1,C1,,,,9999-12-31T23:59:59-23:00,,,booked,2024-04-01T09:00:00Z,,", "too_far", "starts_at"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,,came,2024-04-01T09:00:00Z,,", "unknown_status", "status"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,,,2024-04-01T09:00:00Z,,", "missing_value", "status"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,,booked,,,", "missing_value", "status_known_at"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,Mars/Base,,booked,2024-04-01T09:00:00Z,,", "unknown_time_zone", "time_zone"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,localtime,,booked,2024-04-01T09:00:00Z,,", "unknown_time_zone", "time_zone"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,Factory,,booked,2024-04-01T09:00:00Z,,", "unknown_time_zone", "time_zone"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,../etc,,booked,2024-04-01T09:00:00Z,,", "unknown_time_zone", "time_zone"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,0,booked,2024-04-01T09:00:00Z,,", "bad_number", "duration_minutes"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,1e2,booked,2024-04-01T09:00:00Z,,", "bad_number", "duration_minutes"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,nan,booked,2024-04-01T09:00:00Z,,", "bad_number", "duration_minutes"),
        ("A1,C1,,trio,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,", "unknown_format", "format"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,dog,", "unknown_initiator", "initiator"),
        ("A\x071,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,", "control_characters", "external_id"),
        (f"{'A' * 201},C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,", "key_too_long", "external_id"),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,", "cell_count", None),
        ("A1,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,,", "cell_count", None),
        ('"A1"x,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,', "malformed_quotes", None),
    ],
)
def test_a_row_that_cannot_be_understood_is_answered_with_its_problem(row: str, code: str, column: str | None) -> None:
    good = "A2,C1,,,,2024-05-01T14:00:00Z,,,booked,2024-04-01T09:00:00Z,,\n"
    problem, fact = answers(APPOINTMENTS + row + "\n" + good)
    assert isinstance(problem, RowProblem)
    assert (problem.line, problem.code, problem.column) == (2, code, column)
    assert isinstance(fact, AppointmentFact)
    assert fact.line == 3


def test_messages_are_known_when_they_are_sent() -> None:
    text = "client_external_id,at,direction,channel,automated\nC1,2024-05-01T09:00:00Z,in,sms,0\nC1,2024-05-02T09:00:00Z,out,email,1\n"
    assert answers(text) == [
        ContactFact(2, "C1", datetime(2024, 5, 1, 9, tzinfo=UTC), ContactDirection.INBOUND, Channel.SMS),
        ContactFact(
            3, "C1", datetime(2024, 5, 2, 9, tzinfo=UTC), ContactDirection.OUTBOUND, Channel.EMAIL, automated=True
        ),
    ]


def test_agreements_are_absences_or_agreements_by_their_type() -> None:
    text = (
        "client_external_id,type,from,to,known_at,cadence_days\n"
        "C1,pause,2024-05-01,2024-06-01,2024-04-01T09:00:00Z,\n"
        "C1,absence,2024-05-01,,2024-04-01T09:00:00Z,\n"
        "C1,discharge,2024-05-01,,2024-04-01,\n"
        "C1,cadence_change,2024-05-01,,2024-04-01T09:00:00Z,14\n"
        "C1,pause,2024-06-01,2024-05-01,2024-04-01T09:00:00Z,\n"
    )
    known_at = datetime(2024, 4, 1, 9, tzinfo=UTC)
    first = date(2024, 5, 1)
    assert answers(text) == [
        AbsenceFact(2, "C1", AbsenceKind.PAUSE, first, date(2024, 6, 1), known_at),
        AbsenceFact(3, "C1", AbsenceKind.CLIENT_AWAY, first, None, known_at),
        AgreementFact(4, "C1", AgreementKind.DISCHARGE, first, None, datetime(2024, 4, 2, tzinfo=UTC)),
        AgreementFact(5, "C1", AgreementKind.CADENCE_CHANGE, first, None, known_at, 14.0),
        RowProblem(6, "ends_before_start", "to", "The last day lies before the first."),
    ]


def test_leave_and_clients_are_read() -> None:
    leave = "clinician_external_id,from,to,known_at\nK1,2024-05-01,2024-05-08,2024-04-01T09:00:00Z\n"
    assert answers(leave) == [
        LeaveFact(2, "K1", date(2024, 5, 1), date(2024, 5, 8), datetime(2024, 4, 1, 9, tzinfo=UTC))
    ]
    clients = (
        "client_external_id,clinician_external_id,time_zone,format,agreed_cadence_days,first_seen_at\n"
        "C1,K1,Europe/Paris,couple,10.5,2024-01-05\nC2,,,,,\n"
    )
    assert answers(clients) == [
        ClientFact(2, "C1", "K1", None, "Europe/Paris", EpisodeFormat.COUPLE, 10.5, datetime(2024, 1, 5, tzinfo=UTC)),
        ClientFact(3, "C2"),
    ]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (APPOINTMENTS, ImportKind.APPOINTMENTS),
        ("client_external_id,at,direction,channel,automated\n", ImportKind.CONTACTS),
        ("client_external_id,type,from,to,known_at\n", ImportKind.AGREEMENTS),
        ("clinician_external_id,from,to,known_at\n", ImportKind.LEAVE),
        ("client_external_id,clinician_external_id,time_zone\n", ImportKind.CLIENTS),
        ("\ufeffCLIENT_EXTERNAL_ID , notes,notes\n", ImportKind.CLIENTS),
    ],
)
def test_a_native_file_is_recognised_by_its_header(header: str, kind: ImportKind) -> None:
    assert read(io.BytesIO(header.encode()), NativePreset(), CONTEXT).kind is kind


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty_file", None),
        (b"\n\r\n", "empty_file", None),
        (b"a,b\n1,2\n", "unrecognised_file", 1),
        (b"\n\nexternal_id,starts_at\n", "missing_column", 3),
        (b"external_id,external_id,client_external_id,starts_at,status,status_known_at\n", "duplicate_column", 1),
        (b"PK\x03\x04\x00", "not_text", 1),
        ("client_external_id\n".encode("utf-16"), "not_text", 1),
        (b"client_external_id\nC1\nC\xe9\n", "undecodable", 3),
        (b"client_external_id\nC1\nC\x00\n", "nul_byte", 3),
        (b'client_external_id\nC1\n"C2\nC3\n', "unclosed_quote", 3),
        (b'client_external_id\n"' + b"x\n" * 40_000, "row_too_long", 32_769),
        (b"client_external_id\n" + b"x" * 1_000_000, "row_too_long", 2),
        (b'"client_external_id\n', "unclosed_quote", 1),
        (b'"client_external_id"x\n', "malformed_header", 1),
        (b"," * 1_000 + b"\n", "too_many_columns", 1),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_where(content: bytes, code: str, line: int | None) -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(read(io.BytesIO(content), NativePreset(), CONTEXT))
    assert (caught.value.code, caught.value.line) == (code, line)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_one_and_blank_lines_are_no_rows(end: str) -> None:
    text = end.join(["client_external_id", "C1", "", '"C2"', "C3"])
    facts = answers(text)
    assert [(fact.line, getattr(fact, "client_key", None)) for fact in facts] == [(2, "C1"), (4, "C2"), (5, "C3")]
