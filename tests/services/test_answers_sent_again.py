"""An answer that comes with a result on record already: a system sends it since, or a person writes it down after the total."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.access import Permission
from api.domain.errors import Conflict
from api.services import episodes, item_answers, scores
from api.store import item_answers as answer_store
from schemas.tables import Member
from schemas.vocabulary import EpisodeFormat, RiskReview
from schemas.wire.episodes import EpisodeIn
from schemas.wire.scores import AssessedIn
from tests.services.test_item_answers import listed, ours, record, to_look
from tests.support.house import Case, House

KEYED: dict[str, Any] = {"source": "forms", "external_id": "phq-1"}
BY_PHONE = AssessedIn(how=RiskReview.BY_PHONE)


def test_a_system_that_sends_the_answer_since_is_heard_and_asks_once(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    key = house.practice.key(Permission.SCORE_RECORD, Permission.EPISODE_READ)
    first = record(house, case, key, **KEYED, item_nine=None)
    assert to_look(house) == []
    for _ in range(2):
        assert record(house, case, key, **KEYED).id == first.id
        assert [(one.owner_id, one.subject_id) for one in to_look(house)] == [(house.clinician.id, first.id)]
    assert [one.item_nine for one in listed(house, case)] == [2]


def test_the_first_answer_told_stands_and_what_was_looked_at_is_not_asked_again(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    found = record(house, case, **KEYED)
    with house.work(house.clinician) as work:
        item_answers.assess(work, case.episode_id, found.id, BY_PHONE)
    assert record(house, case, **KEYED, item_nine=3).item_nine == 2
    assert to_look(house) == []


def test_of_a_result_that_was_taken_back_nobody_is_asked(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    found = record(house, case, **KEYED, item_nine=None)
    with house.work(house.clinician) as work:
        scores.withdraw(work, case.episode_id, found.id)
    record(house, case, **KEYED)
    assert to_look(house) == []


def test_an_answer_is_never_kept_as_that_of_another_in_the_room(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    case = Case(ana, _couple(house, [ana, bea]))
    record(house, case, **KEYED, client_id=ana, item_nine=None)
    with pytest.raises(Conflict) as refused:
        record(house, case, **KEYED, client_id=bea)
    assert refused.value.code == "told_otherwise"
    assert record(house, case, **KEYED, client_id=ana).item_nine == 2


def _couple(house: House, client_ids: list[UUID]) -> UUID:
    with house.work(house.clinician) as work:
        given = EpisodeIn(client_ids=client_ids, format=EpisodeFormat.COUPLE, responsible_id=house.clinician.id)
        return episodes.add(work, given).id


def test_a_program_is_never_asked_to_look(both_houses: House) -> None:
    """Where nobody is left who could, nobody is; what a program brought is on record all the same."""
    house, case = both_houses, ours(both_houses)
    key = house.practice.key(Permission.IMPORT_RUN)
    found = record(house, case, item_nine=0)
    with house.rows() as work:
        work.session.execute(sa.update(Member).values(left_at=house.now))
        row = answer_store.of_scores(work.session, [found.id])[found.id]
        assert answer_store.ask_today(work.session, row, key.id, house.now) is None
        assert answer_store.ask_today(work.session, row, house.clinician.id, house.now) is None
    assert to_look(house) == []
