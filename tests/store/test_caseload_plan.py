"""A page of one's own caseload is found by one's own episodes, whatever the number of everybody's."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from api.domain.cursors import Cursor
from api.store import caseload as caseload_store
from api.store.caseload import Only
from api.store.engine import Session
from schemas.tables import Episode
from schemas.tables.base import new_id
from schemas.vocabulary import CaseloadFilter, EpisodeFormat, EpisodeKind, Stage
from tests.store.test_worker_queries import explained
from tests.support.house import House


@pytest.mark.parametrize("stage", [None, *Stage])
@pytest.mark.parametrize("goes_on", [False, True])
@pytest.mark.parametrize("one_clinician", [False, True])
def test_sqlite_begins_at_the_caseload(house: House, stage: Stage | None, goes_on: bool, one_clinician: bool) -> None:
    """It counts nothing, and would take the order of the whole practice's caseload for the shorter way."""
    plans: list[str] = []
    with house.work(house.clinician) as work, explained(work.session, plans):
        ask(work.session, house, stage, Cursor(house.now, new_id()) if goes_on else None, one_clinician=one_clinician)
    [plan] = plans
    assert "SEARCH episodes USING INDEX sqlite_autoindex_episodes_1 (practice_id=? AND id=?)" in plan, plan
    assert "SEARCH scope_clinicians USING COVERING INDEX" in plan, plan
    assert "SCAN page" in plan, plan
    assert "ix_episodes_" not in plan, plan


@pytest.mark.parametrize("only", CaseloadFilter)
def test_sqlite_begins_at_the_caseload_whatever_is_asked_for(house: House, only: CaseloadFilter) -> None:
    plans: list[str] = []
    with house.work(house.clinician) as work, explained(work.session, plans):
        ask(work.session, house, None, only=only)
    assert "SEARCH episodes USING INDEX sqlite_autoindex_episodes_1 (practice_id=? AND id=?)" in plans[0], plans[0]
    assert "ix_episodes_" not in plans[0], plans[0]


def test_whoever_sees_the_practice_reads_it_in_its_order(house: House) -> None:
    plans: list[str] = []
    with house.work(house.lead) as work, explained(work.session, plans):
        ask(work.session, house, None)
    assert "SEARCH episodes USING INDEX ix_episodes_caseload (practice_id=?)" in plans[0], plans[0]


INDEX = {
    None: "ix_episodes_caseload",
    CaseloadFilter.DUE_TODAY: "ix_episodes_caseload",
    CaseloadFilter.DUE_THIS_WEEK: "ix_episodes_caseload",
    CaseloadFilter.PUT_OFF: "ix_episodes_put_off",
    CaseloadFilter.WITHOUT_OWNER: "ix_episodes_clinician_caseload",
}


@pytest.mark.parametrize("only", [None, *CaseloadFilter])
@pytest.mark.parametrize("goes_on", [False, True])
def test_each_filter_over_the_practice_is_a_range_of_one_index(
    both_houses: House, only: CaseloadFilter | None, goes_on: bool
) -> None:
    """What few have is not looked for among everybody: no filter walks through the whole practice's caseload."""
    house, plans = both_houses, list[str]()
    filled(house)
    after = Cursor(house.now, new_id()) if goes_on else None
    with house.work(house.lead) as work, explained(work.session, plans):
        ask(work.session, house, None, after, only=only)
    assert f" {INDEX[only]} " in plans[0].replace("\n", " \n"), plans[0]
    assert "SCAN episodes" not in plans[0]
    assert "Seq Scan on episodes" not in plans[0]
    assert "TEMP B-TREE FOR ORDER BY" not in plans[0].split("SCAN page")[0]


def filled(house: House) -> None:
    """Enough for PostgreSQL to weigh one index against another: of a thousand a few wait, and a few are nobody's."""
    with house.rows() as work:
        work.session.add_all(
            Episode(
                format=EpisodeFormat.INDIVIDUAL,
                kind=EpisodeKind.ONGOING,
                responsible_id=None if number % 50 == 0 else house.clinician.id,
                time_zone="UTC",
                attention_at=house.now + timedelta(hours=number - 500),
                put_off_until=house.now + timedelta(days=1) if number % 70 == 0 else None,
                created_at=house.now,
                updated_at=house.now,
            )
            for number in range(1000)
        )
    with house.rows() as work:
        if work.session.get_bind().dialect.name == "postgresql":
            work.session.execute(sa.text("ANALYZE episodes"))


def ask(
    session: Session,
    house: House,
    stage: Stage | None,
    after: Cursor | None = None,
    *,
    one_clinician: bool = False,
    only: CaseloadFilter | None = None,
) -> None:
    clinician_id = house.clinician.id if one_clinician else None
    wanted = None if only is None else Only(only, by=house.now)
    caseload_store.page(
        session, now=house.now, stage=stage, clinician_id=clinician_id, after=after, limit=50, only=wanted
    )
