"""Tenancy on both engines: no statement, of any shape, reaches beyond the practice or the caseload it speaks for."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.services import consents
from api.store import tenancy
from schemas.tables import (
    Absence,
    Client,
    ClientKey,
    Consent,
    ConsentAnswer,
    Contact,
    Episode,
    EpisodeClinician,
    EpisodeParticipant,
    InstallationKey,
    Member,
    Practice,
    PracticeRow,
    RequestWindow,
)
from schemas.vocabulary import Channel, ConsentState, Role
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House, Person
from tests.support.house import Practice as Tenant


class Street:
    """Two practices. In ours, Ana is in the clinician's caseload and Bea in the lead's; Eva lives next door."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ana, self.bea = house.client("Ana", house.clinician), house.client("Bea", house.lead)
        self.next_door: Tenant = house.found("Next door")
        self.eva: Case = self.next_door.client("Eva", self.next_door.founder)

    def seen(self, who: Person, statement: Any) -> set[UUID]:  # noqa: ANN401  # any statement
        with self.house.work(who) as work:
            return set(work.session.scalars(statement).all())


@pytest.fixture
def street(both_houses: House) -> Street:
    return Street(both_houses)


def _shapes() -> dict[str, Any]:
    alias: Any = aliased(Client)
    inner: Any = aliased(Client)
    parts = sa.select(col(EpisodeParticipant.client_id))
    return {
        "columns": sa.select(col(Client.id)),
        "alias": sa.select(alias.id),
        "join": sa.select(col(Client.id)).join(EpisodeParticipant, col(EpisodeParticipant.client_id) == col(Client.id)),
        "join of an alias": sa.select(alias.id).join(Client, col(Client.id) == alias.id),
        "outer join": sa.select(alias.id).select_from(Member).join(alias, sa.true(), isouter=True),
        "alias joined to its own class": sa.select(alias.id).select_from(Client).join(alias, sa.true()),
        "alias joined to an alias": sa.select(alias.id).select_from(inner).join(alias, sa.true(), isouter=True),
        "in a subquery": parts,
        "within IN": sa.select(col(Client.id)).where(col(Client.id).in_(parts)),
        "derived table": sa.select(sa.select(col(Client.id)).subquery().c.id),
        "common table": sa.select(sa.select(col(Client.id)).cte().c.id),
        "union": sa.union(sa.select(col(Client.id)), sa.select(inner.id)),
        "scalar subquery": sa.select(
            sa.select(sa.func.max(col(Client.name_sealed))).scalar_subquery(), col(Client.id)
        ).with_only_columns(col(Client.id)),
        "exists": sa.select(col(Client.id)).where(sa.exists().where(inner.id == col(Client.id))),
        "union within": sa.select(sa.union_all(sa.select(col(Client.id)), sa.select(alias.id)).subquery().c[0]),
    }


@pytest.mark.parametrize("shape", _shapes())
def test_every_shape_of_a_read_is_narrowed(street: Street, shape: str) -> None:
    statement = _shapes()[shape]
    ours = {street.ana.client_id, street.bea.client_id}
    assert street.seen(street.house.lead, statement) - {None} == ours
    assert street.seen(street.house.clinician, statement) - {None} == {street.ana.client_id}
    assert street.seen(street.next_door.founder, statement) - {None} == {street.eva.client_id}


@pytest.mark.parametrize("model", [Client, Episode], ids=lambda model: model.__name__)
def test_counts_and_exists_are_narrowed(street: Street, model: type[Any]) -> None:
    count = sa.select(sa.func.count()).select_from(model)
    known = street.eva.client_id if model is Client else street.eva.episode_id
    exists = sa.select(sa.exists().where(model.id == known))
    with street.house.work(street.house.lead) as work:
        assert work.session.scalar(count) == 2
        assert work.session.scalar(exists) is False
    with street.house.work(street.house.clinician) as work:
        assert work.session.scalar(count) == 1


def test_get_finds_nothing_beyond_the_scope_even_with_the_whole_key(street: Street) -> None:
    keys = [
        {"practice_id": street.next_door.id, "id": street.eva.client_id},
        {"practice_id": street.house.practice.id, "id": street.bea.client_id},
    ]
    for key in keys:
        with street.house.work(street.house.clinician) as work:
            assert work.session.get(Client, key) is None


def test_updates_and_deletes_change_one_s_own_rows_only(street: Street) -> None:
    with street.house.work(street.house.clinician) as work:
        work.session.execute(sa.update(Client).values(time_zone="Asia/Tokyo"))
        work.session.execute(sa.delete(EpisodeClinician))
    zones: dict[UUID, str] = {}
    for practice in (street.house.practice, street.next_door):
        with street.house.rows(practice) as work:
            zones |= {client.id: client.time_zone for client in work.session.scalars(sa.select(Client))}
            left = set(work.session.scalars(sa.select(col(EpisodeClinician.episode_id))))
        assert street.ana.episode_id not in left
        assert left in ({street.bea.episode_id}, {street.eva.episode_id})
    assert {client_id for client_id, zone in zones.items() if zone == "Asia/Tokyo"} == {street.ana.client_id}


def tables_of_a_practice() -> list[type[PracticeRow]]:
    found: list[type[PracticeRow]] = []
    waiting: list[type[PracticeRow]] = [PracticeRow]
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        if model.model_config.get("table"):
            found.append(model)
    return found


def test_every_table_of_a_practice_is_narrowed(street: Street) -> None:
    """Also those that hold nothing yet: the statement itself must name the practice."""
    models = tables_of_a_practice()
    assert {Client, ClientKey, Consent, Contact, Absence, Member} < set(models)
    assert len(models) > 20
    with street.house.work(street.next_door.founder) as work:
        for model in models:
            for row in work.session.scalars(sa.select(model)):
                assert row.practice_id == street.next_door.id
        assert [row.id for row in work.session.scalars(sa.select(Practice))] == [street.next_door.id]


def test_what_is_about_somebody_is_cut_down_to_the_caseload_but_for_these() -> None:
    """Keys say nothing without what they sealed; a concern is its reader's alone; what an import can take back is for whoever runs imports."""
    about = {"client_id", "episode_id", "note_id", "appointment_id"}
    open_to_all = {
        model.__name__
        for model in tables_of_a_practice()
        if about & set(sa.inspect(model).columns.keys()) and model not in tenancy._BY_CASELOAD
    }
    assert open_to_all == {"ClientKey", "Concern", "ImportFormerValue"}


def test_a_session_without_a_scope_runs_nothing(both_houses: House) -> None:
    practice_id = both_houses.practice.id
    statements: list[Any] = [
        sa.select(Client),
        sa.select(col(Practice.id)),
        sa.update(Client).values(version=2),
        sa.delete(Absence),
    ]
    for statement in statements:
        with tenancy.watch(both_houses.runtime.sessions()) as session, pytest.raises(tenancy.NoScope):
            session.execute(statement)
    with tenancy.watch(both_houses.runtime.sessions()) as session, pytest.raises(tenancy.NoScope):
        session.get(Client, {"practice_id": practice_id, "id": practice_id})


def test_a_table_of_no_practice_is_not_read_within_one(house: House) -> None:
    """Keys and brakes of the whole installation: the functions that may read them say so."""
    for model in (RequestWindow, InstallationKey):
        with house.work(house.founder) as work, pytest.raises(tenancy.NoCriterion):
            work.session.scalars(sa.select(model))


def test_a_session_without_a_scope_writes_nothing(both_houses: House) -> None:
    with tenancy.watch(both_houses.runtime.sessions()) as session:
        session.add(_client(both_houses))
        with pytest.raises(tenancy.NoScope):
            session.flush()


def test_new_rows_are_stamped_and_foreign_ones_refused(street: Street) -> None:
    with street.house.rows() as work:
        mine = _client(street.house)
        work.session.add(mine)
        work.session.flush()
        assert mine.practice_id == street.house.practice.id
        work.session.expunge_all()
        foreign = _client(street.house)
        foreign.practice_id = street.next_door.id
        work.session.add(foreign)
        with pytest.raises(tenancy.ForeignRow):
            work.session.flush()
        work.session.expunge_all()


def test_a_session_stays_in_its_practice(street: Street) -> None:
    with street.house.rows() as work, pytest.raises(tenancy.ForeignRow):
        tenancy.enter(work.session, tenancy.Scope(street.next_door.id, members=None))


def test_a_row_cannot_refer_to_another_practice(street: Street) -> None:
    """The second lock, in the database itself: keys are (practice, id)."""
    with pytest.raises(sa.exc.IntegrityError), street.house.runtime.sessions() as session:
        session.execute(
            sa.insert(EpisodeParticipant.__table__).values(  # type: ignore[attr-defined]  # set by SQLModel
                practice_id=street.house.practice.id,
                episode_id=street.ana.episode_id,
                client_id=street.eva.client_id,
                joined_at=street.house.now,
            )
        )


def test_an_answer_cannot_be_a_client_s_of_another_practice(street: Street) -> None:
    with street.house.work(street.house.founder) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.org", state=ConsentState.GRANTED)
        consents.add(work, street.ana.client_id, given)
    moved = sa.update(ConsentAnswer.__table__).values(client_id=street.eva.client_id)  # type: ignore[attr-defined]  # set by SQLModel
    with pytest.raises(sa.exc.IntegrityError), street.house.runtime.sessions() as session:
        session.execute(moved)


def test_whoever_reaches_over_the_whole_practice_comes_back(street: Street) -> None:
    with street.house.work(street.house.clinician) as work:
        narrow = sa.select(col(Client.id))
        with tenancy.whole_practice(work.session):
            assert len(work.session.scalars(narrow).all()) == 2
        assert work.session.scalars(narrow).all() == [street.ana.client_id]
        with pytest.raises(ZeroDivisionError), tenancy.whole_practice(work.session):
            raise ZeroDivisionError
        assert work.session.scalars(narrow).all() == [street.ana.client_id]


def test_a_client_without_an_episode_is_seen_by_whoever_opened_the_record(street: Street) -> None:
    with street.house.work(street.house.clinician) as work:
        fresh = _client(street.house)
        fresh.opened_by = street.house.clinician.id
        work.session.add(fresh)
    assert fresh.id in street.seen(street.house.clinician, sa.select(col(Client.id)))
    other = street.house.practice.member(Role.CLINICIAN)
    assert street.seen(other, sa.select(col(Client.id))) == set()


def test_every_practice_row_has_its_practice_in_its_key() -> None:
    for model in tables_of_a_practice():
        assert issubclass(model, PracticeRow)
        assert "practice_id" in {column.name for column in sa.inspect(model).primary_key}


def _client(house: House) -> Client:
    return Client(name_sealed=b"sealed", time_zone="UTC", created_at=house.now, updated_at=house.now)
