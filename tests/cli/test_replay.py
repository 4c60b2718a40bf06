"""Replaying a folder: the lines are what the domain says, and nothing but files is needed."""

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.domain import replay, weights
from api.domain.history import Rhythm, StatusEvent
from api.formats.native_folder import FILES, read_folder
from api.formats.replay_report.words import NAMES
from api.formats.spool import PART_BYTES
from api.sample.cast import cast
from tests.cli.conftest import Cli
from tools.tree import ROOT

pytestmark = pytest.mark.slow

DAY = date(2026, 3, 4)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample practice's files."""
    folder = tmp_path_factory.mktemp("past")
    for kind, name in FILES.items():
        (folder / name).write_bytes(cast(DAY).files.csv(kind))
    return folder


@pytest.fixture(scope="module")
def few(past: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the same practice five clients, for what is not about whom it flags."""
    folder = tmp_path_factory.mktemp("few")
    clients = csv.DictReader((past / "clients.csv").read_text(encoding="utf-8").splitlines())
    wanted = [row["client_external_id"] for row in clients][:5]
    for name in FILES.values():
        first, *lines = (past / name).read_text(encoding="utf-8").splitlines(keepends=True)
        place = first.strip().split(",").index("client_external_id") if "client_external_id" in first else None
        kept = [line for line in lines if place is None or next(csv.reader([line]))[place] in wanted]
        (folder / name).write_text(first + "".join(kept), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def flags(past: Path) -> list[dict[str, object]]:
    """By a process whose environment has neither a database nor a key."""
    command = "from api.cli import main; main()"
    answer = subprocess.run(
        [sys.executable, "-c", command, "replay", past, "--out", past / "flags.jsonl"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in (past / "flags.jsonl").read_text().splitlines()]


def test_every_line_is_one_change_into_drifting_or_quiet(flags: list[dict[str, object]]) -> None:
    assert len(flags) > 30
    for flag in flags:
        assert list(flag) == ["client_external_id", "flagged_at", "stage", "probability", "reasons"]
        assert flag["stage"] in ("drifting", "quiet")
        assert 0 < float(str(flag["probability"])) < 1
        at = datetime.fromisoformat(str(flag["flagged_at"]))
        assert at.utcoffset() == UTC.utcoffset(None)
        assert at.date() <= DAY
        reasons = flag["reasons"]
        assert isinstance(reasons, list)
        assert reasons
        assert all(set(reason) == {"code", "text"} for reason in reasons)


def test_the_lines_are_those_of_the_domain(flags: list[dict[str, object]], past: Path) -> None:
    until = max(event.known_at for event in _events(past))
    wanted = [
        (client, change.flagged_at, change.stage)
        for client, history in read_folder(past).histories()
        for change in replay.changes(history, Rhythm(), weights.load(), until)
    ]
    told = [
        (flag["client_external_id"], datetime.fromisoformat(str(flag["flagged_at"])), flag["stage"]) for flag in flags
    ]
    assert told == wanted


def test_nobody_is_flagged_for_silence_after_the_files_end(flags: list[dict[str, object]], past: Path) -> None:
    last = max(event.known_at for event in _events(past))
    assert all(datetime.fromisoformat(str(flag["flagged_at"])) <= last for flag in flags)


def test_a_row_that_cannot_be_read_is_listed_and_the_rest_is_replayed(cli: Cli, past: Path, tmp_path: Path) -> None:
    text = (past / "appointments.csv").read_text()
    (tmp_path / "appointments.csv").write_text(text + "A,Zed,Kim,individual,,no moment,booked,2026-01-01,,,0,0\n")
    answer = cli("replay", tmp_path, "--out", tmp_path / "flags.jsonl", "--json")
    told = json.loads(answer.out)
    assert answer.code == 1
    assert told["problem_count"] == 1
    assert told["first_problems"][0]["code"] == "bad_instant"
    assert "no moment" not in answer.out
    assert sum(told["flags"].values()) == len((tmp_path / "flags.jsonl").read_text().splitlines()) > 0


def test_a_folder_without_appointments_leaves_no_file_behind(cli: Cli, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    answer = cli("replay", empty, "--out", empty / "flags.jsonl")
    assert answer.code == 1
    assert "appointments.csv" in answer.err
    assert list(empty.iterdir()) == []


def test_a_person_gets_a_summary_and_a_pipe_gets_the_lines(cli: Cli, past: Path, tmp_path: Path) -> None:
    said = cli("replay", past, "--out", tmp_path / "flags.jsonl", "--until", "2025-06-01")
    clients = len((past / "clients.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert f"{clients} clients, as far as" in said.out
    piped = cli("replay", past, "--out", "-", "--until", "2025-06-01")
    assert piped.out
    assert piped.out == (tmp_path / "flags.jsonl").read_text()
    assert f"{clients} clients, as far as" in piped.err


def test_several_processes_write_what_one_does(cli: Cli, past: Path, tmp_path: Path) -> None:
    written = []
    for processes in ("1", "2"):
        wide = _widened(past, tmp_path / "wide")
        assert cli("replay", wide, "--out", tmp_path / "flags.jsonl", "--processes", processes).code == 0
        written.append((tmp_path / "flags.jsonl").read_bytes())
    assert written[0] == written[1]
    keys = [json.loads(line)["client_external_id"] for line in written[0].splitlines()]
    assert keys == sorted(keys)
    assert len(keys) > 30


def _widened(past: Path, folder: Path) -> Path:
    """The same practice with a column that nobody reads, so wide that it is put down in several parts."""
    folder.mkdir(exist_ok=True)
    for name in FILES.values():
        shutil.copy(past / name, folder / name)
    lines = (past / "appointments.csv").read_text(encoding="utf-8").splitlines()
    filler = "x" * (3 * PART_BYTES // len(lines))
    wide = [f"{lines[0]},remarks", *(f"{line},{filler}" for line in lines[1:])]
    (folder / "appointments.csv").write_text("\n".join(wide), encoding="utf-8")
    return folder


def test_the_flags_never_overwrite_what_is_to_be_read(cli: Cli, past: Path) -> None:
    before = (past / "messages.csv").read_bytes()
    answer = cli("replay", past, "--out", past / "messages.csv")
    assert answer.code == 1
    assert "one of the files to be read" in answer.err
    assert (past / "messages.csv").read_bytes() == before


def test_a_device_is_written_to_and_stays_one(cli: Cli, few: Path) -> None:
    assert cli("replay", few, "--out", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_the_report_stands_beside_the_flags_and_says_what_the_json_says(cli: Cli, past: Path, tmp_path: Path) -> None:
    answer = cli("replay", past, "--out", tmp_path / "flags.jsonl", "--json")
    told = json.loads(answer.out)
    assert told["report_file"] == str(tmp_path / "flags.html")
    drifting = told["report"]["noticed"][0]
    assert 0 < drifting["flags"] <= told["flags"]["drifting"] + told["flags"]["quiet"]
    html = (tmp_path / "flags.html").read_text(encoding="utf-8")
    assert f"<td>{drifting['flags']:,}</td>" in html
    keys = {json.loads(line)["client_external_id"] for line in (tmp_path / "flags.jsonl").read_text().splitlines()}
    assert not [key for key in keys if f">{key}<" in html]


def test_a_person_reads_the_rules_of_thumb_beside_ours(cli: Cli, past: Path, tmp_path: Path) -> None:
    said = cli("replay", past, "--out", tmp_path / "flags.jsonl", "--report", tmp_path / "told.html").out
    assert all(name in said for name in NAMES.values())
    assert "Suggested level:" in said
    assert f"Report: {tmp_path / 'told.html'}" in said
    assert not (tmp_path / "flags.html").exists()


def test_no_page_of_somebody_else_is_written_over(cli: Cli, few: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "flags.html"
    theirs.write_text("<h1>Minutes</h1>", encoding="utf-8")
    quietly = cli("replay", few, "--out", tmp_path / "flags.jsonl")
    assert quietly.code == 0
    assert "no report of ours" in quietly.err
    asked = cli("replay", few, "--out", tmp_path / "other.jsonl", "--report", theirs)
    assert asked.code == 1
    assert not (tmp_path / "other.jsonl").exists()
    assert theirs.read_text(encoding="utf-8") == "<h1>Minutes</h1>"
    for _ in range(2):
        assert cli("replay", few, "--out", tmp_path / "third.jsonl").code == 0
    assert cli("replay", few, "--out", tmp_path / "x", "--report", tmp_path / "x").code == 1
    assert cli("replay", few, "--out", tmp_path / "x", "--report", few / "clients.csv").code == 1


def test_a_place_that_cannot_be_written_is_said_before_the_work(cli: Cli, past: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "none" / "flags.jsonl", tmp_path):
        answer = cli("replay", past, "--out", out)
        assert answer.code == 1
        assert "cannot be written" in answer.err
    assert cli("replay", past, "--out", tmp_path / "x", "--report", tmp_path / "none" / "x.html").code == 1
    assert list(tmp_path.glob("x*")) == []


def test_a_disk_without_room_is_said_in_words(
    cli: Cli, past: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    answer = cli("replay", past, "--out", tmp_path / "flags.jsonl")
    assert answer.code == 1
    assert answer.err.startswith("A temporary file could not be used: ")


def test_a_command_that_is_asked_to_stop_leaves_no_client_behind(past: Path, tmp_path: Path) -> None:
    folder, work = tmp_path / "past", tmp_path / "work"
    shutil.copytree(past, folder)
    work.mkdir()
    (folder / "messages.csv").unlink()
    os.mkfifo(folder / "messages.csv")
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "replay", folder, "--out", tmp_path / "flags.jsonl"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(work)},
        stderr=subprocess.DEVNULL,
    )
    with (folder / "messages.csv").open("wb"):  # returns once the command reads there, with the appointments put down
        [spooled] = work.iterdir()
        assert any(part.stat().st_size for part in spooled.iterdir())
        process.terminate()
        assert process.wait() == 143
    assert list(work.iterdir()) == []
    assert not (tmp_path / "flags.jsonl").exists()


def test_a_more_sensitive_level_flags_more_and_never_later(cli: Cli, past: Path, tmp_path: Path) -> None:
    counts, firsts = [], []
    for level in ("fewer", "balanced", "earlier"):
        out = tmp_path / f"{level}.jsonl"
        assert cli("replay", past, "--out", out, "--sensitivity", level).code == 0
        told = [json.loads(line) for line in out.read_text().splitlines()]
        counts.append(len(told))
        firsts.append(min(flag["flagged_at"] for flag in told if flag["stage"] == "drifting"))
    assert counts == sorted(counts)
    assert counts[0] < counts[2]
    assert firsts == sorted(firsts, reverse=True)
    balanced = cli("replay", past, "--out", tmp_path / "unsaid.jsonl")
    assert balanced.code == 0
    assert (tmp_path / "unsaid.jsonl").read_text() == (tmp_path / "balanced.jsonl").read_text()
    assert cli("replay", past, "--out", tmp_path / "no.jsonl", "--sensitivity", "paranoid").code == 2


def _events(past: Path) -> list[StatusEvent]:
    folder = read_folder(past)
    return [
        event for record in folder.records.values() for booking in record.bookings.values() for event in booking.events
    ]
