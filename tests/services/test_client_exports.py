"""Everything the practice holds about a client, opened; nothing that is another's; and a trace of who had it."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.access import operator_principal
from api.domain.errors import AccessDenied, Conflict, NotFound
from api.services import absences, appointments, client_exports, clients, consents, contacts, episodes, flags
from schemas.tables import Appointment
from schemas.tables.base import new_id
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AuditOutcome,
    Channel,
    ContactDirection,
    EpisodeFormat,
    FlagKind,
    Role,
)
from schemas.wire.appointments import AppointmentIn
from schemas.wire.clients import ClientIn, ConsentIn
from schemas.wire.contacts import AbsenceIn, AgreementIn, ContactIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.flags import FlagIn, FlagReviewIn
from tests.services import records
from tests.services.imports import files
from tests.support import messages
from tests.support.house import Case, House


def opened(house: House, client_id: UUID) -> tuple[dict[str, Any], str]:
    with house.work(house.lead) as work:
        made = client_exports.make(work, client_id)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.namelist() == ["record.html", "record.json"]
        return json.loads(archive.read("record.json")), archive.read("record.html").decode()


def lived(house: House) -> Case:
    """Somebody about whom every room of the record says something."""
    who = house.clinician
    with house.work(who) as work:
        ana = clients.upsert(work, "pms", "A-17", ClientIn(name="Ana Moreno", emergency_contact="Rosa 600")).client.id
        episode_id = episodes.add(work, EpisodeIn(client_ids=[ana])).id
        way = ConsentIn.model_validate(
            {"channel": "email", "address": "ana@example.org", "state": "granted", "sender_name": "Kim"}
        )
        consents.add(work, ana, way)
        note = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE, note="Called <b>back</b>.")
        contacts.record(work, episode_id, note)
        absences.record(work, episode_id, AbsenceIn(kind=AbsenceKind.PAUSE, from_on=house.now.date()))
        agreed = AgreementIn(kind=AgreementKind.CADENCE_CHANGE, from_on=house.now.date(), cadence_days=14)
        absences.agree(work, episode_id, agreed)
        told = {"status": "attended", "status_known_at": house.now}
        time = AppointmentIn.model_validate({"episode_id": episode_id, "starts_at": house.now, **told})
        appointments.upsert(work, "pms", "T-1", time)
        risk = flags.raise_flag(work, ana, FlagIn(kind=FlagKind.RISK_OF_HARM, note="Known since May."))
        flags.review(work, ana, risk.id, FlagReviewIn(note="Assessed in session."))
    messages.approved(house, Case(ana, episode_id), who, body="How are you?")
    return Case(ana, episode_id)


def test_it_has_everything_opened_for_programs_and_for_people(both_houses: House) -> None:
    house = both_houses
    case = lived(house)
    told, page = opened(house, case.client_id)
    assert (told["format"], told["version"], told["client_id"]) == ("leavetaking client export", 1, str(case.client_id))
    tables = told["tables"]
    assert set(tables) == {
        "clients", "external_ids", "consents", "consent_answers", "flags", "flag_reviews", "episodes",
        "episode_participants", "episode_clinicians", "appointments", "appointment_events", "contacts", "absences",
        "agreements", "check_ins", "deliveries", "tasks", "audit_entries",
    }  # fmt: skip
    said: dict[str, dict[str, object]] = {
        "clients": {"name": "Ana Moreno", "emergency_contact": "Rosa 600"},
        "external_ids": {"source": "pms", "external_id": "A-17"},
        "consents": {"address": "ana@example.org", "sender_name": "Kim", "state": "granted"},
        "contacts": {"note": "Called <b>back</b>.", "direction": "inbound"},
        "check_ins": {"subject": "A note from Elena", "body": "How are you?"},
        "flags": {"note": "Known since May.", "kind": "risk_of_harm"},
        "flag_reviews": {"note": "Assessed in session."},
        "agreements": {"cadence_days": 14.0},
        "appointment_events": {"status": "attended"},
        "tasks": {"kind": "risk_today"},
    }
    for table, facts in said.items():
        assert any(facts.items() <= row.items() for row in tables[table]), table
    assert {"client.upsert", "flag.raise", "contact.record"} <= {row["action"] for row in tables["audit_entries"]}
    assert told["people"][str(house.clinician.id)] == house.clinician.name
    everything = json.dumps(told)
    assert not [word for word in ("_sealed", "digest", "practice_id", "evidence", "token") if f'{word}"' in everything]
    assert "Called &lt;b&gt;back&lt;/b&gt;." in page
    assert "<script" not in page
    assert all(word in page for word in ("Ana Moreno", "How are you?", "Rosa 600", house.clinician.name))


def test_of_a_couple_it_has_what_is_shared_and_nothing_of_the_other(both_houses: House) -> None:
    house = both_houses
    with house.work(house.clinician) as work:
        ana, bo = (clients.add(work, ClientIn(name=name)).id for name in ("Ana Moreno", "Bo Secret"))
        shared = episodes.add(work, EpisodeIn(client_ids=[ana, bo], format=EpisodeFormat.COUPLE)).id
        alone = episodes.add(work, EpisodeIn(client_ids=[bo])).id
        consents.add(work, bo, ConsentIn(channel=Channel.EMAIL, address="bo@example.org"))
        for episode_id, client_id, note in (
            (shared, ana, "What Ana said."),
            (shared, bo, "What Bo said."),
            (shared, None, None),
            (alone, bo, "Bo alone."),
        ):
            given = {"direction": "inbound", "channel": "phone", "client_id": client_id, "note": note}
            contacts.record(work, episode_id, ContactIn.model_validate(given))
        for key in ("both", "ana", "bo"):
            appointments.upsert(work, "pms", key, AppointmentIn(episode_id=shared, starts_at=house.now))
        flags.raise_flag(work, bo, FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, note="Bo is afraid."))
    with house.rows() as work:
        for row in work.session.scalars(sa.select(Appointment)):
            row.client_id = {"ana": ana, "bo": bo}.get(row.external_id)
    messages.approved(house, Case(bo, shared), house.clinician, body="To Bo.")
    told, page = opened(house, ana)
    everything = json.dumps(told) + page
    assert not [word for word in ("Secret", "bo@example", "Bo ", "To Bo", str(bo), str(alone)) if word in everything]
    assert [row["note"] for row in told["tables"]["contacts"]] == ["What Ana said.", None]
    assert {row["external_id"] for row in told["tables"]["appointments"]} == {"both", "ana"}
    assert [row["id"] for row in told["tables"]["episodes"]] == [str(shared)]


def test_a_hold_does_not_say_who_paused_and_why(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    with house.work(house.founder) as work:
        hold = flags.raise_flag(work, ana, FlagIn(kind=FlagKind.PRACTICE_HOLD, note="Told in confidence."))
        flags.review(work, ana, hold.id, FlagReviewIn(note="Confidence still."))
    told, page = opened(house, ana)
    (flag,) = told["tables"]["flags"]
    assert flag["kind"] == "practice_hold"
    assert not [row for row in told["tables"]["audit_entries"] if row["action"].startswith("flag.")]
    assert not {"note", "raised_by", "cleared_by"} & set(flag)
    assert "onfidence" not in json.dumps(told["tables"]) + page.split("<section>", 1)[1]


def test_what_was_a_doubles_is_handed_out_too(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    with house.work(house.founder) as work:
        double = clients.add(work, ClientIn(name="A. Moreno, spelt otherwise")).id
        clients.merge(work, ana, double)
    told, _ = opened(house, ana)
    assert {row["name"] for row in told["tables"]["clients"]} == {"Ana", "A. Moreno, spelt otherwise"}
    with pytest.raises(Conflict) as refusal, house.work(house.lead) as work:
        client_exports.make(work, double)
    assert refusal.value.code == "merged"


def test_a_practice_lead_has_it_and_the_trail_knows(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    for who in (house.clinician, house.supervisor, house.admin, house.practice.key()):
        with pytest.raises(AccessDenied), house.work(who) as work:
            client_exports.make(work, ana)
    with pytest.raises(NotFound), house.work(house.lead) as work:
        client_exports.make(work, new_id())
    opened(house, ana)
    with house.work(operator_principal(house.practice.id)) as work:
        assert client_exports.make(work, ana).name == f"record-{house.now:%Y-%m-%d}.zip"
    assert [outcome for act, outcome in records.trail(house, ana) if act == "client.export"] == (
        [AuditOutcome.DENIED] * 4 + [AuditOutcome.ALLOWED] * 2
    )


def test_it_comes_as_a_file_by_the_api_and_by_the_page(house: House) -> None:
    ana = house.client("Ana Moreno", house.clinician).client_id
    answer = house.api(house.lead).get(f"/v1/clients/{ana}/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Ana" not in str(answer.headers)
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert house.api(house.practice.member(Role.CLINICIAN)).get(f"/v1/clients/{ana}/export").status_code == 403


def test_what_a_file_changed_is_part_of_it(house: House) -> None:
    """An import that changed a name keeps the former one, sealed, so that it can be taken back."""
    for name in ("Ana", "Ana Moreno"):
        files.take_in(house, files.text(files.CLIENTS, [{"client_external_id": "ana", "client_name": name}]))
    with house.work(house.lead) as work:
        (ana,) = clients.page(work, name="Ana", after=None, limit=5).items
    told, _ = opened(house, ana.id)
    (former,) = told["tables"]["import_former_values"]
    assert json.loads(former["former"]) == {"name": ["Ana", "Ana Moreno"]}
