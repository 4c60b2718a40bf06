"""`tone`: checks wording, a line of JSON for a line of JSON. Needs neither a database nor a key."""

from pathlib import Path
from typing import Annotated

import typer


def tone(
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="JSON lines as for /v1/tone-checks. Left out: standard input.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what messages say between the lines: blame, pressure, exposure and more; JSON lines in and out.

    The shapes are those of POST /v1/tone-checks. A line that cannot be read is answered with `errors`, and the command ends with 1.
    """
    from api.commands import tone_lines

    if not tone_lines.check(file):
        raise typer.Exit(1)
