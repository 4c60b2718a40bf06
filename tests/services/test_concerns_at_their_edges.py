"""What was told in confidence outlives its reader's part, a merge and, without its words, an erasure."""

from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict
from api.services import caseload, clients, concerns, episodes, members, replies
from api.store import records as record_store
from schemas.tables import Client
from schemas.vocabulary import CheckInState, FlagKind, Role, StopReason
from schemas.wire.clients import ClientIn
from schemas.wire.concerns import ConcernReleaseIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.members import ClinicalRolesIn, LeavePracticeIn, MemberIn
from tests.services import records
from tests.services.erasing import ended, erase
from tests.services.imports import files
from tests.services.test_concerns import confide, read
from tests.services.test_flags import raised, seen
from tests.support import links as messages
from tests.support.house import Case, House, Person


def merged(house: House, double: Case) -> Case:
    """A client who turns out to be the one whose double spoke; a lead leads both."""
    ana = house.client("Ana Moreno", house.clinician)
    with house.work(house.lead) as work:
        clients.merge(work, ana.client_id, double.client_id)
    return ana


def test_after_an_erasure_its_reader_sees_that_something_was_told(both_houses: House) -> None:
    house = both_houses
    case, other = house.client("Ana", house.clinician), house.client("Bea", house.clinician)
    for one in (case, other):
        confide(house, messages.send(house, one, house.clinician))
    concern_id = read(house, house.founder)[0].id
    with house.work(house.founder) as work:
        concerns.hold(work, concern_id)
    ended(house, case.episode_id)
    erase(house, case.client_id)
    gone, left = read(house, house.founder)
    assert (gone.client.name, gone.erased, gone.words, gone.reasons, gone.answer) == ("(erased)", True, None, [], None)
    assert (left.client.name, left.erased, left.words) == ("Bea", False, "So it was.")
    assert not gone.held
    with house.work(house.founder) as work:
        assert concerns.read(work, concern_id).erased
    with pytest.raises(Conflict) as no_hold, house.work(house.founder) as work:
        concerns.hold(work, concern_id)
    with pytest.raises(Conflict) as not_passed_on, house.work(house.founder) as work:
        concerns.release(work, concern_id, ConcernReleaseIn(client_agreed_on=house.now.date()))
    assert (no_hold.value.code, not_passed_on.value.code) == ("erased", "erased")
    with house.work(house.founder) as work:
        assert not concerns.lift(work, concern_id).held
    with house.work(house.founder) as work:
        concerns.handle(work, concern_id)
    assert [one.client.name for one in read(house, house.founder)] == ["Bea"]


def test_after_a_merge_a_hold_keeps_the_client_who_was_kept_back(both_houses: House) -> None:
    house = both_houses
    double = house.client("Ana M.", house.clinician)
    sent = messages.send(house, double, house.clinician)
    confide(house, sent)
    concern_id = read(house, house.founder)[0].id
    ana = merged(house, double)
    waiting = messages.send(house, ana, house.clinician, consent_id=sent.consent_id, state=CheckInState.APPROVED)
    assert [(one.client.id, one.client.name, one.words) for one in read(house, house.founder)] == [
        (ana.client_id, "Ana Moreno", "So it was.")
    ]
    with house.work(house.founder) as work:
        assert concerns.hold(work, concern_id).held
    assert messages.state_of(house, waiting) == (CheckInState.CANCELLED, StopReason.HELD)
    assert [one.kind for one in seen(house, house.clinician, ana.client_id)] == [FlagKind.PRACTICE_HOLD]
    with house.work(house.clinician) as work:
        found = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=9).items
    assert {one.next_step.why for one in found} == {"Paused by the practice."}
    with house.work(house.founder) as work:
        assert not concerns.lift(work, concern_id).held
    assert [one.cleared_at for one in seen(house, house.clinician, ana.client_id)] == [house.now]


def test_a_hold_that_a_merge_took_along_is_still_its_readers_to_lift(both_houses: House) -> None:
    house = both_houses
    double = house.client("Ana M.", house.clinician)
    confide(house, messages.send(house, double, house.clinician))
    concern_id = read(house, house.founder)[0].id
    with house.work(house.founder) as work:
        concerns.hold(work, concern_id)
    ana = merged(house, double)
    assert read(house, house.founder)[0].held
    with house.work(house.founder) as work:
        assert concerns.hold(work, concern_id).held
    assert len(seen(house, house.clinician, ana.client_id)) == 1
    with house.work(house.founder) as work:
        assert not concerns.lift(work, concern_id).held
    assert [one.cleared_at for one in seen(house, house.clinician, ana.client_id)] == [house.now]


def test_after_a_merge_what_is_passed_on_is_an_answer_of_the_client_who_was_kept(both_houses: House) -> None:
    house = both_houses
    double = house.client("Ana M.", house.clinician)
    confide(house, messages.send(house, double, house.clinician))
    concern_id = read(house, house.founder)[0].id
    ana = merged(house, double)
    with house.work(house.founder) as work:
        concerns.release(work, concern_id, ConcernReleaseIn(client_agreed_on=house.now.date()))
    with house.work(house.clinician) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=9).items
    assert (reply.client.id, reply.words) == (ana.client_id, "So it was.")


@pytest.mark.parametrize("was_told", [False, True])
def test_taking_a_file_back_says_nothing_of_what_a_double_told(shared_house: House, was_told: bool) -> None:
    """A double that came with the file and was merged stays, whatever it told: it may not be the one that cannot be dropped."""
    house = shared_house
    done = files.take_in(house, files.appointments(files.kept("ana", 2)))
    (item,) = records.items(house, house.lead)
    double = Case(item.clients[0].id, item.episode.id)
    sent = messages.send(house, double, house.lead)
    if was_told:
        confide(house, sent)
    ana = merged(house, double)
    files.take_back(house, done.id)
    with house.work(house.lead) as work:
        assert clients.read(work, double.client_id).merged_into_id == ana.client_id
    assert [one.words for one in read(house, house.founder)] == (["So it was."] if was_told else [])


def test_of_clients_merged_one_after_the_other_each_is_one_step_from_the_last(both_houses: House) -> None:
    """Else erasing the last would leave the first as they were."""
    house = both_houses
    with house.work(house.lead) as work:
        first, second, last = (clients.add(work, ClientIn(name=name, adult_on=None)).id for name in ("A", "B", "C"))
        clients.merge(work, second, first)
        clients.merge(work, last, second)
    with house.rows() as work:
        assert record_store.whose(work.session, last).client_ids == {first, second, last}
    erase(house, last)
    with house.rows() as work:
        erased = work.session.scalars(sa.select(col(Client.erased_at)).where(col(Client.id) == first)).one()
    assert erased == house.now


def test_told_while_its_reader_leaves_it_goes_to_the_next(both_houses: House) -> None:
    """It waits for the leaving to end: else it would be told to somebody who is not there any more, after all was passed on."""
    house = both_houses
    reader = house.practice.member(Role.PRACTICE_LEAD)
    house.wait(minutes=1)
    other = house.practice.member(Role.PRACTICE_LEAD)
    sent = messages.send(house, house.client("Bea", house.founder), house.founder)
    with ThreadPoolExecutor(1) as client:
        with house.work(house.founder) as work:
            members.leave_practice(work, reader.id, LeavePracticeIn())
            told = client.submit(confide, house, sent)
            wait([told], timeout=1)
        assert told.result()
    assert [one.words for one in read(house, other)] == ["So it was."]


def orphaned(house: House) -> None:
    """The only independent lead leads no more; whoever else leads treats the client."""
    reader = house.practice.member(Role.PRACTICE_LEAD, name="First reader")
    confide(house, messages.send(house, house.client("Bea", house.founder), house.founder))
    assert len(read(house, reader)) == 1
    with house.work(house.founder) as work:
        members.leave_practice(work, reader.id, LeavePracticeIn())
    assert read(house, house.founder) == []


def test_where_nobody_was_independent_the_next_lead_who_is_reads_on(both_houses: House) -> None:
    house = both_houses
    orphaned(house)
    with house.work(house.founder) as work:
        given = MemberIn(name="New Lead", email="new@example.org", roles=[Role.PRACTICE_LEAD])
        member = members.add(work, given).member
    newcomer = house.practice.signed_in(member.id, "New Lead", "", frozenset({Role.PRACTICE_LEAD}))
    assert [one.client.name for one in read(house, newcomer)] == ["Bea"]
    assert read(house, house.founder) == []


@pytest.mark.parametrize("treats", [False, True])
def test_a_colleague_who_becomes_a_lead_reads_on_unless_they_work_with_the_client(
    both_houses: House, treats: bool
) -> None:
    house = both_houses
    orphaned(house)
    colleague = house.practice.member(Role.CLINICIAN)
    if treats:
        with house.rows() as work:
            client_id = work.session.scalars(sa.select(col(Client.id))).one()
        begin(house, client_id, colleague)
    lead(house, colleague)
    now_lead = house.practice.signed_in(colleague.id, "", "", frozenset({Role.CLINICIAN, Role.PRACTICE_LEAD}))
    assert [one.client.name for one in read(house, now_lead)] == ([] if treats else ["Bea"])


def test_what_its_reader_still_leads_to_read_is_passed_to_nobody(both_houses: House) -> None:
    house = both_houses
    reader = house.practice.member(Role.PRACTICE_LEAD)
    confide(house, messages.send(house, house.client("Bea", house.founder), house.founder))
    with house.work(house.founder) as work:
        members.reset_password(work, reader.id)
        members.add(work, MemberIn(name="Another", email="another@example.org", roles=[Role.PRACTICE_LEAD]))
    assert [one.client.name for one in read(house, reader)] == ["Bea"]


def test_after_a_merge_who_works_with_the_client_does_not_read_on(both_houses: House) -> None:
    """Looked up by the double, who has no part in any episode any more, anybody would pass for independent."""
    house = both_houses
    reader = house.practice.member(Role.PRACTICE_LEAD)
    double = house.client("Bea", house.founder)
    confide(house, messages.send(house, double, house.founder))
    assert len(read(house, reader)) == 1
    merged(house, double)
    with house.work(house.founder) as work:
        members.leave_practice(work, reader.id, LeavePracticeIn())
    assert read(house, house.founder) == []
    assert [one.words for one in read(house, house.lead)] == ["So it was."]


def test_a_second_hold_says_nothing_about_who_asked_for_it(both_houses: House) -> None:
    """A colleague's hold may stand beside another's, so that a reader's beside it is nothing out of the ordinary."""
    house = both_houses
    told, ordinary = house.client("Ana", house.clinician), house.client("Bea", house.clinician)
    colleague = house.practice.member(Role.PRACTICE_LEAD)
    confide(house, messages.send(house, told, house.clinician))
    for one in (told, ordinary):
        raised(house, house.clinician, one.client_id, FlagKind.PRACTICE_HOLD)
    with house.work(house.founder) as work:
        concerns.hold(work, concerns.page(work, handled=False, cursor=None, limit=9).items[0].id)
    raised(house, colleague, ordinary.client_id, FlagKind.PRACTICE_HOLD)

    def shown(case: Case) -> list[dict[str, object]]:
        return [one.model_dump(exclude={"id"}) for one in seen(house, house.clinician, case.client_id)]

    assert shown(told) == shown(ordinary)


def begin(house: House, client_id: UUID, who: Person) -> None:
    with house.work(house.founder) as work:
        episodes.add(work, EpisodeIn(client_ids=[client_id], responsible_id=who.id))


def lead(house: House, who: Person) -> None:
    with house.work(house.founder) as work:
        version = members.read(work, who.id).version
        given = ClinicalRolesIn(roles=[Role.CLINICIAN, Role.PRACTICE_LEAD])
        members.set_clinical_roles(work, who.id, given, version=version)
