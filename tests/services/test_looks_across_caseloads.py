"""A client in two pieces of work, with a clinician each: whoever looks or takes back in one leaves nothing of the other unasked."""

from datetime import timedelta

from api.domain.access import system_principal
from api.services import episodes, item_answers, reminders, scores
from schemas.vocabulary import RiskReview, Role
from schemas.wire.episodes import EpisodeIn
from schemas.wire.scores import AssessedIn
from tests.services.test_item_answers import listed, ours, record, to_look
from tests.support.house import Case, House, Person

ON_THE_PHONE = AssessedIn(how=RiskReview.BY_PHONE, words="No plan.")


def beside(house: House, case: Case) -> tuple[Case, Person]:
    """Other work with the same client, of a colleague who does not see the first."""
    colleague = house.practice.elena
    with house.work(house.founder) as work:
        given = EpisodeIn(client_ids=[case.client_id], responsible_id=colleague.id)
        return Case(case.client_id, episodes.add(work, given).id), colleague


def test_whoever_looks_in_their_own_work_looked_at_the_client(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    other, colleague = beside(house, case)
    first = record(house, case)
    record(house, other, colleague)
    assert len(to_look(house)) == 1
    with house.work(house.clinician) as work:
        item_answers.assess(work, case.episode_id, first.id, ON_THE_PHONE)
    assert to_look(house) == []
    (theirs,) = listed(house, other, colleague)
    assert theirs.assessed is not None
    assert (theirs.assessed.by.id, theirs.assessed.words) == (house.clinician.id, "No plan.")


def test_whoever_records_and_has_looked_leaves_no_other_waiting_unasked(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    other, colleague = beside(house, case)
    record(house, other, colleague)
    record(house, case, assessed="in_session")
    assert to_look(house) == []
    assert [one.assessed is None for one in listed(house, other, colleague)] == [False]


def test_a_result_taken_back_leaves_the_answer_of_a_colleague_s_work_asked_about(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    other, colleague = beside(house, case)
    first = record(house, case)
    theirs = record(house, other, colleague)
    with house.work(house.clinician) as work:
        scores.withdraw(work, case.episode_id, first.id)
    (task,) = to_look(house)
    assert (task.owner_id, task.subject_id) == (colleague.id, theirs.id)


def test_an_answer_asked_about_anew_is_told_to_others_though_a_task_about_it_was_done(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    lead = house.practice.member(Role.PRACTICE_LEAD)
    record(house, case, at=house.now - timedelta(hours=1))
    second = record(house, case)
    with house.work(house.clinician) as work:
        scores.withdraw(work, case.episode_id, second.id)
    assert len(to_look(house)) == 1
    house.wait(hours=house.runtime.limits.risk_hours + 1)
    with house.work(system_principal(house.practice.id)) as work:
        for task_id in reminders.overdue_risks(work):
            reminders.escalate(work, task_id)
    assert lead.id in {task.owner_id for task in to_look(house)}
    with house.work(system_principal(house.practice.id)) as work:
        assert reminders.overdue_risks(work) == []
