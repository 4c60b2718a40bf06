"""To the worklist and back: running episodes are sorted anew, and what was put off does not stay out of sight."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from api.services import snoozes
from api.store import migrations
from schemas.tables import Episode, EpisodeKindChange, Snooze
from schemas.vocabulary import SnoozeReason
from schemas.wire.snoozes import SnoozeIn
from tests.services import records
from tests.services.imports import files
from tests.support.house import House

BEFORE = "0027"


def test_the_way_there_and_back_leaves_nobody_out_of_sight(both_houses: House) -> None:
    house = both_houses
    other, waits = (records.weekly(house, house.clinician, last=last) for last in (6, 9))
    before = [item.episode.id for item in records.items(house, house.clinician)]
    with house.work(house.clinician) as work:
        snoozes.put_off(work, waits.episode_id, SnoozeIn(reason=SnoozeReason.OTHER))
    assert [item.episode.id for item in records.items(house, house.clinician)] == [other.episode_id, waits.episode_id]
    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)
    with house.rows() as work:
        due = work.session.scalars(sa.select(col(Episode.id)).where(col(Episode.assessment_due))).all()
        assert set(due) == set(before)
        assert work.session.scalars(sa.select(Snooze)).all() == []
        assert work.session.scalars(sa.select(EpisodeKindChange)).all() == []
    files.assess(house)
    assert [item.episode.id for item in records.items(house, house.clinician)] == before
    records.assert_stored_is_computed(house)
    house.now += timedelta(minutes=1)
    with house.work(house.clinician) as work:
        assert snoozes.put_off(work, waits.episode_id, SnoozeIn(reason=SnoozeReason.OTHER)).ended_at is None
