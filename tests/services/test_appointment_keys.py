"""What another system calls an appointment: whose it is, whoever asks, and never another's."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from api.domain.errors import NotFound
from api.services import appointments, clients, episodes
from schemas.vocabulary import AppointmentStatus, EpisodeFormat, Role
from schemas.wire.appointments import AppointmentBatchIn, AppointmentBatchItem, AppointmentBatchOut, AppointmentIn
from schemas.wire.clients import ClientIn
from schemas.wire.episodes import EpisodeIn
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import Case, House, Person

SHARED = [EpisodeFormat.COUPLE, EpisodeFormat.FAMILY, EpisodeFormat.GROUP]
SOURCE = "pms"


def known_client(house: House, key: str, shape: EpisodeFormat = EpisodeFormat.INDIVIDUAL, *others: str) -> Case:
    """A client of the house's clinician whom the other system knows by this key, in an episode, with others or alone."""
    clinician_id = house.clinician.id
    with house.work(house.lead) as work:
        ids = [clients.upsert(work, SOURCE, one, ClientIn(name=one)).client.id for one in (key, *others)]
        episode = episodes.add(work, EpisodeIn(client_ids=ids, format=shape, responsible_id=clinician_id))
    return Case(ids[0], episode.id)


def told_client(house: House, key: str) -> None:
    """A client of the clinician whom only the other system's times say more about: their episode begins with the first."""
    with house.work(house.clinician) as work:
        clients.upsert(work, SOURCE, key, ClientIn(name=key))


def episode_of(house: House, appointment_id: object) -> UUID:
    assert isinstance(appointment_id, UUID)
    with house.work(house.clinician) as work:
        return appointments.read(work, appointment_id).episode_id


def put(house: House, key: str, **given: Any) -> tuple[str, object]:  # noqa: ANN401  # parts of any type
    with house.work(house.clinician) as work:
        row, outcome = appointments.upsert(work, SOURCE, key, AppointmentIn(starts_at=at(2), **given))
    return outcome.value, row.id


def send(house: House, who: Person, *items: Mapping[str, object]) -> AppointmentBatchOut:
    told = [AppointmentBatchItem.model_validate({"source": SOURCE, "starts_at": at(2), **item}) for item in items]
    with house.work(who) as work:
        return appointments.batch(work, AppointmentBatchIn(items=told))


@pytest.mark.parametrize("shape", list(EpisodeFormat))
@pytest.mark.parametrize("key", ["s1", "c1@2026-03-01", "@", "k" * 200], ids=["short", "derived", "at sign", "long"])
def test_an_appointment_is_the_same_whichever_way_its_episode_is_named(
    shared_house: House, shape: EpisodeFormat, key: str
) -> None:
    told_client(shared_house, "c1")
    by_client: dict[str, object] = {"client_external_id": "c1", "format": shape}
    first = put(shared_house, key, **by_client)
    by_episode: dict[str, object] = {"episode_id": episode_of(shared_house, first[1])}
    assert first[0] == "created"
    assert put(shared_house, key, **by_episode) == ("unchanged", first[1])
    second = put(shared_house, f"x{key[1:]}", **by_episode)
    assert second[0] == "created"
    assert put(shared_house, f"x{key[1:]}", **by_client) == ("unchanged", second[1])


@pytest.mark.parametrize("shape", SHARED)
def test_long_keys_that_begin_alike_are_different_appointments(shared_house: House, shape: EpisodeFormat) -> None:
    told_client(shared_house, "c1")
    alike = [f"{'k' * 199}{end}" for end in "ab"]
    ids = {put(shared_house, key, client_external_id="c1", format=shape) for key in alike}
    assert len(ids) == 2
    assert {outcome for outcome, _ in ids} == {"created"}
    again = put(shared_house, alike[0], client_external_id="c1", format=shape)
    assert again[0] == "unchanged"
    assert ("created", again[1]) in ids


def test_long_keys_of_a_couples_file_that_begin_alike_are_different_appointments(shared_house: House) -> None:
    rows = [
        files.event(f"{'k' * 199}{end}", client, at(-9), format="couple", group_id="rivers")
        for end in "ab"
        for client in ("dora", "eli")
    ]
    done = files.take_in(shared_house, files.appointments(rows))
    assert done.counts == {"created": 4}
    assert files.take_in(shared_house, files.appointments(rows)).counts == {"unchanged": 4}


def test_who_names_the_episode_of_a_couple_speaks_of_both_and_who_names_a_client_of_that_one(
    shared_house: House,
) -> None:
    case = known_client(shared_house, "dora", EpisodeFormat.COUPLE, "eli")
    together = put(shared_house, "s1", episode_id=case.episode_id)
    alone = put(shared_house, "s1", client_external_id="dora", format=EpisodeFormat.COUPLE)
    assert together[0] == alone[0] == "created"
    assert together[1] != alone[1]
    assert put(shared_house, "s1", episode_id=case.episode_id) == ("unchanged", together[1])


def test_an_external_id_of_a_colleagues_appointment_is_refused_alone_and_tells_nothing(shared_house: House) -> None:
    house = shared_house
    other = house.practice.member(Role.CLINICIAN, name="Another")
    theirs, mine = house.client("Ana", other), house.client("Bea", house.clinician)
    send(house, other, {"external_id": "taken", "episode_id": theirs.episode_id})
    answer = send(
        house,
        house.clinician,
        {"external_id": "before", "episode_id": mine.episode_id},
        {"external_id": "taken", "episode_id": mine.episode_id},
        {"external_id": "after", "episode_id": mine.episode_id},
    )
    assert [one.outcome for one in answer.results] == ["created", "rejected", "created"]
    refused = answer.results[1]
    assert (refused.code, refused.id) == ("not_found", None)
    assert answer.counts == {"created": 2, "rejected": 1}
    with house.work(house.lead) as work:
        kept = appointments.page(work, episode_id=theirs.episode_id, since=None, until=None, cursor=None, limit=9).items
    assert [(one.external_id, one.status, one.version) for one in kept] == [("taken", AppointmentStatus.BOOKED, 1)]


def test_a_single_upsert_of_a_colleagues_external_id_finds_nothing(shared_house: House) -> None:
    house = shared_house
    other = house.practice.member(Role.CLINICIAN, name="Another")
    send(house, other, {"external_id": "taken", "episode_id": house.client("Ana", other).episode_id})
    mine = house.client("Bea", house.clinician)
    with pytest.raises(NotFound):
        put(house, "taken", episode_id=mine.episode_id)
