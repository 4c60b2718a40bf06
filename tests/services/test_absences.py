"""Pauses, days away and agreements: the clock stops, goes on, goes slower; and looking back stays true."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from api.domain.errors import AccessDenied, Conflict, NotFound
from api.services import absences, engagement, practices
from api.store import assessments as assessment_store
from schemas.vocabulary import NextStepKind, Role, Stage
from schemas.wire.contacts import AbsenceIn, AbsenceOut, AgreementIn
from schemas.wire.leave import LeaveIn
from tests.services import records
from tests.services.imports import files
from tests.support.house import Case, House, Person

TODAY = date(2026, 3, 4)


def quiet(house: House, *, weeks: int = 6) -> Case:
    return records.weekly(house, house.clinician, last=weeks)


def stage(house: House, case: Case) -> Stage:
    with house.work(house.clinician) as work:
        return engagement.read(work, case.episode_id).stage


def pause(house: House, who: Person, case: Case, **given: object) -> AbsenceOut:
    with house.work(who) as work:
        return absences.record(work, case.episode_id, AbsenceIn.model_validate(given))


def test_a_pause_stops_the_clock_and_its_withdrawal_sets_it_going(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    assert stage(house, case) is Stage.QUIET
    recorded = pause(house, house.clinician, case, from_on=TODAY)
    assert stage(house, case) is Stage.PAUSED
    records.assert_stored_is_computed(house)
    paused_at, _ = house.now, house.wait(days=2)
    with house.work(house.clinician) as work:
        absences.withdraw(work, case.episode_id, recorded.id)
    assert stage(house, case) is Stage.QUIET
    records.assert_stored_is_computed(house)
    with house.rows() as work:
        then = assessment_store.work_out(work.session, [case.episode_id], paused_at)[case.episode_id]
    assert then.stage is Stage.PAUSED
    with house.work(house.clinician) as work:
        assert [one.withdrawn for one in absences.page(work, case.episode_id)] == [True]
    with pytest.raises(Conflict) as refusal, house.work(house.clinician) as work:
        absences.withdraw(work, case.episode_id, recorded.id)
    assert refusal.value.code == "already_withdrawn"


def test_days_away_before_the_silence_leave_less_of_it(shared_house: House) -> None:
    house = shared_house
    case = quiet(house, weeks=3)
    before = stage(house, case)
    pause(
        house,
        house.clinician,
        case,
        kind="client_away",
        from_on=TODAY - timedelta(days=20),
        to_on=TODAY - timedelta(days=1),
    )
    assert before is not Stage.ENGAGED
    assert stage(house, case) is Stage.ENGAGED
    records.assert_stored_is_computed(house)


def test_a_slower_rhythm_and_a_planned_end_are_heard(shared_house: House) -> None:
    house = shared_house
    slower, ending = quiet(house, weeks=3), quiet(house, weeks=3)
    with house.work(house.clinician) as work:
        given = AgreementIn.model_validate(
            {"kind": "cadence_change", "from_on": TODAY - timedelta(days=21), "cadence_days": 28}
        )
        absences.agree(work, slower.episode_id, given)
        absences.agree(work, ending.episode_id, AgreementIn.model_validate({"kind": "planned_end", "from_on": TODAY}))
        assert [one.cadence_days for one in absences.agreements(work, slower.episode_id)] == [28]
        assert engagement.read(work, ending.episode_id).next_step.kind is NextStepKind.CLOSE_WITH_NOTE
    assert stage(house, slower) is Stage.ENGAGED
    assert stage(house, ending) is Stage.ENGAGED
    records.assert_stored_is_computed(house)


def test_what_only_the_practice_or_an_ending_can_say_is_not_said_of_an_episode() -> None:
    for kind in ("clinician_leave", "practice_closed"):
        with pytest.raises(ValidationError):
            AbsenceIn.model_validate({"kind": kind, "from_on": TODAY})
    with pytest.raises(ValidationError):
        AbsenceIn(from_on=TODAY, to_on=TODAY - timedelta(days=1))
    with pytest.raises(ValidationError):
        AgreementIn.model_validate({"kind": "discharge", "from_on": TODAY})
    for cadence in (None, 0, -7, float("inf")):
        with pytest.raises(ValidationError):
            AgreementIn.model_validate({"kind": "cadence_change", "from_on": TODAY, "cadence_days": cadence})


def test_absences_are_recorded_in_ones_own_caseload(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    mine = pause(house, house.clinician, case, from_on=TODAY)
    both = house.practice.member(Role.SUPERVISOR, Role.CLINICIAN, supervisees=(house.clinician,))
    for who in (house.supervisor, both, house.admin):
        with pytest.raises(AccessDenied):
            pause(house, who, case, from_on=TODAY)
        with pytest.raises(AccessDenied), house.work(who) as work:
            absences.withdraw(work, case.episode_id, mine.id)
    for who in (house.practice.member(Role.CLINICIAN), house.found("Next door").founder):
        with pytest.raises(NotFound):
            pause(house, who, case, from_on=TODAY)
        with pytest.raises(NotFound), house.work(who) as work:
            absences.agreements(work, case.episode_id)
    other = house.client("Bea", house.clinician)
    with pytest.raises(NotFound), house.work(house.clinician) as work:
        absences.withdraw(work, other.episode_id, mine.id)
    with house.work(house.supervisor) as work:
        assert absences.page(work, case.episode_id) == [mine]


def test_leave_and_closed_days_reach_the_episodes_once_the_worker_ran(shared_house: House) -> None:
    house = shared_house
    case = quiet(house, weeks=3)
    before = stage(house, case)
    with house.work(house.admin) as work:
        practices.close_days(work, LeaveIn(from_on=TODAY - timedelta(days=20), to_on=TODAY))
    files.assess(house)
    assert (before, stage(house, case)) == (Stage.QUIET, Stage.ENGAGED)
    records.assert_stored_is_computed(house)
