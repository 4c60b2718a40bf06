"""Writes the two documents that are made from the code: docs/commands.md and docs/settings.md.

    python -m tools.write_docs

A test holds them in step.
"""

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from pydantic_core import PydanticUndefined

from api.cli import app
from api.commands.refusals import ExitCode
from api.settings import Settings
from tools.tree import ROOT

_MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.REFUSED: "refused, or problems in what was given; for `verify`, a broken chain or an expected link that is not there",
    ExitCode.USAGE: "a command, option or argument that does not exist or does not fit",
    ExitCode.SETUP_MISSING: "something has to be set up first: a master key, the schema, a reachable database",
    ExitCode.INTERRUPTED: "stopped at the terminal",
}
_COMMANDS_HEAD = """# Commands

Made from the commands themselves by `python -m tools.write_docs`; a test holds it in step.

Answers go to standard output, progress and log lines to standard error. `--json` is for programs. What a setting
means is in [settings.md](settings.md).

| exit code | meaning |
|---|---|
"""
_SETTINGS_HEAD = """# Settings

Made from `api/settings.py` by `python -m tools.write_docs`; a test holds it in step.

Everything is set in the environment. What is not listed here cannot be configured.

| variable | what it is | default |
|---|---|---|
"""


def commands() -> str:
    codes = "".join(f"| {code.value} | {meaning} |\n" for code, meaning in _MEANINGS.items())
    return _COMMANDS_HEAD + codes + "".join(_sections("leavetaking", typer.main.get_command(app)))


def settings() -> str:
    rows = [
        f"| `LEAVETAKING_{name.upper()}` | {field.description} | {_default(field.default)} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return _SETTINGS_HEAD + "".join(rows)


def _sections(path: str, command: Any) -> Iterator[str]:  # noqa: ANN401  # Typer keeps its classes to itself
    inner = getattr(command, "commands", None)
    if inner is not None:
        for name, one in inner.items():
            yield from _sections(f"{path} {name}", one)
        return
    yield f"\n## {path.replace(' import file', ' import')}\n\n{inspect.cleandoc(command.help)}\n"
    rows = [_row(one) for one in command.params if one.name != "help"]
    if rows:
        yield "\n| | | |\n|---|---|---|\n" + "".join(rows)


def _row(parameter: Any) -> str:  # noqa: ANN401  # as above
    is_option = parameter.opts[0].startswith("-")
    name = ", ".join(parameter.opts) if is_option else parameter.name.upper()
    help_text = parameter.help or ""
    choices = parameter.type_descriptor.annotation
    if isinstance(choices, type) and issubclass(choices, Enum):
        help_text += f" One of {', '.join(f'`{one.value}`' for one in choices)}."
    return f"| `{name}` | {help_text} | {_occasion(parameter)} |\n"


def _occasion(parameter: Any) -> str:  # noqa: ANN401  # as above
    if parameter.required:
        return "required"
    if parameter.default in (None, False):
        return ""
    return f"default `{parameter.default}`"


def _default(value: object) -> str:
    if value is None or value is PydanticUndefined or value == ():
        return ""
    return f"`{value}`"


DOCUMENTS = {Path("docs/commands.md"): commands, Path("docs/settings.md"): settings}

if __name__ == "__main__":
    for path, made in DOCUMENTS.items():
        (ROOT / path).write_text(made(), encoding="utf-8")
