"""`caseload`: who needs a kind act, now or as it could have been seen at a moment in the past."""

from typing import Annotated

import typer

from api.commands import opening
from api.commands.console import Json, PracticeName
from schemas.vocabulary import Stage


def caseload(
    practice: PracticeName = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DAY[THH:MM]",
            help="A moment on the practice's clock, such as 2019-03-01 (when that day was over) or 2019-03-01T09:30.",
        ),
    ] = None,
    stage: Annotated[Stage | None, typer.Option(help="Only episodes that stand there.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Name people in the JSON too.")] = False,
    json: Json = False,
) -> None:
    """Show the caseload, with reasons and the next kind act, from what the record knew then.

    This reads clients' names and is written to the audit trail. JSON comes as one object per line.
    """
    from api.commands import looking_back

    with opening.runtime(opening.read_settings()) as runtime:
        chosen = looking_back.Asked(practice, as_of, stage)
        if json:
            looking_back.print_lines(runtime, chosen, names=names)
        else:
            looking_back.print_table(runtime, chosen)
