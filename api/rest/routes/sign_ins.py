"""Signing in and out with a bearer token."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response, status

from api.rest.answers import problems
from api.rest.depends import Anonymous, SignedIn, caller_address
from api.services import sign_ins
from schemas.wire.sign_ins import SignInIn, SignInOut

router = APIRouter(prefix="/sign-ins", tags=["Sign-ins"])

Address = Annotated[str, Depends(caller_address)]


@router.post("", status_code=status.HTTP_201_CREATED, summary="Sign in", responses=problems(401))
def start(work: Anonymous, address: Address, given: SignInIn) -> SignInOut:
    """A wrong password and an unknown account get the same answer. Repeated failures slow the caller down."""
    started = sign_ins.sign_in(work, given.email, given.password.get_secret_value(), address)
    return SignInOut(
        id=started.id,
        token=started.token,
        expires_at=started.expires_at,
        must_change_password=started.must_change_password,
    )


@router.delete("/current", status_code=status.HTTP_204_NO_CONTENT, summary="Sign out", responses=problems(401, 403))
def end(work: SignedIn) -> Response:
    sign_ins.sign_out(work)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
