"""A real file, where somebody has one: too large and too private to be kept here, and full of what nobody would invent.

Runs only where LEAVETAKING_TEST_REAL_FILE names a CSV that docs/mappings/session-survey.json describes.
"""

import csv
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import operator_principal
from api.services import caseload_as_of
from api.services.work import Work
from schemas.tables import Appointment
from schemas.wire.episodes import CaseloadItem
from schemas.wire.imports import Mapping
from tests.services.imports import files, snapshots
from tests.support.house import House

VARIABLE = "LEAVETAKING_TEST_REAL_FILE"
MAPPING = Path(__file__).parents[3] / "docs" / "mappings" / "session-survey.json"


@pytest.fixture(scope="module")
def content() -> bytes:
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(  # real records of a practice are in no repository: whoever has a file names it
            f"NOT TRIED ON A REAL FILE: set {VARIABLE} to a CSV that docs/mappings/session-survey.json describes"
        )
    return Path(named).read_bytes()


@pytest.mark.slow
def test_a_real_file_is_accounted_for_explained_and_taken_back_without_a_trace(
    shared_house: House, content: bytes
) -> None:
    house = shared_house
    before = snapshots.rows(house)
    mapping = Mapping.model_validate_json(MAPPING.read_bytes())
    rows = sum(1 for _ in csv.reader(content.decode().splitlines())) - 1

    first = files.take_in(house, content, mapping=mapping, slice_rows=2000)
    assert rows == first.rows_read == sum(first.counts.values())
    assert set(first.counts) <= {"created", "duplicate", "rejected"}
    assert first.counts["created"] > rows / 2
    told = snapshots.content(house)

    second = files.take_in(house, content, mapping=mapping, slice_rows=2000)
    assert rows == second.rows_read == sum(second.counts.values())
    assert set(second.counts) <= {"unchanged", "rejected"}
    assert second.counts.get("rejected") == first.counts.get("rejected")
    assert snapshots.content(house) == told

    items = list(looked_back(house))
    assert items
    assert [item.episode.id for item in items if not item.reasons] == []

    for import_id in (first.id, second.id):
        files.take_back(house, import_id)
    assert snapshots.rows(house) == before


def looked_back(house: House) -> Iterator[CaseloadItem]:
    """The caseload as it could be seen in the middle of the file's time."""
    with house.rows() as work:
        as_of, after = middle(work), None
    while True:
        with house.work(operator_principal(house.practice.id)) as work:
            part = caseload_as_of.look_back(work, as_of=as_of, stage=None, after=after)
        yield from part.items
        after = part.next_after
        if after is None:
            return


def middle(work: Work) -> datetime:
    starts_at = col(Appointment.starts_at)
    first, last = work.session.execute(sa.select(sa.func.min(starts_at), sa.func.max(starts_at))).one()
    span: datetime = first + (last - first) / 2
    return span
