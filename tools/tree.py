"""Which files are the project's, and how a check tells what it found."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to put right, at a place an editor can jump to."""

    path: Path
    line: int
    text: str


def project_files(root: Path, *suffixes: str) -> Iterator[Path]:
    """Every file that is committed or about to be, as a path below `root`; no suffix named, all of them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # whichever git made it
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in sorted(set(listed.split("\0")) - {""}):
        path = Path(name)
        if (not suffixes or path.suffix in suffixes) and (root / path).is_file():
            yield path


def conclude(check: str, problems: Sequence[Problem]) -> int:
    """Prints the problems and says how the process should end."""
    for problem in sorted(problems):
        print(f"{problem.path}:{problem.line}: {problem.text}", file=sys.stderr)
    print(f"{check}: {len(problems)} to put right" if problems else f"{check}: in order")
    return 1 if problems else 0
