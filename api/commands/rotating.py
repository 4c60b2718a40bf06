"""Runs the rotation of keys slice by slice, each in a unit of its own."""

from uuid import UUID

from api.commands import choosing, console
from api.domain.access import OPERATOR, operator_principal
from api.services import rotation
from api.services.work import Runtime, unit


def rotate(runtime: Runtime) -> int:
    """How many keys were under a former master key."""
    with unit(runtime, OPERATOR) as work:
        rewrapped = rotation.rewrap_installation(work)
    with console.progress() as bar:
        for practice in bar.track(choosing.practices(runtime), description="Practices"):
            rewrapped += _of_practice(runtime, practice.id)
    return rewrapped


def _of_practice(runtime: Runtime, practice_id: UUID) -> int:
    principal = operator_principal(practice_id)
    with unit(runtime, principal) as work:
        rewrapped = rotation.rewrap_practice(work)
    after: UUID | None = None
    while True:
        with unit(runtime, principal) as work:
            count, after = rotation.rewrap_clients(work, after=after)
        rewrapped += count
        if after is None:
            return rewrapped
