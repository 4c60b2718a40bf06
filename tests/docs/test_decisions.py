"""Decision records name checks that exist; and the checks of those that no other test holds."""

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import schemas.tables  # noqa: F401  # declares every table
from api.domain.errors import TooManyRequests
from api.services.limits import RequestLimiter
from schemas.vocabulary import Role
from tests.support.house import House
from tools.tree import ROOT, project_files

RECORDS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
LIMIT = 40


def every_test() -> set[str]:
    texts = (
        (ROOT / path).read_text(encoding="utf-8") for path in project_files(ROOT, ".py") if path.parts[0] == "tests"
    )
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_names_checks_that_exist(record: Path) -> None:
    told = record.read_text(encoding="utf-8").split("## The check that holds it")[1]
    assert all((ROOT / path).exists() for path in re.findall(r"`((?:tests|tools|api|docs)/[\w/.]+)`", told))
    assert set(re.findall(r"`(test_\w+)`", told)) <= every_test()


def test_records_are_numbered_without_a_gap() -> None:
    assert [record.name[:4] for record in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


def test_every_reference_to_a_row_of_a_practice_names_the_practice() -> None:
    """Decision 0001."""
    keys = [key for table in SQLModel.metadata.tables.values() for key in table.foreign_key_constraints]
    pointing = [key for key in keys if "practice_id" in key.referred_table.c]
    assert len(pointing) > 20
    for key in pointing:
        pairs = {(element.parent.name, element.column.name) for element in key.elements}
        assert ("practice_id", "practice_id") in pairs, key.name


def test_processes_that_share_a_count_never_grant_more_than_the_limit(both_houses: House) -> None:
    """Decision 0007."""
    processes = [RequestLimiter(LIMIT) for _ in range(3)]
    granted = [asked(both_houses, processes[turn % 3]) for turn in range(LIMIT * 2)]
    assert sum(granted) == LIMIT
    both_houses.wait(minutes=1)
    assert asked(both_houses, processes[0])


def asked(house: House, limiter: RequestLimiter) -> bool:
    try:
        with house.work(house.founder) as work:
            allowance = limiter.take(work)
    except TooManyRequests:
        return False
    assert 0 <= allowance.remaining < LIMIT
    return True


def test_a_supervisor_reads_a_supervisees_client_and_does_not_write(house: House) -> None:
    """Decision 0009, for one who is a clinician too and so holds the permission."""
    practice = house.practice
    both = practice.member(Role.CLINICIAN, Role.SUPERVISOR, supervisees=(house.clinician,))
    theirs, own = house.client("Ana", house.clinician), house.client("Bea", both)
    stranger = house.client("Cleo", practice.member(Role.CLINICIAN))
    api = house.api(both)
    answers = {}
    for case in (theirs, own, stranger):
        path = f"/v1/clients/{case.client_id}"
        version = {"If-Match": '"v1"'}
        answers[case] = (api.get(path).status_code, api.patch(path, json={"name": "X"}, headers=version).status_code)
    assert answers == {theirs: (200, 403), own: (200, 200), stranger: (404, 404)}
