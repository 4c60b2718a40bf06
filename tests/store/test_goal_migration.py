"""Back to before goals and again: whoever was to look at an answer, to write, to read or to ask is asked no more; nothing else is lost."""

from datetime import timedelta

import sqlalchemy as sa

from api.services import follow_ups, goals, scores
from api.store import migrations
from schemas.tables import FollowUp, Goal, ItemAnswer, Score, Task, Transfer
from schemas.vocabulary import Role
from schemas.wire.follow_ups import FollowUpIn
from schemas.wire.goals import GoalIn
from schemas.wire.scores import ScoreIn
from tests.support import notes
from tests.support import transfers as passing_on
from tests.support.house import House

BEFORE = "0045"


def test_the_way_back_and_there_again(both_houses: House) -> None:
    house = both_houses
    case = house.client("Ana", house.founder)
    with house.work(house.founder) as work:
        goals.add(work, case.episode_id, GoalIn(goal="Travel alone."))
        told = ScoreIn(measure="PHQ-9", value=12.0, higher_is_better=False, item_nine=1)
        scores.record(work, case.episode_id, told)
        due_on = house.now.date() + timedelta(days=30)
        follow_ups.add(work, case.episode_id, FollowUpIn(due_on=due_on, words="A line in spring."))
    notes.draft(house, house.founder, case)
    colleague = house.practice.member(Role.CLINICIAN)
    passing_on.hand_over(house, passing_on.begin(house, case, house.founder, to_id=colleague.id), house.founder)
    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)
    with house.rows() as work:
        for model in (Goal, ItemAnswer, FollowUp, Transfer, Task):
            assert work.session.scalars(sa.select(model)).all() == []
        assert len(work.session.scalars(sa.select(Score)).all()) == 1
    with house.work(house.founder) as work:
        assert goals.add(work, case.episode_id, GoalIn(goal="Rest.")).goal == "Rest."
