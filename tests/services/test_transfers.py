"""Giving the work to somebody else: with the client's word, without what they keep back, and never with nobody to ask."""

import zipfile
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.services import (
    appointments,
    client_exports,
    clients,
    episodes,
    erasures,
    goals,
    handovers,
    members,
    tasks,
    transfers,
)
from schemas.tables import CheckIn, Episode, Task, Transfer
from schemas.vocabulary import (
    AppointmentStatus,
    CheckInState,
    EndingKind,
    EpisodeFormat,
    ErasureReason,
    FirstMeeting,
    FlagKind,
    Role,
    StopReason,
    TaskKind,
    TransferPart,
    TransferState,
)
from schemas.wire.appointments import AppointmentNewIn, OutcomeIn
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.episodes import EpisodeIn, EpisodePatch
from schemas.wire.goals import GoalIn
from schemas.wire.members import LeavePracticeIn
from schemas.wire.records import EraseIn
from schemas.wire.transfers import FirstMeetingIn
from tests.services.test_released import held, offered
from tests.support import links, notes
from tests.support import transfers as ours
from tests.support.house import Case, House, Person
from tests.support.transfers import ELSEWHERE


def to_do(house: House, who: Person) -> dict[TaskKind, UUID | None]:
    with house.work(who) as work:
        return {one.kind: one.subject_id for one in tasks.page(work, cursor=None, limit=50).items}


def test_a_colleague_gets_the_work_what_may_be_handed_over_and_two_tasks(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, to_id=elena.id)
    gone = ours.hand_over(house, made, house.clinician)
    assert (gone.state, gone.from_clinician.id) == (TransferState.HANDED_OVER, house.clinician.id)
    with pytest.raises(NotFound):
        ours.read(house, made.id, house.clinician)
    told = ours.read(house, made.id, elena)
    assert [(one.part, one.lines, one.words) for one in told.handed.sections] == [
        (TransferPart.SAFETY, ["No risk of harm stands on record."], None),
        (TransferPart.SUMMARY, [], "Eight sessions about grief."),
    ]
    assert to_do(house, elena) == {TaskKind.READ_TRANSFER: made.id, TaskKind.FOLLOW_TRANSFER: made.id}
    with house.work(elena) as work:
        handovers.receive(work, made.id)
    assert to_do(house, elena) == {TaskKind.FOLLOW_TRANSFER: made.id}
    with house.work(elena) as work:
        met = transfers.meet(work, made.id, FirstMeetingIn(outcome=FirstMeeting.HELD))
        episode = episodes.read(work, case.episode_id)
    assert (met.state, met.first_meeting, met.owner) == (TransferState.RECEIVED, FirstMeeting.HELD, None)
    assert to_do(house, elena) == {}
    assert (episode.responsible and episode.responsible.id, episode.ended_at) == (elena.id, None)


def test_what_the_client_keeps_back_is_seen_by_whoever_wrote_it_and_in_nothing_that_goes(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        goals.add(work, case.episode_id, GoalIn(goal="Speak with her Brother."))
        goals.add(work, case.episode_id, GoalIn(goal="Travel alone."))
    kept = {"keep_back": ["scores"], "keep_back_words": "her brother", "to_id": elena.id}
    made = ours.begin(house, case, house.clinician, **kept, parts=[{"part": "goals"}])
    assert made.keep_back_words == "her brother"
    assert "Brother" not in ours.text(house, made.id, house.clinician)
    ours.hand_over(house, made, house.clinician)
    told = ours.read(house, made.id, elena)
    assert told.handed.sections[0].lines == ["Travel alone."]
    everything = told.model_dump_json() + ours.text(house, made.id, elena)
    assert "brother" not in everything.casefold()
    assert (told.keep_back, told.parts) == ([], [])


def test_what_was_handed_over_stays_as_it_was(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, to_id=elena.id, parts=[{"part": "goals", "words": "Hers."}])
    ours.hand_over(house, made, house.clinician)
    with house.work(elena) as work:
        goals.add(work, case.episode_id, GoalIn(goal="Sing."))
    assert ours.read(house, made.id, elena).handed.sections[0].lines == []


def test_an_unfinished_one_is_told_what_is_missing(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, consent="not_asked", consent_on=None)
    with pytest.raises(Invalid) as refused:
        ours.hand_over(house, made, house.clinician)
    assert {one.pointer for one in refused.value.problems} >= {"/to_id", "/consent"}
    changed = ours.change(house, made, house.clinician, **ELSEWHERE)
    assert (changed.version, changed.consent_recorded_by and changed.consent_recorded_by.id) == (2, house.clinician.id)
    with pytest.raises(VersionMismatch):
        ours.change(house, made, house.clinician)
    with pytest.raises(VersionMismatch):
        ours.hand_over(house, made, house.clinician)


def test_open_risk_asks_for_a_look_that_is_newer_than_the_flag(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    said = {"to_id": elena.id, "risk_review": "in_session"}
    made = ours.begin(house, case, house.clinician, **said)
    house.wait(hours=1)
    notes.flag(house, case.client_id)
    house.wait(hours=1)
    with pytest.raises(Conflict) as refused:
        ours.hand_over(house, made, house.clinician)
    assert refused.value.code == "risk_open"
    assert ours.read(house, made.id, house.clinician).risk_review_needed
    again = ours.change(house, made, house.clinician, **said)
    ours.hand_over(house, again, house.clinician)
    lines = ours.read(house, made.id, elena).handed.sections[0].lines
    assert lines == [
        "A risk of harm stands since 2026-03-04.",
        "Risk was looked at on 2026-03-04: Assessed in session.",
    ]


def test_to_somebody_elsewhere_it_goes_with_a_note_and_ends_nothing_by_itself(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana", house.clinician)
    day = house.now.date() + timedelta(days=20)
    made = ours.begin(house, case, house.clinician, **ELSEWHERE, first_meeting_on=day.isoformat())
    gone = ours.hand_over(house, made, house.clinician)
    assert (gone.owner and gone.owner.id, gone.follow_up_on) == (house.clinician.id, day)
    assert to_do(house, house.clinician) == {TaskKind.FOLLOW_TRANSFER: made.id, TaskKind.WRITE_NOTE: case.episode_id}
    with house.work(house.clinician) as work:
        assert episodes.read(work, case.episode_id).ended_at is None
        later = day + timedelta(days=7)
        assert transfers.meet(work, made.id, FirstMeetingIn(follow_up_on=later)).follow_up_on == later
        assert handovers.receive(work, made.id).state is TransferState.RECEIVED
        withdrawn = handovers.withdraw(work, made.id)
    assert (withdrawn.state, withdrawn.first_meeting) == (TransferState.WITHDRAWN, FirstMeeting.WITHDRAWN)
    assert to_do(house, house.clinician) == {}
    with pytest.raises(Conflict):
        ours.text(house, made.id, house.clinician)


def test_open_tasks_go_along_and_who_has_to_reach_somebody_today_keeps_that(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    for kind in (TaskKind.UNDERSTAND_OPT_OUT, TaskKind.RISK_TODAY):
        links.task(house, case, house.clinician, kind)
    made = ours.begin(house, case, house.clinician, to_id=elena.id)
    assert made.along is not None
    assert (made.along.tasks, made.along.risk_tasks) == (1, 1)
    ours.hand_over(house, made, house.clinician)
    assert set(to_do(house, house.clinician)) == {TaskKind.RISK_TODAY}
    assert TaskKind.UNDERSTAND_OPT_OUT in to_do(house, elena)


def test_messages_that_wait_and_times_that_are_held_are_given_up(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    consent_id = links.permit(house, case, house.clinician)
    sent = links.send(house, case, house.clinician, consent_id=consent_id)
    reply_id = links.reply(house, case, house.clinician, sent)
    waits = links.send(house, case, house.clinician, consent_id=consent_id, state=CheckInState.APPROVED)
    offered(house, case, sent, days=[3])
    made = ours.begin(house, case, house.clinician, to_id=elena.id)
    assert made.along is not None
    assert (made.along.replies, made.along.messages, made.along.offered_times) == (1, 1, 1)
    ours.hand_over(house, made, house.clinician)
    answer = house.api(elena).get("/v1/replies").json()["items"]
    assert [one["id"] for one in answer] == [str(reply_id)]
    assert held(house) == set()
    with house.rows() as work:
        (row,) = work.session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == waits.check_in_id))
        assert row.stopped_by is StopReason.HANDED_OVER


def couple(house: House) -> tuple[UUID, list[Case]]:
    with house.work(house.clinician) as work:
        ids = [clients.add(work, ClientIn(name=name)).id for name in ("Ana", "Ben")]
        episode_id = episodes.add(work, EpisodeIn(client_ids=ids, format=EpisodeFormat.COUPLE)).id
    return episode_id, [Case(one, episode_id) for one in ids]


def test_of_a_couple_each_is_told_and_they_go_together(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    _, (ana, ben) = couple(house)
    first = ours.begin(house, ana, house.clinician, to_id=elena.id)
    with pytest.raises(Conflict) as refused:
        ours.hand_over(house, first, house.clinician)
    assert refused.value.code == "transfer_of_each"
    second = ours.begin(house, ben, house.clinician, to_id=elena.id, words="Ben would like mornings.")
    ours.hand_over(house, first, house.clinician)
    assert ours.read(house, second.id, elena).state is TransferState.HANDED_OVER
    assert "mornings" not in ours.text(house, first.id, elena)
    assert "Ben" not in ours.text(house, first.id, elena)


def test_one_draft_at_a_time_and_none_without_the_client(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician)
    with pytest.raises(Conflict) as refused:
        ours.begin(house, case, house.clinician)
    assert refused.value.code == "transfer_exists"
    with house.work(house.clinician) as work:
        handovers.withdraw(work, made.id)
    ours.begin(house, case, house.clinician)


def test_it_belongs_to_the_caseload_and_admins_never_see_it(shared_house: House) -> None:
    house = shared_house
    supervisor, stranger = house.supervisor, house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician)
    with pytest.raises(NotFound):
        ours.read(house, made.id, stranger)
    with pytest.raises(NotFound):
        ours.hand_over(house, made, stranger)
    assert ours.read(house, made.id, supervisor).id == made.id
    with pytest.raises(AccessDenied):
        ours.hand_over(house, made, supervisor)
    with pytest.raises(AccessDenied):
        ours.read(house, made.id, house.admin)


def test_only_whoever_goes_on_says_that_they_read_it(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, to_id=elena.id)
    ours.hand_over(house, made, house.clinician)
    with pytest.raises(AccessDenied) as refused, house.work(house.lead) as work:
        handovers.receive(work, made.id)
    assert refused.value.code == "not_the_receiver"
    with pytest.raises(Conflict), house.work(elena) as work:
        handovers.withdraw(work, made.id)


@pytest.mark.parametrize("who", ["oneself", "admin", "gone"])
def test_it_goes_to_somebody_who_may_have_a_caseload(shared_house: House, who: str) -> None:
    house = shared_house
    leaving = house.practice.member(Role.CLINICIAN)
    with house.work(house.founder) as work:
        members.leave_practice(work, leaving.id, LeavePracticeIn())
    to = {"oneself": house.clinician, "admin": house.admin, "gone": leaving}[who]
    with pytest.raises(Invalid) as refused:
        ours.begin(house, house.practice.client("Ana", house.clinician), house.clinician, to_id=to.id)
    assert refused.value.problems[0].pointer == "/to_id"


def test_nobody_goes_on_with_somebody_who_has_died(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, **ELSEWHERE)
    ours.hand_over(house, made, house.clinician)
    again = ours.begin(house, case, house.clinician, **ELSEWHERE)
    with house.work(house.clinician) as work:
        version = clients.read(work, case.client_id).version
        clients.change(work, case.client_id, ClientPatch(died_on=house.now.date()), version=version)
    assert ours.read(house, made.id, house.clinician).first_meeting is FirstMeeting.CLIENT_DIED
    assert ours.read(house, again.id, house.clinician).state is TransferState.WITHDRAWN
    assert TaskKind.FOLLOW_TRANSFER not in to_do(house, house.clinician)
    with pytest.raises(Conflict) as refused:
        ours.text(house, made.id, house.clinician)
    assert refused.value.code == "client_died"
    with pytest.raises(Conflict):
        ours.begin(house, case, house.clinician)


def test_handed_over_by_another_way_a_draft_is_withdrawn_and_says_nothing_to_whoever_has_the_work(
    shared_house: House,
) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, words="Only for Sol.", **ELSEWHERE)
    with house.work(house.clinician) as work:
        version = episodes.read(work, case.episode_id).version
        episodes.change(work, case.episode_id, EpisodePatch(responsible_id=elena.id), version=version)
    told = ours.read(house, made.id, elena)
    assert told.state is TransferState.WITHDRAWN
    assert "Only for Sol" not in told.model_dump_json()


def test_who_leaves_hands_on_what_they_have_to_read_and_to_ask(shared_house: House) -> None:
    house = shared_house
    elena, omar = (house.practice.member(Role.CLINICIAN) for _ in range(2))
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, to_id=elena.id)
    ours.hand_over(house, made, house.clinician)
    with house.work(house.founder) as work:
        members.leave_practice(work, elena.id, LeavePracticeIn(hand_over_to=omar.id))
    assert set(to_do(house, omar)) == {TaskKind.READ_TRANSFER, TaskKind.FOLLOW_TRANSFER}
    with house.work(omar) as work:
        assert handovers.receive(work, made.id).owner is not None


def test_who_leaves_names_who_asks_on_also_where_the_work_has_ended(shared_house: House) -> None:
    house = shared_house
    leaving, omar = (house.practice.member(Role.CLINICIAN) for _ in range(2))
    case = house.practice.client("Ana", leaving)
    made = ours.begin(house, case, leaving, **ELSEWHERE)
    ours.hand_over(house, made, leaving)
    notes.sign(house, leaving, notes.draft(house, leaving, case, **{**notes.TALKED, "how_it_ended": "transferred"}))
    with pytest.raises(Conflict) as refused, house.work(house.founder) as work:
        members.leave_practice(work, leaving.id, LeavePracticeIn())
    assert refused.value.code == "transfers_open"
    with house.work(house.founder) as work:
        members.leave_practice(work, leaving.id, LeavePracticeIn(hand_over_to=omar.id))
    assert to_do(house, omar) == {TaskKind.FOLLOW_TRANSFER: made.id}
    with house.work(omar) as work:
        assert transfers.meet(work, made.id, FirstMeetingIn(outcome=FirstMeeting.HELD)).owner is None


def test_a_double_brings_theirs_along_and_the_record_hands_it_out_and_forgets_it(both_houses: House) -> None:
    house = both_houses
    double = house.practice.client("Ana M.", house.clinician)
    made = ours.begin(house, double, house.clinician, **ELSEWHERE, keep_back_words="her brother")
    ours.hand_over(house, made, house.clinician)
    with house.work(house.lead) as work:
        client_id = clients.add(work, ClientIn(name="Ana Moreno")).id
        clients.merge(work, client_id, double.client_id)
    told = ours.read(house, made.id, house.clinician)
    assert (told.client.id, told.keep_back_words) == (client_id, "her brother")
    assert "Eight sessions" in ours.text(house, made.id, house.clinician)
    with house.work(house.lead) as work:
        files = zipfile.ZipFile(BytesIO(client_exports.make(work, client_id).content))
    whole = "".join(files.read(name).decode(errors="ignore") for name in files.namelist())
    assert "Eight sessions" in whole
    with house.rows() as work:
        (row,) = work.session.scalars(sa.select(Transfer)).all()
        assert b"brother" not in row.content_sealed + (row.handed_sealed or b"")
        episode = work.session.scalars(sa.select(Episode).where(col(Episode.id) == double.episode_id)).one()
        episode.ended_at, episode.ending = work.now, EndingKind.TRANSFERRED
    with house.work(house.lead) as work:
        erasures.erase(work, client_id, EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED))
    with house.rows() as work:
        assert work.session.scalars(sa.select(Transfer)).all() == []
        assert work.session.scalars(sa.select(Task)).all() == []


def test_the_database_keeps_none_that_somebody_asks_about_without_a_day(shared_house: House) -> None:
    house = shared_house
    made = ours.begin(house, house.practice.client("Ana", house.clinician), house.clinician, **ELSEWHERE)
    ours.hand_over(house, made, house.clinician)
    with pytest.raises(Conflict), house.rows() as work:
        work.session.execute(sa.update(Transfer).where(col(Transfer.id) == made.id).values(follow_up_on=None))


def test_a_session_with_whoever_goes_on_is_shown_and_said_by_a_person(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, to_id=elena.id)
    ours.hand_over(house, made, house.clinician)
    assert ours.read(house, made.id, elena).met_at is None
    at = house.wait(days=7)
    with house.work(elena) as work:
        booked = appointments.book(work, AppointmentNewIn(episode_id=case.episode_id, starts_at=at))
    house.wait(hours=2)
    with house.work(elena) as work:
        appointments.record_outcome(work, booked.id, OutcomeIn(status=AppointmentStatus.ATTENDED))
    told = ours.read(house, made.id, elena)
    assert (told.met_at, told.owner and told.owner.id) == (at, elena.id)


def test_what_is_unsafe_is_said_with_how_to_reach_them(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    links.permit(house, case, house.clinician)
    notes.flag(house, case.client_id, FlagKind.UNSAFE_TO_CONTACT)
    made = ours.begin(house, case, house.clinician, to_id=elena.id, parts=[{"part": "contact"}])
    lines = made.handed.sections[0].lines
    assert lines[0] == "It is not safe to write to the client."
    assert lines[1] == "E-mail, ana@example.org: Not safe: somebody else may hear or read it."
