"""Taking an import back: without a trace of it, and without a scratch on what anybody else recorded."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict
from api.services import absences, appointments, clients, consents, contacts, episodes, follow_ups, imports
from api.store import clients as client_store
from api.store import note_checks
from schemas.tables import Appointment, AppointmentEvent
from schemas.vocabulary import AppointmentStatus, Channel, ContactDirection, ContactOutcome, ImportState
from schemas.wire.appointments import AppointmentIn, OutcomeIn
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.follow_ups import FollowUpIn
from tests.services.imports import files, snapshots
from tests.services.imports.files import at, event
from tests.support import notes
from tests.support.house import ZONE, Case, House

COUPLE: dict[str, Any] = {"format": "couple", "group_id": "rivers"}
FIRST = files.appointments(
    [
        *files.kept("ana", 3),
        *files.kept("bea", 2),
        event("s1", "dora", at(-9), "attended", **COUPLE),
        event("s1", "eli", at(-9), "attended", **COUPLE),
    ]
)
# Some of the same, later words about some of it, and people of its own.
SECOND = files.appointments(
    [
        *files.kept("ana", 3),
        event("ana-3", "ana", at(-1)),
        event("bea-1", "bea", at(-2), "no_show", known=at(-1)),
        *files.kept("cleo", 2),
        event("s2", "dora", at(-3), "attended", clinician_external_id="lou", **COUPLE),
        event("s2", "finn", at(-3), "attended", **COUPLE),
    ]
)
SPOKE = ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)


def test_an_undone_import_leaves_nothing(shared_house: House) -> None:
    house = shared_house
    before = snapshots.rows(house)
    done = files.take_in(house, FIRST)
    undone = files.take_back(house, done.id)
    assert snapshots.rows(house) == before
    assert undone.counts == done.counts


@pytest.mark.parametrize("backwards", [True, False], ids=["last first", "first first"])
def test_overlapping_imports_are_undone_in_either_order(shared_house: House, backwards: bool) -> None:
    house = shared_house
    empty = snapshots.rows(house)
    one = files.take_in(house, FIRST)
    after_one = snapshots.content(house)
    two = files.take_in(house, SECOND)
    if backwards:
        files.take_back(house, two.id)
        assert snapshots.content(house) == after_one
        files.take_back(house, one.id)
    else:
        files.take_back(house, one.id)
        files.take_back(house, two.id)
    assert snapshots.rows(house) == empty


def told(house: House) -> dict[str, set[str]]:
    """Every status each appointment was ever told to have."""
    statement = sa.select(col(Appointment.external_id), col(AppointmentEvent.status)).join(
        AppointmentEvent, col(AppointmentEvent.appointment_id) == col(Appointment.id)
    )
    found: dict[str, set[str]] = {}
    with house.rows() as work:
        for key, status in work.session.execute(statement):
            found.setdefault(key.partition(":")[0], set()).add(status.value)
    return found


def test_what_people_recorded_meanwhile_stays_and_the_appointment_says_it(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.lead)
    with house.work(house.lead) as work:
        booked = appointments.upsert(
            work,
            "native",
            "mine",
            AppointmentIn(episode_id=case.episode_id, starts_at=at(-3), status_known_at=at(-9)),
        )[0]
    before = snapshots.content(house)
    done = files.take_in(house, files.appointments([event("mine", "whoever", at(-3), "no_show")]))
    with house.work(house.lead) as work:
        assert appointments.read(work, booked.id).status is AppointmentStatus.NO_SHOW
        absence = absences.record(work, case.episode_id, AbsenceIn(from_on=date(2026, 3, 3)))
        appointments.record_outcome(work, booked.id, OutcomeIn(status=AppointmentStatus.ATTENDED))
    files.take_back(house, done.id)
    with house.work(house.lead) as work:
        assert appointments.read(work, booked.id).status is AppointmentStatus.ATTENDED
        assert [one.id for one in absences.page(work, case.episode_id)] == [absence.id]
    assert told(house) == {"mine": {"booked", "attended"}}
    after = snapshots.content(house)
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"absences", "appointment_events", "appointments", "episodes"}


def test_an_imported_client_somebody_wrote_about_stays(shared_house: House) -> None:
    house = shared_house
    done = files.take_in(
        house, files.appointments([*files.kept("ana", 2), *files.kept("bea", 2), *files.kept("cleo", 2)])
    )
    ana, bea = client(house, "ana"), client(house, "bea")
    of_ana = episode_of(house, ana)
    with house.work(house.lead) as work:
        contacts.record(work, of_ana, SPOKE)
        consents.add(work, bea, ConsentIn(channel=Channel.EMAIL, address="bea@example.org"))
    files.take_back(house, done.id)
    with house.work(house.lead) as work:
        left = clients.page(work, name=None, after=None, limit=9).items
        assert {one.id for one in left} == {ana, bea}
        assert len(contacts.page(work, of_ana, before=None, limit=9).items) == 1
        assert consents.page(work, bea)[0].address == "bea@example.org"
    again = files.take_in(house, files.appointments(files.kept("ana", 2)))
    assert client(house, "ana") == ana
    assert again.counts == {"created": 2, "updated": 2}


def client(house: House, key: str) -> UUID:
    with house.rows() as work:
        found = client_store.by_external_id(work.session, "native", work.digest("client external id", "native", key))
        assert found is not None
        return found.id


def episode_of(house: House, client_id: UUID) -> UUID:
    with house.rows() as work:
        return client_store.episodes_of(work.session, client_id)[0].id


LIST: list[files.Row] = [
    {"client_external_id": "ana", "client_name": "Ana Moreno", "agreed_cadence_days": 14},
    {"client_external_id": "ana", "time_zone": "Europe/Lisbon"},
    {"client_external_id": "ana", "client_name": "Ana Moreno Gil", "agreed_cadence_days": 21},
]


def listed(*rows: files.Row) -> bytes:
    return files.text(files.CLIENTS, rows)


@pytest.mark.parametrize("slice_rows", [1, 9])
def test_undoing_a_client_list_puts_back_what_the_clients_said_before(shared_house: House, slice_rows: int) -> None:
    """Also where several of its rows changed one client, each another part."""
    house = shared_house
    files.take_in(house, files.appointments(files.kept("ana", 2)))
    before = snapshots.content(house)
    done = files.take_in(house, listed(*LIST), slice_rows=slice_rows)
    assert done.counts == {"updated": 3}
    with house.work(house.lead) as work:
        shown = clients.read(work, client(house, "ana"))
    assert (shown.name, shown.time_zone) == ("Ana Moreno Gil", "Europe/Lisbon")
    files.take_back(house, done.id)
    assert snapshots.content(house) == before


def test_undoing_a_client_list_leaves_what_a_person_changed_since(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments(files.kept("ana", 2)))
    done = files.take_in(house, listed(*LIST))
    ana = client(house, "ana")
    with house.work(house.lead) as work:
        version = clients.read(work, ana).version
        clients.change(work, ana, ClientPatch(name="Ana M. Gil"), version=version)
    files.take_back(house, done.id)
    with house.work(house.lead) as work:
        shown = clients.read(work, ana)
    assert (shown.name, shown.time_zone) == ("Ana M. Gil", ZONE)


@pytest.mark.parametrize("backwards", [True, False], ids=["last first", "first first"])
def test_two_client_lists_are_undone_in_either_order(shared_house: House, backwards: bool) -> None:
    house = shared_house
    files.take_in(house, files.appointments(files.kept("ana", 2)))
    before = snapshots.content(house)
    one = files.take_in(
        house, listed({"client_external_id": "ana", "client_name": "Ana One", "agreed_cadence_days": 10})
    )
    two = files.take_in(
        house, listed({"client_external_id": "ana", "client_name": "Ana Two", "agreed_cadence_days": 20})
    )
    for import_id in (two.id, one.id) if backwards else (one.id, two.id):
        files.take_back(house, import_id)
        if (import_id == one.id) and not backwards:
            with house.work(house.lead) as work:
                assert clients.read(work, client(house, "ana")).name == "Ana Two"
    assert snapshots.content(house) == before


def test_a_client_list_is_undone_after_the_import_that_brought_the_client_is_gone(shared_house: House) -> None:
    house = shared_house
    empty = snapshots.rows(house)
    one = files.take_in(house, files.appointments(files.kept("ana", 2)))
    two = files.take_in(
        house, listed({"client_external_id": "ana", "client_name": "Ana Two", "agreed_cadence_days": 9})
    )
    files.take_back(house, one.id)
    files.take_back(house, two.id)
    assert snapshots.rows(house) == empty


def test_other_facts_are_undone_without_a_trace(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments([*files.kept("ana", 3), *files.kept("bea", 3)]))
    message = {"client_external_id": "ana", "at": at(-1), "direction": "in", "channel": "email"}
    pause = {"client_external_id": "bea", "type": "pause", "from": "2026-03-03", "known_at": at(-3)}
    away = {"clinician_external_id": "kim", "from": "2026-03-03", "known_at": at(-3)}
    told: list[tuple[tuple[str, ...], files.Row]] = [
        (files.MESSAGES, message),
        (files.AGREEMENTS, pause),
        (files.LEAVE, away),
    ]
    for columns, row in told:
        before = snapshots.content(house)
        done = files.take_in(house, files.text(columns, [row]))
        assert done.counts == {"created": 1}
        changed = snapshots.content(house)
        assert changed["episodes"] != before["episodes"], columns
        files.take_back(house, done.id)
        assert snapshots.content(house) == before


def test_only_an_applied_import_is_undone(shared_house: House) -> None:
    house = shared_house
    import_id = files.receive(house, FIRST, dry_run=True)
    for _ in range(2):
        with pytest.raises(Conflict) as refusal, house.work(house.lead) as work:
            imports.undo(work, import_id)
        assert refusal.value.code == "import_not_applied"
        files.run(house)
    assert files.report(house, import_id).state is ImportState.READY


def test_what_a_note_is_about_stays(shared_house: House) -> None:
    """Its sessions go with the import that told of them; the episode, the client and what was signed do not."""
    house = shared_house
    done = files.take_in(house, FIRST)
    with house.work(house.founder) as work:
        found = episodes.page(work, client_id=None, after=None, limit=50).items
    alone = next(one for one in found if len(one.clients) == 1)
    note = notes.draft(house, house.founder, Case(alone.clients[0].id, alone.id))
    notes.sign(house, house.founder, note)
    before = notes.read(house, house.founder, note.id)
    files.take_back(house, done.id)
    assert notes.read(house, house.founder, note.id) == before
    with house.work(house.founder) as work:
        kept = episodes.page(work, client_id=None, after=None, limit=50).items
        assert appointments.page(work, episode_id=alone.id, since=None, until=None, cursor=None, limit=5).items == []
    assert [one.id for one in kept] == [alone.id]
    with house.rows() as work:
        assert note_checks.check(work.session).tampered == []


def test_whoever_asked_for_a_word_later_stays_though_nobody_says_that_they_came(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments([event("s1", "dora", at(-9), "attended", **COUPLE)]))
    done = files.take_in(house, files.appointments([event("s2", "eli", at(-3), "attended", **COUPLE)]))
    eli = client(house, "eli")
    with house.work(house.lead) as work:
        wish = FollowUpIn(client_id=eli, due_on=house.now.date() + timedelta(days=60), words="Is it going well?")
        follow_ups.add(work, episode_of(house, eli), wish)
    files.take_back(house, done.id)
    with house.work(house.lead) as work:
        assert eli in {one.id for one in clients.page(work, name=None, after=None, limit=9).items}
