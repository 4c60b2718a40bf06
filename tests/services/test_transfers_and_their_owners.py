"""Whoever has to read or to ask is somebody who can: a member who signs in, and who sees what it is about."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict, Invalid
from api.services import clinician_keys, episodes, handovers, members, transfers
from schemas.tables import Episode, EpisodeClinician, Member, Task, Transfer
from schemas.vocabulary import FirstMeeting, Role, TaskKind, TransferState
from schemas.wire.episodes import EpisodePatch
from schemas.wire.members import ClinicianKeyIn, LeavePracticeIn, MemberPatch
from schemas.wire.transfers import FirstMeetingIn
from tests.services import records
from tests.services.imports import files
from tests.support import notes
from tests.support import transfers as ours
from tests.support.house import Case, House
from tests.support.transfers import ELSEWHERE


def open_tasks(house: House) -> set[tuple[TaskKind, UUID | None]]:
    """Of everybody."""
    with house.rows() as work:
        found = work.session.scalars(sa.select(Task).where(col(Task.done_at).is_(None))).all()
        return {(one.kind, one.owner_id) for one in found}


def imported(house: House) -> tuple[UUID, Case]:
    """A clinician who is a name out of a file, and who is responsible."""
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    files.assess(house)
    with house.rows() as work:
        [named] = work.session.scalars(sa.select(col(Member.id)).where(col(Member.import_id).is_not(None)))
    [item] = records.items(house, house.lead)
    return named, Case(item.clients[0].id, item.episode.id)


def test_a_name_out_of_an_import_is_asked_nothing_and_becomes_somebody_all_the_same(shared_house: House) -> None:
    house = shared_house
    named, case = imported(house)
    gone = ours.hand_over(house, ours.begin(house, case, house.lead, **ELSEWHERE), house.lead)
    assert gone.owner is not None
    assert gone.owner.id == house.lead.id
    assert open_tasks(house) == {(TaskKind.FOLLOW_TRANSFER, house.lead.id), (TaskKind.WRITE_NOTE, house.lead.id)}
    with house.work(house.lead) as work:
        clinician_keys.tie_member(work, named, ClinicianKeyIn(member_id=house.clinician.id))
    assert ours.read(house, gone.id, house.clinician).from_clinician.id == house.clinician.id


def test_what_a_name_had_before_is_theirs_who_it_turns_out_to_be(shared_house: House) -> None:
    house = shared_house
    named, case = imported(house)
    gone = ours.hand_over(house, ours.begin(house, case, house.lead, **ELSEWHERE), house.lead)
    with house.rows() as work:
        work.session.execute(sa.update(Transfer).values(owner_id=named))
        work.session.execute(sa.update(Task).values(owner_id=named))
    with house.work(house.lead) as work:
        clinician_keys.tie_member(work, named, ClinicianKeyIn(member_id=house.clinician.id))
    told = ours.read(house, gone.id, house.clinician)
    assert told.owner is not None
    assert told.owner.id == house.clinician.id
    assert {owner for _, owner in open_tasks(house)} == {house.clinician.id}


def test_where_a_name_has_the_work_next_a_practice_lead_asks_on(shared_house: House) -> None:
    house = shared_house
    named, _ = imported(house)
    case = house.practice.client("Bea", house.clinician)
    gone = ours.hand_over(house, ours.begin(house, case, house.clinician, **ELSEWHERE), house.clinician)
    with house.work(house.lead) as work:
        version = episodes.read(work, case.episode_id).version
        episodes.change(work, case.episode_id, EpisodePatch(responsible_id=named), version=version)
    owner = ours.read(house, gone.id, house.lead).owner
    assert owner is not None
    assert Role.PRACTICE_LEAD in roles(house, owner.id)


def roles(house: House, member_id: UUID) -> list[Role]:
    with house.work(house.admin) as work:
        return members.read(work, member_id).roles


def test_nobody_gets_the_work_who_cannot_sign_in_any_more(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    made = ours.begin(house, house.practice.client("Ana", house.clinician), house.clinician, to_id=elena.id)
    with house.work(house.founder) as work:
        members.change(work, elena.id, MemberPatch(roles=[]), version=members.read(work, elena.id).version)
    with pytest.raises(Invalid) as refused:
        ours.hand_over(house, made, house.clinician)
    assert [one.pointer for one in refused.value.problems] == ["/to_id"]


def test_who_ended_the_work_unread_leaves_nothing_to_read_behind(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    gone = ours.hand_over(house, ours.begin(house, case, house.clinician, to_id=elena.id), house.clinician)
    with house.work(elena) as work:
        transfers.meet(work, gone.id, FirstMeetingIn(outcome=FirstMeeting.HELD))
    assert open_tasks(house) == {(TaskKind.READ_TRANSFER, elena.id)}
    notes.sign(house, elena, notes.draft(house, elena, case))
    assert open_tasks(house) == set()
    with house.work(house.founder) as work:
        members.leave_practice(work, elena.id, LeavePracticeIn())


def test_whoever_has_to_read_it_by_now_can_say_that_they_did_also_after_an_ending(shared_house: House) -> None:
    """As on record from before endings settled it."""
    house = shared_house
    elena, omar = (house.practice.member(Role.CLINICIAN) for _ in range(2))
    case = house.practice.client("Ana", house.clinician)
    gone = ours.hand_over(house, ours.begin(house, case, house.clinician, to_id=elena.id), house.clinician)
    with house.work(elena) as work:
        transfers.meet(work, gone.id, FirstMeetingIn(outcome=FirstMeeting.HELD))
    notes.sign(house, elena, notes.draft(house, elena, case))
    with house.rows() as work:
        work.session.execute(sa.update(Task).where(col(Task.kind) == TaskKind.READ_TRANSFER).values(done_at=None))
    with pytest.raises(Conflict) as refused, house.work(house.founder) as work:
        members.leave_practice(work, elena.id, LeavePracticeIn())
    assert refused.value.code == "transfers_open"
    with house.work(house.founder) as work:
        members.leave_practice(work, elena.id, LeavePracticeIn(hand_over_to=omar.id))
    assert open_tasks(house) == {(TaskKind.READ_TRANSFER, omar.id)}
    with house.work(omar) as work:
        handovers.receive(work, gone.id)
    assert open_tasks(house) == set()


def test_handed_back_nobody_reads_their_own_words_and_one_person_asks(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    ours.hand_over(house, ours.begin(house, case, house.clinician, to_id=elena.id), house.clinician)
    back = ours.hand_over(house, ours.begin(house, case, elena, to_id=house.clinician.id), elena)
    with house.rows() as work:
        found = work.session.scalars(sa.select(Task).where(col(Task.done_at).is_(None))).all()
        assert {(one.kind, one.subject_id, one.owner_id) for one in found} == {
            (TaskKind.READ_TRANSFER, back.id, house.clinician.id),
            (TaskKind.FOLLOW_TRANSFER, back.id, house.clinician.id),
        }


def test_a_draft_ends_with_the_work_it_is_about(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, **ELSEWHERE)
    notes.sign(house, house.clinician, notes.draft(house, house.clinician, case))
    assert ours.read(house, made.id, house.clinician).state is TransferState.WITHDRAWN


def test_who_leads_no_more_hands_on_what_they_would_not_see(shared_house: House) -> None:
    house, second = shared_house, shared_house.practice.member(Role.PRACTICE_LEAD)
    case = house.practice.client("Ana", house.clinician)
    with house.rows() as work:
        work.session.execute(sa.update(Episode).values(responsible_id=None))
        work.session.execute(sa.delete(EpisodeClinician))
    gone = ours.hand_over(house, ours.begin(house, case, second, **ELSEWHERE), second)
    assert gone.owner is not None
    assert gone.owner.id == second.id
    with house.work(house.founder) as work:
        given = MemberPatch(roles=[Role.CLINICIAN])
        members.change(work, second.id, given, version=members.read(work, second.id).version)
    owner = ours.read(house, gone.id, house.founder).owner
    assert owner is not None
    assert owner.id != second.id
    assert (TaskKind.FOLLOW_TRANSFER, owner.id) in open_tasks(house)
