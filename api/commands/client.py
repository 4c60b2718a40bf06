"""`client`: one client's whole record, for whoever runs the server and is asked to by the practice."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands import opening
from api.commands.console import Json, emit, say
from schemas.vocabulary import ErasureReason

app = typer.Typer(help="One client's whole record.", no_args_is_help=True)

Client = Annotated[str, typer.Argument(metavar="CLIENT", help="The client's id.")]
Practice = Annotated[
    str | None, typer.Option("--practice", help="The practice, by id or name, where there is more than one.")
]


@app.command()
def export(
    client: Client,
    out: Annotated[Path, typer.Option(help="Where to put the ZIP; a file that is there is not written over.")],
    practice: Practice = None,
    json: Json = False,
) -> None:
    """Write everything that is held about a client into a ZIP: `record.json` for programs, `record.html` for people.

    It is readable by whoever has the file. The act is written to the practice's audit trail.
    """
    from api.commands import records

    with opening.runtime(opening.read_settings()) as runtime:
        size = records.export(runtime, practice, client, out)
    if json:
        emit({"file": str(out), "bytes": size})
    else:
        say(f"{out}: {size:,} bytes, readable by whoever has it.")


@app.command()
def erase(
    client: Client,
    reason: Annotated[ErasureReason, typer.Option(help="Why. Only this word is kept of it.")],
    practice: Practice = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask at the terminal.")] = False,
    json: Json = False,
) -> None:
    """Erase a client for ever: destroys the key of what is sealed, and what else says who they were.

    Refused while an episode is under way or a legal hold stands. Copies in backups can be read until the backups are gone.
    """
    from api.commands import records

    if not yes:
        typer.confirm("Nothing brings it back. Erase this client?", abort=True)
    with opening.runtime(opening.read_settings()) as runtime:
        erased = records.erase(runtime, practice, client, reason)
    if json:
        emit(erased.model_dump(mode="json"))
    else:
        say(f"Erased. {erased.deleted_count:,} rows are gone; {erased.refused_count} addresses stay refused.")
