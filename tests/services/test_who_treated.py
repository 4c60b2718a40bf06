"""Who was a clinician of a client stays known after their part has ended, so that they never become its independent reader."""

from collections.abc import Callable
from uuid import UUID

import pytest

from api.services import clients, clinician_keys, contacts, episodes, members
from api.store import concerns as concern_store
from api.store import episodes as episode_store
from api.store import migrations, tenancy
from schemas.vocabulary import Channel, ClinicianPart, ContactDirection, Role
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import EpisodePatch
from schemas.wire.members import ClinicianKeyIn, LeavePracticeIn
from tests.services import records
from tests.services.imports import files
from tests.services.test_concerns import confide, read
from tests.support import links as messages
from tests.support import notes
from tests.support.house import Case, House, Person

BEFORE = "0043"


def treated(house: House, client_id: UUID) -> set[UUID]:
    with house.rows() as work, tenancy.whole_practice(work.session):
        return concern_store.clinicians_of(work.session, client_id)


def changed(house: House, case: Case, given: EpisodePatch) -> None:
    with house.work(house.founder) as work:
        version = episodes.read(work, case.episode_id).version
    with house.work(house.founder) as work:
        episodes.change(work, case.episode_id, given, version=version)


def to_a_colleague(house: House, case: Case, _former: Person) -> None:
    changed(house, case, EpisodePatch(responsible_id=house.clinician.id))


def by_a_file(house: House, case: Case, _former: Person) -> None:
    with house.rows() as work:
        episode_store.give_to(work.session, [(case.episode_id, house.clinician.id)], work.now)


def by_leaving(house: House, _case: Case, former: Person) -> None:
    with house.work(house.founder) as work:
        members.leave_practice(work, former.id, LeavePracticeIn(hand_over_to=house.clinician.id))


WAYS = (to_a_colleague, by_a_file, by_leaving)
BOTH = frozenset({Role.CLINICIAN, Role.PRACTICE_LEAD})


@pytest.mark.parametrize("hand_over", WAYS)
def test_whose_part_has_ended_is_known_and_sees_nothing(
    shared_house: House, hand_over: Callable[[House, Case, Person], None]
) -> None:
    """Known for this one question: what is theirs to see and to do is asked of the parts that stand."""
    house = shared_house
    former = house.practice.member(Role.CLINICIAN)
    case = house.client("Ana", former)
    began_at = house.now
    house.wait(days=3)
    hand_over(house, case, former)
    assert treated(house, case.client_id) == {former.id, house.clinician.id}
    with house.rows() as work:
        (part,) = episode_store.former_clinicians(work.session, case.episode_id)
        assert (part.member_id, part.part) == (former.id, ClinicianPart.RESPONSIBLE)
        assert (part.since, part.ended_at) == (began_at, house.now)
        present = episode_store.clinicians(work.session, [case.episode_id])
    assert [one.member_id for one in present] == [house.clinician.id]
    assert records.items(house, former) == []


def test_whoever_handed_a_client_over_does_not_read_what_is_told_of_them(shared_house: House) -> None:
    """Who treated them leads the practice, and no appointment names them."""
    house = shared_house
    case = house.client("Ana", house.founder)
    to_a_colleague(house, case, house.founder)
    _ = house.lead
    confide(house, messages.send(house, case, house.clinician))
    assert read(house, house.founder) == []
    assert [one.client.name for one in read(house, house.lead)] == ["Ana"]


def test_it_is_not_passed_on_to_them_either(shared_house: House) -> None:
    house = shared_house
    reader = house.practice.member(Role.PRACTICE_LEAD)
    case = house.client("Ana", house.founder)
    to_a_colleague(house, case, house.founder)
    confide(house, messages.send(house, case, house.clinician))
    assert len(read(house, reader)) == 1
    with house.work(house.founder) as work:
        members.leave_practice(work, reader.id, LeavePracticeIn())
    assert read(house, house.founder) == []


def test_after_a_merge_whoever_had_handed_the_double_over_is_known(shared_house: House) -> None:
    house = shared_house
    double = house.client("Ana M.", house.founder)
    to_a_colleague(house, double, house.founder)
    ana = house.client("Ana Moreno", house.clinician)
    with house.work(house.lead) as work:
        clients.merge(work, ana.client_id, double.client_id)
    assert treated(house, ana.client_id) == {house.founder.id, house.clinician.id}


def test_a_part_that_was_changed_and_kept_is_no_former_one(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.founder)
    changed(house, case, EpisodePatch(responsible_id=house.clinician.id, co_therapist_ids=[house.founder.id]))
    by_a_file(house, case, house.founder)
    by_a_file(house, case, house.founder)
    with house.rows() as work:
        former = episode_store.former_clinicians(work.session, case.episode_id)
    assert [(one.member_id, one.part) for one in former] == [(house.founder.id, ClinicianPart.CO_THERAPIST)]


def called(house: House, case: Case, who: Person) -> None:
    with house.work(who) as work:
        given = ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE)
        contacts.record(work, case.episode_id, given)


def wrote_the_note(house: House, case: Case, who: Person) -> None:
    notes.draft(house, who, case)


@pytest.mark.parametrize("act", [called, wrote_the_note])
def test_whoever_spoke_with_the_client_or_wrote_the_note_counts(
    shared_house: House, act: Callable[[House, Case, Person], None]
) -> None:
    """Also where no part of theirs is known any more, as of those whose part ended before that was kept."""
    house = shared_house
    case = house.client("Ana", house.founder)
    act(house, case, house.founder)
    to_a_colleague(house, case, house.founder)
    with house.rows() as work:
        for part in episode_store.former_clinicians(work.session, case.episode_id):
            work.session.delete(part)
    assert treated(house, case.client_id) == {house.founder.id, house.clinician.id}


def test_whoever_adds_to_a_colleague_s_note_counts(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.founder)
    changed(house, case, EpisodePatch(co_therapist_ids=[house.clinician.id]))
    note = notes.draft(house, house.founder, case)
    notes.sign(house, house.founder, note)
    notes.append(house, house.clinician, note.id, "She wrote to say thank you.")
    with house.rows() as work:
        for part in episode_store.clinicians(work.session, [case.episode_id]):
            work.session.delete(part)
    assert treated(house, case.client_id) == {house.founder.id, house.clinician.id}


def test_a_name_from_a_file_whose_part_had_ended_is_the_member_they_turn_out_to_be(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments(files.kept("ana", 2)))
    (item,) = records.items(house, house.lead)
    case = Case(item.clients[0].id, item.episode.id)
    by_a_file(house, case, house.founder)
    kim = house.practice.member(Role.CLINICIAN)
    with house.work(house.lead) as work:
        clinician_keys.tie(work, "native", "kim", ClinicianKeyIn(member_id=kim.id))
    with house.rows() as work:
        (part,) = episode_store.former_clinicians(work.session, case.episode_id)
    assert part.member_id == kim.id


def test_a_file_taken_back_takes_the_former_parts_of_what_it_began_along(house: House) -> None:
    done = files.take_in(house, files.appointments(files.kept("ana", 2)))
    (item,) = records.items(house, house.lead)
    by_a_file(house, Case(item.clients[0].id, item.episode.id), house.founder)
    files.take_back(house, done.id)
    with house.rows() as work:
        assert list(episode_store.former_clinicians(work.session, item.episode.id)) == []


def test_going_back_and_forth_leaves_the_parts_that_stand(both_houses: House) -> None:
    house = both_houses
    case = house.client("Ana", house.founder)
    to_a_colleague(house, case, house.founder)
    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)
    assert treated(house, case.client_id) == {house.clinician.id}
