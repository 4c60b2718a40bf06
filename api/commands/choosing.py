"""Which practice a command is about. Where there is only one, nobody has to say."""

from api.commands.refusals import Refused
from api.domain.access import OPERATOR
from api.services import audit_chain, installation
from api.services.installation import NamedPractice
from api.services.work import Runtime, unit


def practices(runtime: Runtime) -> list[NamedPractice]:
    with unit(runtime, OPERATOR, read_only=True) as work:
        return installation.practices(work)


def practice(runtime: Runtime, wanted: str | None) -> NamedPractice:
    """By id or by name. Raises Refused where that is none or several."""
    every = practices(runtime)
    fitting = every if wanted is None else [one for one in every if wanted in (str(one.id), one.name)]
    if len(fitting) == 1:
        return fitting[0]
    if not every:
        raise Refused("There is no practice yet. Set one up: leavetaking practice create")
    fault = "There is no such practice." if not fitting else "Say which practice: --practice with its id."
    raise Refused("\n".join([fault, *(f"  {one.id}  {one.name}" for one in fitting or every)]))


def trails(runtime: Runtime) -> list[NamedPractice]:
    """Every practice, and the trail of what belongs to none, such as a sign-in to an unknown account."""
    return [*practices(runtime), NamedPractice(audit_chain.NO_PRACTICE, "(no practice)", "UTC")]
