"""Files and functions stay small enough to be read in one sitting: a file below 400 lines, a function to 40."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.tree import ROOT, Problem, conclude, project_files

FILE_LIMIT = 400
FUNCTION_LIMIT = 40


def problems(root: Path) -> Iterator[Problem]:
    for path in project_files(root, ".css", ".html", ".js", ".py"):
        source = (root / path).read_text(encoding="utf-8")
        line_count = len(source.splitlines())
        if line_count >= FILE_LIMIT:
            yield Problem(path, 1, f"{line_count} lines; split by noun or by rule before {FILE_LIMIT}")
        if path.suffix != ".py":
            continue
        # A migration is one list of steps in the order in which they happen; cutting it up would hide the order.
        if path.parts[:2] != ("alembic", "versions"):
            yield from _long_functions(path, ast.parse(source))


def _long_functions(path: Path, tree: ast.AST) -> Iterator[Problem]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            line_count = (node.end_lineno or node.lineno) - body[0].lineno + 1 if body else 0
            if line_count > FUNCTION_LIMIT:
                yield Problem(path, node.lineno, f"{node.name} has {line_count} lines; {FUNCTION_LIMIT} is the most")


if __name__ == "__main__":
    sys.exit(conclude("sizes", list(problems(ROOT))))
