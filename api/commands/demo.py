"""`demo`: a sample practice to look around in, on this machine alone."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    data_dir: Annotated[Path, typer.Option(help="Where the sample lives; may be deleted at any time.")] = Path(
        "var/demo"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on, on 127.0.0.1.")] = 8000,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw the sample away, with all that was tried in it, and make it anew.")
    ] = False,
) -> None:
    """Serve a made-up practice at http://127.0.0.1:8000 and print who can sign in. Nobody in it is real.

    Its dates follow today's, so a sample older than a week is made anew. Needs no settings: what the environment
    says of databases and keys is left aside.
    """
    from api.commands import demonstrating

    demonstrating.demonstrate(data_dir, port, fresh=fresh)
