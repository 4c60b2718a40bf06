"""Whether this process can serve: asked by load balancers, without a right and without a trace."""

from api.domain.access import Permission
from api.services.gate import use_case
from api.services.work import Work
from api.store import migrations


@use_case(Permission.ANYONE_SIGN_IN, audit=None)
def schema_is_current(work: Work) -> bool:
    return migrations.is_current(work.session.connection())
