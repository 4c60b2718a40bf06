"""What was published cannot be changed or taken away through the database, on either engine."""

import pytest
import sqlalchemy as sa

from api.store import releases as release_store
from schemas.tables import ReleasedYear
from tests.support.databases import Kind
from tests.support.house import House
from tests.support.releases import frozen

FORBIDDEN = [
    "UPDATE releases SET document = 'x'",
    "UPDATE releases SET first_year = 2000, last_year = 2000",
    "UPDATE released_years SET year = year + 1",
    "DELETE FROM released_years",
    "DELETE FROM releases",
]
ONLY_HERE = {
    "sqlite": [
        "INSERT OR REPLACE INTO releases SELECT * FROM releases",
        "REPLACE INTO released_years SELECT * FROM released_years",
    ],
    "postgresql": ["TRUNCATE released_years", "TRUNCATE releases CASCADE"],
}


@pytest.fixture
def ledger(both_houses: House) -> House:
    frozen(both_houses)
    return both_houses


def rows(house: House) -> list[object]:
    with house.runtime.sessions() as session:
        return [
            row
            for table in ("releases", "released_years")
            for row in session.execute(sa.text(f"SELECT * FROM {table}")).all()  # noqa: S608  # our own words
        ]


def test_no_statement_changes_or_removes_what_was_published(ledger: House, engine_kind: Kind) -> None:
    before = rows(ledger)
    assert len(before) == 2
    for statement in (*FORBIDDEN, *ONLY_HERE[engine_kind]):
        with (
            pytest.raises(sa.exc.IntegrityError, match="only ever added to"),
            ledger.runtime.sessions() as session,
        ):
            session.execute(sa.text(statement))
    assert rows(ledger) == before


def test_the_database_itself_gives_a_year_to_one_release_only(ledger: House) -> None:
    with pytest.raises(sa.exc.IntegrityError), ledger.runtime.sessions() as session:
        session.execute(sa.text("INSERT INTO released_years SELECT * FROM released_years"))
    with ledger.rows() as work:
        assert set(release_store.years(work.session)) == {2020}


def test_another_practice_may_have_the_same_year_and_sees_its_own_only(ledger: House) -> None:
    next_door = ledger.found("Next door")
    theirs = frozen(ledger, next_door)
    with ledger.rows(next_door) as work:
        assert release_store.years(work.session) == {2020: theirs}
        assert [one.id for one in release_store.earlier(work.session)] == [theirs]
        assert len(work.session.scalars(sa.select(ReleasedYear)).all()) == 1
