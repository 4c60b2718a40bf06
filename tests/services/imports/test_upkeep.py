"""What becomes of imports that nobody finishes: a dry run left alone, a job that never succeeds."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from api.domain.errors import Conflict
from api.jobs.worker import Worker
from api.services import imports
from api.store import jobs as job_store
from schemas.tables import ImportPiece
from schemas.vocabulary import ImportState
from tests.services.imports import files
from tests.support.house import House

FILE = files.appointments(files.kept("ana", 2))


def _pieces(house: House) -> int:
    with house.rows() as work:
        return work.session.scalar(sa.select(sa.func.count()).select_from(ImportPiece)) or 0


def test_the_file_of_a_dry_run_nobody_took_in_is_not_kept_for_good(both_houses: House) -> None:
    house = both_houses
    import_id = files.receive(house, FILE, dry_run=True)
    files.run(house)
    tried = files.report(house, import_id)
    house.wait(days=6)
    Worker(house.runtime).until_idle()
    assert (files.report(house, tried.id).state, _pieces(house)) == (ImportState.READY, 1)
    house.wait(days=2)
    Worker(house.runtime).until_idle()
    later = files.report(house, tried.id)
    assert (later.state, _pieces(house)) == (ImportState.EXPIRED, 0)
    assert later.counts == tried.counts
    with house.work(house.lead) as work, pytest.raises(Conflict):
        imports.apply(work, tried.id)


def test_an_import_that_never_succeeds_says_so_and_leaves_nothing_when_undone(
    both_houses: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = both_houses
    import_id = files.receive(house, FILE)

    def broken(_: Session, __: object, ___: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(job_store, "finish", broken)
        for _ in range(job_store.MOST_ATTEMPTS):
            Worker(house.runtime).until_idle()
            house.wait(hours=3)
    failed = files.report(house, import_id)
    assert (failed.state, failed.failure_code) == (ImportState.FAILED, "gave_up")
    files.take_back(house, import_id)
    with house.rows() as work:
        assert not work.session.execute(sa.text("SELECT 1 FROM appointments")).all()
