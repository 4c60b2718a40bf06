"""`leavetaking bounces`: a mail server's reports, from a file, a Maildir or a pipe."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands import opening

if TYPE_CHECKING:
    from api.services.work import Runtime

_LARGEST = 1_000_000
_OF_A_MAILDIR = ("new", "cur")


def bounces(
    path: Annotated[Path, typer.Argument(help="A message, a Maildir of them, or - for one on standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Take in reports of mail servers that messages came back. The same report twice changes nothing."""
    told = Counter({"bounced": 0, "nothing_new": 0, "not_ours": 0})
    with opening.runtime(opening.read_settings()) as runtime:
        told.update(_taken_in(runtime, content) for content in _messages(path))
    if as_json:
        typer.echo(json.dumps(dict(told)))
    else:
        typer.echo(
            f"{told['bounced']} came back, {told['nothing_new']} said nothing new, {told['not_ours']} are about none of our messages."
        )


def _taken_in(runtime: "Runtime", content: bytes) -> str:
    from api.domain.access import WORKER, system_principal
    from api.formats import delivery_status
    from api.services import bounces as bounce_service
    from api.services.work import again, unit

    report = delivery_status.read(content)
    if report is None:
        return "not_ours"
    with unit(runtime, WORKER) as work:
        found = bounce_service.find(work, report)
    if found is None:
        return "not_ours"
    practice_id, check_in_id = found

    def take_in() -> str:
        with unit(runtime, system_principal(practice_id)) as work:
            return "bounced" if bounce_service.take_in(work, check_in_id, report) else "nothing_new"

    return again(take_in)


def _messages(path: Path) -> Iterator[bytes]:
    """What is larger than any report is not read to its end."""
    if str(path) == "-":
        yield sys.stdin.buffer.read(_LARGEST)
        return
    folders = [path / name for name in _OF_A_MAILDIR]
    files = sorted(file for folder in folders if folder.is_dir() for file in folder.iterdir() if file.is_file())
    for file in files if path.is_dir() else [path]:
        with file.open("rb") as opened:
            yield opened.read(_LARGEST)
