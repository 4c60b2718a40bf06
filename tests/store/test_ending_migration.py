"""What had ended before the record kept when it learned of it: it counts by its own date, and says how where a note does."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from api.services import clients, endings
from api.store import migrations
from schemas.tables import Client, Episode, EpisodeParticipant
from schemas.vocabulary import EndingKind, EpisodeFormat
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.terminations import EpisodeEndIn
from tests.services import records
from tests.support.house import House

BEFORE = "0023"


def test_what_is_there_counts_by_its_date(both_houses: House) -> None:
    house = both_houses
    with house.work(house.clinician) as work:
        lena, tom, mia = (clients.add(work, ClientIn(name=name)).id for name in ("Lena", "Tom", "Mia"))
    begun = records.begin(house, house.clinician, [lena, tom, mia], format=EpisodeFormat.FAMILY)
    left_at = house.now
    with house.work(house.clinician) as work:
        endings.end(work, begun.id, EpisodeEndIn(how_it_ended=EndingKind.TRANSFERRED, client_id=lena))
    died_on = house.wait(days=3).date() - timedelta(days=1)
    with house.work(house.clinician) as work:
        clients.change(work, tom, ClientPatch(died_on=died_on), version=1)
        endings.end(work, begun.id, EpisodeEndIn(how_it_ended=EndingKind.AGREED, client_id=mia))
        mia_left = house.now
        work.session.execute(sa.text("DELETE FROM tasks"))
        work.session.execute(sa.text("DELETE FROM termination_notes WHERE how_it_ended = 'agreed'"))
    ended_at = house.wait(days=1)
    with house.work(house.clinician) as work:
        endings.end(work, begun.id, EpisodeEndIn(how_it_ended=EndingKind.WITHOUT_CONVERSATION))

    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)

    with house.rows() as work:
        episode = work.session.scalars(sa.select(Episode).where(col(Episode.id) == begun.id)).one()
        assert (episode.ending, episode.ending_known_at) == (EndingKind.WITHOUT_CONVERSATION, ended_at)
        parts = {part.client_id: part for part in work.session.scalars(sa.select(EpisodeParticipant))}
        assert (parts[lena].ending, parts[lena].ending_known_at) == (EndingKind.TRANSFERRED, left_at)
        assert (parts[mia].ending, parts[mia].ending_known_at) == (None, mia_left)
        assert (parts[tom].ending, parts[tom].ending_known_at) == (None, None)
        known = dict(work.session.execute(sa.select(col(Client.id), col(Client.death_known_at))).all())
    midnight = datetime(died_on.year, died_on.month, died_on.day, tzinfo=UTC)
    assert known == {lena: None, tom: midnight, mia: None}
