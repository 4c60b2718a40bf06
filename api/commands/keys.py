"""`keys`: the master key that wraps all others."""

import typer

from api.commands import opening
from api.commands.console import Json, emit, say

app = typer.Typer(help="The master key.", no_args_is_help=True)


@app.command()
def new() -> None:
    """Print a new master key. Keep a copy apart from the backups of the database: without it nothing can be read."""
    import base64
    import secrets

    say(base64.b64encode(secrets.token_bytes(32)).decode())


@app.command()
def rotate(json: Json = False) -> None:
    """Wrap every key by the current master key, so that the former ones are needed no longer.

    Before: give every process the new key as LEAVETAKING_MASTER_KEY and the old one in LEAVETAKING_FORMER_MASTER_KEYS,
    and start them again. After: take the old one away. Stopped in the middle, run it again.
    """
    from api.commands import rotating

    with opening.runtime(opening.read_settings()) as runtime:
        rewrapped = rotating.rotate(runtime)
    if json:
        emit({"rewrapped": rewrapped})
    else:
        say(f"{rewrapped:,} keys were wrapped anew. The former master keys can be taken away.")
