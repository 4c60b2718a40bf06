"""Where an episode stands is what its facts say, also when two facts arrive at once or the worker is behind."""

import threading
from datetime import date, timedelta

import pytest

from api.domain.errors import AccessDenied, NotFound
from api.services import absences, contacts, engagement, members, practices
from api.services import leave as leave_service
from api.store import episodes as episode_store
from schemas.vocabulary import AuditOutcome, EpisodeKind, NextStepKind, Role, Stage
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.leave import LeaveIn
from schemas.wire.members import LeavePracticeIn
from schemas.wire.practices import PracticePatch
from tests.services import records
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import Case, House, open_house

TODAY = date(2026, 3, 4)
SPOKE = ContactIn.model_validate({"direction": "outbound", "channel": "phone", "outcome": "spoke"})


def weekly(house: House, *, last: int = 3, name: str = "Ana") -> Case:
    return records.weekly(house, house.clinician, last=last, name=name)


def test_reasons_and_the_next_kind_act_are_said_in_words(shared_house: House) -> None:
    house = shared_house
    case = weekly(house, last=3)
    with house.work(house.supervisor) as work:
        shown = engagement.read(work, case.episode_id)
    assert (shown.stage, shown.next_step.kind) == (Stage.QUIET, NextStepKind.CALL)
    assert shown.next_step.owner is not None
    assert shown.next_step.owner.id == house.clinician.id
    assert shown.quiet_at is not None
    assert shown.drifting_at is not None
    assert shown.drifting_at < shown.quiet_at <= house.now
    assert shown.reasons
    assert all(reason.text.endswith(".") for reason in shown.reasons)
    told = shown.model_dump_json()
    assert not any(word in told for word in ("probability", "log_odds", "weight", "score"))
    with pytest.raises(AccessDenied), house.work(house.admin) as work:
        engagement.read(work, case.episode_id)
    with pytest.raises(NotFound), house.work(house.found("Next door").founder) as work:
        engagement.read(work, case.episode_id)
    outcomes = [outcome for action, outcome in records.trail(house, case.episode_id) if action == "engagement.read"]
    assert outcomes == [AuditOutcome.ALLOWED, AuditOutcome.DENIED]


@pytest.mark.postgresql
def test_of_two_facts_recorded_at_the_same_moment_neither_is_overlooked(postgresql_url: str) -> None:
    """Whoever assesses second waits for the first and sees both; otherwise the later commit would store half a truth."""
    with open_house(postgresql_url) as house:
        case = weekly(house)
        done = threading.Event()

        def call() -> None:
            with house.work(house.clinician) as work:
                contacts.record(work, case.episode_id, SPOKE)
            done.set()

        with house.work(house.lead) as work:
            absences.record(work, case.episode_id, AbsenceIn(from_on=TODAY))
            calling = threading.Thread(target=call)
            calling.start()
            done.wait(timeout=0.5)
        calling.join(timeout=20)
        records.assert_stored_is_computed(house)
        with house.work(house.clinician) as work:
            assert engagement.read(work, case.episode_id).stage is Stage.PAUSED


@pytest.mark.postgresql
def test_facts_that_arrive_while_the_worker_assesses_are_assessed_too(postgresql_url: str) -> None:
    with open_house(postgresql_url) as house:
        case = weekly(house)
        with house.work(house.admin) as work:
            practices.change(work, PracticePatch(default_cadence_days=21), version=practices.read(work).version)
        done = threading.Event()

        def assess() -> None:
            files.assess(house)
            done.set()

        with house.work(house.lead) as work:
            contacts.record(work, case.episode_id, SPOKE)
            assessing = threading.Thread(target=assess)
            assessing.start()
            done.wait(timeout=0.5)
        assessing.join(timeout=20)
        files.assess(house)
        records.assert_stored_is_computed(house)


def test_what_changes_many_at_once_is_in_step_after_the_worker_ran(shared_house: House) -> None:
    house = shared_house
    colleague = house.practice.member(Role.CLINICIAN)
    for number, last in enumerate((1, 2, 3, 6)):
        weekly(house, last=last, name=str(number))
    before = records.stages(house, house.clinician)
    with house.work(house.admin) as work:
        version = practices.read(work).version
        practices.change(work, PracticePatch(default_cadence_days=21), version=version)
        closed = practices.close_days(work, LeaveIn(from_on=TODAY - timedelta(days=25), to_on=TODAY))
    files.assess(house)
    records.assert_stored_is_computed(house)
    during = records.stages(house, house.clinician)
    assert during != before
    with house.work(house.admin) as work:
        practices.withdraw_closure(work, closed.id)
        away = leave_service.record(work, house.clinician.id, LeaveIn(from_on=TODAY - timedelta(days=25), to_on=TODAY))
    files.assess(house)
    records.assert_stored_is_computed(house)
    with house.work(house.admin) as work:
        leave_service.withdraw(work, away.id, member_id=house.clinician.id)
        members.leave_practice(work, house.clinician.id, LeavePracticeIn(hand_over_to=colleague.id))
    files.assess(house)
    records.assert_stored_is_computed(house)
    assert records.stages(house, colleague).keys() == before.keys()


def test_what_time_alone_changes_is_worked_out_again_by_the_worker(shared_house: House) -> None:
    house = shared_house
    case = weekly(house, last=2)
    with house.work(house.clinician) as work:
        absences.record(
            work, case.episode_id, AbsenceIn(from_on=TODAY + timedelta(days=2), to_on=TODAY + timedelta(days=30))
        )
    for days in (0, 1, 3, 40, 3):
        house.wait(days=days)
        files.assess(house)
        records.assert_stored_is_computed(house)
        with house.rows() as work:
            stored = episode_store.get(work.session, case.episode_id)
            assert stored is not None
            assert stored.revisit_at is None or stored.revisit_at > house.now


@pytest.mark.parametrize("kind", [EpisodeKind.AS_NEEDED, EpisodeKind.CONSULTATION])
def test_whoever_comes_as_needed_never_drifts(shared_house: House, kind: EpisodeKind) -> None:
    house = shared_house
    client = house.client("Ana", house.clinician)
    episode = records.begin(house, house.clinician, [client.client_id], kind=kind)
    records.tell(house, house.clinician, episode.id, at(-7))
    for days in (1, 100, 1000):
        house.wait(days=days)
        assert records.stages(house, house.clinician)[episode.id] is Stage.ENGAGED
    records.assert_stored_is_computed(house)
