"""Whom another system means: a clinician who was only named becomes the member they are, and later files know it."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import clients, clinician_keys, episodes, leave, members
from schemas.tables import Appointment, ExternalId, Member
from schemas.vocabulary import AuditOutcome, Role
from schemas.wire.episodes import EpisodePatch
from schemas.wire.leave import LeaveIn
from schemas.wire.members import ClinicianKeyIn, LeavePracticeIn, MemberPatch
from tests.services import records
from tests.services.imports import files
from tests.support.house import House, Person

FILE = files.appointments(files.kept("ana", 3))
LATER = files.appointments([*files.kept("ana", 3), *files.kept("bea", 2)])


def tie(house: House, member_id: UUID, key: str = "kim", who: Person | None = None) -> None:
    with house.work(who or house.lead) as work:
        clinician_keys.tie(work, "native", key, ClinicianKeyIn(member_id=member_id))


def named(house: House) -> list[UUID]:
    """Whoever came with a file."""
    with house.rows() as work:
        return list(work.session.scalars(sa.select(col(Member.id)).where(col(Member.import_id).is_not(None))))


def responsible(house: House) -> dict[str, UUID | None]:
    """By the client's name, whoever the lead sees there."""
    found = records.items(house, house.lead)
    return {item.clients[0].name: item.episode.responsible.id if item.episode.responsible else None for item in found}


def test_an_imported_clinician_turns_out_to_be_somebody_who_has_an_account(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    files.take_in(house, FILE)
    [only_named] = named(house)
    days = LeaveIn(from_on=house.now.date(), to_on=house.now.date())
    with house.work(house.lead) as work:
        leave.record(work, only_named, days)
    assert records.items(house, kim) == []
    tie(house, kim.id)
    files.assess(house)
    [item] = records.items(house, kim)
    assert [person.name for person in item.clients] == ["ana"]
    assert named(house) == []
    with house.work(kim) as work:
        assert clients.read(work, item.clients[0].id).name == "ana"
        assert len(leave.page(work, kim.id, after=None, limit=9).items) == 1
    with house.rows() as work:
        assert set(work.session.scalars(sa.select(col(Appointment.clinician_id)))) == {kim.id}
    records.assert_stored_is_computed(house)
    assert ("member.tie", AuditOutcome.ALLOWED) in records.trail(house, kim.id)


def test_the_next_file_finds_them(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    files.take_in(house, FILE)
    tie(house, kim.id)
    assert files.take_in(house, LATER).counts == {"unchanged": 6, "created": 2, "updated": 2}
    assert named(house) == []
    assert responsible(house) == {"ana": kim.id, "bea": kim.id}


def test_a_key_said_before_the_first_file_adds_nobody(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    tie(house, kim.id)
    tie(house, kim.id)
    done = files.take_in(house, FILE)
    assert named(house) == []
    assert responsible(house) == {"ana": kim.id}
    files.take_back(house, done.id)
    with house.rows() as work:
        assert work.session.scalars(sa.select(col(ExternalId.target_id))).all() == [kim.id]


def test_undoing_the_import_does_not_unsay_who_it_was(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    done = files.take_in(house, FILE)
    tie(house, kim.id)
    files.take_back(house, done.id)
    files.take_in(house, FILE)
    assert named(house) == []
    assert responsible(house) == {"ana": kim.id}


def test_who_took_part_beside_the_name_is_responsible_where_the_name_was(both_houses: House) -> None:
    house, kim = both_houses, both_houses.clinician
    files.take_in(house, FILE)
    [only_named] = named(house)
    [item] = records.items(house, house.lead)
    with house.work(house.lead) as work:
        given = EpisodePatch(co_therapist_ids=[kim.id])
        episodes.change(work, item.episode.id, given, version=episodes.read(work, item.episode.id).version)
    with house.work(house.lead) as work:
        clinician_keys.tie_member(work, only_named, ClinicianKeyIn(member_id=kim.id))
    with house.work(kim) as work:
        found = episodes.read(work, item.episode.id)
    assert found.responsible is not None
    assert (found.responsible.id, found.co_therapists) == (kim.id, [])


def test_a_key_moves_to_a_colleague_without_what_its_clinician_has(both_houses: House) -> None:
    house, other = both_houses, both_houses.practice.member(Role.CLINICIAN)
    tie(house, house.clinician.id)
    files.take_in(house, FILE)
    tie(house, other.id)
    files.take_in(house, LATER)
    assert responsible(house) == {"ana": house.clinician.id, "bea": other.id}


def test_it_is_a_practice_lead_s_to_say(house: House) -> None:
    files.take_in(house, FILE)
    for who in (house.admin, house.clinician, house.supervisor):
        with pytest.raises(AccessDenied):
            tie(house, house.clinician.id, who=who)
    assert len(named(house)) == 1


def test_a_key_means_somebody_here_who_works_with_clients(house: House) -> None:
    gone, stranger = house.practice.member(Role.CLINICIAN), house.found("Next door").clinician
    with house.work(house.founder) as work:
        members.leave_practice(work, gone.id, LeavePracticeIn())
    for member_id in (gone.id, stranger.id, house.admin.id):
        with pytest.raises(Invalid):
            tie(house, member_id)


def test_only_a_name_from_an_import_turns_out_to_be_somebody_else(house: House) -> None:
    files.take_in(house, FILE)
    [only_named] = named(house)
    with pytest.raises(Invalid), house.work(house.lead) as work:
        clinician_keys.tie_member(work, only_named, ClinicianKeyIn(member_id=only_named))
    with house.work(house.admin) as work:
        members.change(work, only_named, MemberPatch.model_validate({"email": "kim@example.org"}), version=1)
    given = ClinicianKeyIn(member_id=house.lead.id)
    for member_id in (only_named, house.clinician.id):
        with pytest.raises(Conflict) as refused, house.work(house.lead) as work:
            clinician_keys.tie_member(work, member_id, given)
        assert refused.value.code == "not_only_named"
    stranger = house.found("Next door").clinician
    with pytest.raises(NotFound), house.work(house.lead) as work:
        clinician_keys.tie_member(work, stranger.id, given)
