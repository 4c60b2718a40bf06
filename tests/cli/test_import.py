"""Files taken in and taken back by command, on the product's own road."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

HEADER = "external_id,client_external_id,clinician_external_id,starts_at,status,status_known_at\n"
ROWS = (
    "A1,C1,Kim,2026-01-05T09:00:00Z,booked,2026-01-01T09:00:00Z\n"
    "A1,C1,Kim,2026-01-05T09:00:00Z,attended,2026-01-05T10:00:00Z\n"
    "A2,C1,Kim,2026-01-12T09:00:00Z,booked,2026-01-05T10:00:00Z\n"
    "A2,C1,Kim,2026-01-12T09:00:00Z,booked,2026-01-05T10:00:00Z\n"
    "A3,C2,Kim,2026-01-12T10:00:00Z,booked,2026-01-05T10:00:00Z\n"
)
BAD_ROW = "A4,C3,Kim,not a moment,booked,2026-01-05T10:00:00Z\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "appointments.csv").write_text(HEADER + ROWS)
    return tmp_path / "appointments.csv"


def test_every_row_is_accounted_for_twice_over_and_undone_without_a_trace(both_clis: Cli, file: Path) -> None:
    both_clis.found()
    first = both_clis("import", file, "--preset", "native", "--json")
    assert first.code == 0, first.err
    report = json.loads(first.out)
    assert report["state"] == "applied"
    assert report["counts"] == {"created": 3, "updated": 1, "duplicate": 1}
    assert sum(report["counts"].values()) == report["rows_read"] == 5
    again = json.loads(both_clis("import", file, "--preset", "native", "--json").out)
    assert set(again["counts"]) <= {"unchanged", "duplicate"}
    assert sum(again["counts"].values()) == 5
    assert len(both_clis("caseload", "--json").out.splitlines()) == 2
    for taken_back, clients_left in ((report, 2), (again, 0)):
        undone = json.loads(both_clis("import", "undo", taken_back["id"], "--json").out)
        assert undone["state"] == "undone"
        assert len(both_clis("caseload", "--json").out.splitlines()) == clients_left


def test_a_row_that_cannot_be_read_is_named_and_the_command_ends_with_one(cli: Cli, file: Path) -> None:
    cli.found()
    file.write_text(HEADER + ROWS + BAD_ROW)
    answer = cli("import", file, "--preset", "native")
    assert answer.code == 1
    assert "rejected" in answer.out
    assert "bad_instant" in answer.out
    assert "not a moment" not in answer.out


@pytest.mark.parametrize("name", ["leavetaking", "My System", "-pms", ""])
def test_a_name_no_other_system_may_have_is_refused_before_anything_is_kept(cli: Cli, file: Path, name: str) -> None:
    cli.found()
    answer = cli("import", file, "--preset", "native", "--source", name)
    assert answer.code == 1
    assert "/source" in answer.err
    assert cli("caseload", "--json").out == ""


def test_a_dry_run_changes_nothing(cli: Cli, file: Path) -> None:
    cli.found()
    report = json.loads(cli("import", file, "--preset", "native", "--dry-run", "--json").out)
    assert (report["state"], report["rows_read"]) == ("ready", 5)
    assert cli("caseload", "--json").out == ""


def test_a_file_that_is_none_of_ours_is_refused_in_a_line(cli: Cli, file: Path) -> None:
    cli.found()
    file.write_text("a,b\n1,2\n")
    answer = cli("import", file, "--preset", "native")
    assert answer.code == 1
    assert "none of the native files" in answer.err


def test_a_file_needs_a_preset_or_a_mapping_and_not_both(cli: Cli, file: Path) -> None:
    assert cli("import", file).code == 2
    assert cli("import", file, "--preset", "native", "--mapping", file).code == 2
    assert cli("import", file, "--preset", "excel").code == 2
    assert cli("import", file.with_name("gone.csv"), "--preset", "native").code == 2


def test_a_mapping_that_makes_no_sense_is_refused_field_by_field(cli: Cli, file: Path, tmp_path: Path) -> None:
    cli.found()
    (tmp_path / "mapping.json").write_text(json.dumps({"source": "elsewhere", "colour": "magenta"}))
    answer = cli("import", file, "--mapping", tmp_path / "mapping.json")
    assert answer.code == 1
    assert "colour" in answer.err
    assert "magenta" not in answer.err


def test_where_there_are_several_practices_one_has_to_be_named(cli: Cli, file: Path) -> None:
    cli.found("Riverside", "a@example.org")
    cli.found("Hillside", "b@example.org")
    answer = cli("import", file, "--preset", "native")
    assert answer.code == 1
    assert "Riverside" in answer.err
    assert "Hillside" in answer.err
    assert cli("import", "--practice", "Hillside", file, "--preset", "native").code == 0
    assert cli("caseload", "--practice", "Riverside", "--json").out == ""
    assert len(cli("caseload", "--practice", "Hillside", "--json").out.splitlines()) == 2
    assert cli("caseload", "--practice", "Seaside").code == 1


def test_undoing_what_is_not_there_is_refused(cli: Cli) -> None:
    cli.found()
    assert cli("import", "undo", "00000000-0000-7000-8000-000000000000").code == 1
    assert cli("import", "undo", "no id").code == 2
