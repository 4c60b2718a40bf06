"""Another system's appointment file, read by a mapping."""

import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.domain.facts import AppointmentFact, Fact, RowProblem
from api.formats.context import ReadContext
from api.formats.errors import UnreadableFile
from api.formats.reading import read
from schemas.vocabulary import AppointmentStatus, EpisodeFormat
from schemas.wire.imports import Mapping

RECEIVED_AT = datetime(2026, 1, 1, tzinfo=UTC)
CONTEXT = ReadContext(ZoneInfo("America/Chicago"), RECEIVED_AT)
SMALL: dict[str, Any] = {"source": "other", "client": "who", "starts_at": {"column": "when"}}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day and perhaps a time


def answers(mapping: dict[str, Any], text: str) -> list[Fact | RowProblem]:
    checked = Mapping.model_validate(mapping)
    return list(read(io.BytesIO(text.encode(checked.encoding)), checked, CONTEXT))


def fact(mapping: dict[str, Any], text: str) -> AppointmentFact:
    [answer] = answers(SMALL | mapping, text)
    assert isinstance(answer, AppointmentFact), answer
    return answer


def problem(mapping: dict[str, Any], text: str) -> tuple[str, str | None]:
    [answer] = answers(SMALL | mapping, text)
    assert isinstance(answer, RowProblem), answer
    return answer.code, answer.column


def start(spec: dict[str, Any], cell: str, **mapping: str) -> datetime:
    return fact(mapping | {"starts_at": {"column": "when"} | spec}, f"who,when\nC1,{cell}\n").events[0].starts_at


@pytest.mark.parametrize(
    ("spec", "cell", "expected"),
    [
        ({}, "2024-07-01T09:30", utc(2024, 7, 1, 14, 30)),
        ({}, "2024-07-01 09:30:00", utc(2024, 7, 1, 14, 30)),
        ({}, "2024-07-01T09:30:00Z", utc(2024, 7, 1, 9, 30)),
        ({}, "2024-07-01T09:30:00+02:00", utc(2024, 7, 1, 7, 30)),
        ({"hour": "08:15"}, "2024-01-05", utc(2024, 1, 5, 14, 15)),
        ({"hour": "08:15"}, "2024-01-05T10:00", utc(2024, 1, 5, 16)),
        ({"format": "%d/%m/%Y %H:%M"}, "05/01/2024 10:00", utc(2024, 1, 5, 16)),
        ({"format": "%d/%m/%Y %H:%M"}, "5/1/2024 10:00", utc(2024, 1, 5, 16)),
        ({"format": "%m/%d/%y %I:%M %p"}, "1/5/24 10:00 pm", utc(2024, 1, 6, 4)),
        ({"format": "%d.%m.%Y", "hour": "10:00"}, "05.01.2024", utc(2024, 1, 5, 16)),
        ({"format": "%Y-%m-%dT%H:%M%z"}, "2024-01-05T10:00+0100", utc(2024, 1, 5, 9)),
        ({"format": "day_number", "epoch": "1899-12-30"}, "45296.4166667", utc(2024, 1, 5, 16)),
        ({"format": "day_number", "epoch": "1899-12-30", "hour": "10:00"}, "45296", utc(2024, 1, 5, 16)),
        ({"format": "day_number", "epoch": "1899-12-30", "hour": "10:00"}, "45296.0", utc(2024, 1, 5, 16)),
        ({"format": "day_number", "epoch": "1970-01-01"}, "19727.5", utc(2024, 1, 5, 18)),
        ({"format": "day_number", "epoch": "2030-01-01"}, "-2188.5", utc(2024, 1, 4, 18)),
    ],
)
def test_a_start_is_read_in_the_form_the_mapping_states(spec: dict[str, Any], cell: str, expected: datetime) -> None:
    assert start(spec, cell) == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        # In New York clocks jumped from 02:00 to 03:00 on 10 March 2024 and fell back from 02:00 to 01:00 on 3 November.
        ("2024-03-10T01:59", utc(2024, 3, 10, 6, 59)),
        ("2024-03-10T02:30", utc(2024, 3, 10, 7, 30)),
        ("2024-03-10T03:30", utc(2024, 3, 10, 7, 30)),
        ("2024-11-03T01:30", utc(2024, 11, 3, 5, 30)),
        ("2024-11-03T02:30", utc(2024, 11, 3, 7, 30)),
    ],
)
def test_a_shift_of_the_clocks_never_loses_a_session(local: str, expected: datetime) -> None:
    assert start({}, local, time_zone="America/New_York") == expected


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        ("2024-01-05", "9:05", utc(2024, 1, 5, 15, 5)),
        ("2024-01-05T00:00:00", "09:05:30", utc(2024, 1, 5, 15, 5, 30)),
        ("2024-01-05", "", utc(2024, 1, 5, 18)),
        ("2024-01-05T08:00", "", utc(2024, 1, 5, 14)),
        ("2024-01-05T00:00:00Z", "09:05", utc(2024, 1, 5, 9, 5)),
    ],
)
def test_a_time_column_outweighs_the_time_beside_the_date(day: str, time: str, expected: datetime) -> None:
    mapping = {"starts_at": {"column": "when", "time_column": "clock", "hour": "12:00"}}
    assert fact(mapping, f"who,when,clock\nC1,{day},{time}\n").events[0].starts_at == expected


def test_a_zone_column_rules_its_row_and_names_the_clients_zone() -> None:
    mapping = {"time_zone_column": "tz", "time_zone": "Europe/Paris"}
    rows = [fact(mapping, f"who,when,tz\nC1,2024-07-01T09:00,{zone}\n") for zone in ("Asia/Tokyo", "", " ")]
    assert [(row.time_zone, row.events[0].starts_at) for row in rows] == [
        ("Asia/Tokyo", utc(2024, 7, 1)),
        ("Europe/Paris", utc(2024, 7, 1, 7)),
        ("Europe/Paris", utc(2024, 7, 1, 7)),
    ]


def test_the_practices_zone_is_assumed_and_never_said_to_be_the_clients() -> None:
    assert fact({"time_zone_column": "tz"}, "who,when,tz\nC1,2024-07-01T09:00,\n").time_zone is None
    assert fact({"time_zone_column": "tz"}, "who,when,tz\nC1,2024-07-01T09:00,America/Chicago\n").time_zone is not None


def test_several_columns_make_one_key_that_no_other_row_shares() -> None:
    mapping = {"client": ["a", "b"], "starts_at": {"column": "when", "hour": "09:00"}}
    rows = [fact(mapping, f"a,b,when\n{a},{b},2024-01-05\n") for a, b in (("x|y", "z"), ("x", "y|z"), (" x ", "y"))]
    assert [row.client_key for row in rows] == ["x\\|y|z", "x|y\\|z", "x|y"]


def test_without_a_key_column_client_and_start_make_the_key() -> None:
    text = "who,when\nC1,2024-07-01T09:30\n"
    assert fact({}, text).appointment_key == "C1@2024-07-01T14:30Z"
    assert fact({}, text) == fact({}, text)


@pytest.mark.parametrize(
    ("word", "status", "excused"),
    [
        ("Came", AppointmentStatus.ATTENDED, False),
        (" no  SHOW ", AppointmentStatus.NO_SHOW, False),
        ("noshow", AppointmentStatus.NO_SHOW, False),
        ("Ill", AppointmentStatus.NO_SHOW, True),
        ("", AppointmentStatus.BOOKED, False),
    ],
)
def test_the_files_own_words_are_read_whatever_their_case_and_spaces(
    word: str, status: AppointmentStatus, excused: bool
) -> None:
    values = {"came": "attended", "No Show": "no_show", "ill": "no_show"}
    mapping = {"status": {"column": "st", "values": values, "excused": ["ILL"], "empty": "booked"}}
    [event] = fact(mapping, f"who,when,st\nC1,2024-07-01T09:30,{word}\n").events
    assert (event.status, event.excused) == (status, excused)


ATTENDED = {"status": {"column": "st", "values": {"a": "attended", "c": "cancelled", "b": "booked"}}}
START, END = utc(2024, 7, 1, 14), utc(2024, 7, 1, 14, 50)


@pytest.mark.parametrize(
    ("mapping", "cells", "expected"),
    [
        ({}, "a,,", [("attended", RECEIVED_AT)]),
        ({"when_known": "session_end"}, "a,,", [("attended", END)]),
        ({"when_known": "session_end"}, "b,,", [("booked", RECEIVED_AT)]),
        ({}, "a,2024-07-02T09:00Z,", [("attended", utc(2024, 7, 2, 9))]),
        ({"when_known": "session_end"}, "a,2024-07-02T09:00Z,", [("attended", utc(2024, 7, 2, 9))]),
        # A date alone: the end of that day in Chicago.
        ({}, "a,2024-07-02,", [("attended", utc(2024, 7, 3, 5))]),
        # Later than the file itself cannot be.
        ({}, "a,2027-07-02T09:00Z,", [("attended", RECEIVED_AT)]),
        ({}, "a,,2024-06-01T09:00Z", [("booked", utc(2024, 6, 1, 9)), ("attended", RECEIVED_AT)]),
        ({}, "b,,2024-06-01T09:00Z", [("booked", utc(2024, 6, 1, 9))]),
        ({}, "c,2024-06-01T09:00Z,2024-06-08", [("booked", utc(2024, 6, 1, 9)), ("cancelled", utc(2024, 6, 1, 9))]),
        ({"attended_by_default": True}, "a,,", [("booked", RECEIVED_AT)]),
        ({"attended_by_default": True, "when_known": "session_end"}, "a,,", [("booked", RECEIVED_AT)]),
        ({"attended_by_default": True}, "a,2024-07-01T14:00Z,", [("booked", utc(2024, 7, 1, 14))]),
        ({"attended_by_default": True}, "a,2024-07-01T14:01Z,", [("attended", utc(2024, 7, 1, 14, 1))]),
        ({"attended_by_default": True}, "c,,", [("cancelled", RECEIVED_AT)]),
        ({"attended_by_default": True}, "a,,2024-06-01T09:00Z", [("booked", utc(2024, 6, 1, 9))]),
    ],
)
def test_a_status_is_known_when_the_mapping_says(
    mapping: dict[str, Any], cells: str, expected: list[tuple[str, datetime]]
) -> None:
    columns = {"status_known_at": {"column": "known"}, "booked_at": {"column": "booked"}}
    text = f"who,when,st,known,booked\nC1,2024-07-01T09:00,{cells}\n"
    events = fact(ATTENDED | columns | mapping, text).events
    assert [(event.status, event.known_at) for event in events] == expected
    assert {event.starts_at for event in events} == {START}


@pytest.mark.parametrize(
    ("mapping", "cells", "expected"),
    [
        ({}, "", EpisodeFormat.INDIVIDUAL),
        ({"group": "x"}, "G7", EpisodeFormat.GROUP),
        ({"group": "x"}, "", EpisodeFormat.INDIVIDUAL),
        ({"format": "family"}, "", EpisodeFormat.FAMILY),
        ({"format": {"column": "x", "values": {"Paar": "couple"}}}, "PAAR", EpisodeFormat.COUPLE),
        ({"format": {"column": "x", "values": {"Paar": "couple"}}}, "", EpisodeFormat.INDIVIDUAL),
    ],
)
def test_who_sits_in_the_room_is_stated_or_follows_from_the_group(
    mapping: dict[str, Any], cells: str, expected: EpisodeFormat
) -> None:
    assert fact(mapping, f"who,when,x\nC1,2024-07-01T09:30,{cells}\n").format is expected


NUMBERED = {"starts_at": {"column": "when", "format": "day_number", "epoch": "1899-12-30"}}


@pytest.mark.parametrize(
    ("mapping", "header", "row", "expected"),
    [
        ({}, "who,when", " ,2024-07-01T09:30", ("missing_value", "who")),
        ({}, "who,when", "C1,", ("missing_value", "when")),
        ({}, "who,when", "C1,2024-07-01", ("bad_instant", "when")),
        ({}, "who,when", "C1,soon", ("bad_instant", "when")),
        ({}, "who,when", "C1,2101-07-01T09:00", ("too_far", "when")),
        ({}, "who,when", "C1", ("cell_count", None)),
        (NUMBERED, "who,when", "C1,45296", ("bad_instant", "when")),
        (NUMBERED, "who,when", "C1,inf", ("bad_number", "when")),
        (NUMBERED, "who,when", "C1,999999999.5", ("too_far", "when")),
        (NUMBERED, "who,when", "C1,1.5", ("too_far", "when")),
        (
            {"starts_at": {"column": "when", "format": "%d/%m/%Y %H:%M"}},
            "who,when",
            "C1,31/02/2024 10:00",
            ("bad_instant", "when"),
        ),
        (
            {"starts_at": {"column": "when", "time_column": "t"}},
            "who,when,t",
            "C1,2024-07-01,25:00",
            ("bad_instant", "t"),
        ),
        ({"time_zone_column": "tz"}, "who,when,tz", "C1,2024-07-01T09:30,Utopia", ("unknown_time_zone", "tz")),
        ({"time_zone_column": "tz"}, "who,when,tz", "C1,2024-07-01T09:30,localtime", ("unknown_time_zone", "tz")),
        (ATTENDED, "who,when,st", "C1,2024-07-01T09:30,perhaps", ("unknown_status", "st")),
        (ATTENDED, "who,when,st", "C1,2024-07-01T09:30,", ("missing_value", "st")),
        ({"duration_column": "min"}, "who,when,min", "C1,2024-07-01T09:30,50.5", ("bad_number", "min")),
        ({"excused": {"column": "ex"}}, "who,when,ex", "C1,2024-07-01T09:30,hm", ("bad_flag", "ex")),
        (
            {"initiator": {"column": "by", "values": {"us": "practice"}}},
            "who,when,by",
            "C1,2024-07-01T09:30,them",
            ("unknown_initiator", "by"),
        ),
        (
            {"format": {"column": "f", "values": {"p": "couple"}}},
            "who,when,f",
            "C1,2024-07-01T09:30,q",
            ("unknown_format", "f"),
        ),
        ({"client_name": "n"}, "who,when,n", "C1,2024-07-01T09:30,A\x1bB", ("control_characters", "n")),
        ({"client_name": "n"}, "who,when,n", "C1,2024-07-01T09:30,A\u202eB", ("control_characters", "n")),
        ({"clinician": ["k", "l"]}, "who,when,k,l", "C1,2024-07-01T09:30,x,", ("missing_value", "l")),
        ({"client": ["who", "n"]}, "who,when,n", f"{'x' * 150},2024-07-01T09:30,{'y' * 150}", ("key_too_long", "who")),
        ({}, "who,when", f"{'x' * 190},2024-07-01T09:30", ("key_too_long", "who")),
        ({"booked_at": {"column": "b"}}, "who,when,b", "C1,2024-07-01T09:30,once", ("bad_instant", "b")),
    ],
)
def test_a_row_that_cannot_be_understood_names_the_column_and_no_content(
    mapping: dict[str, Any], header: str, row: str, expected: tuple[str, str | None]
) -> None:
    assert problem(mapping, f"{header}\n{row}\n") == expected


def test_a_decimal_comma_is_read_where_it_does_not_part_the_cells() -> None:
    assert fact(NUMBERED | {"delimiter": ";"}, "who;when\nC1;45296,5\n").events[0].starts_at == utc(2024, 1, 5, 18)
    assert problem(NUMBERED, 'who,when\nC1,"45296,5"\n') == ("bad_number", "when")


def test_a_mapped_column_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(UnreadableFile) as caught:
        answers(SMALL | {"clinician": "therapist"}, "who,when\n")
    assert (caught.value.code, caught.value.column) == ("missing_column", "therapist")
