"""Outreach plans: sketched by a person, ended by any sign of life, and held to the contact decision note by note."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.errors import Conflict, Invalid, MayNotContact, NotFound, VersionMismatch
from api.domain.replies import Told
from api.jobs.deliveries import Courier
from api.services import (
    absences,
    appointments,
    approvals,
    checkins,
    contacts,
    endings,
    episodes,
    flags,
    outreach_plans,
    replies,
)
from api.services.work import unit
from schemas.tables import CheckIn, Delivery
from schemas.vocabulary import (
    Channel,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    FlagKind,
    NextStepKind,
    PlanEnd,
    ReplyAnswer,
)
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.episodes import EpisodePatch
from schemas.wire.flags import FlagIn
from schemas.wire.outreach_plans import OutreachPlanIn, OutreachPlanOut, PlanStepPatch, PlanStopIn
from schemas.wire.terminations import EpisodeEndIn
from tests.services import records
from tests.support import links
from tests.support.house import Case, House, Person
from tests.support.messages import Pigeons, address

HELLO = "hello-en"


def sketch(house: House, case: Case, *days: int, who: Person | None = None, words: str = HELLO) -> OutreachPlanOut:
    steps = [
        {"due_on": (house.now.date() + timedelta(days=day)).isoformat(), "template": words}
        for day in days or (0, 10, 24)
    ]
    given = OutreachPlanIn.model_validate({"episode_id": str(case.episode_id), "steps": steps})
    with house.work(who or house.clinician) as work:
        return outreach_plans.sketch(work, given)


def read(house: House, plan_id: UUID) -> OutreachPlanOut:
    with house.work(house.clinician) as work:
        return outreach_plans.read(work, plan_id)


def draft(house: House, case: Case, step_id: UUID) -> CheckInOut:
    with house.work(house.clinician) as work:
        body = "Hello, this is a short hello. No answer is fine too."
        return checkins.draft(
            work, CheckInIn(episode_id=case.episode_id, subject="Hello", body=body, plan_step_id=step_id)
        )


def send(house: House, message: CheckInOut) -> CheckInState:
    with house.work(house.clinician) as work:
        approvals.approve(work, message.id, ApprovalIn(), version=message.version)
    house.wait(minutes=6)
    while Courier(house.runtime).step():
        pass
    with house.work(house.clinician) as work:
        return checkins.read(work, message.id).state


def next_act(house: House) -> NextStepKind:
    (item,) = records.items(house, house.clinician)
    return item.next_step.kind


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


def test_a_plan_sends_nothing_and_makes_no_draft(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    address(house, case, house.clinician)
    plan = sketch(house, case)
    house.wait(days=30)
    while Courier(house.runtime).step():
        pass
    with house.rows() as work:
        assert work.session.scalars(sa.select(CheckIn)).all() == []
        assert work.session.scalars(sa.select(Delivery)).all() == []
    assert read(house, plan.id).ended_at is None


def test_a_due_note_is_the_next_act_and_each_becomes_an_ordinary_check_in(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    address(house, case, house.clinician)
    house.runtime.carrier = Pigeons()
    plan = sketch(house, case, 0, 10)
    records.assert_stored_is_computed(house)
    (item,) = records.items(house, house.clinician)
    assert item.next_step.kind is NextStepKind.LOOK_OVER_NOTE
    assert (item.next_step.due_on, item.next_step.owner and item.next_step.owner.id) == (
        house.now.date(),
        house.clinician.id,
    )
    first = draft(house, case, plan.steps[0].id)
    assert first.outlook is not None
    assert first.outlook.allowed
    assert send(house, first) is CheckInState.SENT
    with pytest.raises(Conflict) as refused:
        draft(house, case, plan.steps[1].id)
    assert refused.value.code == "not_its_day"
    house.wait(days=10)
    assert next_act(house) is NextStepKind.LOOK_OVER_NOTE
    draft(house, case, plan.steps[1].id)
    done = read(house, plan.id)
    assert (done.ended_because, all(step.check_in_id for step in done.steps)) == (PlanEnd.DONE, True)
    assert next_act(house) is not NextStepKind.LOOK_OVER_NOTE
    records.assert_stored_is_computed(house)


def test_the_ceiling_and_spacing_hold_whatever_the_plan_says(shared_house: House, case: Case) -> None:
    """Three messages went in this spell already; then a plan is sketched all the same."""
    house = shared_house
    consent_id = address(house, case, house.clinician)
    house.runtime.carrier = Pigeons()
    for _ in range(3):
        links.send(house, case, house.clinician, consent_id=consent_id)
        house.wait(days=8)
    plan = sketch(house, case, 0)
    shown = read(house, plan.id)
    assert shown.outlook is not None
    assert [reason.code for reason in shown.outlook.reasons] == ["ceiling"]
    assert shown.steps[0].earliest_on is None
    message = draft(house, case, plan.steps[0].id)
    with pytest.raises(MayNotContact):
        send(house, message)


def test_a_message_of_yesterday_moves_the_earliest_day(shared_house: House, case: Case) -> None:
    house = shared_house
    links.send(house, case, house.clinician)
    house.wait(days=1)
    shown = read(house, sketch(house, case, 0, 8).id)
    assert shown.outlook is not None
    assert [reason.code for reason in shown.outlook.reasons] == ["too_soon"]
    assert [one.earliest_on for one in shown.steps] == [
        house.now.date() + timedelta(days=6),
        house.now.date() + timedelta(days=13),
    ]


def answer(house: House, case: Case) -> None:
    sent = links.send(house, case, house.clinician)
    with unit(house.runtime) as work:
        opened = replies.open_link(work, sent.token, "192.0.2.1")
        replies.answer(work, opened.link, Told(ReplyAnswer.CALL_ME))


def book(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        appointments.book(work, AppointmentNewIn(episode_id=case.episode_id, starts_at=house.now + timedelta(days=3)))


def speak(house: House, case: Case) -> None:
    given = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, given)


def pause(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        absences.record(work, case.episode_id, AbsenceIn(from_on=house.now.date()))


def hold(kind: FlagKind) -> Callable[[House, Case], None]:
    def raised(house: House, case: Case) -> None:
        with house.work(house.clinician) as work:
            flags.raise_flag(work, case.client_id, FlagIn(kind=kind))

    return raised


def hand_over(house: House, case: Case) -> None:
    to = house.practice.elena.id
    with house.work(house.founder) as work:
        version = episodes.read(work, case.episode_id).version
        episodes.change(work, case.episode_id, EpisodePatch(responsible_id=to), version=version)


def opt_out(house: House, case: Case) -> None:
    sent = links.send(house, case, house.clinician)
    with unit(house.runtime) as work:
        opened = replies.open_link(work, sent.token, "192.0.2.1")
        replies.answer(work, opened.link, Told(ReplyAnswer.DO_NOT_CONTACT))


def close(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        endings.end(work, case.episode_id, EpisodeEndIn(how_it_ended=EndingKind.AGREED, reason="Agreed."))


@pytest.mark.parametrize(
    ("fact", "because"),
    [
        (answer, PlanEnd.REPLIED),
        (book, PlanEnd.BOOKED),
        (speak, PlanEnd.SIGN_OF_LIFE),
        (pause, PlanEnd.AWAY),
        (hold(FlagKind.UNSAFE_TO_CONTACT), PlanEnd.FLAGGED),
        pytest.param(hold(FlagKind.RISK_OF_HARM), PlanEnd.FLAGGED, id="a risk of harm"),
        (hold(FlagKind.PRACTICE_HOLD), PlanEnd.HELD),
        (hand_over, PlanEnd.HANDED_OVER),
        (opt_out, PlanEnd.REPLIED),
        (close, PlanEnd.ENDED),
    ],
)
def test_whatever_cancels_a_message_ends_the_plan(
    shared_house: House, case: Case, fact: Callable[[House, Case], None], because: PlanEnd
) -> None:
    house = shared_house
    plan = sketch(house, case)
    house.wait(minutes=1)
    fact(house, case)
    with house.work(house.founder) as work:
        shown = outreach_plans.read(work, plan.id)
    assert (shown.ended_because, shown.ended_by, shown.outlook) == (because, None, None)
    acts = [one.next_step.kind for one in records.items(house, house.founder)]
    assert NextStepKind.LOOK_OVER_NOTE not in acts


def test_a_fact_of_another_client_leaves_the_plan_alone(shared_house: House, case: Case) -> None:
    house = shared_house
    plan = sketch(house, case)
    speak(house, house.client("Bea", house.clinician))
    assert read(house, plan.id).ended_at is None


def test_a_person_stops_it_with_a_reason_and_only_once(shared_house: House, case: Case) -> None:
    house = shared_house
    plan = sketch(house, case)
    with house.work(house.clinician) as work:
        stopped = outreach_plans.stop(work, plan.id, PlanStopIn(because=PlanEnd.SPOKE))
    assert (stopped.ended_because, stopped.ended_by) == (PlanEnd.SPOKE, house.clinician.id)
    with house.work(house.clinician) as work, pytest.raises(Conflict):
        outreach_plans.stop(work, plan.id, PlanStopIn())
    with pytest.raises(Conflict):
        draft(house, case, plan.steps[0].id)
    assert sketch(house, case).ended_at is None


def test_one_plan_runs_at_a_time(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    sketch(house, case)
    with pytest.raises(Conflict) as refused:
        sketch(house, case)
    assert refused.value.code == "plan_runs"


@pytest.mark.parametrize("words", ["goodbye-en", "missed_today-en", "answer-en", "nothing-en", str(UUID(int=7))])
def test_no_closing_letter_and_nothing_but_check_ins(shared_house: House, case: Case, words: str) -> None:
    with pytest.raises(Invalid):
        sketch(shared_house, case, 0, words=words)


def test_a_note_is_changed_until_there_is_a_draft_of_it(shared_house: House, case: Case) -> None:
    house = shared_house
    plan = sketch(house, case, 0, 10)
    later = PlanStepPatch(due_on=house.now.date() + timedelta(days=12))
    with house.work(house.clinician) as work:
        changed = outreach_plans.change(work, plan.id, plan.steps[1].id, later, version=plan.version)
    assert changed.steps[1].due_on == later.due_on
    with house.work(house.clinician) as work, pytest.raises(VersionMismatch):
        outreach_plans.change(work, plan.id, plan.steps[1].id, later, version=plan.version)
    close_by = PlanStepPatch(due_on=house.now.date() + timedelta(days=3))
    with house.work(house.clinician) as work, pytest.raises(Invalid) as refused:
        outreach_plans.change(work, plan.id, plan.steps[1].id, close_by, version=changed.version)
    assert [one.pointer for one in refused.value.problems] == ["/due_on"]
    draft(house, case, plan.steps[0].id)
    with house.work(house.clinician) as work, pytest.raises(Conflict):
        outreach_plans.change(work, plan.id, plan.steps[0].id, later, version=changed.version + 1)


def test_a_note_is_for_whom_it_was_sketched(shared_house: House, case: Case) -> None:
    house = shared_house
    plan = sketch(house, case)
    with pytest.raises(Invalid):
        draft(house, house.client("Bea", house.clinician), plan.steps[0].id)
    with house.work(house.practice.elena) as work, pytest.raises(NotFound):
        outreach_plans.read(work, plan.id)


def test_a_plan_alone_is_reached_by_facts_of_a_file_too(shared_house: House, case: Case) -> None:
    """No message waits: the look for what to stop must find the plan all the same."""
    house = shared_house
    plan = sketch(house, case)
    records.tell(house, house.clinician, case.episode_id, house.now - timedelta(days=1))
    assert read(house, plan.id).ended_because is PlanEnd.BOOKED
