"""Members of a practice: who they are, what they may be and whom they supervise."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field

from schemas.vocabulary import Role
from schemas.wire.common import Line, WireIn, WireOut


def _roles_of_a_person(roles: list[Role]) -> list[Role]:
    if Role.INTEGRATION in roles:
        raise ValueError("integrations are given a key, not a membership")
    return sorted(set(roles))


Roles = Annotated[list[Role], Field(max_length=5, examples=[["clinician"]]), AfterValidator(_roles_of_a_person)]
ClinicalRole = Literal[Role.CLINICIAN, Role.SUPERVISOR, Role.PRACTICE_LEAD]
Email = Annotated[EmailStr, Field(max_length=200, examples=["ana@example.org"])]


class MemberIn(WireIn):
    """A new member. They sign in with a one-time password and then choose their own.

    Clinical roles come from a practice lead. Without a role there is no account yet: an admin who is no practice lead
    leaves `roles` empty, and the lead gives the role and hands the password over.
    """

    name: Line = Field(examples=["Ana Moreno"])
    email: Email
    roles: Roles


class MemberPatch(WireIn):
    """Only what is sent changes. An address makes an account of somebody who is only named until now.

    An admin may take any role away; a clinical one is given by a practice lead.
    """

    name: Line | None = None
    email: Email | None = None
    roles: Roles | None = None


class MemberOut(WireOut):
    id: UUID
    name: str
    email: str | None = Field(description="Null for a clinician known by name only, from an import.")
    roles: list[Role]
    supervisee_ids: list[UUID] = Field(description="Whose caseloads this member reads as their supervisor.")
    can_sign_in: bool
    joined_at: datetime
    left_at: datetime | None = Field(description="Since when they are no member any more; history keeps naming them.")
    version: int


class NewMemberOut(WireOut):
    """`one_time_password` is shown this once; at the first sign-in the member chooses their own. Null without a role."""

    member: MemberOut
    one_time_password: str | None


class ClinicalRolesIn(WireIn):
    """Every clinical role this member has from now on. Whether they are an admin stays as it is."""

    roles: list[ClinicalRole] = Field(max_length=3)


class PasswordResetOut(WireOut):
    """`one_time_password` is shown this once."""

    one_time_password: str


class SuperviseesIn(WireIn):
    """Everybody this member supervises. Whoever is not named is supervised no longer."""

    member_ids: list[UUID] = Field(max_length=200)


class ClinicianKeyIn(WireIn):
    """The member whom another system means by a key. Whoever is only named under it turns out to be them."""

    member_id: UUID


class LeavePracticeIn(WireIn):
    """`hand_over_to` takes over every running episode, and must be named when there is one."""

    hand_over_to: UUID | None = None
