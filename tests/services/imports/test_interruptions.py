"""A worker that dies, one that lost its lease, two at once, a file that breaks off: nothing is lost, doubled or left over."""

import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

import pytest
from structlog.testing import capture_logs

from api.domain.errors import Conflict
from api.jobs import imports as import_jobs
from api.jobs.worker import Worker
from api.services import imports
from api.store.engine import Session, SessionFactory
from api.store.jobs import LeaseLost
from schemas.vocabulary import ImportState
from tests.services.imports import files, snapshots
from tests.services.imports.files import at, event
from tests.support.house import House, open_house

PEOPLE = ("ana", "bea", "cleo", "dora")
FILE = files.appointments(
    [row for name in PEOPLE for row in files.kept(name, 3)] + [event("x", "ana", at(1), "booked", known=at(-1))]
)


def test_a_killed_worker_is_followed_by_one_that_goes_on_where_it_was(shared_house: House) -> None:
    house = shared_house
    import_id = files.receive(house, FILE)
    files.cut_off(house, after_slices=2)
    halfway = files.report(house, import_id)
    assert (halfway.rows_read, halfway.state) == (8, ImportState.APPLYING)
    house.wait(minutes=3)
    files.run(house)
    resumed = files.report(house, import_id)
    told = snapshots.meaning(house)
    files.take_back(house, import_id)
    straight = files.take_in(house, FILE)
    assert (resumed.counts, resumed.rows_read) == (straight.counts, straight.rows_read)
    assert snapshots.meaning(house) == told


def test_the_search_for_cycles_goes_on_as_before_however_an_import_ends(shared_house: House) -> None:
    usual = gc.get_threshold()
    files.receive(shared_house, FILE)
    files.cut_off(shared_house, after_slices=1)
    assert gc.get_threshold() == usual
    shared_house.wait(minutes=3)
    files.run(shared_house)
    assert gc.get_threshold() == usual


def test_a_worker_that_lost_its_lease_writes_nothing_more(shared_house: House) -> None:
    house = shared_house
    import_id = files.receive(house, FILE)
    slow = files.cut_off(house, after_slices=1)
    house.wait(minutes=3)
    files.run(house)
    before = snapshots.rows(house), files.report(house, import_id)
    with pytest.raises(LeaseLost):
        import_jobs.apply(house.runtime, slow, slice_rows=4)
    assert (snapshots.rows(house), files.report(house, import_id)) == before


def test_a_worker_asked_to_stop_leaves_its_job_to_the_next_at_once(both_houses: House) -> None:
    house = both_houses
    import_id = files.receive(house, FILE)
    stop = threading.Event()
    opened = house.runtime.sessions

    def stopping() -> Session:
        """The third unit is the first slice: with the fourth the worker is asked to stop."""
        units.append(1)
        if len(units) == 4:  # claiming, opening the file, its only piece, its rows
            stop.set()
        return opened()

    units: list[int] = []
    runtime = replace(house.runtime, sessions=cast("SessionFactory", stopping))
    Worker(runtime).run(stop)
    assert files.report(house, import_id).state is ImportState.APPLYING
    Worker(house.runtime).until_idle()
    done = files.report(house, import_id)
    assert (done.state, done.rows_read) == (ImportState.APPLIED, FILE.count(b"\n") - 1)


@pytest.mark.postgresql
def test_two_workers_may_take_in_overlapping_files_at_once(postgresql_url: str) -> None:
    """Whichever comes second to a client that both files bring is put back and tried again."""
    more = [event(f"{name}-more", name, at(-1)) for name in PEOPLE[1:]]
    overlap = files.appointments([row for name in reversed(PEOPLE[1:]) for row in files.kept(name, 3)] + more)
    with open_house(postgresql_url) as house:
        ids = [files.receive(house, content) for content in (FILE, overlap)]
        claims = [files.claim(house), files.claim(house)]
        with capture_logs():
            at_once(*(partial(Worker(house.runtime)._run, held) for held in claims if held is not None))
            for _ in range(3):
                house.wait(minutes=3)
                Worker(house.runtime).until_idle()
        for done in (files.report(house, import_id) for import_id in ids):
            assert done.state is ImportState.APPLIED
            assert sum(done.counts.values()) == done.rows_read
        together = snapshots.meaning(house)
        house.practice = house.found("One after the other")
        for content in (FILE, overlap):
            files.take_in(house, content)
        one_by_one = snapshots.meaning(house)
    for table in ("appointments", "appointment_events", "names", "episodes"):
        assert together[table] == one_by_one[table], table


def at_once(*acts: Callable[[], object]) -> None:
    together = threading.Barrier(len(acts))

    def act_on(act: Callable[[], object]) -> None:
        together.wait(timeout=10)
        act()

    threads = [threading.Thread(target=act_on, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "real run"])
def test_a_file_that_breaks_off_fails_as_a_whole_and_leaves_nothing(shared_house: House, dry_run: bool) -> None:
    house = shared_house
    before = snapshots.rows(house)
    lines = FILE.splitlines(keepends=True)
    lines[15] = lines[15].replace(b"dora", b"d\xffra").replace(b"cleo", b"cl\xffo")
    import_id = files.receive(house, b"".join(lines), dry_run=dry_run)
    files.run(house)
    done = files.report(house, import_id)
    assert (done.state, done.failure_code) == (ImportState.FAILED, "undecodable")
    assert done.failure_detail is not None
    assert done.failure_detail.startswith("Line 16:")
    assert snapshots.rows(house) == before
    mended = files.take_in(house, FILE)
    assert mended.counts == {"created": 13, "updated": 12}


def test_an_import_that_failed_is_neither_applied_nor_undone(shared_house: House) -> None:
    house = shared_house
    import_id = files.receive(house, FILE[:-30] + b"\0" + FILE[-30:])
    files.run(house)
    for act in (imports.apply, imports.undo):
        with pytest.raises(Conflict), house.work(house.lead) as work:
            act(work, import_id)
