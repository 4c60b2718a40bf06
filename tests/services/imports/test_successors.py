"""A file goes on saying the key of somebody who left: their new clients do not wait with them."""

from uuid import UUID

import pytest

from api.domain.access import KEY_SCOPES
from api.services import clinician_keys, members
from schemas.vocabulary import Role
from schemas.wire.members import ClinicianKeyIn, LeavePracticeIn, MemberPatch
from tests.services import records
from tests.services.imports import files
from tests.support.house import House, Person

BEFORE = files.appointments(files.kept("ana", 2))
AFTER = files.appointments([*files.kept("ana", 2), *files.kept("bea", 2)])


def tie(house: House, who: Person) -> None:
    with house.work(house.lead) as work:
        clinician_keys.tie(work, "native", "kim", ClinicianKeyIn(member_id=who.id))


def leave(house: House, who: Person, to: Person | None) -> None:
    with house.work(house.founder) as work:
        members.leave_practice(work, who.id, LeavePracticeIn(hand_over_to=to.id if to else None))


def responsible(house: House) -> dict[str, UUID | None]:
    found = records.items(house, house.lead)
    return {item.clients[0].name: item.episode.responsible.id if item.episode.responsible else None for item in found}


def test_new_clients_of_somebody_who_left_go_to_whom_they_handed_over_to(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    first, second = house.practice.member(Role.CLINICIAN), house.practice.member(Role.CLINICIAN)
    tie(house, kim)
    files.take_in(house, BEFORE)
    leave(house, kim, first)
    leave(house, first, second)
    files.take_in(house, AFTER)
    assert responsible(house) == {"ana": second.id, "bea": second.id}
    assert {item.clients[0].name for item in records.items(house, second)} == {"ana", "bea"}


@pytest.mark.parametrize("known", [True, False], ids=["with a successor", "without one"])
def test_one_appointment_by_another_system_says_the_same(house: House, known: bool) -> None:
    kim, other = house.clinician, house.practice.member(Role.CLINICIAN)
    tie(house, kim)
    leave(house, kim, other if known else None)
    api = house.api(house.practice.key(*KEY_SCOPES))
    assert api.put("/v1/clients/by-external-id/native/ana", json={"name": "Ana"}).status_code == 201
    told = {"client_external_id": "ana", "clinician_external_id": "kim", "starts_at": "2026-03-02T09:00:00Z"}
    assert api.put("/v1/appointments/by-external-id/native/1", json=told).status_code == 201
    assert responsible(house) == {"Ana": other.id if known else None}


def test_without_a_successor_the_lead_sees_them_and_nobody_else(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    tie(house, kim)
    leave(house, kim, None)
    files.take_in(house, AFTER)
    assert responsible(house) == {"ana": None, "bea": None}


def test_a_key_of_somebody_who_left_brings_their_clients_to_its_next_clinician(both_houses: House) -> None:
    """Also those whom files gave them after they had left, before there was a successor on record."""
    house, kim, other = both_houses, both_houses.clinician, both_houses.practice.member(Role.CLINICIAN)
    tie(house, kim)
    leave(house, kim, None)
    case = house.client("Cleo", kim)
    tie(house, other)
    assert [item.episode.id for item in records.items(house, other)] == [case.episode_id]


def test_undoing_an_import_keeps_a_clinician_to_whom_somebody_handed_over(both_houses: House) -> None:
    house, leaving = both_houses, both_houses.clinician
    done = files.take_in(house, BEFORE)
    with house.work(house.founder) as work:
        [named] = [one for one in members.page(work, after=None, limit=50).items if one.name == "kim"]
        members.change(work, named.id, MemberPatch(roles=[Role.CLINICIAN]), version=named.version)
        members.leave_practice(work, leaving.id, LeavePracticeIn(hand_over_to=named.id))
    files.take_back(house, done.id)
    with house.work(house.lead) as work:
        assert members.read(work, named.id).name == "kim"
