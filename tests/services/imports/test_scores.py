"""Results of measures from a file: told twice, told by two files, taken back."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from schemas.tables import Score
from schemas.vocabulary import ImportKind
from tests.services.imports import files, snapshots
from tests.services.imports.files import at
from tests.support.house import House

SCORES = ("client_external_id", "measure", "value", "higher_is_better", "at", "known_at")


def score(value: float, days: float, measure: str = "PHQ-9", client: str = "ana") -> files.Row:
    told = {"client_external_id": client, "measure": measure, "value": value, "higher_is_better": 0}
    return {**told, "at": at(days), "known_at": at(days) + timedelta(hours=1)}


def values(house: House) -> list[float]:
    with house.rows() as work:
        return sorted(work.session.scalars(sa.select(col(Score.value))))


def test_a_file_of_scores_is_known_by_its_header_and_adds_nothing_the_second_time(both_houses: House) -> None:
    house = both_houses
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    rows = [score(14, -9), score(16, -2), score(16, -2)]
    first = files.take_in(house, files.text(SCORES, rows))
    assert first.kind is ImportKind.SCORES
    assert first.counts == {"created": 2, "duplicate": 1}
    assert values(house) == [14, 16]
    again = files.take_in(house, files.text(SCORES, rows))
    assert again.counts == {"unchanged": 3}
    assert values(house) == [14, 16]


def test_undone_in_either_order_nothing_of_them_is_left(both_houses: House) -> None:
    house = both_houses
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    before = snapshots.content(house)
    first = files.take_in(house, files.text(SCORES, [score(14, -9), score(16, -2)]))
    second = files.take_in(house, files.text(SCORES, [score(16, -2), score(19, -1)]))
    files.take_back(house, first.id)
    assert values(house) == [16, 19]
    files.take_back(house, second.id)
    assert snapshots.content(house) == before


def test_a_score_of_somebody_unknown_is_a_row_with_a_problem(shared_house: House) -> None:
    house = shared_house
    report = files.take_in(house, files.text(SCORES, [score(14, -9, client="nobody")]))
    assert report.counts == {"rejected": 1}
    assert values(house) == []


def test_in_a_couple_a_row_is_of_whoever_it_names(both_houses: House) -> None:
    house = both_houses
    couple: dict[str, Any] = {"format": "couple", "group_id": "rivers"}
    files.take_in(house, files.appointments([files.event("s1", who, at(-9), **couple) for who in ("dora", "eli")]))
    files.take_in(house, files.text(SCORES, [score(4, -9, client="dora"), score(19, -9, client="eli")]))
    with house.rows() as work:
        told = work.session.execute(sa.select(col(Score.episode_id), col(Score.client_id))).all()
    assert len({row[0] for row in told}) == 1
    assert len({row[1] for row in told} - {None}) == 2
