"""The `leavetaking` command: assembles the commands of api/commands, nothing else."""

from typing import Any

import typer
from typer.core import TyperGroup

from api.commands import (
    audit,
    bounces,
    caseload,
    client,
    demo,
    imports,
    keys,
    practice,
    process,
    replay,
    statistics,
    tone,
)
from api.commands.refusals import explained


class Explaining(TyperGroup):
    """Says what went wrong in a line and ends with a code that means it; only a fault of ours shows a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # Typer keeps the class of contexts to itself
        try:
            return super().invoke(ctx)
        except (Exception, KeyboardInterrupt) as error:
            if hasattr(error, "exit_code") or isinstance(error, typer.Abort):
                raise  # Typer's own: a usage error, an exit
            told = explained(error)
            if told is None:
                raise
            for line in told[0]:
                typer.echo(line, err=True)
            raise typer.Exit(told[1]) from error


app = typer.Typer(
    name="leavetaking",
    cls=Explaining,
    help="The therapist's side of a good ending.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (
    demo.demo,
    process.serve,
    process.worker,
    process.migrate,
    caseload.caseload,
    replay.replay,
    tone.tone,
    audit.verify,
    bounces.bounces,
):
    app.command()(command)
app.add_typer(imports.app, name="import")
app.add_typer(practice.app, name="practice")
app.add_typer(client.app, name="client")
app.add_typer(keys.app, name="keys")
app.add_typer(statistics.app, name="statistics")


def main() -> None:
    app(prog_name="leavetaking")
