"""A page of one's own caseload is found by one's own episodes, whatever the number of everybody's."""

import pytest

from api.domain.cursors import Cursor
from api.store import caseload as caseload_store
from api.store.engine import Session
from schemas.tables.base import new_id
from schemas.vocabulary import Stage
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


def test_whoever_sees_the_practice_reads_it_in_its_order(house: House) -> None:
    plans: list[str] = []
    with house.work(house.lead) as work, explained(work.session, plans):
        ask(work.session, house, None)
    assert "SEARCH episodes USING INDEX ix_episodes_caseload (practice_id=?)" in plans[0], plans[0]


def ask(
    session: Session, house: House, stage: Stage | None, after: Cursor | None = None, *, one_clinician: bool = False
) -> None:
    clinician_id = house.clinician.id if one_clinician else None
    caseload_store.page(session, now=house.now, stage=stage, clinician_id=clinician_id, after=after, limit=50)
