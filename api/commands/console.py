"""How commands speak: tables and sentences for people, JSON for programs, progress on the side.

Answers go to standard output. What is only about the running goes to standard error, so that output can be piped.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

PracticeName = Annotated[
    str | None, typer.Option("--practice", help="Name or id of the practice. Needed where there are several.")
]
Json = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of words and tables.")]


def say(*lines: str) -> None:
    for line in lines:
        typer.echo(line)


def note(line: str) -> None:
    """About the running, not the answer."""
    typer.echo(line, err=True)


def emit(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """Cells are shown as they are: what a person wrote is never read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*headings, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    _console().print(drawn)


def progress() -> "Progress":
    """A bar on standard error; nothing at all where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )


def _console() -> "Console":
    """As wide as the terminal; wide enough for any row where there is none."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=160, soft_wrap=False)
