"""The command line explains itself, at once."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api.cli import app
from tests.support.counts import Say
from tools import write_docs
from tools.tree import ROOT

COMMANDS = [
    ["demo"],
    ["serve"],
    ["worker"],
    ["bounces"],
    ["migrate"],
    ["caseload"],
    ["replay"],
    ["tone"],
    ["verify"],
    ["import"],
    ["import", "undo"],
    ["practice", "create"],
    ["practice", "password"],
    ["client", "export"],
    ["client", "erase"],
    ["keys", "new"],
    ["keys", "rotate"],
    ["statistics", "release"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does(command: list[str]) -> None:
    answer = CliRunner().invoke(app, [*command, "--help"])
    assert answer.exit_code == 0
    assert "Usage" in answer.stdout


def test_no_command_is_left_out_here() -> None:
    assert {command[0] for command in COMMANDS} == set(getattr(typer.main.get_command(app), "commands", {}))


def test_help_loads_nothing_heavy(say: Say) -> None:
    """The time depends on the machine and is only printed; what makes it long is not loaded."""
    told = (
        "import sys; from typer.testing import CliRunner; from api.cli import app; CliRunner().invoke(app, ['--help']);"
        "print([name for name in ('sqlalchemy', 'fastapi', 'pydantic', 'alembic', 'uvicorn') if name in sys.modules])"
    )
    began = time.perf_counter()
    answer = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    say(f"--help as a process: {time.perf_counter() - began:.2f} s")
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("path", write_docs.DOCUMENTS, ids=str)
def test_documents_made_from_the_code_are_in_step(path: Path) -> None:
    """If this fails: python -m tools.write_docs"""
    assert (ROOT / path).read_text(encoding="utf-8") == write_docs.DOCUMENTS[path]()
