"""One's own tasks: what is for today first, then whatever is due first, until somebody says that it is done."""

import pytest

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import flags, tasks
from schemas.vocabulary import FlagKind, Role, TaskKind
from schemas.wire.flags import FlagIn, FlagReviewIn
from schemas.wire.tasks import TaskOut
from tests.support import links as messages
from tests.support.house import House, Person

OPT_OUT = TaskKind.UNDERSTAND_OPT_OUT


def mine(house: House, who: Person, *, limit: int = 50) -> list[TaskOut]:
    """Page after page."""
    found: list[TaskOut] = []
    cursor = None
    while True:
        with house.work(who) as work:
            page = tasks.page(work, cursor=cursor, limit=limit)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_what_is_for_today_comes_before_what_is_overdue(both_houses: House, limit: int) -> None:
    house = both_houses
    case = house.client("Ana", house.clinician)
    made = {
        name: messages.task(house, case, house.clinician, kind, due=due)
        for name, kind, due in (
            ("later", TaskKind.WRITE_NOTE, 5),
            ("overdue", TaskKind.SETTLE_DELIVERY, -9),
            ("same day", TaskKind.UNDERSTAND_OPT_OUT, 0),
            ("today", TaskKind.RISK_TODAY, 0),
            ("same day too", TaskKind.WRITE_NOTE, 0),
        )
    }
    names = {task_id: name for name, task_id in made.items()}
    found = [names[one.id] for one in mine(house, house.clinician, limit=limit)]
    assert found == ["today", "overdue", "same day", "same day too", "later"]


def test_a_task_is_done_once_and_listed_no_more(shared_house: House) -> None:
    house = shared_house
    task_id = messages.task(house, house.client("Ana", house.clinician), house.clinician, OPT_OUT)
    (shown,) = mine(house, house.clinician)
    assert (shown.client and shown.client.name, shown.due_on) == ("Ana", house.now.date())
    done_at = house.now
    for _ in range(2):
        with house.work(house.clinician) as work:
            assert tasks.done(work, task_id).done_at == done_at
        house.wait(hours=1)
    assert mine(house, house.clinician) == []


def test_a_task_belongs_to_one_person(shared_house: House) -> None:
    house = shared_house
    task_id = messages.task(house, house.client("Ana", house.clinician), house.clinician, OPT_OUT)
    other = house.practice.member(Role.CLINICIAN)
    assert [mine(house, who) for who in (other, house.supervisor, house.lead)] == [[], [], []]
    with pytest.raises(NotFound), house.work(other) as work:
        tasks.done(work, task_id)
    with pytest.raises(AccessDenied), house.work(house.supervisor) as work:
        tasks.done(work, task_id)
    with pytest.raises(AccessDenied):
        mine(house, house.admin)
    with house.work(house.lead) as work:
        assert tasks.done(work, task_id).done_at == house.now


def test_a_client_who_was_handed_over_is_not_named(shared_house: House) -> None:
    house = shared_house
    other = house.practice.member(Role.CLINICIAN)
    messages.task(house, house.client("Ana", other), house.clinician)
    assert [one.client for one in mine(house, house.clinician)] == [None]


@pytest.mark.parametrize(
    "cursor", ["", "x", "2_2026-03-04_01a1f0b2-7c4e-7d7a-9b1e-0f6a2d9c4e11", "0_now_1", "0_2026-03-04_1"]
)
def test_a_cursor_that_was_never_given_out_is_refused(shared_house: House, cursor: str) -> None:
    with pytest.raises(Invalid), shared_house.work(shared_house.clinician) as work:
        tasks.page(work, cursor=cursor, limit=5)


@pytest.mark.parametrize("kind", [TaskKind.RISK_TODAY, TaskKind.SETTLE_DELIVERY, TaskKind.WRITE_NOTE])
def test_what_has_an_act_of_its_own_is_not_done_by_a_tap(shared_house: House, kind: TaskKind) -> None:
    house, other = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.client("Ana", house.clinician)
    task_id, afar = messages.task(house, case, house.clinician, kind), messages.task(house, case, other, kind)
    with pytest.raises(Conflict) as refused, house.work(house.clinician) as work:
        tasks.done(work, task_id)
    assert refused.value.code == "done_by_its_act"
    if kind is TaskKind.RISK_TODAY:
        with pytest.raises(Conflict), house.work(other) as work:
            tasks.done(work, afar)
    else:  # handed over: the act is somebody else's by now
        with house.work(other) as work:
            assert tasks.done(work, afar).done_at == house.now


def test_whoever_stands_in_says_what_they_found_and_the_risk_stands(both_houses: House) -> None:
    house, cover = both_houses, both_houses.practice.member(Role.CLINICIAN)
    ana = house.client("Ana", house.clinician).client_id
    with house.work(house.clinician) as work:
        flags.raise_flag(work, ana, FlagIn(kind=FlagKind.RISK_OF_HARM, owner_id=cover.id))
    (task,) = mine(house, cover)
    with pytest.raises(Invalid), house.work(cover) as work:
        flags.reached(work, task.id, FlagReviewIn())
    with pytest.raises(NotFound), house.work(house.clinician) as work:
        flags.reached(work, task.id, FlagReviewIn(note="I was not asked."))
    with house.work(cover) as work:
        flags.reached(work, task.id, FlagReviewIn(note="We spoke; her sister is with her."))
    assert mine(house, cover) == []
    with house.work(house.clinician) as work:
        (flag,) = flags.page(work, ana)
    assert (flag.cleared_at, flag.reviews[0].note) == (None, "We spoke; her sister is with her.")
    with pytest.raises(NotFound), house.work(cover) as work:
        flags.reached(work, task.id, FlagReviewIn(note="Again."))
