"""Words that were kept under the rules of another day: an ending and a note begin over them, and no failure tells them to a log."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.domain.goals import Words
from api.services import goals
from api.store import goals as goal_store
from api.store import ways_back
from schemas.tables import WayBack
from schemas.wire.goals import GoalIn
from schemas.wire.terminations import NoteContent, NoteRecord
from tests.support.house import Case, House

# An apostrophe of Windows-1252, which was let in until control characters from U+0080 on were refused.
OLD = "Visit her sister\x92s house."


def with_an_old_goal(house: House) -> Case:
    case = house.client("Ana", house.founder)
    with house.work(house.founder) as work:
        goal = goals.add(work, case.episode_id, GoalIn(goal="Travel alone."))
    with house.rows() as work:
        row = goal_store.get(work.session, goal.id)
        assert row is not None
        row.words_sealed = goal_store.seal(work.client_key(case.client_id), goal.id, Words(goal=OLD))
    return case


def with_an_old_way_back(house: House) -> Case:
    with house.rows() as work:
        ways_back.add(work.session, WayBack(how_en=OLD, changed_by=house.founder.id, changed_at=work.now))
    return house.client("Ana", house.founder)


def begun_over(house: House, case: Case, how: str) -> dict[str, Any]:
    """A draft, by itself or with the ending that asks for one."""
    api = house.api(house.founder)
    if how == "note":
        made = api.post("/v1/termination-notes", json={"episode_id": str(case.episode_id)})
        assert made.status_code == 201, made.text
        note_id = made.json()["id"]
    else:
        ended = api.post(f"/v1/episodes/{case.episode_id}/end", json={"how_it_ended": "client_told_us"})
        assert ended.status_code == 200, ended.text
        note_id = ended.json()["draft_ids"][0]
    content: dict[str, Any] = api.get(f"/v1/termination-notes/{note_id}").json()["content"]
    return content


@pytest.mark.parametrize("how", ["note", "ending"])
def test_a_note_and_an_ending_begin_over_a_goal_of_before(shared_house: House, how: str) -> None:
    found = begun_over(shared_house, with_an_old_goal(shared_house), how)
    assert [one["goal"] for one in found["growth_goals"]] == [OLD]


@pytest.mark.parametrize("how", ["note", "ending"])
def test_a_note_and_an_ending_begin_with_a_way_back_of_before(shared_house: House, how: str) -> None:
    assert begun_over(shared_house, with_an_old_way_back(shared_house), how)["return_path"] == OLD


@pytest.mark.parametrize("shape", [NoteContent, NoteRecord], ids=["sent", "shown"])
def test_what_does_not_fit_a_shape_is_not_told_by_the_error(shape: type[NoteContent | NoteRecord]) -> None:
    """A log keeps the text of an error that nobody foresaw."""
    with pytest.raises(ValidationError) as refused:
        shape.model_validate({"reason": {"said": OLD}, "drawn_at": OLD})
    assert "sister" not in str(refused.value)
