"""Appointments: kept in step, booked here, and what came of them recorded by whoever may."""

from datetime import timedelta
from uuid import UUID

import pytest

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import appointments, clients, engagement
from schemas.tables.base import new_id
from schemas.vocabulary import AppointmentStatus, AuditOutcome, Initiator, NextStepKind, Role, RowOutcome
from schemas.wire.appointments import (
    AppointmentBatchIn,
    AppointmentBatchItem,
    AppointmentIn,
    AppointmentNewIn,
    AppointmentOut,
    OutcomeIn,
)
from schemas.wire.clients import ClientIn
from tests.services import records
from tests.services.imports.files import at
from tests.support.house import Case, House, Machine, Person

ATTENDED, BOOKED, NO_SHOW = AppointmentStatus.ATTENDED, AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW
RESCHEDULED, CANCELLED = AppointmentStatus.RESCHEDULED, AppointmentStatus.CANCELLED


def book(
    house: House, who: Person, case: Case, *, days: float = -1, initiator: Initiator | None = None
) -> AppointmentOut:
    """Booked a week before it."""
    now, house.now = house.now, at(days) - timedelta(days=7)
    with house.work(who) as work:
        booked = appointments.book(
            work, AppointmentNewIn(episode_id=case.episode_id, starts_at=at(days), initiator=initiator)
        )
    house.now = now
    return booked


def record(house: House, who: Person, appointment_id: UUID, **given: object) -> AppointmentOut:
    with house.work(who) as work:
        return appointments.record_outcome(work, appointment_id, OutcomeIn.model_validate(given))


def known(house: House, case: Case) -> list[AppointmentOut]:
    with house.work(house.lead) as work:
        return appointments.page(work, episode_id=case.episode_id, since=None, until=None, cursor=None, limit=50).items


def reasons(house: House, case: Case) -> set[str]:
    with house.work(house.lead) as work:
        return {reason.code for reason in engagement.read(work, case.episode_id).reasons}


def test_an_outcome_is_recorded_corrected_and_said_again_without_effect(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    booked = book(house, house.clinician, case)
    missed = record(house, house.clinician, booked.id, status=NO_SHOW)
    assert (missed.status, missed.version) == (NO_SHOW, 2)
    assert record(house, house.clinician, booked.id, status=NO_SHOW) == missed
    house.wait(hours=5)
    corrected = record(house, house.clinician, booked.id, status=ATTENDED)
    assert (corrected.status, corrected.status_known_at) == (ATTENDED, house.now)
    assert len(known(house, case)) == 1
    records.assert_stored_is_computed(house)
    outcomes = [entry for entry in records.trail(house, booked.id) if entry[0] == "appointment.outcome"]
    assert outcomes == [("appointment.outcome", AuditOutcome.ALLOWED)] * 3


def test_a_time_to_come_has_no_outcome_but_can_be_cancelled(shared_house: House) -> None:
    house = shared_house
    booked = book(house, house.clinician, house.client("Ana", house.clinician), days=2)
    for status in (ATTENDED, NO_SHOW):
        with pytest.raises(Conflict) as refusal:
            record(house, house.clinician, booked.id, status=status)
        assert refusal.value.code == "not_yet"
    assert record(house, house.clinician, booked.id, status=CANCELLED, initiator="client").status is CANCELLED


def test_a_miss_counts_whoever_booked_the_time_unless_it_was_excused(shared_house: House) -> None:
    """That the front desk made the booking says nothing about who missed it."""
    house = shared_house
    for excused in (False, True):
        case = house.client("Ana", house.clinician)
        for week in (2, 3, 4):
            records.tell(house, house.clinician, case.episode_id, at(-7 * week), f"{case.episode_id}-{week}")
        booked = book(house, house.clinician, case, days=-7, initiator=Initiator.PRACTICE)
        record(house, house.clinician, booked.id, status=NO_SHOW, excused=excused)
        assert ("not_kept" in reasons(house, case)) is not excused


def test_a_reschedule_is_one_event_however_often_it_is_tapped(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    for taken in (book(house, house.clinician, case), told(house, case)):
        before = len(known(house, case))
        for _ in range(2):
            record(house, house.clinician, taken.id, status=RESCHEDULED, new_starts_at=at(3), initiator="client")
        assert len(known(house, case)) == before + 1
        record(house, house.clinician, taken.id, status=RESCHEDULED, new_starts_at=at(4), initiator="client")
        assert len(known(house, case)) == before + 1
        assert [row.starts_at for row in known(house, case) if row.status is BOOKED][-1] == at(4)
    said = reasons(house, case)
    assert "cancelled_not_rebooked" not in said
    assert "not_kept" not in said
    records.assert_stored_is_computed(house)


def told(house: House, case: Case) -> AppointmentOut:
    return records.tell(house, house.clinician, case.episode_id, at(-1), "told", status=BOOKED, status_known_at=at(-8))


def test_a_passed_time_without_an_outcome_asks_to_be_recorded(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    booked = book(house, house.clinician, case)
    [item] = records.items(house, house.clinician)
    assert item.next_step.kind is NextStepKind.RECORD_OUTCOME
    record(house, house.clinician, booked.id, status=ATTENDED)
    [item] = records.items(house, house.clinician)
    assert item.next_step.kind is not NextStepKind.RECORD_OUTCOME


def test_appointments_elsewhere_are_as_if_absent(shared_house: House) -> None:
    house = shared_house
    neighbour = house.found("Next door")
    foreign = neighbour.client("Eva", neighbour.founder)
    theirs = records.tell(house, neighbour.founder, foreign.episode_id, at(-1))
    colleague = house.practice.member(Role.CLINICIAN)
    others = book(house, colleague, house.client("Bea", colleague))
    for appointment_id in (theirs.id, others.id, new_id()):
        with pytest.raises(NotFound), house.work(house.clinician) as work:
            appointments.read(work, appointment_id)
        with pytest.raises(NotFound):
            record(house, house.clinician, appointment_id, status=ATTENDED)
    for episode_id in (foreign.episode_id, others.episode_id):
        with pytest.raises(NotFound), house.work(house.clinician) as work:
            appointments.page(work, episode_id=episode_id, since=None, until=None, cursor=None, limit=5)
        with pytest.raises(Invalid):
            records.tell(house, house.clinician, episode_id, at(-2))
        with pytest.raises(Invalid), house.work(house.clinician) as work:
            appointments.book(work, AppointmentNewIn(episode_id=episode_id, starts_at=at(2)))


@pytest.mark.parametrize("also_a_clinician", [False, True])
def test_a_supervisor_reads_and_never_writes_in_a_supervisees_episode(
    shared_house: House, also_a_clinician: bool
) -> None:
    """By whichever name the appointment is called."""
    house = shared_house
    roles = (Role.SUPERVISOR, Role.CLINICIAN) if also_a_clinician else (Role.SUPERVISOR,)
    supervisor = house.practice.member(*roles, supervisees=(house.clinician,))
    with house.work(house.lead) as work:
        ana = clients.upsert(work, "pms", "ana", ClientIn(name="Ana")).client.id
    episode = records.begin(house, house.lead, [ana], responsible_id=house.clinician.id)
    taken = records.tell(house, house.clinician, episode.id, at(-1), "a", status=BOOKED, status_known_at=at(-3))
    with house.work(supervisor) as work:
        assert appointments.read(work, taken.id).status is BOOKED
    given = {"starts_at": at(-1), "status": ATTENDED}
    ways = [
        AppointmentIn.model_validate({**given, "episode_id": episode.id}),
        AppointmentIn.model_validate({**given, "client_external_id": "ana"}),
    ]
    for way in ways:
        for key in ("a", "new"):
            with pytest.raises((AccessDenied, Invalid)), house.work(supervisor) as work:
                appointments.upsert(work, "pms", key, way)
    with pytest.raises(AccessDenied):
        record(house, supervisor, taken.id, status=ATTENDED)
    with pytest.raises(AccessDenied), house.work(supervisor) as work:
        appointments.book(work, AppointmentNewIn(episode_id=episode.id, starts_at=at(2)))
    if also_a_clinician:
        own = house.client("Own", supervisor)
        with pytest.raises((AccessDenied, Invalid)):
            records.tell(house, supervisor, own.episode_id, at(-1), "a")
        items = [
            AppointmentBatchItem(source="pms", external_id=key, **way.model_dump(exclude_unset=True))
            for key in ("a", "new")
            for way in ways
        ]
        with house.work(supervisor) as work:
            done = appointments.batch(work, AppointmentBatchIn(items=items))
        assert done.counts == {"rejected": 4}
    with house.work(house.clinician) as work:
        assert appointments.read(work, taken.id) == taken


def test_a_key_keeps_appointments_in_step_within_its_scopes(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    feeding = house.practice.key(Permission.APPOINTMENT_RECORD)
    reading = house.practice.key(Permission.APPOINTMENT_READ)
    given = AppointmentIn(episode_id=case.episode_id, starts_at=at(-1), status=ATTENDED)

    def send(who: Machine) -> RowOutcome:
        with house.work(who) as work:
            return appointments.upsert(work, "pms", "a", given)[1]

    assert [send(feeding), send(feeding)] == [RowOutcome.CREATED, RowOutcome.UNCHANGED]
    with pytest.raises(AccessDenied):
        send(reading)


def test_a_clinician_tells_of_a_client_they_just_opened_and_has_the_episode(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        clients.upsert(work, "pms", "ana", ClientIn(name="Ana"))
        given = AppointmentIn(client_external_id="ana", starts_at=at(-1), status=ATTENDED)
        told_of = appointments.upsert(work, "pms", "a", given)[0]
    [item] = records.items(house, house.clinician)
    assert item.episode.id == told_of.episode_id
    assert item.next_step.owner is not None
    assert item.next_step.owner.id == house.clinician.id


def test_a_batch_takes_each_item_by_itself_and_says_what_became_of_it(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    records.tell(house, house.clinician, case.episode_id, at(-9), "known")

    def item(key: str, starts: float, source: str = "pms", **more: object) -> AppointmentBatchItem:
        told_of = {
            "episode_id": case.episode_id,
            "starts_at": at(starts),
            "status": ATTENDED,
            "status_known_at": at(starts, 2),
        }
        return AppointmentBatchItem.model_validate({**told_of, "source": source, "external_id": key, **more})

    items = [
        item("known", -9),
        item("new", -2),
        item("new", -2),
        item("new", -2, status=NO_SHOW, status_known_at=at(-1)),
        item("new", -2, source="other"),
        item("lost", -2, episode_id=new_id()),
        item("nobody", -2, episode_id=None, client_external_id="nobody"),
    ]
    with house.work(house.clinician) as work:
        done = appointments.batch(work, AppointmentBatchIn(items=items))
    assert [(one.index, one.outcome, one.code) for one in done.results] == [
        (0, "unchanged", None),
        (1, "created", None),
        (2, "unchanged", None),
        (3, "updated", None),
        (4, "created", None),
        (5, "rejected", "unknown_episode"),
        (6, "rejected", "unknown_client"),
    ]
    assert done.counts == {"unchanged": 2, "created": 2, "updated": 1, "rejected": 2}
    records.assert_stored_is_computed(house)


def test_appointments_are_paged_by_start_without_gap_or_double(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    starts = [at(-9), at(-9), at(-8), at(-9), at(-7)]
    for number, start in enumerate(starts):
        records.tell(house, house.clinician, case.episode_id, start, str(number))
    seen: list[AppointmentOut] = []
    cursor = None
    while True:
        with house.work(house.clinician) as work:
            page = appointments.page(work, episode_id=None, since=at(-9), until=at(-7), cursor=cursor, limit=1)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [row.starts_at for row in seen] == [at(-9)] * 3 + [at(-8)]
    assert len({row.id for row in seen}) == 4
    with pytest.raises(Invalid), house.work(house.clinician) as work:
        appointments.page(work, episode_id=None, since=None, until=None, cursor="2026-03-04_x", limit=1)
