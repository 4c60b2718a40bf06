"""Members: who works here, as what, whom they supervise, their leave, and their leaving."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import CLINICAL_ROLES, Permission, needed_to_give_roles, needed_to_open_account
from api.domain.errors import DomainError, VersionMismatch
from api.services import clinician_keys, leave, members
from api.web import everybody, words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import Role
from schemas.wire.leave import LeaveIn
from schemas.wire.members import (
    ClinicalRolesIn,
    ClinicianKeyIn,
    LeavePracticeIn,
    MemberIn,
    MemberOut,
    MemberPatch,
    SuperviseesIn,
)

router = APIRouter(prefix="/members")

_LISTED = 50
_LEAVE_SHOWN = 50
_OF_A_LEAD = frozenset({"member_known.html", "member_roles.html", "member_supervisees.html"})
_ROLES = (Role.CLINICIAN, Role.SUPERVISOR, Role.PRACTICE_LEAD, Role.ADMIN)


@router.get("")
def page(visit: SignedIn, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    with visit.work() as work:
        found = members.page(work, after=cursor, limit=_LISTED)
    return visit.page("members.html", found=found.items, next_cursor=found.next_cursor)


@router.get("/new")
def new(visit: SignedIn) -> Response:
    return _form(visit, "member_new.html", Form(), None)


@router.post("/new")
def add(visit: SignedIn, sent: Sent) -> Response:
    """The one-time password is on the answer to this form and nowhere else, so there is no redirect where there is one."""
    try:
        given = as_shape(MemberIn, **sent.present("name", "email"), roles=sent.several("roles"))
        with visit.work() as work:
            added = members.add(work, given)
    except TO_PUT_RIGHT as error:
        return _form(visit, "member_new.html", sent, None, visit.refused(sent, error))
    if added.one_time_password is None:
        return visit.go(f"/members/{added.member.id}", Said.MEMBER_WAITS)
    return visit.page("member_password.html", member=added.member, password=added.one_time_password)


@router.get("/{member_id}")
def read(visit: SignedIn, member_id: UUID) -> Response:
    with visit.work() as work:
        member = members.read(work, member_id)
        here = everybody.members_here(work)
        found = leave.page(work, member_id, after=None, limit=_LEAVE_SHOWN).items
    supervised = [one for one in here if one.id in member.supervisee_ids]
    absences = [one for one in found if not one.withdrawn]
    return visit.page(
        "member.html",
        member=member,
        supervised=supervised,
        absences=absences,
        opens_account=_holds(visit, needed_to_open_account(member.roles)),
        is_clinical=bool(CLINICAL_ROLES.intersection(member.roles)),
    )


@router.get("/{member_id}/edit")
def edit(visit: SignedIn, member_id: UUID) -> Response:
    member = _to_change(visit, "member_edit.html", member_id)
    form = prefilled(name=member.name, email=member.email, roles=member.roles, version=member.version)
    return _form(visit, "member_edit.html", form, member)


@router.post("/{member_id}/edit")
def change(visit: SignedIn, member_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(MemberPatch, **sent.present("email"), name=sent.text("name"), roles=sent.several("roles"))
        with visit.work() as work:
            changed = members.change(work, member_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _form_again(visit, "member_edit.html", sent, member_id, error)
    return visit.go(f"/members/{member_id}", _after(changed))


@router.get("/{member_id}/roles")
def clinical_roles(visit: SignedIn, member_id: UUID) -> Response:
    member = _to_change(visit, "member_roles.html", member_id)
    form = prefilled(roles=member.roles, version=member.version)
    return _form(visit, "member_roles.html", form, member)


@router.post("/{member_id}/roles")
def set_clinical_roles(visit: SignedIn, member_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(ClinicalRolesIn, roles=sent.several("roles"))
        with visit.work() as work:
            changed = members.set_clinical_roles(work, member_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _form_again(visit, "member_roles.html", sent, member_id, error)
    return visit.go(f"/members/{member_id}", _after(changed))


@router.post("/{member_id}/password")
def reset_password(visit: SignedIn, member_id: UUID) -> Response:
    with visit.work() as work:
        password = members.reset_password(work, member_id)
        member = members.read(work, member_id)
    return visit.page("member_password.html", member=member, password=password)


@router.get("/{member_id}/supervisees")
def supervisees(visit: SignedIn, member_id: UUID) -> Response:
    member = _to_change(visit, "member_supervisees.html", member_id)
    form = prefilled(member_ids=member.supervisee_ids, version=member.version)
    return _form(visit, "member_supervisees.html", form, member)


@router.post("/{member_id}/supervisees")
def set_supervisees(visit: SignedIn, member_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(SuperviseesIn, member_ids=sent.several("member_ids"))
        with visit.work() as work:
            members.set_supervisees(work, member_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _form_again(visit, "member_supervisees.html", sent, member_id, error)
    return visit.go(f"/members/{member_id}", Said.SAVED)


@router.get("/{member_id}/leave")
def leave_form(visit: SignedIn, member_id: UUID) -> Response:
    return _leave(visit, member_id, Form())


@router.post("/{member_id}/leave")
def record_leave(visit: SignedIn, member_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(LeaveIn, **sent.present("from_on", "to_on"))
        with visit.work() as work:
            leave.record(work, member_id, given)
    except TO_PUT_RIGHT as error:
        return _leave(visit, member_id, sent, visit.refused(sent, error))
    return visit.go(f"/members/{member_id}", Said.RECORDED)


@router.post("/{member_id}/leave/{leave_id}/withdraw")
def withdraw_leave(visit: SignedIn, member_id: UUID, leave_id: UUID) -> Response:
    with visit.work() as work:
        leave.withdraw(work, leave_id, member_id=member_id)
    return visit.go(f"/members/{member_id}", Said.WITHDRAWN)


@router.get("/{member_id}/known")
def known(visit: SignedIn, member_id: UUID) -> Response:
    return _form(visit, "member_known.html", Form(), _to_change(visit, "member_known.html", member_id))


@router.post("/{member_id}/known")
def tie(visit: SignedIn, member_id: UUID, sent: Sent) -> Response:
    """Whoever an import named is somebody who is here; the name alone is gone, so the page goes on to the member's."""
    try:
        given = as_shape(ClinicianKeyIn, **sent.present("member_id"))
        with visit.work() as work:
            clinician_keys.tie_member(work, member_id, given)
    except TO_PUT_RIGHT as error:
        return _form_again(visit, "member_known.html", sent, member_id, error)
    return visit.go(f"/members/{given.member_id}", Said.SAVED)


@router.get("/{member_id}/leaving")
def leaving(visit: SignedIn, member_id: UUID) -> Response:
    return _form(visit, "member_leaving.html", Form(), _to_change(visit, "member_leaving.html", member_id))


@router.post("/{member_id}/leaving")
def leave_practice(visit: SignedIn, member_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(LeavePracticeIn, **sent.present("hand_over_to"))
        with visit.work() as work:
            members.leave_practice(work, member_id, given)
    except TO_PUT_RIGHT as error:
        return _form_again(visit, "member_leaving.html", sent, member_id, error)
    return visit.go("/members", Said.MEMBER_LEFT)


def _to_change(visit: Visit, template: str, member_id: UUID) -> MemberOut:
    with visit.work() as work:
        visit.require(_asks_for(template))
        return members.read(work, member_id)


def _form_again(visit: Visit, template: str, sent: Form, member_id: UUID, error: DomainError) -> Response:
    status_code = visit.refused(sent, error)
    member = _to_change(visit, template, member_id)
    if isinstance(error, VersionMismatch):
        sent.now_at(member.version)
    return _form(visit, template, sent, member, status_code)


def _form(
    visit: Visit, template: str, form: Form, member: MemberOut | None, status_code: int = status.HTTP_200_OK
) -> Response:
    with visit.work() as work:
        visit.require(_asks_for(template))
        others = [
            one
            for one in everybody.members_here(work)
            if one.left_at is None and (member is None or one.id != member.id)
        ]
    return visit.page(
        template,
        status_code=status_code,
        form=form,
        member=member,
        roles=[(role, words.ROLE[role], words.ROLE_MEANS[role]) for role in _ROLES if _offered(visit, role, member)],
        clinical=[(role, words.ROLE[role], words.ROLE_MEANS[role]) for role in _ROLES if role in CLINICAL_ROLES],
        gives_clinical=visit.may(Permission.CLINICAL_GRANT),
        others=others,
        clinicians=[one for one in others if Role.CLINICIAN in one.roles],
    )


def _after(member: MemberOut) -> Said:
    return Said.SAVED if member.can_sign_in or not member.roles else Said.PASSWORD_NEXT


def _asks_for(template: str) -> Permission:
    """Whose caseloads somebody may open is a practice lead's to say."""
    return Permission.CLINICAL_GRANT if template in _OF_A_LEAD else Permission.MEMBER_EDIT


def _offered(visit: Visit, role: Role, member: MemberOut | None) -> bool:
    """What the visitor may give, and what the member has: anybody who changes members may take a role away."""
    return _holds(visit, needed_to_give_roles([role])) or (member is not None and role in member.roles)


def _holds(visit: Visit, needed: frozenset[Permission]) -> bool:
    return all(visit.may(permission) for permission in needed)


def _leave(visit: Visit, member_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.LEAVE_RECORD)
        member = members.read(work, member_id)
    return visit.page("member_leave.html", status_code=status_code, form=form, member=member)
