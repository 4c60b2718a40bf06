"""Signing in, and what the signed-in see of themselves."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, SecretStr

from schemas.vocabulary import ActorKind, Role
from schemas.wire.common import Line, WireIn, WireOut


def _of_characters(password: SecretStr) -> SecretStr:
    """Half a surrogate pair cannot be encoded, so it cannot be hashed."""
    if any("\ud800" <= character <= "\udfff" for character in password.get_secret_value()):
        raise ValueError("contains half a character")
    return password


Password = Annotated[SecretStr, AfterValidator(_of_characters)]


class SignInIn(WireIn):
    email: Line = Field(examples=["ines@example.org"])
    password: Password = Field(min_length=1, max_length=200)


class SignInOut(WireOut):
    """`token` is shown this once."""

    id: UUID
    token: str = Field(examples=["lts_..."])
    expires_at: datetime
    must_change_password: bool = Field(description="Until a password of one's own is chosen, nothing else is allowed.")


class PasswordChange(WireIn):
    current_password: Password = Field(min_length=1, max_length=200)
    new_password: Password = Field(min_length=12, max_length=200, description="At least 12 characters.")


class MeOut(WireOut):
    """Who is calling and what they may do."""

    kind: ActorKind
    id: UUID
    name: str | None
    email: EmailStr | None
    roles: list[Role]
    permissions: list[str]
    must_change_password: bool
