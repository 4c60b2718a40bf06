"""Carries out the acts on one client's record that the command line offers."""

import os
from pathlib import Path
from uuid import UUID

from api.commands import choosing
from api.commands.refusals import Refused
from api.domain.access import Principal, operator_principal
from api.services import client_exports, erasures
from api.services.work import Runtime, unit
from schemas.vocabulary import ErasureReason
from schemas.wire.records import ErasedOut, EraseIn


def export(runtime: Runtime, practice: str | None, client: str, out: Path) -> int:
    """For nobody else's eyes. The file is made first: where it cannot be, no trail says that a record was handed out."""
    who, client_id = _of(runtime, practice, client)
    try:
        target = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(target, "wb") as file, unit(runtime, who) as work:
            made = client_exports.make(work, client_id)
            file.write(made.content)
    except BaseException:  # whatever happened, an interruption too: half a record is left nowhere
        out.unlink(missing_ok=True)
        raise
    return len(made.content)


def erase(runtime: Runtime, practice: str | None, client: str, reason: ErasureReason) -> ErasedOut:
    who, client_id = _of(runtime, practice, client)
    with unit(runtime, who) as work:
        return erasures.erase(work, client_id, EraseIn(confirm="erase", reason=reason))


def _of(runtime: Runtime, practice: str | None, client: str) -> tuple[Principal, UUID]:
    try:
        client_id = UUID(client)
    except ValueError:
        raise Refused("CLIENT is the id of a client, as the address of their page has it.") from None
    return operator_principal(choosing.practice(runtime, practice).id), client_id
