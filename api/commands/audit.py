"""`verify`: whether the sealed audit trail still holds."""

import typer

from api.commands import opening
from api.commands.console import Json, emit, say
from api.commands.refusals import ExitCode


def verify(json: Json = False) -> None:
    """Check the audit chain of every practice. Ends with 1 at the first entry that was changed, removed or slipped in."""
    from api.commands import choosing
    from api.domain.access import operator_principal
    from api.services import audit_chain
    from api.services.work import unit

    broken = False
    with opening.runtime(opening.read_settings()) as runtime:
        for practice in choosing.trails(runtime):
            with unit(runtime, operator_principal(practice.id), read_only=True) as work:
                found = audit_chain.verify(work)
            broken = broken or found.broken_at is not None
            if json:
                emit(
                    {
                        "practice_id": practice.id,
                        "broken_at": found.broken_at,
                        "why": found.why,
                        "waiting": found.waiting,
                    }
                )
            elif found.broken_at is None:
                say(f"{practice.name}: the chain holds; {found.waiting} entries wait to be sealed.")
            else:
                say(f"{practice.name}: the chain breaks at position {found.broken_at}: {found.why}.")
    if broken:
        raise typer.Exit(ExitCode.REFUSED)
