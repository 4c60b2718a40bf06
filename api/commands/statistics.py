"""`statistics`: what may be published, released for good."""

from typing import Annotated

import typer

from api.commands import opening
from api.commands.console import Json, PracticeName

app = typer.Typer(help="Anonymised statistics.", no_args_is_help=True)


@app.callback()
def statistics() -> None:
    """Anonymised statistics."""


@app.command()
def release(
    year: Annotated[int, typer.Option(help="The year to release, or the first of several.")],
    through: Annotated[
        int | None, typer.Option(help="The last year, where one alone has too few clients. At most three years in all.")
    ] = None,
    practice: PracticeName = None,
    csv: Annotated[bool, typer.Option("--csv", help="The sheet instead of words and tables.")] = False,
    json: Json = False,
) -> None:
    """Release the table of a year, for good, and print it. The same year again prints the release it has.

    Ends with 1 if there are not enough clients to publish, if it is too early, or if a year is in another release already.
    """
    from api.commands import releasing

    with opening.runtime(opening.read_settings()) as runtime:
        released = releasing.release(runtime, practice, first_year=year, last_year=through)
    if json or csv:
        typer.echo(released.document if json else released.sheet, nl=False)
    else:
        releasing.show(released)
