"""Every `leavetaking` command that a document shows has that name, those options and no more arguments than it takes."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from api.cli import app
from tools.tree import ROOT, project_files

_INLINE = re.compile(r"`leavetaking ([^`]+)`")
_FENCED = re.compile(r"^\s*leavetaking (.+)$", re.MULTILINE)
# Made from the commands themselves, in a notation of its own.
_MADE = "docs/commands.md"


def shown() -> Iterator[tuple[str, str]]:
    for path in project_files(ROOT, ".md"):
        text = (ROOT / path).read_text(encoding="utf-8").replace("\\\n", " ")
        if str(path) != _MADE:
            yield from ((str(path), found) for pattern in (_INLINE, _FENCED) for found in pattern.findall(text))


def fault(command_line: str) -> str | None:
    """What a person who types this would stumble over."""
    words = shlex.split(command_line, comments=True)
    command: Any = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    if hasattr(command, "commands"):
        # `import FILE` is short for `import file FILE`.
        if command.name != "import":
            return f"{words[:1]} is no command"
        command = command.commands["file"]
    options = {name: one for one in command.params for name in one.opts if name.startswith("--")}
    arguments = sum(one.param_type_name == "argument" for one in command.params)
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            if word not in options:
                return f"{word} is no option"
            if not options[word].is_flag and words:
                words.pop(0)
        else:
            arguments -= 1
    return "there are more arguments than it takes" if arguments < 0 else None


def test_commands_in_documents_can_be_typed_as_they_stand() -> None:
    lines = list(shown())
    assert [(path, line, said) for path, line in lines if (said := fault(line))] == []
    assert len(lines) > 15


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sing", "['sing'] is no command"),
        ("keys lend", "['lend'] is no command"),
        ("verify --loud", "--loud is no option"),
        ("import file a.csv b.csv --dry-run", "there are more arguments than it takes"),
    ],
)
def test_a_command_that_does_not_exist_is_found(line: str, said: str) -> None:
    assert fault(line) == said
