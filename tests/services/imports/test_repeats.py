"""What a later file only repeated stays when the file before it is undone, and goes with the later one."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from schemas.tables import Absence, Agreement, Appointment, AppointmentEvent, Contact, ImportRepeat
from tests.services import records
from tests.services.imports import files, snapshots
from tests.services.imports.files import at, event
from tests.support.house import House

COUPLE: dict[str, Any] = {"format": "couple", "group_id": "rivers"}
# Each tells something alone, something that one other tells, and something that all of them tell.
FILES = {
    "a": [
        *files.kept("ana", 3),
        event("bea-0", "bea", at(-9)),
        event("s1", "dora", at(-9), **COUPLE),
        event("s1", "eli", at(-9), **COUPLE),
    ],
    "b": [
        *files.kept("ana", 2),
        event("bea-0", "bea", at(-9)),
        event("bea-0", "bea", at(-9), "no_show", known=at(-1)),
        event("cleo-0", "cleo", at(-8)),
    ],
    "c": [
        *files.kept("ana", 3),
        event("cleo-0", "cleo", at(-8)),
        event("s1", "dora", at(-9), **COUPLE),
        event("fay-0", "fay", at(-3)),
    ],
}
Told = list[tuple[str, str, datetime, datetime]]


def told(house: House) -> Told:
    """Every event of every appointment, and that each appointment says the last of them."""
    statement = sa.select(
        col(Appointment.external_id),
        col(AppointmentEvent.status),
        col(AppointmentEvent.starts_at),
        col(AppointmentEvent.known_at),
        col(Appointment.status),
        col(Appointment.status_known_at),
    ).join(AppointmentEvent, col(AppointmentEvent.appointment_id) == col(Appointment.id))
    with house.rows() as work:
        rows = work.session.execute(statement.order_by(col(AppointmentEvent.known_at))).all()
    last = {row[0]: (row[1], row[3]) for row in rows}
    assert {row[0]: (row[4], row[5]) for row in rows} == last
    return sorted((row[0], row[1].value, row[2], row[3]) for row in rows)


def alone(house: House, names: Sequence[str]) -> Told:
    """What a practice is told that never saw the other files."""
    mine = house.practice
    house.practice = house.found("Another")
    for name in names:
        files.take_in(house, files.appointments(FILES[name]))
    found = told(house)
    house.practice = mine
    return found


@pytest.mark.parametrize("order", list(permutations("abc")), ids="".join)
def test_undone_in_any_order_what_the_others_told_is_left_each_time(
    shared_house: House, order: tuple[str, ...]
) -> None:
    house = shared_house
    empty = snapshots.rows(house)
    done = {name: files.take_in(house, files.appointments(rows), slice_rows=3) for name, rows in FILES.items()}
    for number, name in enumerate(order[:-1], 1):
        files.take_back(house, done[name].id)
        assert told(house) == alone(house, sorted(order[number:]))
        records.assert_stored_is_computed(house)
    files.take_back(house, done[order[-1]].id)
    assert snapshots.rows(house) == empty


def test_the_same_file_again_keeps_everything_when_the_first_is_undone(shared_house: House) -> None:
    house = shared_house
    content = files.appointments(FILES["a"])
    first = files.take_in(house, content)
    before, empty = snapshots.meaning(house), told(house)
    again = files.take_in(house, content)
    assert again.counts == {"unchanged": len(FILES["a"])}
    files.take_back(house, first.id)
    assert snapshots.meaning(house) == before
    assert told(house) == empty
    third = files.take_in(house, content)
    assert third.counts == {"unchanged": len(FILES["a"])}
    files.take_back(house, again.id)
    files.take_back(house, third.id)
    assert told(house) == []


def test_who_learned_it_later_knows_it_later_when_the_first_is_undone(shared_house: House) -> None:
    house = shared_house
    first = files.take_in(house, files.appointments([event("x", "ana", at(-9), known=at(-8))]))
    files.take_in(house, files.appointments([event("x", "ana", at(-9), known=at(-5))]))
    assert told(house) == [("x", "attended", at(-9), at(-8))]
    files.take_back(house, first.id)
    assert told(house) == [("x", "attended", at(-9), at(-5))]
    records.assert_stored_is_computed(house)


def test_messages_absences_and_agreements_told_again_stay_too(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments(FILES["a"]))
    before = snapshots.rows(house, without=snapshots.MOVING)
    message = {"client_external_id": "ana", "at": at(-4), "direction": "in", "channel": "email"}
    settled = {"client_external_id": "bea", "from": "2026-03-01", "known_at": at(-3)}
    sent = [
        files.text(files.MESSAGES, [message]),
        files.text(files.AGREEMENTS, [{**settled, "type": "pause"}, {**settled, "type": "planned_end"}]),
        files.text(files.LEAVE, [{"clinician_external_id": "kim", "from": "2026-04-01", "known_at": at(-3)}]),
    ]
    first, second = ([files.take_in(house, content).id for content in sent] for _ in range(2))
    kept = counted(house)
    assert kept == {"Contact": 1, "Absence": 2, "Agreement": 1}
    for import_id in first:
        files.take_back(house, import_id)
    assert counted(house) == kept
    records.assert_stored_is_computed(house)
    for import_id in second:
        files.take_back(house, import_id)
    assert snapshots.rows(house, without=snapshots.MOVING) == before


def counted(house: House) -> dict[str, int]:
    with house.rows() as work:
        return {
            model.__name__: len(work.session.scalars(sa.select(model)).all()) for model in (Contact, Absence, Agreement)
        }


def test_a_repetition_costs_one_row_a_slice_and_none_within_one_file_or_a_dry_run(shared_house: House) -> None:
    house = shared_house
    rows = files.kept("ana", 20)
    files.take_in(house, files.appointments([*rows, *rows]), slice_rows=25)
    files.receive(house, files.appointments(rows), dry_run=True)
    files.run(house)
    assert repeats(house) == []
    files.take_in(house, files.appointments(rows), slice_rows=25)
    assert repeats(house) == [25 * 28, 15 * 28]


def repeats(house: House) -> list[int]:
    with house.rows() as work:
        found = work.session.scalars(sa.select(ImportRepeat).order_by(col(ImportRepeat.id)))
        return [len(row.told) for row in found]
