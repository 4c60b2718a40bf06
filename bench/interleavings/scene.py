"""A practice in which everything happens, and for each course two clients who share an address, with four courses of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.engine import Engine

from api.formats import addresses
from api.services.work import Work
from api.store import assessments, keys
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store.sealing import Place
from schemas.tables import Client, Consent, ConsentAnswer, Episode
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, ConsentState, EpisodeFormat, EpisodeKind, Role
from tests.support.clock import NOW
from tests.support.house import ZONE, House, Person, open_house

AHEAD = 40
"""Scenes are set so many at a time: making a client is not what is tried here."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`works` are (which client, episode, whose it is at first); each client has one address, and it is the same. The last is a trainee's."""

    clients: tuple[UUID, UUID]
    consents: tuple[UUID, UUID]
    address: str
    works: tuple[tuple[int, UUID, Person], ...]


@dataclass
class Practice:
    house: House
    elena: Person
    tom: Person
    trainee: Person
    supervisor: Person


@contextmanager
def opened(url: str) -> Iterator[Practice]:
    """No wait for the disk: what is killed here is a process, not the machine."""
    with open_house(url) as house:
        engine = house.runtime.sessions.kw["bind"]
        assert isinstance(engine, Engine)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        elena = house.practice.member(Role.CLINICIAN, name="Elena Ruiz")
        tom = house.practice.member(Role.CLINICIAN, name="Tom Vidal")
        trainee = house.practice.member(Role.CLINICIAN, name="Nora Ash")
        supervisor = house.practice.member(Role.SUPERVISOR, name="Sara Lind", supervisees=(trainee,))
        yield Practice(house, elena, tom, trainee, supervisor)


def scenes(practice: Practice) -> Iterator[Scene]:
    """For ever. All are of the instant at which every course begins: nothing about them is known from later than that."""
    while True:
        practice.house.now = NOW
        with practice.house.work(practice.house.founder) as work:
            made = [_scene(work, practice) for _ in range(AHEAD)]
            assessments.refresh(work.session, [episode for one in made for _, episode, _ in one.works], work.now)
        yield from made


def _scene(work: Work, practice: Practice) -> Scene:
    address = f"{new_id().hex}@example.com"
    first, second = _client(work), _client(work)
    consents = _consent(work, first, address), _consent(work, second, address)
    whose = (
        (0, first, practice.elena),
        (0, first, practice.tom),
        (1, second, practice.elena),
        (1, second, practice.trainee),
    )
    works = tuple((number, _episode(work, client_id, person), person) for number, client_id, person in whose)
    return Scene((first, second), consents, address, works)


def _client(work: Work) -> UUID:
    client_id = new_id()
    key, stored = work.keyring.new_data_key()
    row = Client(
        id=client_id,
        name_sealed=key.seal("Ana", Place("clients", "name", client_id)),
        time_zone=ZONE,
        created_at=work.now,
        updated_at=work.now,
    )
    client_store.add(work.session, row)
    keys.add_for_client(work.session, client_id, stored, work.now)
    return client_id


def _consent(work: Work, client_id: UUID, address: str) -> UUID:
    row = Consent(
        id=new_id(),
        client_id=client_id,
        channel=Channel.EMAIL,
        address_sealed=b"",
        address_digest=work.digest("address", addresses.looked_up(Channel.EMAIL, address)),
        state=ConsentState.GRANTED,
        asked_at=work.now,
        recorded_by=work.actor_id,
        created_at=work.now,
        updated_at=work.now,
    )
    row.address_sealed = work.client_key(client_id).seal(address, Place("consents", "address", row.id))
    work.session.add(row)
    work.session.flush()
    said = ConsentAnswer(
        consent_id=row.id, client_id=client_id, state=row.state, at=work.now, recorded_by=work.actor_id
    )
    work.session.add(said)
    return row.id


def _episode(work: Work, client_id: UUID, person: Person) -> UUID:
    row = Episode(
        id=new_id(),
        format=EpisodeFormat.INDIVIDUAL,
        kind=EpisodeKind.ONGOING,
        time_zone=ZONE,
        started_at=work.now - timedelta(days=90),
        created_at=work.now,
        updated_at=work.now,
    )
    episode_store.add(work.session, row, [client_id], work.now)
    episode_store.set_clinicians(work.session, row, person.id, (), work.now - timedelta(days=90))
    return row.id
