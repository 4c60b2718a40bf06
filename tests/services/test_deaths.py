"""A client who died: nothing is sent, nobody is told to call, and the work ends with a note and not by itself."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Invalid
from api.services import clients, episodes
from schemas.tables import Client
from schemas.vocabulary import CheckInState, EpisodeFormat, NextStepKind, StopReason, TaskKind
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.episodes import EpisodeIn
from tests.services import records
from tests.services.test_flags import tasks
from tests.support import messages, notes
from tests.support.house import Case, House


def test_whoever_worked_with_them_writes_the_ending_and_calls_nobody(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    (before,) = records.items(house, house.clinician)
    assert before.next_step.kind in (NextStepKind.CALL, NextStepKind.CHECK_IN, NextStepKind.CLOSING_SESSION)
    waiting = messages.approved(house, case, house.clinician)
    died_on = house.now.date() - timedelta(days=2)
    with house.work(house.clinician) as work:
        changed = clients.change(work, case.client_id, ClientPatch(died_on=died_on), version=1)
    assert changed.died_on == died_on
    assert messages.seen(house, waiting) == (CheckInState.CANCELLED, StopReason.HELD)
    (after,) = records.items(house, house.clinician)
    assert (after.next_step.kind, after.stage) == (NextStepKind.CLOSE_WITH_NOTE, "engaged")
    assert after.next_step.due_on == died_on + timedelta(days=7)
    assert "nobody is to be called or written to" in after.next_step.why
    assert [reason.code for reason in after.reasons] == ["client_died"]
    (task,) = tasks(house, case.client_id, TaskKind.WRITE_NOTE)
    assert (task.owner_id, task.subject_id, task.done_at) == (house.clinician.id, case.episode_id, None)
    with house.work(house.clinician) as work:
        assert episodes.read(work, case.episode_id).ended_at is None
    records.assert_stored_is_computed(house)


def test_taken_back_it_asks_for_nothing_any_more(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    (before,) = records.items(house, house.clinician)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(died_on=house.now.date()), version=1)
        clients.change(work, case.client_id, ClientPatch(died_on=house.now.date()), version=2)
        clients.change(work, case.client_id, ClientPatch.model_validate({"died_on": None}), version=2)
    (after,) = records.items(house, house.clinician)
    assert (after.stage, after.next_step) == (before.stage, before.next_step)
    (task,) = tasks(house, case.client_id, TaskKind.WRITE_NOTE)
    assert task.done_at is not None


def test_the_note_is_what_was_asked_for(both_houses: House) -> None:
    """Of two who died, the note about one leaves the other's to be written."""
    house = both_houses
    with house.work(house.founder) as work:
        ana, bo = (clients.add(work, ClientIn(name=name)).id for name in ("Ana", "Bo"))
        shared = episodes.add(work, EpisodeIn(client_ids=[ana, bo], format=EpisodeFormat.COUPLE)).id
        for one in (ana, bo):
            clients.change(work, one, ClientPatch(died_on=house.now.date()), version=1)
    silent = {**notes.SILENT, "how_it_ended": "client_died"}
    notes.sign(house, house.founder, notes.draft(house, house.founder, Case(ana, shared), **silent))
    assert [task.done_at for task in tasks(house, ana, TaskKind.WRITE_NOTE)] == [house.now]
    assert [task.done_at for task in tasks(house, bo, TaskKind.WRITE_NOTE)] == [None]


def test_the_other_of_a_couple_is_still_there(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        ids = [clients.add(work, ClientIn(name=name)).id for name in ("Ana", "Bo")]
        episodes.add(work, EpisodeIn(client_ids=ids, format=EpisodeFormat.COUPLE))
        clients.change(work, ids[0], ClientPatch(died_on=house.now.date()), version=1)
    (item,) = records.items(house, house.clinician)
    assert item.next_step.kind is not NextStepKind.CLOSE_WITH_NOTE
    with house.work(house.clinician) as work:
        clients.change(work, ids[1], ClientPatch(died_on=house.now.date()), version=1)
    (item,) = records.items(house, house.clinician)
    assert item.next_step.kind is NextStepKind.CLOSE_WITH_NOTE


def test_nobody_dies_on_a_day_to_come(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    tomorrow = house.now.date() + timedelta(days=1)
    with pytest.raises(Invalid) as refusal, house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(died_on=tomorrow), version=1)
    assert refusal.value.problems[0].pointer == "/died_on"


def known(house: House, client_id: UUID) -> datetime | None:
    with house.rows() as work:
        return work.session.scalars(sa.select(col(Client.death_known_at)).where(col(Client.id) == client_id)).one()


def test_a_death_is_known_since_it_was_told_whatever_its_day(both_houses: House) -> None:
    house = both_houses
    case = house.client("Ana", house.clinician)
    told, day = house.now, house.now.date()
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(died_on=day - timedelta(days=40)), version=1)
    assert known(house, case.client_id) == told
    house.wait(days=2)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(died_on=day - timedelta(days=41)), version=2)
    assert known(house, case.client_id) == told
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch.model_validate({"died_on": None}), version=3)
    assert known(house, case.client_id) is None


def test_a_death_that_a_note_tells_is_known_since_it_was_signed(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    notes.sign(
        house,
        house.clinician,
        notes.draft(house, house.clinician, case, **{**notes.SILENT, "how_it_ended": "client_died"}),
    )
    signed = house.now
    assert known(house, case.client_id) == signed


def test_what_a_double_s_record_knew_of_a_death_is_taken_over_with_it(shared_house: House) -> None:
    house = shared_house
    kept, double = house.client("Ana", house.clinician), house.client("Ana M", house.clinician)
    told = house.now
    with house.work(house.clinician) as work:
        clients.change(work, double.client_id, ClientPatch(died_on=house.now.date()), version=1)
    house.wait(days=2)
    with house.work(house.lead) as work:
        clients.merge(work, kept.client_id, double.client_id)
    assert known(house, kept.client_id) == told
