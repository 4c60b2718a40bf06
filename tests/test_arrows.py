"""Each contract of pyproject.toml bites: a copy of the house with one bad import in it fails that contract."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.tree import ROOT

PLANTED = [
    ("rings", "api/domain/planted.py", "import api.store"),
    ("rings", "api/store/planted.py", "import api.services"),
    ("rings", "api/store/planted.py", "import api.formats"),
    ("rings", "api/services/planted.py", "import api.rest"),
    ("rings", "api/rest/planted.py", "import api.web"),
    ("rings", "api/rest/planted.py", "import api.main"),
    ("rings", "api/domain/planted.py", "import api.clock"),
    ("rings", "schemas/wire/planted.py", "import schemas.tables"),
    ("rings", "schemas/tables/planted.py", "import schemas.wire"),
    ("pure-domain", "api/domain/planted.py", "import fastapi"),
    ("pure-domain", "api/domain/planted.py", "import sqlmodel"),
    ("pure-domain", "api/domain/planted.py", "import schemas.tables"),
    ("pure-domain", "api/domain/planted.py", "import schemas.wire"),
    ("pages-and-routes-reach-rows-through-services", "api/rest/planted.py", "import api.store"),
    ("pages-and-routes-reach-rows-through-services", "api/web/planted.py", "import api.outbound"),
    ("pages-and-routes-reach-rows-through-services", "api/web/planted.py", "import schemas.tables"),
    ("pages-and-routes-reach-rows-through-services", "api/rest/planted.py", "from sqlalchemy import select"),
    ("no-http-below-the-edge", "api/services/planted.py", "from fastapi import HTTPException"),
    ("no-http-below-the-edge", "api/store/planted.py", "import starlette.requests"),
    ("no-http-below-the-edge", "api/outbound/planted.py", "import fastapi"),
    ("no-http-below-the-edge", "api/formats/planted.py", "import starlette"),
    ("no-sql-in-services", "api/services/planted.py", "from sqlmodel import select"),
    ("store-without-wire", "api/store/planted.py", "import schemas.wire"),
    ("schemas-stand-alone", "schemas/tables/planted.py", "import api.domain"),
    ("vocabulary-is-plain", "schemas/vocabulary/facts.py", "import pydantic"),
    ("one-clock", "api/store/planted.py", "from api import clock"),
    ("services-apart", "api/services/planted.py", "import api.services.sign_ins"),
    ("one-way-out", "api/jobs/planted.py", "import httpx"),
    ("one-way-out", "api/services/planted.py", "import smtplib"),
]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("house")
    for folder in ("api", "schemas"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.html", "*.css"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(house: Path, contract: str) -> "subprocess.CompletedProcess[str]":
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", command, "--no-logo", "--contract", contract],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {contract for contract, _, _ in PLANTED}


def test_the_house_as_it_stands_keeps_every_contract(house: Path) -> None:
    for contract in CONTRACTS:
        answer = lint(house, contract["id"])
        assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("contract", "place", "line"), PLANTED, ids=lambda value: value.replace("/", "."))
def test_a_bad_import_breaks_the_contract(house: Path, contract: str, place: str, line: str) -> None:
    file = house / place
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\n{line}\n")
    try:
        answer = lint(house, contract)
    finally:
        file.unlink() if before is None else file.write_text(before)
    assert answer.returncode == 1
    assert "Contracts: 0 kept, 1 broken." in answer.stdout


def test_every_room_of_the_house_stands_on_a_ring() -> None:
    """A room that no contract names would be bound by none."""
    rings = next(contract for contract in CONTRACTS if contract["id"] == "rings")
    named = {module.strip() for layer in rings["layers"] for module in layer.replace("|", ":").split(":")}
    rooms = {
        f"{root}.{child.stem}"
        for root in ("api", "schemas")
        for child in (ROOT / root).iterdir()
        if (child.suffix == ".py" and child.stem != "__init__") or (child.is_dir() and any(child.rglob("*.py")))
    }
    assert rooms == named
