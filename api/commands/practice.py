"""`practice`: setting up a practice with the person who founds it."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands import opening
from api.commands.console import Json, emit, say

app = typer.Typer(help="Practices of this installation.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the practice is called.")],
    time_zone: Annotated[str, typer.Option(help="The zone its days are counted in, such as Europe/Madrid.")],
    founder_name: Annotated[str, typer.Option(help="Who founds it, and may be everything at first.")],
    founder_email: Annotated[str, typer.Option(help="The address the founder signs in with.")],
    password_file: Annotated[
        Path | None, typer.Option(help="A file with the founder's password; `-` reads it from standard input.")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for the password at the terminal.")] = False,
    json: Json = False,
) -> None:
    """Set up a practice. Without a password given, a one-time password is made and shown this once."""
    from api.commands.founding import found

    given = _asked() if ask else None if password_file is None else _read(password_file)
    with opening.runtime(opening.read_settings()) as runtime:
        founded = found(
            runtime,
            name=name,
            time_zone=time_zone,
            founder_name=founder_name,
            founder_email=founder_email,
            password=given,
        )
    if json:
        emit(founded.told())
        return
    say(f"Practice {founded.practice_id} is set up. {founder_email} can sign in.")
    if founded.one_time_password is not None:
        say(f"One-time password, shown only now: {founded.one_time_password}")


@app.command()
def password(
    email: Annotated[str, typer.Option(help="The address the member signs in with.")],
    json: Json = False,
) -> None:
    """Make a one-time password for a member, shown this once. Their sign-ins end.

    For whoever nobody in the practice can help, such as its only practice lead. It is written to the practice's audit trail.
    """
    from api.domain.access import OPERATOR
    from api.services import members
    from api.services.work import unit

    with opening.runtime(opening.read_settings()) as runtime, unit(runtime, OPERATOR) as work:
        one_time = members.let_in(work, email)
    if json:
        emit({"email": email, "one_time_password": one_time})
        return
    say(f"One-time password for {email}, shown only now: {one_time}")


def _asked() -> str:
    asked: str = typer.prompt("Password of the founder", hide_input=True, confirmation_prompt=True)
    return asked


def _read(path: Path) -> str:
    from api.commands.refusals import Refused

    try:
        text = typer.get_text_stream("stdin").readline() if str(path) == "-" else path.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(f"The password file cannot be read: {error.strerror}.") from error
    return text.strip("\r\n")
