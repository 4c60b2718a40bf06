"""Taking a file back never leaves an answer that somebody else told with nobody asked about it."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from schemas.tables import Score
from tests.services.imports import files
from tests.services.imports.test_undo import client, episode_of
from tests.services.test_item_answers import COLUMNS, record, row, to_look
from tests.support.house import Case, House


def brought(house: House) -> Case:
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    client_id = client(house, "ana")
    return Case(client_id, episode_of(house, client_id))


def test_an_answer_told_by_hand_is_asked_about_when_a_file_is_taken_back(both_houses: House) -> None:
    house = both_houses
    case = brought(house)
    report = files.take_in(house, files.text(COLUMNS, [row(14, -2, 2)]))
    by_hand = record(house, case, house.lead)
    assert [one.subject_id for one in to_look(house)] != [by_hand.id]
    files.take_back(house, report.id)
    assert [(one.client_id, one.subject_id) for one in to_look(house)] == [(case.client_id, by_hand.id)]


def test_an_answer_of_another_file_is_asked_about_and_once(shared_house: House) -> None:
    house = shared_house
    case = brought(house)
    first = files.take_in(house, files.text(COLUMNS, [row(14, -3, 2)]))
    second = files.take_in(house, files.text(COLUMNS, [row(12, -2, 1)]))
    files.take_back(house, first.id)
    (task,) = to_look(house)
    with house.rows() as work:
        of_second = sa.select(col(Score.id)).where(col(Score.import_id) == second.id)
        assert task.subject_id == work.session.scalars(of_second).one()
    assert task.client_id == case.client_id
    files.take_back(house, second.id)
    assert to_look(house) == []


def test_what_is_long_past_is_not_asked_about_for_that(shared_house: House) -> None:
    house = shared_house
    case = brought(house)
    report = files.take_in(house, files.text(COLUMNS, [row(14, -2, 2)]))
    record(house, case, house.lead, at=house.now - timedelta(days=60))
    files.take_back(house, report.id)
    assert to_look(house) == []
