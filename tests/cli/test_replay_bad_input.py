"""Whatever the files hold, replay ends with a clear message by file and row or with something sane, never with a fault of ours."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.cli import app
from api.formats.native_folder import FILES
from schemas.vocabulary import ImportKind
from tests.cli.conftest import Answer

HEADS = {
    "appointments.csv": (
        "external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,duration_minutes,"
        "status,status_known_at,initiator,rescheduled_from,excused,standing"
    ),
    "messages.csv": "client_external_id,at,direction,channel,automated",
    "agreements.csv": "client_external_id,type,from,to,known_at,cadence_days",
    "leave.csv": "clinician_external_id,from,to,known_at",
    "clients.csv": "client_external_id,clinician_external_id,time_zone,format,agreed_cadence_days,first_seen_at",
    "scores.csv": "client_external_id,measure,value,higher_is_better,at,known_at",
}
BOOKED = "A1,C1,K1,individual,,2025-03-03T10:00:00Z,Europe/Berlin,50,booked,2025-02-24T10:00:00Z,client,,0,0"
CAME = "A1,C1,K1,individual,,2025-03-03T10:00:00Z,Europe/Berlin,50,attended,2025-03-03T11:00:00Z,,,0,0"
HEARD_OF_LATER = "C1,2025-06-30T10:00:00Z,out,email,1"
GOOD = {"appointments.csv": [BOOKED, CAME], "messages.csv": [HEARD_OF_LATER]}


def _written(folder: Path, rows: Mapping[str, list[str]]) -> Path:
    for name, told in rows.items():
        (folder / name).write_text("\n".join([HEADS[name], *told]) + "\n", encoding="utf-8")
    return folder


def _replayed(folder: Path, *more: str) -> Answer:
    """A fault of ours is raised here. The flags go beside the folder's own files."""
    arguments = ["replay", str(folder), "--out", str(folder / "flags.jsonl"), "--json", "--processes", "1", *more]
    result: Any = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def _flags(folder: Path) -> bytes:
    return (folder / "flags.jsonl").read_bytes()


def test_the_good_rows_flag_somebody(tmp_path: Path) -> None:
    answer = _replayed(_written(tmp_path, GOOD))
    assert answer.code == 0
    assert json.loads(answer.out)["clients_flagged"] == {"drifting": 1, "quiet": 1}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        pytest.param(
            BOOKED.replace("Europe/Berlin", "Europe/Atlantis"), "unknown_time_zone", "time_zone", id="no zone"
        ),
        pytest.param(BOOKED.replace("Europe/Berlin", "../etc/passwd"), "unknown_time_zone", "time_zone", id="a path"),
        pytest.param(BOOKED.replace("booked", "ghosted"), "unknown_status", "status", id="no status"),
        pytest.param(
            BOOKED.replace("2025-03-03T10:00:00Z", "2025-02-30T10:00:00Z"), "bad_instant", "starts_at", id="no day"
        ),
        pytest.param(BOOKED.replace("2025-03-03T10", "9999-12-31T10"), "too_far", "starts_at", id="no century of ours"),
        pytest.param(BOOKED.replace("2025-03-03T10", "0001-01-01T00"), "too_far", "starts_at", id="the year one"),
        pytest.param(BOOKED.replace("A1,C1", "A1,"), "missing_value", "client_external_id", id="nobody's"),
        pytest.param(BOOKED.replace("C1", "C" * 300), "key_too_long", "client_external_id", id="a long key"),
        pytest.param(
            BOOKED.replace("C1", "C\u00851"), "control_characters", "client_external_id", id="a control character"
        ),
        pytest.param(BOOKED.replace(",50,", ",-5,"), "bad_number", "duration_minutes", id="less than no time"),
        pytest.param(BOOKED.replace(",50,", ",1e9,"), "bad_number", "duration_minutes", id="an exponent"),
        pytest.param(BOOKED + ",,,", "cell_count", None, id="too many cells"),
        pytest.param("A1,C1", "cell_count", None, id="too few"),
        pytest.param(BOOKED.replace("A1", '"A"1'), "malformed_quotes", None, id="quotation marks"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_rest_is_replayed(
    tmp_path: Path, row: str, code: str, column: str | None
) -> None:
    answer = _replayed(_written(tmp_path, {**GOOD, "appointments.csv": [BOOKED, row, CAME]}))
    told = json.loads(answer.out)
    assert answer.code == 1
    problem = told["first_problems"][0]
    assert (problem["file"], problem["line"], problem["code"], problem["column"]) == (
        "appointments.csv",
        3,
        code,
        column,
    )
    assert told["clients_flagged"] == {"drifting": 1, "quiet": 1}


_BROKEN = {
    "empty": b"",
    "header only": None,
    "nul": b"x\0y\n",
    "latin": "Z\u00fcrich,1\n".encode("latin-1"),
    "utf-16": "a,b\n".encode("utf-16"),
    "workbook": b"PK\x03\x04" + bytes(range(256)),
    "endless line": b"x" * 400_000,
    "open quote": b'"never closed\n' * 3,
    "no such columns": b"colour,taste\nred,sweet\n",
}


@pytest.mark.parametrize("broken", _BROKEN)
@pytest.mark.parametrize("name", [name for kind, name in FILES.items() if kind is not ImportKind.APPOINTMENTS])
def test_a_broken_file_beside_the_appointments_is_named_and_the_rest_is_replayed(
    tmp_path: Path, name: str, broken: str
) -> None:
    folder = _written(tmp_path, {**GOOD, "agreements.csv": ["C9,pause,2025-01-01,,2025-07-30T10:00:00Z,"]})
    header = (HEADS[name] + "\n").encode()
    wrong = _BROKEN[broken]
    (folder / name).write_bytes(header if wrong is None else wrong if broken != "nul" else header + wrong)
    answer = _replayed(folder, "--until", "2025-07-30")
    told = json.loads(answer.out)
    assert answer.code == (0 if wrong is None else 1)
    assert [one["file"] for one in told["first_problems"]] == ([] if wrong is None else [name])
    assert told["clients_flagged"] == {"drifting": 1, "quiet": 1}


@pytest.mark.parametrize("broken", [one for one in _BROKEN if one != "header only"])
def test_appointments_that_cannot_be_read_are_refused_by_name_and_leave_nothing_behind(
    tmp_path: Path, broken: str
) -> None:
    (tmp_path / "appointments.csv").write_bytes(_BROKEN[broken] or b"")
    answer = _replayed(tmp_path)
    assert answer.code == 1
    assert answer.err.startswith("appointments.csv: ")
    assert [path.name for path in tmp_path.iterdir()] == ["appointments.csv"]


def test_a_fault_far_down_is_named_by_its_line(tmp_path: Path) -> None:
    _written(tmp_path, GOOD)
    with (tmp_path / "appointments.csv").open("ab") as stream:
        stream.write("A2,Z\u00fcrich".encode("latin-1") + b"\n")
    answer = _replayed(tmp_path)
    assert answer.err.startswith("appointments.csv: Line 4: ")


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path: Path) -> None:
    (_written(tmp_path, GOOD) / "leave.csv").mkdir()
    answer = _replayed(tmp_path)
    assert answer.code == 1
    assert json.loads(answer.out)["first_problems"][0]["file"] == "leave.csv"
    (tmp_path / "appointments.csv").unlink()
    (tmp_path / "appointments.csv").mkdir()
    assert _replayed(tmp_path).err.startswith("appointments.csv: ")


def test_a_header_alone_is_a_practice_with_nobody_in_it(tmp_path: Path) -> None:
    answer = _replayed(_written(tmp_path, {name: [] for name in HEADS}))
    told = json.loads(answer.out)
    assert (answer.code, told["clients"], _flags(tmp_path)) == (0, 0, b"")
    assert told["report"]["suggestions"]["sensitivity"] is None


def test_clients_without_times_and_times_without_clients_are_both_taken(tmp_path: Path) -> None:
    listed = ["C2,K1,Europe/Berlin,individual,7,2025-01-01", "C3,,,,,"]
    answer = _replayed(_written(tmp_path, {**GOOD, "clients.csv": listed}))
    told = json.loads(answer.out)
    assert (answer.code, told["clients"]) == (0, 3)
    assert told["clients_flagged"] == {"drifting": 1, "quiet": 1}
    assert {json.loads(line)["client_external_id"] for line in _flags(tmp_path).splitlines()} == {"C1"}


def test_a_fact_dated_ahead_of_today_does_not_move_the_end_of_the_data(tmp_path: Path) -> None:
    plain = _replayed(_written(tmp_path, GOOD))
    flags = _flags(tmp_path)
    ahead = CAME.replace("A1", "A9").replace("2025", "2099")
    answer = _replayed(_written(tmp_path, {**GOOD, "appointments.csv": [BOOKED, CAME, ahead]}))
    assert answer.code == 0
    assert json.loads(answer.out)["until"] == json.loads(plain.out)["until"]
    assert _flags(tmp_path) == flags


@pytest.mark.parametrize("until", ["0001-01-01", "1970-01-01", "9999-12-31T23:59:59"])
def test_no_end_is_too_far(tmp_path: Path, until: str) -> None:
    assert _replayed(_written(tmp_path, GOOD), "--until", until).code == 0


def test_a_zone_of_the_command_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    answer = _replayed(_written(tmp_path, GOOD), "--default-zone", "Nowhere/Land")
    assert (answer.code, "time zone" in answer.err) == (1, True)


def _mostly(usual: st.SearchStrategy[str], *odd: str) -> st.SearchStrategy[str]:
    """A row has many cells, and one bad cell spoils it: so a cell is odd once in thirty times."""
    return st.integers(0, 29).flatmap(lambda chance: usual if chance else st.sampled_from(odd))


def _one_of(*usual: str) -> st.SearchStrategy[str]:
    return st.sampled_from(usual)


_DAY = st.integers(0, 300).map(lambda day: f"2025-{1 + day // 28:02}-{1 + day % 28:02}T1{day % 10}:00:00Z")
_ODD_DAYS = ("", "2025-03-30T02:30:00+01:00", "2031-01-01T00:00:00Z", "1990-01-01", "soon", "2100-12-31T23:59:59Z")
_INSTANTS = _mostly(_DAY, *_ODD_DAYS)
_DATES = _mostly(_one_of("2025-01-15", "2025-04-01", "2025-09-30"), "2100-12-31", "1990-01-01", "", "31/12/2025")
_LAST_DATES = _mostly(_one_of("2025-10-15", ""), "2025-01-01", "2100-12-31")
_CLIENTS = _mostly(_one_of("C1", "C2"), "C3", "", "c1 ", "=1+1", "\u0416")
_CLINICIANS = _one_of("K1", "K2", "")
_ZONES = _mostly(_one_of("Europe/Berlin", "America/New_York", ""), "Mars/Olympus")
_FLAGS = _mostly(_one_of("0", "1", ""), "perhaps")
_STATUSES = _mostly(
    _one_of("booked", "attended", "attended", "attended", "no_show", "late_cancelled", "cancelled", "rescheduled"),
    "",
    "gone",
)
_FORMATS = _one_of("individual", "couple", "group", "")
_KEYS = _mostly(_one_of(*[f"A{number}" for number in range(8)]), "")
_ROWS = {
    "appointments.csv": (
        _KEYS, _CLIENTS, _CLINICIANS, _FORMATS, st.just(""), _INSTANTS, _ZONES, _mostly(_one_of("50", "80", ""), "x"),
        _STATUSES, _INSTANTS, _one_of("client", "clinician", "practice", "system", ""), _one_of("", "", "A1", "A2"), _FLAGS,
        _FLAGS,
    ),
    "messages.csv": (_CLIENTS, _INSTANTS, _mostly(_one_of("in", "out"), ""), _mostly(_one_of("email", "sms"), "x"), _FLAGS),
    "agreements.csv": (
        _CLIENTS, _mostly(_one_of("pause", "absence", "planned_end", "discharge", "cadence_change"), "x"),
        _DATES, _LAST_DATES, _INSTANTS, _mostly(_one_of("", "14"), "0", "nan", "1e400"),
    ),
    "leave.csv": (_CLINICIANS, _DATES, _LAST_DATES, _INSTANTS),
    "clients.csv": (_CLIENTS, _CLINICIANS, _ZONES, _FORMATS, _mostly(_one_of("", "7", "14"), "366", "-1"), _DATES),
    "scores.csv": (
        _CLIENTS, _mostly(_one_of("PHQ-9", "WEMWBS"), "", "="), _mostly(_one_of("3", "14", "20.5"), "nan", "1e400", "x"),
        _FLAGS, _INSTANTS, _INSTANTS,
    ),
}  # fmt: skip
_FOLDERS = st.fixed_dictionaries(
    {name: st.lists(st.tuples(*cells).map(",".join), max_size=16) for name, cells in _ROWS.items()}
)


@given(_FOLDERS, st.randoms(use_true_random=False), st.data())
@settings(max_examples=60, deadline=None)
def test_neither_the_order_of_rows_nor_their_repetition_changes_a_byte_of_the_flags(
    rows: dict[str, list[str]], chance: random.Random, data: st.DataObject
) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first = _replayed(_written(Path(one), rows), "--until", "2025-12-31")
        assert first.code in (0, 1)
        told = json.loads(first.out)
        assert told["problem_count"] >= len(told["first_problems"])
        again = {}
        for name, lines in rows.items():
            repeated = [*lines, *data.draw(st.lists(st.sampled_from(lines), max_size=4))] if lines else []
            chance.shuffle(repeated)
            again[name] = repeated
        second = _replayed(_written(Path(other), again), "--until", "2025-12-31")
        assert _flags(Path(other)) == _flags(Path(one))
        assert json.loads(second.out)["report"] == told["report"]


@given(st.sampled_from(sorted(HEADS)), st.binary(max_size=400))
@settings(max_examples=80, deadline=None)
def test_whatever_bytes_a_file_holds_the_command_ends_in_words(name: str, told: bytes) -> None:
    with TemporaryDirectory() as folder:
        _written(Path(folder), GOOD)
        with (Path(folder) / name).open("ab") as stream:
            stream.write(told)
        answer = _replayed(Path(folder))
        assert answer.code in (0, 1)
        assert answer.out or answer.err
