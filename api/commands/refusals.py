"""What can go wrong in a command, said in one clear line, with an exit code that means something."""

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

    from api.domain.errors import DomainError


class ExitCode(IntEnum):
    """2 is also what a misspelt command or option ends with."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    SETUP_MISSING = 3
    INTERRUPTED = 130


class Refused(Exception):
    """The command cannot do what was asked; the text says why."""


class SetupMissing(Exception):
    """Something has to be set up first; the text says what and how."""


def explained(error: BaseException) -> tuple[list[str], ExitCode] | None:
    """Lines and an exit code, or None for a fault of ours, which deserves its traceback."""
    if isinstance(error, Refused):
        return [str(error)], ExitCode.REFUSED
    if isinstance(error, SetupMissing):
        return [str(error)], ExitCode.SETUP_MISSING
    if isinstance(error, KeyboardInterrupt):
        return ["Stopped."], ExitCode.INTERRUPTED
    return _explained_by_its_ring(error)


def _explained_by_its_ring(error: BaseException) -> tuple[list[str], ExitCode] | None:
    from pydantic import ValidationError
    from sqlalchemy.exc import DBAPIError

    from api.domain.errors import Busy, DomainError
    from api.settings import MissingMasterKey
    from api.store.sealing import CannotOpen, UnusableMasterKey

    match error:
        case MissingMasterKey() | UnusableMasterKey():
            told = [str(type(error).__doc__)], ExitCode.SETUP_MISSING
        case CannotOpen():
            told = ["This was sealed under another master key than the one given."], ExitCode.SETUP_MISSING
        case Busy() | DBAPIError() if _is_out_of_reach(error):
            told = ["The database cannot be reached. Check LEAVETAKING_DATABASE_URL."], ExitCode.SETUP_MISSING
        case DomainError():
            told = list(_sentences(error)), ExitCode.REFUSED
        case ValidationError():
            told = list(_fields(error)), ExitCode.SETUP_MISSING if error.title == "Settings" else ExitCode.REFUSED
        case _:
            return None
    return told


def _sentences(error: "DomainError") -> Iterator[str]:
    from api.domain.errors import Invalid

    yield error.message
    if isinstance(error, Invalid):
        yield from (f"{one.pointer}: {one.detail}" for one in error.problems if one.detail != error.message)


def _is_out_of_reach(error: BaseException) -> bool:
    """A connection that was never made, as against one that lost a race."""
    from sqlalchemy.exc import OperationalError

    cause = error if isinstance(error, OperationalError) else error.__cause__
    if not isinstance(cause, OperationalError):
        return False
    said = str(cause.orig)
    return any(part in said for part in ("connection failed", "connection is bad", "unable to open", "could not"))


def _fields(error: "ValidationError") -> Iterator[str]:
    """What was given is not repeated: it may be a secret or a name."""
    for one in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in one["loc"])
        shown = f"LEAVETAKING_{name.upper()}" if error.title == "Settings" else name
        yield f"{shown}: {one['msg']}"
