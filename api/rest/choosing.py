"""A password of one's own, hashed before the unit of work begins in which it is stored.

Hashing takes long on purpose. In the unit that writes, everybody else's writing would wait for it on SQLite.
"""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials

from api.domain.errors import NotSignedIn
from api.rest.depends import bearer, runtime_of
from api.services import sign_ins
from api.services.work import unit
from schemas.wire.sign_ins import PasswordChange


def choose(
    request: Request,
    given: PasswordChange,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> sign_ins.ChosenPassword:
    """Decides nothing: whether the caller may, and what came of it, is for the use case."""
    if credentials is None:
        raise NotSignedIn
    with unit(runtime_of(request), request_id=request.state.request_id, read_only=True) as work:
        sign_ins.glimpse(work, credentials.credentials)
        own = sign_ins.own_password(work)
    return own.choose(given.current_password.get_secret_value(), given.new_password.get_secret_value())


Chosen = Annotated[sign_ins.ChosenPassword, Depends(choose)]
