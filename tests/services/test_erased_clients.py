"""After an erasure, and what stands in its way: lists cope, nothing is written any more, and the right person does it."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import (
    client_exports,
    clients,
    consents,
    contacts,
    episodes,
    erasures,
    flags,
    retention,
    timeline,
)
from schemas.tables import CheckIn, ClientKey
from schemas.tables.base import new_id
from schemas.vocabulary import (
    Channel,
    CheckInState,
    FlagKind,
    NextStepKind,
    Stage,
)
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.flags import FlagIn
from schemas.wire.records import LegalHoldIn
from tests.services import records
from tests.services.erasing import ended, erase, refusal
from tests.services.imports import files
from tests.support import messages
from tests.support.house import House


def test_whoever_lists_clients_copes(shared_house: House) -> None:
    house = shared_house
    case, other = house.client("Ana Moreno", house.clinician), house.client("Bea", house.clinician)
    ended(house, case.episode_id)
    erase(house, case.client_id)
    (item,) = records.items(house, house.clinician, stage=Stage.ENDED)
    assert (item.client.name, item.next_step.kind) == ("(erased)", NextStepKind.NOTHING)
    assert [one.client.id for one in records.items(house, house.clinician)] == [other.client_id]
    with house.work(house.clinician) as work:
        assert [one.id for one in clients.page(work, name=None, after=None, limit=9).items] == [other.client_id]
        for name in ("Ana", "erased", "("):
            assert clients.page(work, name=name, after=None, limit=9).items == []
        gone = clients.read(work, case.client_id)
        assert (gone.name, gone.erased_at, gone.external_ids) == ("(erased)", house.now, [])
        assert consents.page(work, case.client_id) == []
        assert flags.page(work, case.client_id) == []
        assert timeline.read(work, case.client_id, limit=9).items == []
        assert [one.name for one in episodes.read(work, case.episode_id).clients] == ["(erased)"]
        assert episodes.latest(work, case.client_id, before=None, limit=9).items[0].id == case.episode_id
    with house.work(house.lead) as work:
        assert retention.read(work, case.client_id).erased_at == house.now


def test_nothing_is_written_to_an_erased_record(shared_house: House) -> None:
    house = shared_house
    case, other = house.client("Ana", house.clinician), house.client("Bea", house.clinician)
    ended(house, case.episode_id)
    erase(house, case.client_id)
    way = ConsentIn(channel=Channel.EMAIL, address="ana@example.org")
    note = ContactIn.model_validate({"direction": "inbound", "channel": "phone", "note": "x"})
    attempts: list[tuple[str, Any]] = [
        ("erased", lambda work: clients.change(work, case.client_id, ClientPatch(name="Ana"), version=2)),
        ("erased", lambda work: consents.add(work, case.client_id, way)),
        ("erased", lambda work: contacts.record(work, case.episode_id, note)),
        ("erased", lambda work: flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.CONFIDENTIAL_PROGRAMME))),
        ("erased", lambda work: clients.merge(work, other.client_id, case.client_id)),
        ("erased", lambda work: clients.merge(work, case.client_id, other.client_id)),
        ("erased", lambda work: client_exports.make(work, case.client_id)),
        ("erased", lambda work: erasures.hold(work, case.client_id, LegalHoldIn(reason="x"))),
        ("invalid", lambda work: episodes.add(work, EpisodeIn(client_ids=[case.client_id]))),
    ]
    for code, attempt in attempts:
        with pytest.raises((Conflict, Invalid)) as refused, house.work(house.founder) as work:
            attempt(work)
        assert refused.value.code == code, attempt
    assert refusal(house, case.client_id) == "erased"


def test_what_stands_in_the_way_is_said(house: House) -> None:
    case = house.client("Ana", house.clinician)
    assert refusal(house, case.client_id) == "episodes_running"
    ended(house, case.episode_id)
    with house.work(house.lead) as work:
        erasures.hold(work, case.client_id, LegalHoldIn(reason="Before the board."))
    assert refusal(house, case.client_id) == "legal_hold"
    with house.work(house.lead) as work:
        assert retention.read(work, case.client_id).legal_hold_reason == "Before the board."
        erasures.end_hold(work, case.client_id)
        erasures.end_hold(work, case.client_id)
    check_in_id = messages.approved(house, case, house.clinician)
    with house.rows() as work:
        work.session.scalars(sa.select(CheckIn)).one().state = CheckInState.SENDING
    assert refusal(house, case.client_id) == "message_under_way"
    with house.rows() as work:
        work.session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == check_in_id)).one().state = CheckInState.SENT
    files.receive(house, files.appointments(files.kept("bea", 1)))
    assert refusal(house, case.client_id) == "import_under_way"
    files.run(house)
    erase(house, case.client_id)


def test_a_double_goes_with_the_client_and_not_alone(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    with house.work(house.founder) as work:
        double = clients.add(work, ClientIn(name="Ana M.")).id
        held = clients.add(work, ClientIn(name="A. M.")).id
        erasures.hold(work, held, LegalHoldIn(reason="x"))
        for one in (double, held):
            clients.merge(work, case.client_id, one)
    ended(house, case.episode_id)
    assert refusal(house, double) == "merged"
    assert refusal(house, case.client_id) == "legal_hold"
    with house.work(house.founder) as work:
        erasures.end_hold(work, held)
    erase(house, case.client_id)
    with house.rows() as work:
        assert work.session.scalars(sa.select(col(ClientKey.client_id))).all() == []


def test_a_practice_lead_does_it_and_nobody_else(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    ended(house, case.episode_id)
    for who in (house.clinician, house.supervisor, house.admin):
        with pytest.raises(AccessDenied):
            erase(house, case.client_id, who)
    with pytest.raises(NotFound):
        erase(house, new_id())
    erase(house, case.client_id)


def test_an_import_can_still_be_taken_back(house: House) -> None:
    done = files.take_in(house, files.appointments([*files.kept("ana", 3), *files.kept("bea", 2)]))
    with house.work(house.lead) as work:
        (ana,) = clients.page(work, name="ana", after=None, limit=5).items
        (episode,) = episodes.page(work, client_id=ana.id, after=None, limit=5).items
    ended(house, episode.id)
    erase(house, ana.id)
    files.take_back(house, done.id)


def test_the_other_system_s_key_is_free_again(shared_house: House) -> None:
    house = shared_house
    with house.work(house.founder) as work:
        first = clients.upsert(work, "pms", "A-1", ClientIn(name="Ana")).client.id
    erase(house, first)
    with house.work(house.founder) as work:
        again = clients.upsert(work, "pms", "A-1", ClientIn(name="Ana"))
    assert again.created
    assert again.client.id != first
