"""The caseload: who needs somebody first, one owner and one next kind act each, and nobody lost between two pages."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from api.domain.errors import AccessDenied, Invalid
from api.services import absences, caseload, episodes
from schemas.vocabulary import AppointmentStatus, AuditOutcome, EpisodeFormat, EpisodeKind, NextStepKind, Role, Stage
from schemas.wire.contacts import AbsenceIn
from schemas.wire.episodes import EpisodePatch
from tests.services import records
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import Case, House, Person

TODAY = date(2026, 3, 4)


def order(house: House, who: Person, **asked: object) -> list[UUID]:
    return [item.episode.id for item in records.items(house, who, **asked)]  # type: ignore[arg-type]  # as asked


def hand_over(house: House, who: Person, case: Case, **given: object) -> None:
    with house.work(who) as work:
        version = episodes.read(work, case.episode_id).version
        episodes.change(work, case.episode_id, EpisodePatch.model_validate(given), version=version)


def test_whoever_needs_somebody_first_is_on_top(shared_house: House) -> None:
    house = shared_house
    fine, quiet, drifting = (
        records.weekly(house, house.clinician, last=last, days=days) for last, days in ((1, 0), (6, 0), (1, 3))
    )
    open_time = house.client("Bea", house.clinician)
    records.tell(
        house, house.clinician, open_time.episode_id, at(-1), status=AppointmentStatus.BOOKED, status_known_at=at(-9)
    )
    shown = records.items(house, house.clinician)
    assert [item.episode.id for item in shown] == [one.episode_id for one in (quiet, drifting, open_time, fine)]
    assert [item.next_step.kind for item in shown] == [
        NextStepKind.CLOSING_SESSION,
        NextStepKind.CHECK_IN,
        NextStepKind.RECORD_OUTCOME,
        NextStepKind.NOTHING,
    ]
    for item in shown:
        assert item.next_step.owner is not None
        assert item.next_step.owner.id == house.clinician.id
        assert item.reasons
    assert records.trail(house, None)[-1] == ("caseload.read", AuditOutcome.ALLOWED)
    with pytest.raises(AccessDenied):
        records.items(house, house.admin)


def test_the_stage_asked_for_is_the_stage_shown(shared_house: House) -> None:
    house = shared_house
    for last in (1, 2, 3, 6, 9):
        records.weekly(house, house.clinician, last=last)
    paused = records.weekly(house, house.clinician, last=6)
    with house.work(house.clinician) as work:
        absences.record(work, paused.episode_id, AbsenceIn(from_on=TODAY, to_on=TODAY + timedelta(days=9)))
    for days in (0, 3, 6, 11):
        house.wait(days=days)
        files.assess(house)
        everybody = {item.episode.id: item.stage for item in records.items(house, house.clinician)}
        for stage in Stage:
            expected = [one for one, stands in everybody.items() if stands is stage]
            assert order(house, house.clinician, stage=stage) == expected
        assert (Stage.PAUSED in everybody.values()) is (house.now.date() <= TODAY + timedelta(days=9))


def test_a_pause_that_is_over_does_not_wait_for_the_worker(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    with house.work(house.clinician) as work:
        absences.record(work, case.episode_id, AbsenceIn(from_on=TODAY, to_on=TODAY + timedelta(days=9)))
    for days, stands in ((0, Stage.PAUSED), (9, Stage.PAUSED), (1, Stage.QUIET), (30, Stage.QUIET)):
        house.wait(days=days)
        for stage in (Stage.PAUSED, Stage.QUIET, Stage.DRIFTING, Stage.ENGAGED):
            assert order(house, house.clinician, stage=stage) == ([case.episode_id] if stage is stands else [])


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_hold_everybody_once_also_where_many_are_due_at_one_moment(shared_house: House, limit: int) -> None:
    house = shared_house
    everybody = {house.client(str(number), house.clinician).episode_id for number in range(7)}
    seen = order(house, house.clinician, limit=limit)
    assert len(seen) == 7
    assert set(seen) == everybody
    for cursor in ("", "x", "2026-03-04_x", f"2026-03-04T00:00:00_{seen[0]}"):
        with pytest.raises(Invalid), house.work(house.clinician) as work:
            caseload.page(work, stage=None, clinician_id=None, cursor=cursor, limit=5)


def test_each_sees_the_caseloads_that_are_theirs_to_see(shared_house: House) -> None:
    house = shared_house
    colleague = house.practice.member(Role.CLINICIAN)
    mine, theirs, shared = (
        records.weekly(house, house.clinician, last=2),
        records.weekly(house, colleague, last=2),
        records.weekly(house, colleague, last=3),
    )
    neighbour = house.found("Next door")
    neighbour.client("Eva", neighbour.founder)
    hand_over(house, house.lead, shared, co_therapist_ids=[str(house.clinician.id)])
    assert set(order(house, house.clinician)) == {mine.episode_id, shared.episode_id}
    assert set(order(house, house.supervisor)) == {mine.episode_id, shared.episode_id}
    assert set(order(house, colleague)) == {theirs.episode_id, shared.episode_id}
    assert set(order(house, house.lead)) == {one.episode_id for one in (mine, theirs, shared)}
    assert order(house, house.lead, clinician_id=house.clinician.id) == [mine.episode_id]
    assert order(house, house.clinician, clinician_id=colleague.id) == [shared.episode_id]
    assert order(house, house.clinician, clinician_id=neighbour.founder.id) == []


def test_a_hand_over_moves_the_episode_with_all_it_says(shared_house: House) -> None:
    house = shared_house
    colleague = house.practice.member(Role.CLINICIAN)
    case = records.weekly(house, house.clinician, last=3)
    before = records.items(house, house.clinician)[0]
    hand_over(house, house.clinician, case, responsible_id=str(colleague.id))
    assert order(house, house.clinician) == []
    [after] = records.items(house, colleague)
    assert (after.stage, after.since, after.reasons) == (before.stage, before.since, before.reasons)
    assert after.next_step.owner is not None
    assert after.next_step.owner.id == colleague.id


def test_an_episode_that_nobody_has_is_shown_to_whoever_sees_the_practice(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments([files.event("a", "ana", at(-30), clinician_external_id="")]))
    [item] = records.items(house, house.lead)
    assert (item.next_step.owner, item.episode.responsible) == (None, None)
    assert item.stage is Stage.QUIET
    assert order(house, house.clinician) == []


def test_all_who_take_part_are_named(shared_house: House) -> None:
    house = shared_house
    one, two = (house.client(name, house.lead).client_id for name in ("Ana", "Bea"))
    pair = records.begin(house, house.lead, [one, two], format=EpisodeFormat.COUPLE)
    shown = next(item for item in records.items(house, house.lead) if item.episode.id == pair.id)
    assert [person.name for person in shown.clients] == ["Ana", "Bea"]
    assert shown.client == shown.clients[0]


def test_whoever_comes_as_needed_is_there_and_asks_for_nothing(shared_house: House) -> None:
    house = shared_house
    client = house.client("Ana", house.clinician).client_id
    for kind in (EpisodeKind.AS_NEEDED, EpisodeKind.CONSULTATION):
        records.begin(house, house.clinician, [client], kind=kind)
    house.wait(days=400)
    resting = [item for item in records.items(house, house.clinician) if item.episode.kind is not EpisodeKind.ONGOING]
    assert [(item.stage, item.next_step.kind) for item in resting] == [(Stage.ENGAGED, NextStepKind.NOTHING)] * 2


def test_the_caseload_is_read_while_an_import_is_under_way(shared_house: House) -> None:
    """Episodes whose assessment is still to come hide nobody else, and are not hidden themselves."""
    house = shared_house
    known = records.weekly(house, house.lead, last=3)
    files.receive(house, files.appointments([*files.kept("new", 3, last=-50), *files.kept("newer", 3)]))
    files.cut_off(house, after_slices=1)
    shown = records.items(house, house.lead)
    assert len(shown) == 2
    assert known.episode_id in {item.episode.id for item in shown}
    for stage in Stage:
        said = {item.episode.id for item in shown if item.stage is stage}
        assert set(order(house, house.lead, stage=stage)) <= said
    house.wait(minutes=3)
    files.run(house)
    assert len(records.items(house, house.lead)) == 3
    records.assert_stored_is_computed(house)
