"""Members: one admin always remains, one-time passwords, supervision, and leaving without leaving anybody alone."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, NotSignedIn, SignInRefused, VersionMismatch
from api.services import clients, members, sign_ins
from api.services.work import Work, unit
from api.store import audit as audit_store
from schemas.tables import AuditEntry, Episode, EpisodeClinician
from schemas.tables.base import new_id
from schemas.vocabulary import ClinicianPart, Role
from schemas.wire.members import LeavePracticeIn, MemberIn, MemberOut, MemberPatch, SuperviseesIn
from tests.support.house import PASSWORD, House, Person

Act = Callable[[Work], object]
BO = MemberIn(name="Bo Lindqvist", email="bo@example.org", roles=[Role.CLINICIAN])


def sign_in(house: House, email: str, password: str) -> sign_ins.StartedSignIn:
    with unit(house.runtime) as work:
        return sign_ins.sign_in(work, email, password, "192.0.2.7")


def is_signed_in(house: House, token: str) -> bool:
    try:
        with unit(house.runtime) as work:
            sign_ins.recognise(work, token)
    except NotSignedIn:
        return False
    return True


def add(house: House, given: MemberIn = BO) -> tuple[MemberOut, str]:
    """By the founder, who may give every role; who else may is in test_granting.py."""
    with house.work(house.founder) as work:
        added = members.add(work, given)
    assert added.one_time_password is not None
    return added.member, added.one_time_password


def read(house: House, member_id: UUID) -> MemberOut:
    with house.work(house.admin) as work:
        return members.read(work, member_id)


def last_entry(house: House) -> AuditEntry:
    with house.rows() as work:
        return audit_store.page(work.session, before=None, subject_id=None, limit=1)[0]


def test_a_new_member_signs_in_once_and_then_must_choose_their_own_password(both_houses: House) -> None:
    _, one_time = add(both_houses)
    started = sign_in(both_houses, " BO@example.org ", one_time)
    assert started.must_change_password
    with unit(both_houses.runtime) as work:
        principal = sign_ins.recognise(work, started.token)
    assert principal.permissions == {Permission.OWN_READ, Permission.OWN_EDIT}
    with pytest.raises(AccessDenied), both_houses.work(principal) as work:
        clients.page(work, name=None, after=None, limit=1)
    with both_houses.work(principal) as work:
        chosen = sign_ins.own_password(work).choose(one_time, "a password of their own")
        sign_ins.change_password(work, chosen)
    assert not sign_in(both_houses, "bo@example.org", "a password of their own").must_change_password


def test_names_and_addresses_are_sealed_in_the_database(both_houses: House) -> None:
    add(both_houses)
    with both_houses.rows() as work:
        rows = str(work.session.execute(sa.text("SELECT * FROM members")).all())
    assert "Lindqvist" not in rows
    assert "bo@example" not in rows


def test_an_address_has_one_account_wherever_it_is(house: House) -> None:
    neighbour = house.found("Next door")
    with house.work(neighbour.founder) as work:
        members.add(work, BO)
    with pytest.raises(Conflict) as refused:
        add(house, BO.model_copy(update={"email": "Bo@Example.org"}))
    assert refused.value.code == "account_exists"
    assert "practice" not in refused.value.message


def test_a_clinician_reads_members_and_changes_none(house: House) -> None:
    with house.work(house.clinician) as work:
        assert {member.name for member in members.page(work, after=None, limit=200).items} >= {"Ines Founder"}
    with pytest.raises(AccessDenied), house.work(house.clinician) as work:
        members.add(work, BO)


def test_members_are_paged(house: House) -> None:
    people = {house.founder.id, house.clinician.id, house.lead.id, house.admin.id}
    seen: list[UUID] = []
    after: UUID | None = None
    while True:
        with house.work(house.admin) as work:
            found = members.page(work, after=after, limit=2)
        seen += [member.id for member in found.items]
        if found.next_cursor is None:
            break
        after = UUID(found.next_cursor)
    assert set(seen) == people
    assert len(seen) == 4


def test_a_member_of_another_practice_is_simply_absent(house: House) -> None:
    stranger = house.found("Next door").founder
    with pytest.raises(NotFound), house.work(house.admin) as work:
        members.read(work, stranger.id)
    with pytest.raises(NotFound), house.work(house.admin) as work:
        members.change(work, stranger.id, MemberPatch(name="Mine now"), version=1)
    entry = last_entry(house)
    assert (entry.action, entry.outcome, entry.subject_id) == ("member.edit", "not_found", stranger.id)


def test_only_the_version_that_was_read_is_changed(both_houses: House) -> None:
    bo, _ = add(both_houses)
    with both_houses.work(both_houses.founder) as work:
        changed = members.change(work, bo.id, MemberPatch(name="Bo L.", roles=[Role.SUPERVISOR]), version=bo.version)
    assert (changed.name, changed.roles, changed.version) == ("Bo L.", [Role.SUPERVISOR], bo.version + 1)
    with pytest.raises(VersionMismatch), both_houses.work(both_houses.admin) as work:
        members.change(work, bo.id, MemberPatch(name="Bo again"), version=bo.version)
    assert read(both_houses, bo.id) == changed


def test_the_last_admin_neither_loses_the_role_nor_leaves(both_houses: House) -> None:
    founder = both_houses.founder
    acts: list[Act] = [
        lambda work: members.change(work, founder.id, MemberPatch(roles=[Role.CLINICIAN]), version=1),
        lambda work: members.leave_practice(work, founder.id, LeavePracticeIn()),
    ]
    for act in acts:
        with pytest.raises(Conflict) as refused, both_houses.work(founder) as work:
            act(work)
        assert refused.value.code == "last_admin"
    both_houses.practice.member(Role.ADMIN, Role.PRACTICE_LEAD)
    with both_houses.work(founder) as work:
        assert members.leave_practice(work, founder.id, LeavePracticeIn()).left_at is not None


def test_an_admin_without_a_password_does_not_count_as_one(house: House) -> None:
    with house.rows() as work:
        practice_admin = read(house, house.founder.id)
        assert Role.ADMIN in practice_admin.roles
        work.session.execute(sa.text("UPDATE members SET password_hash = NULL"))
    with pytest.raises(Conflict) as refused, house.work(house.admin) as work:
        members.change(work, house.admin.id, MemberPatch(roles=[]), version=1)
    assert refused.value.code == "last_admin"


def test_a_reset_password_ends_every_sign_in_and_is_good_for_one(house: House) -> None:
    person = house.clinician
    assert is_signed_in(house, person.token)
    with house.work(house.lead) as work:
        one_time = members.reset_password(work, person.id)
    assert not is_signed_in(house, person.token)
    with pytest.raises(SignInRefused):
        sign_in(house, person.email, PASSWORD)
    assert sign_in(house, person.email, one_time).must_change_password


def test_somebody_known_by_name_only_gets_an_account_with_an_address(house: House) -> None:
    with house.rows() as work:
        work.session.execute(
            sa.text("UPDATE members SET password_hash = NULL, email_digest = NULL, email_sealed = NULL WHERE id = :id"),
            {"id": house.clinician.id.bytes},
        )
    named = read(house, house.clinician.id)
    assert (named.email, named.can_sign_in) == (None, False)
    with pytest.raises(Conflict) as refused, house.work(house.founder) as work:
        members.reset_password(work, named.id)
    assert refused.value.code == "no_email"
    with house.work(house.founder) as work:
        members.change(work, named.id, MemberPatch(email="ana@example.org"), version=named.version)
        one_time = members.reset_password(work, named.id)
    assert sign_in(house, "ana@example.org", one_time).member_id == named.id


def test_a_supervisor_sees_those_named_and_nobody_else(both_houses: House) -> None:
    supervisor, supervisee, other = (
        both_houses.practice.member(Role.SUPERVISOR),
        both_houses.clinician,
        both_houses.lead,
    )
    ana, bea = both_houses.client("Ana", supervisee), both_houses.client("Bea", other)

    def sees(client_id: UUID) -> bool:
        fresh = both_houses.practice.signed_in(supervisor.id, "", "", frozenset())
        with unit(both_houses.runtime) as work:
            sign_ins.recognise(work, fresh.token)
            return client_id in {client.id for client in clients.page(work, name=None, after=None, limit=9).items}

    for wanted, seen in (([supervisee.id], (True, False)), ([other.id], (False, True)), ([], (False, False))):
        version = read(both_houses, supervisor.id).version
        with both_houses.work(both_houses.lead) as work:
            shown = members.set_supervisees(work, supervisor.id, SuperviseesIn(member_ids=wanted), version=version)
        assert shown.supervisee_ids == wanted
        assert (sees(ana.client_id), sees(bea.client_id)) == seen


@pytest.mark.parametrize("whom", ["themselves", "a stranger", "nobody"])
def test_only_active_colleagues_are_supervised(house: House, whom: str) -> None:
    ids = {
        "themselves": house.supervisor.id,
        "a stranger": house.found("Next door").founder.id,
        "nobody": new_id(),
    }
    with pytest.raises(Invalid) as refused, house.work(house.lead) as work:
        members.set_supervisees(work, house.supervisor.id, SuperviseesIn(member_ids=[ids[whom]]), version=1)
    assert refused.value.problems[0].pointer == "/member_ids/0"


def test_whoever_is_no_supervisor_supervises_nobody(house: House) -> None:
    with pytest.raises(Conflict) as refused, house.work(house.lead) as work:
        members.set_supervisees(work, house.clinician.id, SuperviseesIn(member_ids=[house.lead.id]), version=1)
    assert refused.value.code == "not_a_supervisor"
    supervisor = read(house, house.supervisor.id)
    assert supervisor.supervisee_ids == [house.clinician.id]
    with house.work(house.founder) as work:
        changed = members.change(work, supervisor.id, MemberPatch(roles=[Role.CLINICIAN]), version=supervisor.version)
    assert changed.supervisee_ids == []


def test_nobody_leaves_while_their_clients_have_nobody_else(both_houses: House) -> None:
    both_houses.client("Ana", both_houses.clinician)
    with pytest.raises(Conflict) as refused, both_houses.work(both_houses.admin) as work:
        members.leave_practice(work, both_houses.clinician.id, LeavePracticeIn())
    assert refused.value.code == "episodes_running"
    assert read(both_houses, both_houses.clinician.id).left_at is None


def test_whoever_leaves_hands_over_every_running_episode(both_houses: House) -> None:
    house = both_houses
    leaving, successor = house.clinician, house.practice.member(Role.CLINICIAN, name="Successor")
    mine, shared, ended = (house.client(name, leaving) for name in ("Ana", "Bea", "Cleo"))
    other = house.client("Dora", house.lead)
    with house.rows() as work:
        work.session.add_all(
            EpisodeClinician(
                episode_id=episode_id, member_id=member_id, part=ClinicianPart.CO_THERAPIST, since=work.now
            )
            for episode_id, member_id in ((shared.episode_id, successor.id), (other.episode_id, leaving.id))
        )
        work.session.execute(sa.update(Episode).where(col(Episode.id) == ended.episode_id).values(ended_at=work.now))
    with house.work(house.admin) as work:
        left = members.leave_practice(work, leaving.id, LeavePracticeIn(hand_over_to=successor.id))
    assert left.name == leaving.name
    assert left.left_at == house.now

    with house.rows() as work:
        episodes = work.session.scalars(sa.select(Episode)).all()
        parts = {
            (row.episode_id, row.member_id): row.part for row in work.session.scalars(sa.select(EpisodeClinician)).all()
        }
    assert {episode.id: episode.responsible_id for episode in episodes} == {
        mine.episode_id: successor.id,
        shared.episode_id: successor.id,
        ended.episode_id: leaving.id,
        other.episode_id: house.lead.id,
    }
    assert parts == {
        (mine.episode_id, successor.id): ClinicianPart.RESPONSIBLE,
        (shared.episode_id, successor.id): ClinicianPart.RESPONSIBLE,
        (ended.episode_id, leaving.id): ClinicianPart.RESPONSIBLE,
        (other.episode_id, house.lead.id): ClinicianPart.RESPONSIBLE,
        (other.episode_id, successor.id): ClinicianPart.CO_THERAPIST,
    }
    due = {episode.id for episode in episodes if episode.assessment_due}
    assert due == {mine.episode_id, shared.episode_id}
    entry = last_entry(house)
    assert entry.action == "member.leave"
    assert entry.details["episode_count"] == 3


def test_whoever_left_cannot_come_in_any_more_and_their_keys_end(both_houses: House) -> None:
    house, leaving = both_houses, both_houses.practice.member(Role.ADMIN, Role.CLINICIAN)
    with house.rows() as work:
        key = house.practice.key(Permission.CLIENT_READ)
        work.session.execute(sa.text("UPDATE api_keys SET created_by = :id"), {"id": _stored(work, leaving)})
    assert is_signed_in(house, key.token)
    with house.work(house.founder) as work:
        members.leave_practice(work, leaving.id, LeavePracticeIn())
    assert not is_signed_in(house, leaving.token)
    assert not is_signed_in(house, key.token)
    with pytest.raises(SignInRefused):
        sign_in(house, leaving.email, PASSWORD)
    acts: list[Act] = [
        lambda work: members.reset_password(work, leaving.id),
        lambda work: members.change(work, leaving.id, MemberPatch(name="Back"), version=2),
        lambda work: members.leave_practice(work, leaving.id, LeavePracticeIn()),
    ]
    for act in acts:
        with pytest.raises(Conflict) as refused, house.work(house.founder) as work:
            act(work)
        assert refused.value.code == "left_already"


def test_an_address_is_free_again_after_leaving(house: House) -> None:
    bo, _ = add(house)
    with house.work(house.admin) as work:
        members.leave_practice(work, bo.id, LeavePracticeIn())
    with house.work(house.found("Next door").founder) as work:
        assert members.add(work, BO).member.can_sign_in


@pytest.mark.parametrize("to", ["themselves", "an admin", "a stranger", "somebody who left"])
def test_episodes_go_to_active_clinicians_only(house: House, to: str) -> None:
    house.client("Ana", house.clinician)
    gone = house.practice.member(Role.CLINICIAN)
    with house.work(house.admin) as work:
        members.leave_practice(work, gone.id, LeavePracticeIn())
    ids = {
        "themselves": house.clinician.id,
        "an admin": house.admin.id,
        "a stranger": house.found("Next door").founder.id,
        "somebody who left": gone.id,
    }
    with pytest.raises(Invalid) as refused, house.work(house.admin) as work:
        members.leave_practice(work, house.clinician.id, LeavePracticeIn(hand_over_to=ids[to]))
    assert refused.value.problems[0].pointer == "/hand_over_to"
    assert read(house, house.clinician.id).left_at is None


def _stored(work: Work, person: Person) -> object:
    """An identifier as this engine stores it: for plain SQL."""
    return person.id.bytes if work.session.get_bind().dialect.name == "sqlite" else person.id
