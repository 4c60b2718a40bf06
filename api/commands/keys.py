"""`keys`: the master key that wraps all others."""

import typer

from api.commands.console import say

app = typer.Typer(help="The master key.", no_args_is_help=True)


@app.command()
def new() -> None:
    """Print a new master key. Keep a copy apart from the backups of the database: without it nothing can be read."""
    import base64
    import secrets

    say(base64.b64encode(secrets.token_bytes(32)).decode())
