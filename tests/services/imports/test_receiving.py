"""A file handed in: accounted for row by row, taken in once however often it comes, and reported on."""

from pathlib import Path

import pytest

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Invalid, NotFound
from api.formats.errors import UnreadableFile
from api.services import imports
from schemas.tables.base import new_id
from schemas.vocabulary import AuditOutcome, ImportKind, ImportState
from schemas.wire.imports import Mapping
from tests.services import records
from tests.services.imports import files, snapshots
from tests.services.imports.files import at, event
from tests.support.house import House

FILE = files.appointments(
    [*files.kept("ana", 3), event("x", "bea", at(-9), "vanished"), *files.kept("bea", 3), event("", "bea", at(-9))]
)
MAPPINGS = Path(__file__).parents[3] / "docs" / "mappings"


def test_every_row_is_accounted_for_and_a_second_time_nothing_changes(shared_house: House) -> None:
    house = shared_house
    first = files.take_in(house, FILE)
    assert first.counts == {"created": 6, "updated": 6, "rejected": 2}
    assert (first.rows_read, first.problem_count, first.file_name) == (14, 2, "facts.csv")
    before = snapshots.rows(house)
    house.wait(days=1)
    again = files.take_in(house, FILE)
    assert again.counts == {"unchanged": 12, "rejected": 2}
    files.assess(house)
    after = snapshots.rows(house)
    changed = {table for table in after if after[table] != before[table]}
    assert changed - {"episodes"} == {"import_repeats"}
    records.assert_stored_is_computed(house)
    trail = records.trail(house, first.id)
    assert [action for action, _ in trail] == ["import.receive", "import.apply", "import.read"]


def test_refused_rows_are_told_by_line_and_column_a_page_at_a_time(shared_house: House) -> None:
    house = shared_house
    rows = [event(str(number), "ana", at(-number), "vanished") for number in range(1, 8)]
    done = files.take_in(house, files.appointments(rows))
    seen: list[int] = []
    while True:
        with house.work(house.lead) as work:
            page = imports.problems(work, done.id, after_line=seen[-1] if seen else 0, limit=3)
        assert {(one.code, one.column) for one in page.items} == {("unknown_status", "status")}
        seen += [one.line for one in page.items]
        if page.next_cursor is None:
            break
        assert page.next_cursor == str(seen[-1])
    assert seen == list(range(2, 9))


def test_messages_agreements_and_leave_about_people_nobody_knows_are_told_row_by_row(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments(files.kept("ana", 1)))
    message = {"at": at(-4), "direction": "in", "channel": "email"}
    pause = {"type": "pause", "from": "2026-03-01", "known_at": at(-3)}
    away = {"from": "2026-04-01", "to": "2026-04-05", "known_at": at(-3)}
    told: list[tuple[tuple[str, ...], str, files.Row, str]] = [
        (files.MESSAGES, "client_external_id", message, "unknown_client"),
        (files.AGREEMENTS, "client_external_id", pause, "unknown_client"),
        (files.LEAVE, "clinician_external_id", away, "unknown_clinician"),
    ]
    for columns, column, row, code in told:
        known = "kim" if column.startswith("clinician") else "ana"
        done = files.take_in(house, files.text(columns, [{**row, column: known}, {**row, column: "zoe"}]))
        assert done.counts == {"created": 1, "rejected": 1}
        assert [(one.line, one.code) for one in files.problems(house, done.id)] == [(3, code)]
    files.assess(house)
    records.assert_stored_is_computed(house)


def test_the_documented_mappings_are_taken_in_and_back(shared_house: House) -> None:
    house = shared_house
    survey = (
        b"therapist,client_no,session_number,session_date,attended\n"
        b"T1,1,1,2026-01-05,1\nT1,1,2,2026-01-12,0\nT2,1,1,2026-01-05,1\nT1,1,1,2026-01-05,1\n"
    )
    front_desk = (
        "Visit;Chart;First name;Last name;Seen by;Day;Time;Minutes;Outcome;Cxl by;Entered;Outcome entered;"
        "Moved from;Repeats;Group\n"
        "V1;77;Zo\u00e9;Roe;Kim;45996;2:30 PM;45;arrived;;45990,5;45996,75;;R;\n"
        "V2;77;Zo\u00e9;Roe;Kim;46003;2:30 PM;45;DNA (ill);;45990,5;46003,75;;R;\n"
        "V3;78;Ana;Poe;Kim;46003;3:30 PM;45;Went home;;45990,5;46003,75;;R;\n"
    ).encode("cp1252")
    before = snapshots.rows(house)
    for name, content, counts in (
        ("session-survey", survey, {"created": 3, "duplicate": 1}),
        ("day-numbers", front_desk, {"created": 2, "rejected": 1}),
    ):
        mapping = Mapping.model_validate_json((MAPPINGS / f"{name}.json").read_bytes())
        done = files.take_in(house, content, mapping=mapping)
        assert done.counts == counts
        repeated = files.take_in(house, content, mapping=mapping)
        assert "created" not in repeated.counts
        assert "updated" not in repeated.counts
        for import_id in (repeated.id, done.id):
            files.take_back(house, import_id)
    assert snapshots.rows(house) == before


def test_a_file_that_cannot_be_understood_is_refused_at_once(shared_house: House) -> None:
    house = shared_house
    for content, code in (
        (b"", "empty_file"),
        (b"a,b\n1,2\n", "unrecognised_file"),
        (b"external_id,client_external_id\n", "missing_column"),
        (b"PK\x03\x04rest", "not_text"),
    ):
        with pytest.raises(UnreadableFile) as refusal:
            files.receive(house, content)
        assert refusal.value.code == code
    with pytest.raises(Invalid):
        files.receive(house, FILE, kind=ImportKind.LEAVE)
    with house.work(house.lead) as work:
        assert imports.page(work, before=None, limit=5).items == []


def test_imports_are_for_the_practice_lead_and_for_keys_that_may(shared_house: House) -> None:
    house = shared_house
    for who in (house.clinician, house.supervisor, house.admin):
        with pytest.raises(AccessDenied):
            files.receive(house, FILE, who=who)
        with pytest.raises(AccessDenied), house.work(who) as work:
            imports.page(work, before=None, limit=5)
    mine = files.receive(house, FILE)
    neighbour = house.found("Next door")
    for import_id in (mine, new_id()):
        for act in (imports.read, imports.apply, imports.undo):
            with pytest.raises(NotFound), house.work(neighbour.founder) as work:
                act(work, import_id)
        with pytest.raises(NotFound), house.work(neighbour.founder) as work:
            imports.problems(work, import_id, after_line=0, limit=5)
    with house.work(house.practice.key(Permission.IMPORT_READ)) as work:
        assert imports.read(work, mine).state is ImportState.RECEIVED
    files.run(house)
    assert ("import.read", AuditOutcome.ALLOWED) in records.trail(house, mine)


def test_begun_episodes_belong_to_the_clinician_of_the_latest_time(shared_house: House) -> None:
    """In whatever order the rows come; the clinicians are shown although nobody can sign in as them."""
    house = shared_house
    rows = [
        event("3", "ana", at(-2), clinician_external_id="lou"),
        event("1", "ana", at(-16), clinician_external_id="kim"),
        event("2", "ana", at(-9), clinician_external_id="kim"),
    ]
    files.take_in(house, files.appointments(rows), slice_rows=1)
    [item] = records.items(house, house.lead)
    assert item.episode.responsible is not None
    assert item.episode.responsible.name == "lou"
