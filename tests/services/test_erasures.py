"""Erasing a client: nothing that says who they were is left in any column, nothing sealed opens, and everything else holds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col

from api.domain import erasure
from api.domain.access import operator_principal, system_principal
from api.domain.errors import Conflict, DomainError
from api.services import (
    audit_chain,
    clients,
    consents,
    contacts,
    episodes,
    flags,
    imports,
    upkeep,
)
from api.store import consents as consent_store
from api.store.belongings import BELONGINGS
from api.store.sealing import CannotOpen, DataKey
from schemas.tables import Appointment, CheckIn, Client, ClientKey, Episode, Task
from schemas.vocabulary import (
    AuditOutcome,
    Channel,
    CheckInState,
    EpisodeFormat,
    FlagKind,
    ImportState,
    StopReason,
)
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.flags import FlagIn, FlagReviewIn
from tests.services import records
from tests.services.erasing import ended, erase, refusal
from tests.services.imports import files
from tests.services.imports.files import at, event
from tests.support import messages
from tests.support.house import ZONE, Case, House

PLAIN = ("Moreno", "ana@example.org", "+34600123456", "Rosa", "dragon", "C-417", "visit-417", "Pacific/Chatham")
Sealed = tuple[bytes, Any]


def somebody(house: House) -> Case:
    """Ana, of whom every room has something: from a file, from the desk, from her clinician, from messages."""
    told = [event(f"visit-417-{day}", "C-417", at(-day), client_name="x") for day in (9, 2)]
    files.take_in(house, files.appointments(told))
    for name in ("Ana M.", "Ana Moreno"):
        row = {"client_external_id": "C-417", "client_name": name, "time_zone": "Pacific/Chatham"}
        files.take_in(house, files.text(files.CLIENTS, [row]))
    with house.work(house.founder) as work:
        (ana,) = clients.page(work, name="Moreno", after=None, limit=5).items
        (episode,) = episodes.page(work, client_id=ana.id, after=None, limit=5).items
        given = ClientPatch.model_validate({"emergency_contact": "Rosa, 600", "adult_on": "2029-05-17", "locale": "es"})
        clients.change(work, ana.id, given, version=ana.version)
        for channel, address, state in (
            ("email", "ana@example.org", "withdrawn"),
            ("sms", "+34 600 123 456", "granted"),
        ):
            way = {
                "channel": channel,
                "address": address,
                "state": state,
                "recipient": "client",
                "authority": "guardian_agreed",
                "sender_name": "dragon",
            }
            consents.add(work, ana.id, ConsentIn.model_validate(way))
        note = {"direction": "inbound", "channel": "phone", "note": "Spoke of the dragon."}
        contacts.record(work, episode.id, ContactIn.model_validate(note))
        risk = flags.raise_flag(
            work, ana.id, FlagIn(kind=FlagKind.RISK_OF_HARM, note="The dragon.", owner_id=house.lead.id)
        )
        flags.review(work, ana.id, risk.id, FlagReviewIn(note="The dragon sleeps."))
        flags.raise_flag(work, ana.id, FlagIn(kind=FlagKind.PRACTICE_HOLD, note="dragon"))
    case = Case(ana.id, episode.id)
    with house.rows() as work:
        way_id = consent_store.every(work.session, ana.id)[1].id
    messages.approved(house, case, house.founder, consent_id=way_id, body="The dragon says hello.")
    return case


def every_value(house: House) -> Iterator[tuple[str, object]]:
    """Of every column of every table, as the driver has it."""
    with house.rows() as work:
        connection = work.session.connection()
        for table in SQLModel.metadata.sorted_tables:
            for row in connection.exec_driver_sql(f"SELECT * FROM {table.name}"):  # noqa: S608  # our own names
                for name, value in row._mapping.items():  # how SQLAlchemy calls it
                    yield f"{table.name}.{name}", value


def found_in(house: House, words: tuple[str, ...]) -> set[tuple[str, str]]:
    found = set()
    for name, value in every_value(house):
        if value is None:
            continue
        raw = bytes(value) if isinstance(value, bytes | memoryview) else json.dumps(value, default=str).encode()
        found |= {(name, word) for word in words if word.encode() in raw}
    return found


def sealed_values(house: House, case: Case) -> list[Sealed]:
    """Everything sealed for a client, with the place at which it opens."""
    kept = []
    with house.rows() as work:
        for belonging in BELONGINGS:
            for row in work.session.scalars(sa.select(belonging.model)):
                for name, opening in belonging.opens.items():
                    sealed = getattr(row, name)
                    if sealed and getattr(row, opening.key_of) == case.client_id:
                        kept.append((sealed, opening.place(belonging.table, name.removesuffix("_sealed"), row)))
    return kept


def opens(key: DataKey, sealed: Sealed) -> bool:
    try:
        key.open(*sealed)
    except CannotOpen:
        return False
    return True


def test_nothing_that_says_who_they_were_is_left(both_houses: House) -> None:
    house = both_houses
    case, other = somebody(house), house.client("Somebody Else", house.clinician)
    ended(house, case.episode_id)
    readable = {("appointments.external_id", "visit-417"), ("clients.time_zone", "Pacific/Chatham")}
    assert readable <= found_in(house, PLAIN)
    sealed = sealed_values(house, case)
    with house.rows() as work:
        key = work.client_key(case.client_id)
        wrapped = work.session.scalars(
            sa.select(col(ClientKey.wrapped)).where(col(ClientKey.client_id) == case.client_id)
        ).one()
    assert len(sealed) > 12
    assert all(opens(key, one) for one in sealed)
    done = erase(house, case.client_id)
    assert (done.erased_at, done.refused_count) == (house.now, 1)
    assert done.deleted_count > 8
    assert found_in(house, PLAIN) == set()
    with house.rows() as work:
        left = [work.practice_key(), work.client_key(other.client_id)]
        with pytest.raises(Conflict):
            work.client_key(case.client_id)
        gone = work.session.scalars(sa.select(Client).where(col(Client.id) == case.client_id)).one()
        assert (gone.name_sealed, gone.adult_on, gone.locale, gone.time_zone) == (b"", None, None, "Europe/Madrid")
        assert (gone.erased_by, gone.emergency_contact_sealed) == (house.lead.id, None)
    assert not [one for one in sealed for remaining in left if opens(remaining, one)]
    assert not [name for name, value in every_value(house) if isinstance(value, bytes) and value == wrapped]
    told = [entry for entry in records.trail(house, case.client_id) if entry[0] == "client.erase"]
    assert told == [("client.erase", AuditOutcome.ALLOWED)]


def test_neither_key_nor_names_are_left_in_the_file(house: House) -> None:
    """Not in free pages and not in the log of writes, which a plain DELETE leaves full of both."""
    case = somebody(house)
    ended(house, case.episode_id)
    with house.rows() as work:
        wrapped = bytes(
            work.session.scalars(
                sa.select(col(ClientKey.wrapped)).where(col(ClientKey.client_id) == case.client_id)
            ).one()
        )
        digests = [bytes(row.address_digest) for row in consent_store.every(work.session, case.client_id)]
    path = Path(house.url.removeprefix("sqlite:///"))
    traces = [wrapped, b"visit-417", digests[1]]

    def remaining() -> list[bytes]:
        content = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        return [trace for trace in traces if trace in content]

    assert remaining() == traces
    erase(house, case.client_id)
    assert remaining() == []
    assert (path.parent / f"{path.name}-wal").stat().st_size == 0


def test_what_figures_need_is_still_there_and_says_no_name(both_houses: House) -> None:
    house = both_houses
    case = somebody(house)
    ended(house, case.episode_id)
    with house.rows() as work:
        before = [
            (row.starts_at, row.status, row.episode_id)
            for row in work.session.scalars(sa.select(Appointment).order_by(col(Appointment.id)))
        ]
    erase(house, case.client_id)
    with house.rows() as work:
        rows = work.session.scalars(sa.select(Appointment).order_by(col(Appointment.id))).all()
        assert [(row.starts_at, row.status, row.episode_id) for row in rows] == before
        assert len({row.external_id for row in rows}) == len(rows)
        assert not work.session.scalars(sa.select(Task)).all()
    records.assert_stored_is_computed(house)


def test_the_trail_still_holds(both_houses: House) -> None:
    house = both_houses
    case = somebody(house)
    ended(house, case.episode_id)
    for _ in ("before", "after"):
        with house.work(system_principal(house.practice.id)) as work:
            while upkeep.seal_audit(work):
                pass
        if _ == "before":
            erase(house, case.client_id)
    with house.work(operator_principal(house.practice.id)) as work:
        assert audit_chain.verify(work).broken_at is None


def test_what_waits_does_not_go_and_its_link_is_dead(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    waiting = messages.approved(house, case, house.clinician)
    ended(house, case.episode_id)
    erase(house, case.client_id)
    assert messages.seen(house, waiting) == (CheckInState.CANCELLED, StopReason.HELD)
    with house.rows() as work:
        row = work.session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == waiting)).one()
        assert (row.token_digest, row.address_digest, row.body_sealed, row.consent_id) == (None, None, b"", None)


def test_a_refusal_outlives_whoever_refused(shared_house: House) -> None:
    """Whoever shares the address is not written to there because somebody was erased. Nothing says who it was."""
    house = shared_house
    case = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        for address, state in (("shared@example.org", "withdrawn"), ("ana@example.org", "granted")):
            way = {"channel": "email", "address": address, "state": state}
            consents.add(work, case.client_id, ConsentIn.model_validate(way))
    with house.rows() as work:
        digests = [row.address_digest for row in consent_store.every(work.session, case.client_id)]
        assert consent_store.refused_since(work.session, Channel.EMAIL, digests[0]) is None
    ended(house, case.episode_id)
    assert erase(house, case.client_id).refused_count == 1
    with house.rows() as work:
        assert consent_store.refused_since(work.session, Channel.EMAIL, digests[0]) == house.now
        assert consent_store.refused_since(work.session, Channel.SMS, digests[0]) is None
        assert consent_store.refused_since(work.session, Channel.EMAIL, digests[1]) is None


def test_the_other_of_a_couple_keeps_everything(both_houses: House) -> None:
    house = both_houses
    with house.work(house.clinician) as work:
        ana, bo = (clients.add(work, ClientIn(name=name)).id for name in ("Ana", "Bo"))
        shared = episodes.add(work, EpisodeIn(client_ids=[ana, bo], format=EpisodeFormat.COUPLE)).id
        for one in (ana, bo):
            way = {"channel": "email", "address": "both@example.org", "state": "granted"}
            consents.add(work, one, ConsentIn.model_validate(way))
            note = {"direction": "inbound", "channel": "phone", "client_id": one, "note": f"Of {one}"}
            contacts.record(work, shared, ContactIn.model_validate(note))
    theirs = messages.approved(house, Case(bo, shared), house.clinician)
    assert refusal(house, ana) == "episodes_running"
    ended(house, shared)
    with house.rows() as work:
        kept = work.session.scalars(sa.select(Episode).where(col(Episode.id) == shared)).one().model_dump()
    erase(house, ana)
    with house.work(house.clinician) as work:
        (way_out,) = consents.page(work, bo)
        noted = contacts.page(work, shared, before=None, limit=9).items
        named = episodes.read(work, shared).clients
    assert way_out.address == "both@example.org"
    assert {one.note for one in noted} == {None, f"Of {bo}"}
    assert {one.name for one in named} == {"(erased)", "Bo"}
    assert messages.seen(house, theirs) == (CheckInState.APPROVED, None)
    with house.rows() as work:
        assert work.session.scalars(sa.select(Episode).where(col(Episode.id) == shared)).one().model_dump() == kept


def test_an_answer_kept_for_a_retry_names_nobody_and_is_not_acted_on_twice(house: House) -> None:
    api = house.api(house.lead)
    key = {"Idempotency-Key": "once"}
    made = api.post("/v1/clients", json={"name": "Ana Moreno"}, headers=key)
    assert made.status_code == 201
    erased = api.post(f"/v1/clients/{made.json()['id']}/erase", json={"confirm": "erase", "reason": "by_mistake"})
    assert erased.status_code == 200, erased.text
    again = api.post("/v1/clients", json={"name": "Ana Moreno"}, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "already_shown")


def test_a_file_that_was_only_tried_is_gone(house: House) -> None:
    case = house.client("Ana", house.clinician)
    ended(house, case.episode_id)
    tried = files.receive(house, files.appointments(files.kept("ana-moreno", 1)), dry_run=True)
    files.run(house)
    assert files.report(house, tried).state is ImportState.READY
    erase(house, case.client_id)
    assert files.report(house, tried).state is ImportState.EXPIRED
    with pytest.raises(DomainError), house.work(house.lead) as work:
        imports.apply(work, tried)


def test_the_day_of_a_death_is_coarsened_to_its_year(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(died_on=house.now.date()), version=1)
    ended(house, case.episode_id)
    erase(house, case.client_id)
    with house.work(house.clinician) as work:
        assert str(clients.read(work, case.client_id).died_on) == f"{house.now.year}-01-01"
    with house.rows() as work:
        known = work.session.scalars(
            sa.select(col(Client.death_known_at)).where(col(Client.id) == case.client_id)
        ).one()
    assert known == erasure.known_around(house.now, ZONE)
