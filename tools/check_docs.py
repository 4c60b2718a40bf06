"""What the documents say is there: links, make targets, commands, settings, dependencies, decision records.

Only what can be asked of the code is checked here; whether a sentence is true remains a reader's business.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import typer
from packaging.requirements import Requirement

from api.cli import app
from api.settings import Settings
from tools.tree import ROOT, Problem, conclude, project_files

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_MAKE = re.compile(r"(?:`|^\s*\$? ?)make (?P<name>[a-z][a-z\-]*)", re.MULTILINE)
_COMMAND = re.compile(r"(?:`|^\s*\$? ?)leavetaking (?P<name>[a-z][a-z\-]*)", re.MULTILINE)
_VARIABLE = re.compile(r"\bLEAVETAKING_(?!TEST_)(?P<name>[A-Z_]*[A-Z])\b")
_TARGET = re.compile(r"^(?P<name>[a-z][a-z\-]*):", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_DECISION_PARTS = ("Context", "Decision", "Consequences", "The check that holds it")
_OPERATED = {".md", ".yaml", ".example", ""}


def problems(root: Path) -> Iterator[Problem]:
    for path in project_files(root, ".md"):
        text = (root / path).read_text(encoding="utf-8")
        yield from _dead_links(root, path, text)
        yield from _unknown(path, text, _MAKE, make_targets(root), "no such target in the Makefile")
        yield from _unknown(path, text, _COMMAND, commands(), "no such command")
        if path.parts[:2] == ("docs", "decisions") and path.name[0].isdigit():
            yield from _incomplete_decision(path, text)
    settings = {name.upper() for name in Settings.model_fields}
    for path in project_files(root, *_OPERATED):
        if path.suffix or path.name == "Dockerfile":
            text = (root / path).read_text(encoding="utf-8")
            yield from _unknown(path, text, _VARIABLE, settings, "no such setting")
    yield from _dependencies(root)


def make_targets(root: Path) -> set[str]:
    return {found["name"] for found in _TARGET.finditer((root / "Makefile").read_text(encoding="utf-8"))}


def commands() -> set[str]:
    """The first word after `leavetaking`: commands and groups of commands."""
    return set(getattr(typer.main.get_command(app), "commands", {}))


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _unknown(path: Path, text: str, pattern: re.Pattern[str], known: set[str], fault: str) -> Iterator[Problem]:
    for found in pattern.finditer(text):
        if found["name"] not in known:
            yield Problem(path, _line(text, found.start()), f"{found[0].strip().lstrip('`')}: {fault}")


def _dead_links(root: Path, path: Path, text: str) -> Iterator[Problem]:
    for found in _LINK.finditer(text):
        target, _, anchor = found["target"].partition("#")
        if re.match(r"\w+:", target):
            continue
        linked = (root / path).parent / target if target else root / path
        if not linked.exists():
            yield Problem(path, _line(text, found.start()), f"{target} is not there")
        elif anchor and linked.suffix == ".md" and anchor not in anchors(linked.read_text(encoding="utf-8")):
            yield Problem(path, _line(text, found.start()), f"{target or path.name} has no heading #{anchor}")


def anchors(text: str) -> set[str]:
    """As GitHub makes them from headings; a `#` inside a fenced block is none."""
    headings = (found["text"] for found in _HEADING.finditer(_FENCED.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _incomplete_decision(path: Path, text: str) -> Iterator[Problem]:
    for part in _DECISION_PARTS:
        if f"\n## {part}\n" not in text:
            yield Problem(path, 1, f"a decision record has a part “{part}”")


def _dependencies(root: Path) -> Iterator[Problem]:
    """Every direct dependency is justified in docs/dependencies.md, and nothing else is."""
    document = Path("docs/dependencies.md")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [entry for group in project["dependency-groups"].values() for entry in group if isinstance(entry, str)]
    wanted = {Requirement(text).name for text in [*project["project"]["dependencies"], *groups]}
    named = set(re.findall(r"^\| `([\w\-]+)", (root / document).read_text(encoding="utf-8"), re.MULTILINE))
    yield from (Problem(document, 1, f"{name} is not justified") for name in wanted - named)
    yield from (Problem(document, 1, f"{name} is no dependency") for name in named - wanted)


if __name__ == "__main__":
    sys.exit(conclude("docs", list(problems(ROOT))))
