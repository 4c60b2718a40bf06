"""`replay`: what noticing would have shown about a practice's past. Needs neither a database nor a key."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import Json
from schemas.vocabulary import Sensitivity


def replay(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A folder of native files.")],
    out: Annotated[Path, typer.Option(help="Where the flags go, as JSON lines; `-` for standard output.")],
    until: Annotated[
        datetime | None,
        typer.Option(
            help="Look no further than this instant (UTC). Left out: as far as the files know.", show_default=False
        ),
    ] = None,
    default_cadence_days: Annotated[
        float, typer.Option(min=0.5, max=366, help="Days between sessions, until a client's own rhythm is known.")
    ] = 7.0,
    default_zone: Annotated[str, typer.Option(help="The zone of clients for whom the files name none.")] = "UTC",
    sensitivity: Annotated[
        Sensitivity, typer.Option(help="How early to be told: what a practice can choose in its settings.")
    ] = Sensitivity.BALANCED,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Where the report for people goes, as HTML. Left out: beside the flags, with the ending .html.",
            show_default=False,
        ),
    ] = None,
    most_flags: Annotated[
        float,
        typer.Option(
            min=0.1, max=1000, help="Flags per 100 clients a month that there is time for: to suggest a sensitivity."
        ),
    ] = 20.0,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=64,
            help="How many processes to look back with. Left out: one for each core, up to four.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Say what would have been flagged, when and why, one line per change into drifting or quiet, and how often wrongly.

    The report compares it with three rules of thumb and suggests settings. It names nobody.
    Ends with 1 if a row could not be read; what could be read is replayed all the same.
    """
    from api.commands import replaying

    wanted = replaying.Wanted(
        folder, out, until, default_cadence_days, default_zone, sensitivity, processes, report, most_flags
    )
    replaying.replay(wanted, as_json=json)
