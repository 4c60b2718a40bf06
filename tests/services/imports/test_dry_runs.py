"""A dry run changes nothing and says exactly what the real run will then do."""

import pytest

from api.services import imports
from schemas.vocabulary import ImportState
from schemas.wire.import_reports import ImportOut
from tests.services.imports import files, snapshots
from tests.services.imports.files import at, event
from tests.support.house import House

# Over slices of four rows: repeated rows, later events of earlier appointments, a repeated status, one undone,
# one confirmed, rows that cannot be read.
TRICKY = files.appointments(
    [
        event("a", "ana", at(-20), "booked"),
        event("a", "ana", at(-20)),
        event("b", "bea", at(-10), "booked"),
        event("b", "bea", at(-10), "no_show"),
        event("a", "ana", at(-20)),
        event("b", "bea", at(-10), "booked", known=at(-5)),
        event("c", "ana", at(-6), "attended", known=at(-9)),
        event("d", "cleo", at(-6), "vanished"),
        event("c", "ana", at(-6), "attended", known=at(-8)),
        event("c", "ana", at(-6), "attended", known=at(-5)),
        event("b", "bea", at(-10), "booked", known=at(-3)),
        event("b", "bea", at(-10), "no_show", known=at(-2)),
        event("", "ana", at(-6)),
        event("b", "bea", at(-10), "booked", known=at(-5)),
        event("a", "ana", at(-20), "booked"),
        event("a", "ana", at(-20), "booked", known=at(-19)),
    ]
)


def dry(house: House, content: bytes, *, slice_rows: int = 4) -> ImportOut:
    import_id = files.receive(house, content, dry_run=True)
    files.run(house, slice_rows=slice_rows)
    done = files.report(house, import_id)
    assert done.state is ImportState.READY, done
    return done


def applied(house: House, rehearsed: ImportOut, *, slice_rows: int = 4) -> ImportOut:
    with house.work(house.lead) as work:
        imports.apply(work, rehearsed.id)
    files.run(house, slice_rows=slice_rows)
    return files.report(house, rehearsed.id)


def same_report(one: ImportOut, other: ImportOut) -> bool:
    return (one.rows_read, one.counts, one.problem_count) == (other.rows_read, other.counts, other.problem_count)


def test_a_dry_run_changes_no_row_of_any_fact(shared_house: House) -> None:
    files.take_in(shared_house, files.appointments(files.kept("ana", 3)))
    before = snapshots.rows(shared_house)
    dry(shared_house, TRICKY)
    assert snapshots.rows(shared_house) == before


@pytest.mark.parametrize("slice_rows", [1, 4, 100])
def test_a_dry_run_counts_as_the_real_run_does(shared_house: House, slice_rows: int) -> None:
    house = shared_house
    rehearsed = dry(house, TRICKY, slice_rows=slice_rows)
    assert sum(rehearsed.counts.values()) == rehearsed.rows_read == 16
    told = files.problems(house, rehearsed.id)
    assert [problem.line for problem in told] == [9, 14]
    real = applied(house, rehearsed)
    assert same_report(rehearsed, real)
    assert files.problems(house, rehearsed.id) == told
    assert real.counts == {"created": 3, "updated": 6, "duplicate": 3, "unchanged": 2, "rejected": 2}


def test_a_dry_run_over_known_appointments_counts_as_the_real_run_does(shared_house: House) -> None:
    files.take_in(
        shared_house,
        files.appointments([event("a", "ana", at(-20), "booked"), event("b", "bea", at(-10), "booked")]),
    )
    rehearsed = dry(shared_house, TRICKY)
    real = applied(shared_house, rehearsed)
    assert same_report(rehearsed, real)
    assert real.counts["unchanged"] > 0


def test_a_dry_run_of_other_facts_counts_as_the_real_run_does(shared_house: House) -> None:
    files.take_in(shared_house, files.appointments(files.kept("ana", 2) + files.kept("bea", 2)))
    message = {"client_external_id": "ana", "at": at(-4), "direction": "in", "channel": "email"}
    pause = {"client_external_id": "bea", "type": "pause", "from": "2026-03-01", "known_at": at(-3)}
    away = {"clinician_external_id": "kim", "from": "2026-04-01", "to": "2026-04-05", "known_at": at(-3)}
    nobody = {**message, "client_external_id": "zoe"}
    told: list[tuple[tuple[str, ...], list[files.Row]]] = [
        (files.MESSAGES, [message, {**message, "direction": "out"}, message, nobody, message, nobody]),
        (files.AGREEMENTS, [pause, {**pause, "to": "2026-03-20"}, pause, pause]),
        (files.LEAVE, [away, away, {**away, "clinician_external_id": "nobody"}]),
    ]
    for columns, rows in told:
        rehearsed = dry(shared_house, files.text(columns, rows), slice_rows=2)
        assert same_report(rehearsed, applied(shared_house, rehearsed, slice_rows=2)), columns


def test_a_dry_run_of_a_client_list_counts_as_the_real_run_does(shared_house: House) -> None:
    files.take_in(shared_house, files.appointments(files.kept("ana", 2)))
    rows: list[files.Row] = [
        {"client_external_id": "ana", "client_name": "Ana Moreno"},
        {"client_external_id": "bea", "client_name": "Bea", "agreed_cadence_days": 14},
        {"client_external_id": "ana", "client_name": "Ana Moreno"},
        {"client_external_id": "bea", "client_name": "Bea", "agreed_cadence_days": 14},
        {"client_external_id": "bea", "client_name": "Beatriz"},
        {"client_external_id": "ana", "time_zone": "Europe/Lisbon"},
        {"client_external_id": "bea", "client_name": "Beatriz", "time_zone": "Nowhere/At_All"},
    ]
    rehearsed = dry(shared_house, files.text(files.CLIENTS, rows), slice_rows=2)
    real = applied(shared_house, rehearsed, slice_rows=2)
    assert same_report(rehearsed, real)
    assert real.counts == {"created": 1, "updated": 3, "unchanged": 2, "rejected": 1}


def test_a_dry_run_that_was_interrupted_begins_anew(shared_house: House) -> None:
    house = shared_house
    import_id = files.receive(house, TRICKY, dry_run=True)
    files.cut_off(house, after_slices=2)
    assert files.report(house, import_id).rows_read == 8
    house.wait(minutes=5)
    files.run(house)
    assert same_report(files.report(house, import_id), dry(house, TRICKY))
