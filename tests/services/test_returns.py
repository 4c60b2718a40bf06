"""A client who comes back: a new episode, the goals of before first, nothing to explain, and noticing that starts anew."""

from datetime import timedelta

import pytest

from api.domain.errors import NotFound
from api.services import clients, engagement, episodes, goals, returns
from api.store import goals as goal_store
from schemas.vocabulary import EpisodeFormat, GoalState, Stage
from schemas.wire.clients import ClientIn
from schemas.wire.episodes import EpisodeIn, EpisodeOut, EpisodePatch
from schemas.wire.goals import GoalIn, GoalStateIn
from schemas.wire.returns import FormerWorkOut
from tests.services import erasing, records
from tests.support import notes
from tests.support.house import Case, House, Person


def ended(house: House, who: Person) -> Case:
    """A client whose note was signed with one goal, and who has been away since."""
    case = house.client("Ana", who)
    notes.sign(house, who, notes.draft(house, who, case))
    house.wait(days=200)
    return case


def come_back(house: House, who: Person, case: Case) -> EpisodeOut:
    with house.work(who) as work:
        return episodes.add(work, EpisodeIn(client_ids=[case.client_id], previous_episode_id=case.episode_id))


def before(house: House, who: Person, episode: EpisodeOut) -> FormerWorkOut:
    with house.work(who) as work:
        return returns.before(work, episode.id)


def test_the_goals_of_before_are_there_with_their_day_and_the_note(both_houses: House) -> None:
    house = both_houses
    case = ended(house, house.founder)
    left_on = (house.now - timedelta(days=200)).date()
    found = before(house, house.founder, come_back(house, house.founder, case))
    (goal,) = found.goals
    assert (goal.goal, goal.why, goal.agreed_on, goal.state) == (
        "Travel alone.",
        "To see her sister.",
        left_on,
        GoalState.OPEN,
    )
    (note,) = found.notes
    assert (found.episode_id, note.signed_at.date()) == (case.episode_id, left_on)


def test_a_goal_of_before_is_taken_up_again_and_once_only_shown_so(shared_house: House) -> None:
    house = shared_house
    again = come_back(house, house.founder, ended(house, house.founder))
    (former,) = before(house, house.founder, again).goals
    with house.work(house.founder) as work:
        made = goals.add(work, again.id, GoalIn(goal=former.goal, former_id=former.goal_id))
    assert before(house, house.founder, again).goals[0].taken_up_as == made.id
    assert made.former_id == former.goal_id


def test_whoever_works_with_them_now_sees_the_goals_and_nothing_else_of_before(shared_house: House) -> None:
    """Whom the new work is handed to need not have been there before: the note of then stays closed to them."""
    house = shared_house
    case = ended(house, house.founder)
    again = come_back(house, house.founder, case)
    with house.work(house.founder) as work:
        episodes.change(work, again.id, EpisodePatch(responsible_id=house.practice.elena.id), version=again.version)
    found = before(house, house.practice.elena, again)
    assert ([one.goal for one in found.goals], found.notes) == (["Travel alone."], [])
    with pytest.raises(NotFound), house.work(house.practice.elena) as work:
        goals.page(work, case.episode_id, after=None, limit=5)
    with pytest.raises(NotFound):
        before(house, house.clinician, again)


def test_what_was_let_go_comes_after_what_is_open(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.founder)
    with house.work(house.founder) as work:
        gone = goals.add(work, case.episode_id, GoalIn(goal="Run."))
        goals.settle(work, gone.id, GoalStateIn(state=GoalState.LET_GO), version=1)
        goals.add(work, case.episode_id, GoalIn(goal="Sing."))
    found = before(house, house.founder, come_back(house, house.founder, case))
    assert [(one.goal, one.state.value) for one in found.goals] == [("Sing.", "open"), ("Run.", "let_go")]


def test_of_a_couple_whoever_comes_back_alone_brings_only_their_own(shared_house: House) -> None:
    house = shared_house
    with house.work(house.founder) as work:
        pair = [clients.add(work, ClientIn(name=name, time_zone="Europe/Madrid")).id for name in ("Ana", "Bo")]
        couple = episodes.add(work, EpisodeIn(client_ids=pair, format=EpisodeFormat.COUPLE))
        for one, words in zip(pair, ("Hers.", "His."), strict=True):
            goals.add(work, couple.id, GoalIn(goal=words, client_id=one))
    again = come_back(house, house.founder, Case(pair[0], couple.id))
    assert [one.goal for one in before(house, house.founder, again).goals] == ["Hers."]


def test_an_episode_that_takes_up_none_has_no_work_before(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.founder)
    with pytest.raises(NotFound), house.work(house.founder) as work:
        returns.before(work, case.episode_id)


def test_goals_of_a_note_from_before_goals_were_records_are_read_from_it(shared_house: House) -> None:
    house = shared_house
    case = ended(house, house.founder)
    again = come_back(house, house.founder, case)
    with house.rows() as work:
        for row in goal_store.page(work.session, case.episode_id, client_id=None, after=None, limit=5):
            work.session.delete(row)
    (goal,) = before(house, house.founder, again).goals
    assert (goal.goal_id, goal.goal, goal.agreed_on) == (
        None,
        "Travel alone.",
        (house.now - timedelta(days=200)).date(),
    )


def test_after_an_erasure_nothing_is_brought_along(shared_house: House) -> None:
    house = shared_house
    case = ended(house, house.founder)
    again = come_back(house, house.founder, case)
    erasing.ended(house, again.id)
    erasing.erase(house, case.client_id)
    found = before(house, house.founder, again)
    assert found.goals == []


def test_noticing_starts_anew_and_the_client_counts_once(both_houses: House) -> None:
    """A year in which somebody ended, came back and still comes has one client at risk, by the last of their episodes."""
    house = both_houses
    case = records.weekly(house, house.clinician, last=9)
    with house.work(house.clinician) as work:
        assert engagement.glance(work, case.episode_id).stage is not Stage.ENGAGED
    notes.sign(house, house.clinician, notes.draft(house, house.clinician, case))
    again = come_back(house, house.clinician, case)
    with house.work(house.clinician) as work:
        glance = engagement.glance(work, again.id)
    assert glance.stage is Stage.ENGAGED
    assert not {"missed_last", "streak_of_misses", "silence"} & {one.code for one in glance.reasons}
    records.assert_stored_is_computed(house)
