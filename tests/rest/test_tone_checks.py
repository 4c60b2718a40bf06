"""Wording checked over the API and on the command line: the same shapes, the same answers, nothing kept."""

import json
import subprocess
import sys
from typing import Any

import pytest
import sqlalchemy as sa

from api.domain.access import Permission
from schemas.vocabulary import Role
from tests.support.house import House, Machine, Person
from tools.tree import ROOT

HURTFUL = {"text": "Hello Ana. You never answer.", "channel": "email", "locale": "en"}
SECRET = "My depression is a secret of mine"


def test_a_check_answers_verdict_findings_and_grade(shared_house: House) -> None:
    answer = shared_house.api(shared_house.clinician).post("/v1/tone-checks", json=HURTFUL)
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == ["verdict", "findings", "reading_grade", "whole", "text_size"]
    (finding,) = found["findings"]
    assert list(finding) == ["family", "severity", "start", "end", "why", "gentler"]
    assert (found["verdict"], finding["family"], finding["severity"]) == ("advise", "blame", "advise")
    assert HURTFUL["text"][finding["start"] : finding["end"]] == "You never answer"
    assert found["reading_grade"] is None
    assert found["whole"] == {
        "word_count": 5,
        "question_count": 0,
        "demand_count": 0,
        "choice_count": 0,
        "says_no_reply_is_fine": False,
    }


def test_of_a_text_message_a_check_says_into_how_many_parts_it_goes(shared_house: House) -> None:
    api = shared_house.api(shared_house.clinician)
    sizes = [
        api.post("/v1/tone-checks", json={**HURTFUL, "channel": channel, "text": text}).json()["text_size"]
        for channel, text in (("email", "Hello Ana."), ("sms", "Hello Ana."), ("sms", "Hello Ana \u263a " * 10))
    ]
    assert sizes[0] is None
    assert sizes[1] == {"alphabet": "gsm_7", "units": 10, "parts": 1, "per_part": 160, "wide": []}
    assert (sizes[2]["alphabet"], sizes[2]["parts"], sizes[2]["wide"]) == ("ucs_2", 2, ["\u263a"])


def test_offsets_count_the_text_as_it_was_sent(shared_house: House) -> None:
    text = "  \n\U0001f600 You never answer.  "
    answer = shared_house.api(shared_house.clinician).post("/v1/tone-checks", json={**HURTFUL, "text": text})
    blame = next(one for one in answer.json()["findings"] if one["family"] == "blame")
    assert text[blame["start"] : blame["end"]] == "You never answer"


def test_therapy_is_named_only_where_it_is_said_that_it_may(shared_house: House) -> None:
    api = shared_house.api(shared_house.clinician)
    given = {**HURTFUL, "text": "Your therapy can go on."}
    assert api.post("/v1/tone-checks", json=given).json()["verdict"] == "block"
    assert api.post("/v1/tone-checks", json={**given, "may_mention_therapy": True}).json()["verdict"] == "ok"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"locale": "fr"}, "/locale"),
        ({"channel": "pigeon"}, "/channel"),
        ({"text": ""}, "/text"),
        ({"tone": 1}, "/tone"),
    ],
)
def test_what_cannot_be_checked_is_said_by_field(shared_house: House, change: dict[str, Any], pointer: str) -> None:
    answer = shared_house.api(shared_house.clinician).post("/v1/tone-checks", json={**HURTFUL, **change})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_who_may_check_wording(shared_house: House) -> None:
    practice = shared_house.practice
    allowed: list[Person | Machine] = [
        practice.of_role(Role.CLINICIAN),
        practice.lead,
        practice.key(Permission.TONE_CHECK),
    ]
    for caller in allowed:
        assert shared_house.api(caller).post("/v1/tone-checks", json=HURTFUL).status_code == 200
    refused: tuple[Person | Machine, ...] = (practice.admin, practice.key(Permission.CLIENT_READ))
    for caller in refused:
        assert shared_house.api(caller).post("/v1/tone-checks", json=HURTFUL).status_code == 403


def test_nothing_of_the_text_is_kept(both_houses: House) -> None:
    headers = {"Idempotency-Key": "one-check"}
    api = both_houses.api(both_houses.clinician)
    answers = [api.post("/v1/tone-checks", json={**HURTFUL, "text": SECRET}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert SECRET not in answers[0].text
    with both_houses.rows() as work:
        for table in ("audit_entries", "stored_answers"):
            assert SECRET not in str(work.session.execute(sa.text(f"SELECT * FROM {table}")).all())  # noqa: S608  # two names above
        assert work.session.execute(sa.text("SELECT count(*) FROM stored_answers")).scalar() == 0


def _piped(lines: str) -> subprocess.CompletedProcess[str]:
    """A process whose environment has neither a database nor a key."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "tone"]
    env = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(command, input=lines, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_command_line_answers_what_the_api_answers(shared_house: House) -> None:
    checks: list[dict[str, Any]] = [
        HURTFUL,
        {"text": "Hola, Ana, soy Marta.", "channel": "sms", "locale": "es"},
        {"text": "Your thеrapy", "channel": "email", "locale": "en", "may_mention_therapy": False},  # noqa: RUF001  # a look-alike
    ]
    answer = _piped("".join(f"{json.dumps(one)}\n" for one in checks))
    assert (answer.returncode, answer.stderr) == (0, "")
    api = shared_house.api(shared_house.clinician)
    expected = [api.post("/v1/tone-checks", json=one).json() for one in checks]
    assert [json.loads(line) for line in answer.stdout.splitlines()] == expected
    assert [one["verdict"] for one in expected] == ["advise", "ok", "block"]


def test_a_line_that_cannot_be_read_is_answered_and_the_rest_goes_on() -> None:
    answer = _piped(f'not json\n\n{json.dumps(HURTFUL)}\n{{"text": "x", "channel": "email", "locale": "fr"}}\n')
    first, second, third = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.returncode == 1
    assert (first["line"], first["errors"][0]["pointer"]) == (1, "")
    assert second["verdict"] == "advise"
    assert (third["line"], third["errors"][0]["pointer"]) == (4, "/locale")
    assert "not json" not in answer.stdout + answer.stderr
