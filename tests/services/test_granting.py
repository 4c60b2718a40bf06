"""An admin runs the practice and finds no way to a client; a practice lead opens the ways and does not become an admin."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.access import CLINICAL_SCOPES, Permission
from api.domain.errors import AccessDenied, Conflict, NotFound, NotSignedIn, SignInRefused
from api.services import clients, keys, members, sign_ins
from api.services.work import Work, unit
from api.store import audit as audit_store
from schemas.vocabulary import AuditOutcome, Role
from schemas.wire.keys import KeyIn
from schemas.wire.members import ClinicalRolesIn, LeavePracticeIn, MemberIn, MemberOut, MemberPatch, SuperviseesIn
from tests.support.house import PASSWORD, House, Person

CLINICAL = (Role.CLINICIAN, Role.SUPERVISOR, Role.PRACTICE_LEAD)


def refusal(house: House, who: Person, act: Callable[[Work], object]) -> str:
    """The code, and that the trail has it."""
    with pytest.raises(AccessDenied) as refused, house.work(who) as work:
        act(work)
    with house.rows() as work:
        entry = audit_store.page(work.session, before=None, subject_id=None, limit=1)[0]
    assert (entry.actor_id, entry.outcome) == (who.id, AuditOutcome.DENIED)
    return refused.value.code


def read(house: House, member_id: UUID) -> MemberOut:
    with house.work(house.admin) as work:
        return members.read(work, member_id)


def newcomer(*roles: Role) -> MemberIn:
    return MemberIn(name="Bo Lindqvist", email="bo@example.org", roles=list(roles))


def grant(house: House, member_id: UUID, *roles: Role) -> MemberOut:
    version = read(house, member_id).version
    with house.work(house.lead) as work:
        return members.set_clinical_roles(
            work, member_id, ClinicalRolesIn.model_validate({"roles": roles}), version=version
        )


def comes_in(house: House, email: str, password: str) -> bool:
    try:
        with unit(house.runtime) as work:
            sign_ins.sign_in(work, email, password, "192.0.2.7")
    except SignInRefused:
        return False
    return True


@pytest.mark.parametrize("role", CLINICAL)
def test_an_admin_gives_a_clinical_role_to_nobody(both_houses: House, role: Role) -> None:
    house = both_houses
    other = house.practice.member(Role.ADMIN)
    acts: list[Callable[[Work], object]] = [
        lambda work: members.add(work, newcomer(role)),
        lambda work: members.add(work, newcomer(role, Role.ADMIN)),
        lambda work: members.change(work, house.admin.id, MemberPatch(roles=[Role.ADMIN, role]), version=1),
        lambda work: members.change(work, other.id, MemberPatch(roles=[Role.ADMIN, role]), version=1),
    ]
    assert {refusal(house, house.admin, act) for act in acts} == {"needs_practice_lead"}
    assert refusal(house, house.admin, lambda work: grant_self(work, house.admin.id, role)) == "not_allowed"
    assert read(house, house.admin.id).roles == [Role.ADMIN]


def grant_self(work: Work, member_id: UUID, role: Role) -> MemberOut:
    return members.set_clinical_roles(work, member_id, ClinicalRolesIn.model_validate({"roles": [role]}), version=1)


@pytest.mark.parametrize("scope", sorted(CLINICAL_SCOPES))
def test_an_admin_makes_no_key_that_opens_a_record(house: House, scope: Permission) -> None:
    given = KeyIn(name="Mine", scopes=["member:read", scope])
    assert refusal(house, house.admin, lambda work: keys.add(work, given)) == "needs_practice_lead"
    with house.work(house.lead) as work:
        assert keys.add(work, given).key.scopes == sorted(given.scopes)


def test_an_admin_makes_and_ends_the_keys_that_open_none(house: House) -> None:
    with house.work(house.admin) as work:
        made = keys.add(work, KeyIn(name="Rota", scopes=["leave:record", "member:read"]))
        keys.end(work, made.key.id)
    clinical = house.practice.key(Permission.CLIENT_READ)
    with house.work(house.admin) as work:
        keys.end(work, clinical.id)


@pytest.mark.parametrize("role", CLINICAL)
def test_an_admin_cannot_come_in_as_somebody_clinical(house: House, role: Role) -> None:
    person = house.practice.member(role)
    assert refusal(house, house.admin, lambda work: members.reset_password(work, person.id)) == "needs_practice_lead"
    assert comes_in(house, person.email, PASSWORD)
    with house.work(house.lead) as work:
        one_time = members.reset_password(work, person.id)
    assert comes_in(house, person.email, one_time)


def test_a_password_from_before_the_clinical_role_opens_nothing_after_it(both_houses: House) -> None:
    """Else an admin would add somebody, come in as them first, and wait for the lead to give them their role."""
    house = both_houses
    with house.work(house.admin) as work:
        added = members.add(work, newcomer())
        one_time = members.reset_password(work, added.member.id)
    with unit(house.runtime) as work:
        early = sign_ins.sign_in(work, "bo@example.org", one_time, "192.0.2.7")
    granted = grant(house, added.member.id, Role.CLINICIAN)
    assert (granted.roles, granted.can_sign_in) == ([Role.CLINICIAN], False)
    assert not comes_in(house, "bo@example.org", one_time)
    with pytest.raises(NotSignedIn), unit(house.runtime) as work:
        sign_ins.recognise(work, early.token)
    with house.work(house.lead) as work:
        handed_over = members.reset_password(work, added.member.id)
    assert comes_in(house, "bo@example.org", handed_over)


def test_a_role_taken_away_and_given_back_does_not_keep_the_password_of_between(house: House) -> None:
    bo = house.practice.member(Role.CLINICIAN)
    with house.work(house.admin) as work:
        members.change(work, bo.id, MemberPatch(roles=[]), version=1)
        between = members.reset_password(work, bo.id)
    grant(house, bo.id, Role.CLINICIAN)
    assert not comes_in(house, bo.email, between)


def test_a_further_clinical_role_leaves_the_password_alone(house: House) -> None:
    grant(house, house.clinician.id, Role.CLINICIAN, Role.SUPERVISOR)
    assert comes_in(house, house.clinician.email, PASSWORD)


def test_a_member_without_a_role_has_no_account_yet(house: House) -> None:
    with house.work(house.admin) as work:
        added = members.add(work, newcomer())
    assert added.one_time_password is None
    assert not added.member.can_sign_in


def test_a_lead_does_not_become_an_admin(both_houses: House) -> None:
    house = both_houses
    acts: list[Callable[[Work], object]] = [
        lambda work: members.add(work, newcomer(Role.ADMIN)),
        lambda work: members.add(work, newcomer(Role.CLINICIAN)),
        lambda work: members.change(work, house.lead.id, MemberPatch(roles=[Role.ADMIN]), version=1),
        lambda work: members.leave_practice(work, house.clinician.id, LeavePracticeIn()),
    ]
    assert {refusal(house, house.lead, act) for act in acts} == {"not_allowed"}
    for admin in (house.admin, house.founder, house.practice.member()):

        def reset(work: Work, member_id: UUID = admin.id) -> object:
            return members.reset_password(work, member_id)

        assert refusal(house, house.lead, reset) == "needs_admin"


def test_a_lead_s_act_leaves_it_as_it_is_whether_somebody_is_an_admin(house: House) -> None:
    house.practice.member(Role.ADMIN)
    assert grant(house, house.founder.id, Role.CLINICIAN).roles == [Role.ADMIN, Role.CLINICIAN]
    assert grant(house, house.clinician.id).roles == []


def test_whoever_is_both_needs_nobody_else(both_houses: House) -> None:
    """A practice of one, and one whose founder does it all."""
    house = both_houses
    with house.work(house.founder) as work:
        added = members.add(work, newcomer(*CLINICAL, Role.ADMIN))
        assert added.one_time_password is not None
        changed = members.change(work, added.member.id, MemberPatch(roles=[Role.CLINICIAN]), version=1)
        members.reset_password(work, added.member.id)
        keys.add(work, KeyIn(name="All", scopes=sorted(CLINICAL_SCOPES)))
    assert changed.can_sign_in


def test_the_last_lead_neither_loses_the_role_nor_leaves(both_houses: House) -> None:
    house, founder = both_houses, both_houses.founder
    house.practice.member(Role.ADMIN)
    acts: list[Callable[[Work], object]] = [
        lambda work: members.change(work, founder.id, MemberPatch(roles=[Role.ADMIN]), version=1),
        lambda work: grant_self(work, founder.id, Role.CLINICIAN),
        lambda work: members.leave_practice(work, founder.id, LeavePracticeIn()),
    ]
    for act in acts:
        with pytest.raises(Conflict) as refused, house.work(founder) as work:
            act(work)
        assert refused.value.code == "last_practice_lead"
    house.practice.member(Role.PRACTICE_LEAD)
    with house.work(founder) as work:
        acts[0](work)


def test_the_only_admin_is_not_locked_out_by_a_clinical_role(house: House) -> None:
    """Their password would end, and there would be nobody to make them another."""
    ada = house.practice.member(Role.ADMIN)
    with house.rows() as work:
        work.session.execute(
            sa.text("UPDATE members SET password_hash = NULL WHERE id = :id"), {"id": house.founder.id.bytes}
        )
    with pytest.raises(Conflict) as refused, house.work(house.lead) as work:
        grant_self(work, ada.id, Role.CLINICIAN)
    assert refused.value.code == "last_admin"


def test_whose_caseloads_a_supervisor_reads_is_the_lead_s_to_say(house: House) -> None:
    both = house.practice.member(Role.ADMIN, Role.SUPERVISOR)
    given = SuperviseesIn(member_ids=[house.clinician.id])
    for who in (house.admin, both):
        assert (
            refusal(house, who, lambda work: members.set_supervisees(work, both.id, given, version=1)) == "not_allowed"
        )
    with house.work(house.lead) as work:
        members.set_supervisees(work, both.id, given, version=1)


def test_an_admin_who_is_a_clinician_does_not_help_themselves_to_a_caseload(house: House) -> None:
    both, ana = house.practice.member(Role.ADMIN, Role.CLINICIAN), house.client("Ana", house.clinician)
    leaving = LeavePracticeIn(hand_over_to=both.id)
    code = refusal(house, both, lambda work: members.leave_practice(work, house.clinician.id, leaving))
    assert code == "needs_practice_lead"
    with house.work(house.admin) as work:
        members.leave_practice(work, house.clinician.id, leaving)
    with house.work(both) as work:
        assert clients.read(work, ana.client_id).name == "Ana"


def test_an_admin_who_supervises_does_not_move_a_caseload_into_their_sight(both_houses: House) -> None:
    house = both_houses
    yuki = house.practice.member(Role.CLINICIAN, name="Yuki")
    both = house.practice.member(Role.ADMIN, Role.SUPERVISOR, supervisees=(yuki,))
    ana, leaving = house.client("Ana", house.clinician), LeavePracticeIn(hand_over_to=yuki.id)
    code = refusal(house, both, lambda work: members.leave_practice(work, house.clinician.id, leaving))
    assert code == "needs_practice_lead"
    stranger = house.practice.member(Role.CLINICIAN)
    with house.work(both) as work:
        members.leave_practice(work, house.clinician.id, LeavePracticeIn(hand_over_to=stranger.id))
    with pytest.raises(NotFound), house.work(both) as work:
        clients.read(work, ana.client_id)
    with house.work(house.founder) as work:  # who is admin and lead
        members.leave_practice(work, stranger.id, leaving)
    with house.work(both) as work:
        assert clients.read(work, ana.client_id).name == "Ana"


def still_open(house: House, tokens: dict[str, str]) -> set[str]:
    def opens(token: str) -> bool:
        answer = house.api().get("/v1/practice", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code == 200

    return {name for name, token in tokens.items() if opens(token)}


@pytest.mark.parametrize(
    ("held", "left", "open_after"),
    [
        ((Role.PRACTICE_LEAD,), (Role.CLINICIAN,), set()),
        ((Role.PRACTICE_LEAD, Role.ADMIN), (Role.ADMIN,), {"rota"}),
        ((Role.PRACTICE_LEAD, Role.ADMIN), (Role.PRACTICE_LEAD,), {"rota", "records"}),
        ((Role.PRACTICE_LEAD,), (), set()),
    ],
)
def test_a_key_ends_with_the_roles_that_made_it(
    both_houses: House, held: tuple[Role, ...], left: tuple[Role, ...], open_after: set[str]
) -> None:
    """Else a former lead would go on reading the whole practice through it."""
    house = both_houses
    maker = house.practice.member(*held)
    scopes = {"rota": ["leave:record", "member:read"], "records": ["client:read"]}
    with house.work(maker) as work:
        tokens = {name: keys.add(work, KeyIn(name=name, scopes=scopes[name])).token for name in scopes}
    with house.work(house.lead) as work:
        tokens["another's"] = keys.add(work, KeyIn(name="other", scopes=["client:read"])).token
    assert still_open(house, tokens) == set(tokens)
    with house.work(house.founder) as work:
        members.change(work, maker.id, MemberPatch(roles=list(left)), version=1)
    assert still_open(house, tokens) == open_after | {"another's"}
