"""Whose caseload a client is in after they went to a colleague: the colleague's, whichever way their record was opened."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from api.domain.errors import AccessDenied, NotFound
from api.services import appointments, clients, consents, episodes
from api.services.work import Work
from api.store import audit as audit_store
from api.store import tenancy
from schemas.vocabulary import Channel, Role
from schemas.wire.appointments import AppointmentIn
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.episodes import EpisodePatch
from tests.support.clock import NOW
from tests.support.house import House, Person

EMAIL = ConsentIn(channel=Channel.EMAIL, address="ana@example.org")


def assert_absent(house: House, who: Person, client_id: UUID) -> None:
    def change(work: Work) -> object:
        return clients.change(work, client_id, ClientPatch(name="Mine"), version=1)

    def add(work: Work) -> object:
        return consents.add(work, client_id, EMAIL)

    for act in (lambda work: clients.read(work, client_id), lambda work: consents.page(work, client_id), change, add):
        with pytest.raises(NotFound), house.work(who) as work:
            act(work)
    with house.work(who) as work:
        assert client_id not in {one.id for one in clients.page(work, name=None, after=None, limit=50).items}


def opened_and_begun(house: House) -> tuple[UUID, UUID]:
    """By another system that acts for the clinician: the client first, then their first appointment."""
    with house.work(house.clinician) as work:
        client_id = clients.upsert(work, "pms", "ana", ClientIn(name="Ana")).client.id
    with house.work(house.clinician) as work:
        given = AppointmentIn(client_external_id="ana", starts_at=NOW)
        return client_id, appointments.upsert(work, "pms", "1", given)[0].episode_id


def hand_over(house: House, episode_id: UUID, to: Person) -> None:
    with house.work(house.lead) as work:
        version = episodes.read(work, episode_id).version
        episodes.change(work, episode_id, EpisodePatch(responsible_id=to.id), version=version)


def test_whoever_opened_a_client_loses_sight_of_them_when_they_are_handed_over(both_houses: House) -> None:
    house = both_houses
    other = house.practice.member(Role.CLINICIAN)
    client_id, episode_id = opened_and_begun(house)
    with house.work(house.clinician) as work:
        assert clients.read(work, client_id).name == "Ana"
    hand_over(house, episode_id, other)
    assert_absent(house, house.clinician, client_id)
    with house.work(other) as work:
        assert clients.read(work, client_id).name == "Ana"


def test_the_trail_says_to_whom_an_episode_went(both_houses: House) -> None:
    house = both_houses
    other, third = (house.practice.member(Role.CLINICIAN) for _ in range(2))
    case = house.client("Ana", house.clinician)
    with house.work(house.lead) as work:
        given = EpisodePatch(responsible_id=other.id, co_therapist_ids=[third.id])
        episodes.change(work, case.episode_id, given, version=episodes.read(work, case.episode_id).version)
    with house.rows() as work:
        entry = audit_store.page(work.session, before=None, subject_id=case.episode_id, limit=1)[0]
    assert entry.action == "episode.edit"
    assert entry.details == {"hand_over_to": str(other.id), "co_therapist_ids": [str(third.id)]}


def test_a_supervisee_s_client_is_not_the_supervisor_s_own_because_they_opened_the_record(both_houses: House) -> None:
    house = both_houses
    other = house.practice.member(Role.CLINICIAN)
    both = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR, supervisees=(other,))
    with house.work(both) as work:
        client_id = clients.upsert(work, "pms", "ana", ClientIn(name="Ana")).client.id
        given = AppointmentIn(client_external_id="ana", starts_at=NOW)
        episode_id = appointments.upsert(work, "pms", "1", given)[0].episode_id
    hand_over(house, episode_id, other)
    with house.work(both) as work:
        seen = clients.read(work, client_id)
    with pytest.raises(AccessDenied) as refused, house.work(both) as work:
        clients.change(work, client_id, ClientPatch(name="Mine"), version=seen.version)
    assert refused.value.code == "not_in_your_caseload"


def test_a_merge_shows_nobody_a_colleague_s_client(both_houses: House) -> None:
    """Neither the client the double went into, nor the double that is left, to whoever opened the one or the other."""
    house = both_houses
    other = house.practice.member(Role.CLINICIAN)
    theirs = house.client("Ana", other)
    with house.work(other) as work:
        consents.add(work, theirs.client_id, EMAIL)
    with house.work(house.clinician) as work:
        bare, second = (clients.add(work, ClientIn(name=name)).id for name in ("Ana", "Ann"))
    with house.work(house.lead) as work:
        clients.merge(work, bare, theirs.client_id)
        clients.merge(work, bare, second)
    for client_id in (bare, second, theirs.client_id):
        assert_absent(house, house.clinician, client_id)
    with house.work(other) as work:
        assert [one.address for one in consents.page(work, bare)] == [EMAIL.address]


def test_who_opened_what_is_asked_by_indexes_alone(house: House) -> None:
    """It stands in every reading of a clinician's; the parts of a whole practice are not gone through for it.

    On SQLite, which plans by the shape of a statement; PostgreSQL goes by how much there is.
    """
    opened_and_begun(house)
    plans: list[str] = []

    def explain(_: object, cursor: Any, statement: str, parameters: Any, *__: object) -> None:  # noqa: ANN401  # the driver's own
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[-1]) for row in cursor.fetchall())

    with house.rows() as work:
        event.listen(work.session.get_bind(), "before_cursor_execute", explain)
        work.session.execute(tenancy.just_opened_by(house.practice.id, [house.clinician.id])).all()
        event.remove(work.session.get_bind(), "before_cursor_execute", explain)
    plan = "\n".join(plans)
    assert "USING INDEX ix_clients_practice_id_opened_by (practice_id=? AND opened_by=?)" in plan, plan
    assert "ix_episode_participants_practice_id_client_id (practice_id=? AND client_id=?)" in plan, plan
