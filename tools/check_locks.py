"""The locks say what pyproject.toml says: every direct requirement is pinned within its bounds, with hashes.

Offline, so that it can run anywhere. `make lock` writes the locks anew.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.tree import ROOT, Problem, conclude

_PIN = re.compile(r"^(?P<name>[\w\-.]+)==(?P<version>\S+)(?P<rest>.*)$")


def problems(root: Path) -> Iterator[Problem]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, groups = project["project"]["dependencies"], project["dependency-groups"]
    expected = {
        "requirements.txt": runtime,
        "requirements-build.txt": list(_members(groups, "build")),
        "requirements-dev.txt": [*runtime, *_members(groups, "dev")],
    }
    locks = {name: _pins(root / name) for name in expected}
    for name, required in expected.items():
        yield from _missing(Path(name), locks[name], required)
        yield from _unhashed(root, name)
    yield from _disagreeing(locks)


def _members(groups: Mapping[str, Any], name: str) -> Iterator[str]:
    for entry in groups[name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from _members(groups, entry["include-group"])


def _pins(path: Path) -> dict[str, Version]:
    """Markers may split one name into several pins; direct requirements have one each."""
    found = (_PIN.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {canonicalize_name(pin["name"]): Version(pin["version"]) for pin in found if pin}


def _missing(lock: Path, pins: Mapping[str, Version], required: list[str]) -> Iterator[Problem]:
    for text in required:
        wanted = Requirement(text)
        pinned = pins.get(canonicalize_name(wanted.name))
        if pinned is None:
            yield Problem(lock, 1, f"{wanted.name} is not pinned: run `make lock`")
        elif pinned not in wanted.specifier:
            yield Problem(lock, 1, f"{wanted.name} {pinned} is outside {wanted.specifier}: run `make lock`")


def _unhashed(root: Path, name: str) -> Iterator[Problem]:
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    for number, (line, following) in enumerate(zip(lines, [*lines[1:], ""], strict=True), start=1):
        if _PIN.match(line) and "--hash=sha256:" not in following:
            yield Problem(Path(name), number, "a pin without a hash")


def _disagreeing(locks: Mapping[str, Mapping[str, Version]]) -> Iterator[Problem]:
    """What is tested is what runs."""
    tested = locks["requirements-dev.txt"]
    for name in ("requirements.txt", "requirements-build.txt"):
        for package, version in locks[name].items():
            if tested.get(package) != version:
                yield Problem(Path(name), 1, f"{package} {version} here, {tested.get(package)} in requirements-dev.txt")


if __name__ == "__main__":
    sys.exit(conclude("locks", list(problems(ROOT))))
