"""A supervisor who is also a clinician reads supervisees' records and writes in none of them, whichever way the id comes."""

import threading
from datetime import timedelta

import pytest

from api.domain.errors import AccessDenied, DomainError, Invalid
from api.services import appointments, clients, consents, episodes
from api.services.work import unit
from schemas.vocabulary import Channel, EpisodeFormat, Role
from schemas.wire.appointments import AppointmentIn
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.episodes import EpisodeIn
from tests.support.clock import NOW
from tests.support.house import House, Person


@pytest.fixture
def both(shared_house: House) -> Person:
    """A clinician who supervises the house's clinician."""
    return shared_house.practice.member(
        Role.CLINICIAN, Role.SUPERVISOR, name="Both", supervisees=(shared_house.clinician,)
    )


def _theirs(house: House) -> str:
    """A client of the supervisee, known elsewhere as c1."""
    with house.work(house.lead) as work:
        client = clients.upsert(work, "pms", "c1", ClientIn(name="Ana")).client
        episodes.add(work, EpisodeIn(client_ids=[client.id], responsible_id=house.clinician.id))
    return str(client.id)


def test_an_upsert_by_external_id_is_refused(shared_house: House, both: Person) -> None:
    _theirs(shared_house)
    with shared_house.work(both) as work, pytest.raises(AccessDenied):
        clients.upsert(work, "pms", "c1", ClientIn(name="Other"))


def test_an_episode_cannot_be_begun_to_gain_the_right(shared_house: House, both: Person) -> None:
    client_id = _theirs(shared_house)
    with shared_house.work(both) as work, pytest.raises(AccessDenied):
        episodes.add(work, EpisodeIn.model_validate({"client_ids": [client_id]}))


@pytest.mark.parametrize("shape", list(EpisodeFormat))
def test_an_appointment_of_any_format_is_refused(shared_house: House, both: Person, shape: EpisodeFormat) -> None:
    _theirs(shared_house)
    given = AppointmentIn(client_external_id="c1", starts_at=NOW + timedelta(days=1), format=shape)
    with shared_house.work(both) as work, pytest.raises((AccessDenied, Invalid)):
        appointments.upsert(work, "pms", "a1", given)


def test_a_client_just_added_can_be_written_to_before_any_episode(shared_house: House, both: Person) -> None:
    with shared_house.work(both) as work:
        mine = clients.add(work, ClientIn(name="Bea"))
        assert clients.change(work, mine.id, ClientPatch(name="Bea B"), version=mine.version).name == "Bea B"
        consents.add(work, mine.id, ConsentIn(channel=Channel.EMAIL, address="bea@example.org"))
        assert episodes.add(work, EpisodeIn(client_ids=[mine.id])).clients[0].name == "Bea B"


def test_parallel_appointments_of_one_client_share_one_new_episode(both_houses: House) -> None:
    house = both_houses
    with house.work(house.lead) as work:
        client_id = clients.upsert(work, "pms", "c1", ClientIn(name="Ana")).client.id
    together, refusals = threading.Barrier(4), list[str]()

    def send(number: int) -> None:
        given = AppointmentIn(client_external_id="c1", starts_at=NOW + timedelta(days=number))
        together.wait(30)
        try:
            with unit(house.runtime, house.lead.principal) as work:
                appointments.upsert(work, "pms", f"a{number}", given)
        except DomainError as error:
            refusals.append(error.code)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(1, 5)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert refusals == []
    with house.work(house.lead) as work:
        assert len(episodes.page(work, client_id=client_id, after=None, limit=10).items) == 1
