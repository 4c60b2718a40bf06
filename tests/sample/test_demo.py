"""`leavetaking demo`: one command, one folder, a practice to look around in."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.sample.staff import COLLEAGUES, PASSWORD
from schemas.vocabulary import Stage
from tests.support import numbers
from tests.support.counts import Say
from tests.support.server import free_port, is_ready
from tools.tree import ROOT

pytestmark = pytest.mark.slow
_COMMAND = "from api.cli import main; main()"
_MOST_SECONDS = 240  # on a machine that does much else; the time itself is printed


@dataclass
class Demo:
    """A demo in a folder. Its environment names another database, which must not matter."""

    folder: Path
    port: int
    ready_after: float = 0.0  # seconds, of the last start

    def start(self) -> "subprocess.Popen[str]":
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, "demo", "--port", str(self.port), "--data-dir", str(self.folder)],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "LEAVETAKING_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
                "LEAVETAKING_MASTER_KEY": "not a key",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        while not is_ready(self.port) and process.poll() is None and time.perf_counter() - began < _MOST_SECONDS:
            time.sleep(0.05)
        self.ready_after = time.perf_counter() - began
        return process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self, email: str) -> httpx.Client:
        account = {"email": email, "password": PASSWORD}
        answer = httpx.post(f"{self.url}/v1/sign-ins", json=account, trust_env=False)
        assert answer.status_code == 201, answer.text
        assert answer.json()["must_change_password"] is False
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False)


def stopped(process: "subprocess.Popen[str]") -> str:
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Made once, and left running."""
    made = Demo(tmp_path_factory.mktemp("demo") / "new" / "folder", free_port())
    process = made.start()
    yield made
    said = stopped(process)
    for colleague in COLLEAGUES:
        assert colleague.email in said
    assert PASSWORD in said


def test_the_master_key_is_for_nobody_elses_eyes(demo: Demo) -> None:
    assert stat.S_IMODE((demo.folder / "master_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(demo.folder.stat().st_mode) == 0o700


def test_the_practice_lead_sees_everybody_in_every_stage_that_facts_bring_about(demo: Demo) -> None:
    with demo.sign_in("marta@riverside.example") as client:
        counts = {
            stage: len(client.get("/v1/caseload", params={"stage": stage, "limit": 200}).json()["items"])
            for stage in (Stage.ENGAGED, Stage.DRIFTING, Stage.QUIET, Stage.PAUSED)
        }
        first = client.get("/v1/caseload").json()["items"][0]
    assert min(counts.values()) > 0
    assert 100 <= sum(counts.values()) <= 130
    assert first["reasons"]
    assert first["next_step"]["kind"] != "nothing"


def test_clinicians_see_their_own_caseload_and_the_supervisor_that_of_a_trainee(demo: Demo) -> None:
    seen: dict[str, set[str]] = {}
    for colleague in ("daniel", "elif", "yuki", "helena"):
        with demo.sign_in(f"{colleague}@riverside.example") as client:
            items = client.get("/v1/caseload", params={"limit": 200}).json()["items"]
        seen[colleague] = {item["episode"]["id"] for item in items}
    assert min(len(found) for found in seen.values()) >= 10
    assert seen["helena"] == seen["yuki"]
    assert not seen["yuki"] & (seen["daniel"] | seen["elif"])
    assert len(seen["daniel"] & seen["elif"]) == 6


def test_some_clients_have_answered_and_one_in_confidence(demo: Demo) -> None:
    with demo.sign_in("daniel@riverside.example") as client:
        waiting = client.get("/v1/replies").json()["items"]
        first = client.get("/v1/caseload", params={"limit": 200}).json()["items"]
        assert client.get("/v1/concerns").status_code == 403
    assert [one["answer"] for one in waiting] == ["come_back", "call_me", "finished_for_now"]
    kinds = {item["client"]["id"]: item["next_step"]["kind"] for item in first}
    assert {kinds[one["client"]["id"]] for one in waiting} == {"answer_reply"}
    with demo.sign_in("marta@riverside.example") as client:
        (told,) = client.get("/v1/concerns").json()["items"]
    assert told["reasons"] == ["spoken_to_harshly"]


def test_the_admin_sees_members_and_no_client(demo: Demo) -> None:
    with demo.sign_in("jonas@riverside.example") as client:
        assert client.get("/v1/caseload").status_code == 403
        members = client.get("/v1/members").json()["items"]
    assert {member["name"] for member in members} >= {colleague.name for colleague in COLLEAGUES}
    assert [member["name"] for member in members if member["left_at"]] == ["Pia Lindqvist"]


def test_an_ending_is_written_one_is_begun_and_a_trainee_s_waits_for_her_supervisor(demo: Demo) -> None:
    states = {}
    for colleague in ("daniel", "yuki"):
        with demo.sign_in(f"{colleague}@riverside.example") as client:
            items = client.get("/v1/termination-notes").json()["items"]
        states[colleague] = sorted(item["state"] for item in items)
    assert states == {"daniel": ["draft", "signed", "signed"], "yuki": ["awaiting_cosign"]}
    with demo.sign_in("helena@riverside.example") as client:
        waiting = client.get("/v1/termination-notes", params={"to_cosign": True}).json()["items"]
    assert [item["author"]["name"] for item in waiting] == ["Yuki Tanabe"]


def test_one_goodbye_was_said_with_goals_a_letter_and_scores_and_another_is_offered(demo: Demo) -> None:
    with demo.sign_in("daniel@riverside.example") as client:

        def read(path: str, **params: str) -> Any:  # noqa: ANN401  # what JSON says
            return client.get(f"/v1/{path}", params=params).raise_for_status().json()

        notes = [read(f"termination-notes/{one['id']}") for one in read("termination-notes", state="signed")["items"]]
        (note,) = [one for one in notes if one["content"]["how_it_ended"] == "agreed"]
        (letter,) = read("letters", note_id=note["id"])["items"]
        kept = read(f"episodes/{note['episode_id']}/goals")["items"]
        (held,) = read(f"episodes/{note['episode_id']}/closing-session")["items"]
        quiet = [one["episode"]["id"] for one in read("caseload", limit="200")["items"] if one["stage"] == "quiet"]
        stand = [part["state"] for one in quiet for part in read(f"episodes/{one}/closing-session")["items"]]
    assert note["content"]["closing_session"] == held["state"] == "held"
    assert [goal["note_id"] for goal in kept] == [note["id"]] * 2
    assert kept[0]["goal"] in letter["body"]
    assert (letter["state"], letter["channel"]) == ("gone", "in_person")
    (result,) = note["record"]["scores"]
    assert result["measure"] == "PHQ-9"
    assert None not in (result["first"], result["last"])
    assert stand.count("offered") == 1


def test_a_year_is_published_with_something_shown_and_something_withheld(demo: Demo) -> None:
    with demo.sign_in("jonas@riverside.example") as client:
        (release,) = client.get("/v1/statistics/releases").json()["items"]
        document = client.get(f"/v1/statistics/releases/{release['id']}.json").json()
    counts = {row["figure"]: row["count"] for row in document["definitions"]}
    assert None in counts.values()
    assert [count for count in counts.values() if count is not None]
    # Of closing sessions both: how many were offered one, and not how many of those who accepted came.
    assert counts["closing_offered"] > counts["closing_accepted"] > 10
    assert counts["closing_held"] is None


def test_the_files_went_in_by_the_import_and_every_row_is_accounted_for(demo: Demo) -> None:
    with demo.sign_in("marta@riverside.example") as client:
        imports = client.get("/v1/imports").json()["items"]
    assert len(imports) == 6
    for one in imports:
        assert one["state"] == "applied"
        assert sum(one["counts"].values()) == one["rows_read"] > 0
        assert "rejected" not in one["counts"]


def test_a_second_start_keeps_what_was_tried(demo: Demo, say: Say) -> None:
    with demo.sign_in("marta@riverside.example") as client:
        client.post("/v1/clients", json={"name": "Added while trying"}).raise_for_status()
    marker = (demo.folder / "sample.json").read_text()
    again = Demo(demo.folder, free_port())
    process = again.start()
    say(f"demo: ready after {demo.ready_after:.1f} s, the sample made anew; {again.ready_after:.1f} s the second time")
    with again.sign_in("marta@riverside.example") as client:
        found = client.post("/v1/clients/search", json={"name": "Added while trying"}).json()["items"]
    stopped(process)
    assert len(found) == 1
    assert (demo.folder / "sample.json").read_text() == marker
    assert json.loads(marker)["clients"] > 100


def test_every_stage_is_explained_by_facts_and_by_no_number_of_a_person(demo: Demo) -> None:
    """What the detail says is what the caseload says; each reason rests on something; time alone is told for some."""
    kinds: set[str] = set()
    with demo.sign_in("marta@riverside.example") as client:
        items = client.get("/v1/caseload", params={"limit": 200}).json()["items"]
        for item in items:
            told = client.get(f"/v1/episodes/{item['episode']['id']}/engagement").json()
            assert list(numbers.of_a_person(told)) == []
            assert told["stage"] == item["stage"]
            assert [(one["code"], one["text"]) for one in told["reasons"]] == [
                (one["code"], one["text"]) for one in item["reasons"]
            ]
            assert all(reason["facts"] for reason in told["reasons"])
            assert (told["not_yet"] is None) == (told["stage"] == Stage.QUIET)
            kinds |= {one["kind"] for one in told["would_change"]}
    assert kinds > {"nothing_learned", "client_books", "pause_agreed", "in_touch", "was_excused", "becomes_ongoing"}
