"""`verify`: whether the sealed audit trail still holds, and whether signed notes are what was signed."""

from typing import Annotated

import typer

from api.commands import opening
from api.commands.console import Json, emit, say
from api.commands.refusals import ExitCode


def verify(
    expect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POSITION:DIGEST", help="A last link of before, kept elsewhere. May be given several times."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check the audit chain of every practice, and signed notes, signatures, returns and addenda against it.

    Ends with 1 where an entry or a note was changed, removed or slipped in.

    Prints the last link of each chain. Keep it where whoever owns the database cannot write, and give it back with --expect:
    a chain that was rewritten or cut off holds in itself, but has not that link any more. Then this ends with 1 too.
    """
    from api.commands import verifying

    expected = verifying.read(expect or [])
    with opening.runtime(opening.read_settings()) as runtime:
        told = verifying.check(runtime, expected)
    for chain in told.chains:
        if json:
            emit(chain.told())
        else:
            say(chain.sentence())
    for link in told.missing:
        if json:
            emit({"expected": str(link), "found": False})
        else:
            say(f"No chain has the link {link}: what it stood for was rewritten or cut off.")
    if told.is_broken:
        raise typer.Exit(ExitCode.REFUSED)
