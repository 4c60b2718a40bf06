"""Going back to code that knows no scores, and forward again: what other files told stays, and both engines agree."""

import sqlalchemy as sa
from sqlmodel import col

from api.store import migrations
from schemas.tables import Import, Score
from schemas.vocabulary import ImportKind
from tests.services.imports import files
from tests.services.imports.test_scores import SCORES, score
from tests.support.house import House

BEFORE = "0027"


def test_there_and_back_only_scores_are_lost(both_houses: House) -> None:
    house = both_houses
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    told = [files.take_in(house, files.text(SCORES, [score(14, -9), score(16, -2)])).id for _ in range(2)]

    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)

    with house.rows() as work:
        assert work.session.scalars(sa.select(Score)).all() == []
        kinds = dict(work.session.execute(sa.select(col(Import.id), col(Import.kind))).all())
    assert {kinds[one] for one in told} == {ImportKind.AGREEMENTS}
    assert sorted(kinds.values()) == [ImportKind.AGREEMENTS, ImportKind.AGREEMENTS, ImportKind.APPOINTMENTS]
    again = files.take_in(house, files.text(SCORES, [score(14, -9)]))
    assert again.kind is ImportKind.SCORES
    assert again.counts == {"created": 1}
