"""Members of the practice, whom they supervise, when they are away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import SHOWN_ONCE, OnceRoute
from api.services import clinician_keys, covers, leave, members
from schemas.wire.common import ForeignId, Page, SourceName
from schemas.wire.covers import CoverIn, CoverOut
from schemas.wire.leave import LeaveIn, LeaveOut
from schemas.wire.members import (
    ClinicalRolesIn,
    ClinicianKeyIn,
    LeavePracticeIn,
    MemberIn,
    MemberOut,
    MemberPatch,
    NewMemberOut,
    PasswordResetOut,
    SuperviseesIn,
)

router = APIRouter(prefix="/members", tags=["Members"], route_class=OnceRoute)

Source = Annotated[SourceName, Path(description="The system whose identifier this is.")]
External = Annotated[ForeignId, Path(description="What that system calls the clinician.")]


@router.get("", summary="List members", responses=problems(401, 403))
def page(work: SignedIn, after: AfterId, limit: Limit = 50) -> Page[MemberOut]:
    """Also those who left: history names them."""
    return members.page(work, after=after, limit=limit)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Add a member",
    responses=problems(401, 403, 409),
    openapi_extra=SHOWN_ONCE,
)
def add(work: SignedIn, given: MemberIn, response: Response) -> NewMemberOut:
    """The one-time password is shown in this answer and nowhere else.

    403 `needs_practice_lead`: an admin who is no practice lead adds members without clinical roles.
    """
    added = members.add(work, given)
    response.headers["Location"] = f"/v1/members/{added.member.id}"
    response.headers["ETag"] = etag(added.member.version)
    return NewMemberOut(member=added.member, one_time_password=added.one_time_password)


@router.get("/{member_id}", summary="Read a member", responses=problems(401, 403, 404))
def read(work: SignedIn, member_id: UUID, response: Response) -> MemberOut:
    member = members.read(work, member_id)
    response.headers["ETag"] = etag(member.version)
    return member


@router.patch("/{member_id}", summary="Change a member", responses=problems(401, 403, 404, 409, 412, 428))
def change(work: SignedIn, member_id: UUID, given: MemberPatch, version: Version, response: Response) -> MemberOut:
    """Roles count from the member's next request on. The last admin stays one, and the last practice lead.

    403 `needs_practice_lead`: a clinical role is given by a practice lead, see `…/clinical-roles`.
    """
    member = members.change(work, member_id, given, version=version)
    response.headers["ETag"] = etag(member.version)
    return member


@router.put(
    "/{member_id}/clinical-roles",
    summary="Say which clinical roles a member has",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def set_clinical_roles(
    work: SignedIn, member_id: UUID, given: ClinicalRolesIn, version: Version, response: Response
) -> MemberOut:
    """A practice lead's part; whether the member is an admin stays as it is.

    With their first clinical role their sign-ins and their password end: give them a one-time password next.
    """
    member = members.set_clinical_roles(work, member_id, given, version=version)
    response.headers["ETag"] = etag(member.version)
    return member


@router.put(
    "/by-external-id/{source}/{external_id:path}",
    summary="Say whom another system means by a clinician's key",
    responses=problems(401, 403, 404),
)
def tie(work: SignedIn, source: Source, external_id: External, given: ClinicianKeyIn, response: Response) -> MemberOut:
    """A practice lead's act, before or after an import named the clinician.

    Whoever an import added under this key turns out to be the member: episodes, appointments and leave are theirs, and
    the name alone is gone. A key of somebody who left brings their running episodes along.
    """
    clinician_keys.tie(work, source, external_id, given)
    return read(work, given.member_id, response)


@router.post(
    "/{member_id}/password-reset",
    summary="Give a member a one-time password",
    responses=problems(401, 403, 404, 409),
    openapi_extra=SHOWN_ONCE,
)
def reset_password(work: SignedIn, member_id: UUID) -> PasswordResetOut:
    """Shown in this answer and nowhere else. Every sign-in of the member ends.

    403 `needs_practice_lead` where the member has a clinical role, `needs_admin` where they are an admin.
    """
    return PasswordResetOut(one_time_password=members.reset_password(work, member_id))


@router.put(
    "/{member_id}/supervisees",
    summary="Say whom a member supervises",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def set_supervisees(
    work: SignedIn, member_id: UUID, given: SuperviseesIn, version: Version, response: Response
) -> MemberOut:
    """Whose caseloads they read: a practice lead says so."""
    member = members.set_supervisees(work, member_id, given, version=version)
    response.headers["ETag"] = etag(member.version)
    return member


@router.post("/{member_id}/leave-practice", summary="A member leaves", responses=problems(401, 403, 404, 409))
def leave_practice(work: SignedIn, member_id: UUID, given: LeavePracticeIn, response: Response) -> MemberOut:
    """Their sign-ins and the keys they made end; whoever is named takes over their running episodes.

    403 `needs_practice_lead`: only a practice lead hands episodes over to themselves or to somebody they supervise.
    """
    member = members.leave_practice(work, member_id, given)
    response.headers["ETag"] = etag(member.version)
    return member


@router.get("/{member_id}/leave", summary="List a clinician's leave", responses=problems(401, 403, 404))
def leave_page(work: SignedIn, member_id: UUID, after: AfterId, limit: Limit = 50) -> Page[LeaveOut]:
    return leave.page(work, member_id, after=after, limit=limit)


@router.post(
    "/{member_id}/leave",
    status_code=status.HTTP_201_CREATED,
    summary="Record a clinician's leave",
    responses=problems(401, 403, 404, 409),
)
def leave_add(work: SignedIn, member_id: UUID, given: LeaveIn) -> LeaveOut:
    """Silence on these days says nothing about a client. One's own is recorded under `/v1/me/leave`."""
    return leave.record(work, member_id, given)


@router.delete(
    "/{member_id}/leave/{leave_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Withdraw a clinician's leave",
    responses=problems(401, 403, 404),
)
def leave_withdraw(work: SignedIn, member_id: UUID, leave_id: UUID) -> Response:
    leave.withdraw(work, leave_id, member_id=member_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/{member_id}/covers", summary="List who covers for a clinician", responses=problems(401, 403, 404))
def covers_page(work: SignedIn, member_id: UUID, after: AfterId, limit: Limit = 50) -> Page[CoverOut]:
    """Whatever was named last comes first; also those that are over."""
    return covers.page(work, member_id, before=after, limit=limit)


@router.post(
    "/{member_id}/covers",
    status_code=status.HTTP_201_CREATED,
    summary="Name who covers for a clinician",
    responses=problems(401, 403, 404, 409),
)
def covers_name(work: SignedIn, member_id: UUID, given: CoverIn) -> CoverOut:
    """A practice lead's act, for days of a leave that is on record. One's own is named under `/v1/me/covers`.

    The covering colleague sees the due list with safety flags and contact limits, and no notes: `/v1/covers`.
    """
    return covers.name(work, member_id, given)


@router.delete(
    "/{member_id}/covers/{cover_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="End a cover",
    responses=problems(401, 403, 404),
)
def covers_end(work: SignedIn, member_id: UUID, cover_id: UUID) -> Response:
    """At once. By itself it ends with its last day, and with the leave."""
    covers.end(work, cover_id, member_id=member_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
