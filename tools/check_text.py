"""What may not stand in any file of the project: notes of unfinished work, suppressions without a reason, and
the traces of one machine or package registry.

The patterns are spelled so that they do not match themselves.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tools.tree import ROOT, Problem, conclude, project_files

# A word in capitals: "to do" in a sentence is not a note of unfinished work.
_UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")
# The file that names the markers for the linter.
_MAY_NAME_MARKERS = {Path("pyproject.toml")}
_TRACE = re.compile(
    r"files\.python[h]osted\.org|pypi\.org/s[i]mple|--(?:extra-)?ind[e]x-url|--find-l[i]nks"
    r"|(?<![\w.])/(?:w[o]rk|r[o]ot|opt/py[p]i|opt/wh[e]els)/|(?<![\w.])/(?:h[o]me|Us[e]rs)/\w+/"
)
_LOCK = re.compile(r"requirements[\w\-]*\.txt")
_WHERE_FROM = re.compile(r"\w+://|(?<!\w)@ |^-(?!-hash)")
_SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|nosec|pragma:\s*no\s+cover)\b")
_NAMED = re.compile(
    r"#\s*(?:noqa:(?:[\s,]*[A-Z]+\d+)+|type:\s*ignore\[[\w\-, ]+\]|nosec:?(?:[\s,]+B\d+)+|pragma:\s*no\s+cover)"
)
_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 2
_BINARY = {".gz", ".ico", ".jpg", ".pdf", ".png", ".woff2", ".zip"}


def problems(root: Path) -> Iterator[Problem]:
    for path in project_files(root):
        if path.suffix in _BINARY:
            continue
        text = (root / path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            yield from (Problem(path, number, fault) for fault in _line_faults(path, line))
        if path.suffix == ".py":
            yield from _naked_suppressions(path, text)


def _line_faults(path: Path, line: str) -> Iterator[str]:
    if _UNFINISHED.search(line) and path not in _MAY_NAME_MARKERS:
        yield "a note of unfinished work: finish it, or write an issue"
    if _TRACE.search(line):
        yield "the trace of one machine or registry"
    if _LOCK.fullmatch(path.name) and _WHERE_FROM.search(line.strip()):
        yield "a lock names versions and hashes only, never where they come from"


def _naked_suppressions(path: Path, text: str) -> Iterator[Problem]:
    """The rule named, then why: `# noqa: S101  # why this is right` or `# noqa: S101 - why this is right`."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or not _SUPPRESSION.search(token.string):
            continue
        if not _NAMED.search(token.string):
            yield Problem(path, token.start[0], "a suppression names the rule that it silences")
        elif len(_WORD.findall(_NAMED.sub("", token.string))) < _FEWEST_WORDS:
            yield Problem(path, token.start[0], "a suppression has its reason on the line, in a few words")


if __name__ == "__main__":
    sys.exit(conclude("text", list(problems(ROOT))))
