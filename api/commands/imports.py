"""`import`: a file of facts taken in to the end, or taken back. The same road as an upload through the API."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from typer.core import TyperGroup

from api.commands import opening
from api.commands.console import Json, PracticeName
from schemas.vocabulary import ImportKind


class FileFirst(TyperGroup):
    """`import FILE` is short for `import file FILE`; a file called `undo` is `./undo`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # Typer keeps the class to itself
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["file", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=FileFirst,
    help="Take in a file of facts: `leavetaking import FILE --preset native`, or take one back.",
    no_args_is_help=True,
    subcommand_metavar="FILE | COMMAND [ARGS]...",
)


@app.command("file")
def take_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file.")],
    practice: PracticeName = None,
    preset: Annotated[str | None, typer.Option(help="`native`: one of the product's own files.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="How to read any other file, as JSON.")
    ] = None,
    source: Annotated[str, typer.Option(help="The system the keys of a native file belong to.")] = "native",
    kind: Annotated[ImportKind | None, typer.Option(help="Of a native file; else its header tells.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try, and report.")] = False,
    json: Json = False,
) -> None:
    """Take in FILE and say what became of every row. Stopped in the middle, any worker goes on with it."""
    if (preset is None) == (mapping is None):
        raise typer.BadParameter("give either --preset native or --mapping")
    if preset not in (None, "native"):
        raise typer.BadParameter("the only preset is native", param_hint="--preset")
    from api.commands import importing

    with opening.runtime(opening.read_settings()) as runtime:
        wanted = importing.Wanted(file, importing.read_mapping(mapping), source, kind, dry_run)
        importing.take_in(runtime, practice, wanted, as_json=json)


@app.command()
def undo(
    import_id: Annotated[UUID, typer.Argument(help="The id that the import printed.")],
    practice: PracticeName = None,
    json: Json = False,
) -> None:
    """Take back everything an import brought. What was recorded since by others stays."""
    from api.commands import importing

    with opening.runtime(opening.read_settings()) as runtime:
        importing.undo(runtime, practice, import_id, as_json=json)
