"""Signing in and out with a bearer token, and one's own account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response, status

from api.rest.answers import problems
from api.rest.depends import Anonymous, SignedIn, caller_address
from api.services import me, sign_ins
from schemas.wire.sign_ins import MeOut, PasswordChange, SignInIn, SignInOut

router = APIRouter(tags=["Who"])

Address = Annotated[str, Depends(caller_address)]


@router.post(
    "/sign-ins",
    status_code=status.HTTP_201_CREATED,
    summary="Sign in",
    responses=problems(401),
)
def sign_in(work: Anonymous, address: Address, given: SignInIn) -> SignInOut:
    """A wrong password and an unknown account get the same answer. Repeated failures slow the caller down."""
    started = sign_ins.sign_in(work, given.email, given.password.get_secret_value(), address)
    return SignInOut(
        id=started.id,
        token=started.token,
        expires_at=started.expires_at,
        must_change_password=started.must_change_password,
    )


@router.delete(
    "/sign-ins/current",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Sign out",
    responses=problems(401, 403),
)
def sign_out(work: SignedIn) -> Response:
    sign_ins.sign_out(work)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/me", summary="Who is calling", responses=problems(401, 403))
def read_me(work: SignedIn) -> MeOut:
    return me.read(work)


@router.put(
    "/me/password",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Change one's own password",
    responses=problems(401, 403, 404),
)
def change_password(work: SignedIn, given: PasswordChange) -> Response:
    """Ends every other sign-in of this member."""
    sign_ins.change_password(work, given.current_password.get_secret_value(), given.new_password.get_secret_value())
    return Response(status_code=status.HTTP_204_NO_CONTENT)
