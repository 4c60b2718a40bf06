"""An answer that tells of thoughts of harm: somebody named looks today, by whichever way it came, and says so in one tap."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import Permission, system_principal
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import clients, flags, item_answers, reminders, scores, tasks
from schemas.tables import AuditEntry, Flag, ItemAnswer, Task
from schemas.vocabulary import RiskReview, Role, TaskKind
from schemas.wire.scores import AssessedIn, ScoreIn, ScoreOut
from tests.services import erasing
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import Case, House, Machine, Person

PHQ: dict[str, Any] = {"measure": "PHQ-9", "value": 14.0, "higher_is_better": False, "item_nine": 2}
IN_SESSION = AssessedIn(how=RiskReview.IN_SESSION)


def record(house: House, case: Case, who: Person | Machine | None = None, **given: Any) -> ScoreOut:  # noqa: ANN401  # any part of a result
    with house.work(who or house.clinician) as work:
        return scores.record(work, case.episode_id, ScoreIn.model_validate({**PHQ, **given}))


def to_look(house: House, *, done: bool = False) -> list[Task]:
    which = col(Task.done_at).is_not(None) if done else col(Task.done_at).is_(None)
    with house.rows() as work:
        found = sa.select(Task).where(col(Task.kind) == TaskKind.LOOK_AT_ANSWER, which)
        return list(work.session.scalars(found.order_by(col(Task.id))))


def listed(house: House, case: Case, who: Person | Machine | None = None) -> list[ScoreOut]:
    with house.work(who or house.clinician) as work:
        return scores.page(work, case.episode_id, before=None, limit=20).items


def ours(house: House) -> Case:
    return house.client("Ana", house.clinician)


def test_an_answer_above_nothing_is_somebody_s_to_look_at_today(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    found = record(house, case)
    (task,) = to_look(house)
    assert (task.owner_id, task.client_id, task.subject_id) == (house.clinician.id, case.client_id, found.id)
    assert task.due_on == house.now.date()
    assert (found.item_nine, found.assessed) == (2, None)
    with house.work(house.clinician) as work:
        first = tasks.page(work, cursor=None, limit=5).items[0]
        assert first.kind is TaskKind.LOOK_AT_ANSWER
        assert flags.at_hand(work, task.id).task_kind is TaskKind.LOOK_AT_ANSWER
    with house.rows() as work:
        assert work.session.scalars(sa.select(Flag)).all() == []  # whether there is a risk is a person's to say


def test_one_tap_says_that_it_was_assessed_in_session(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    record(house, case)
    (task,) = to_look(house)
    with pytest.raises(Conflict) as refused, house.work(house.clinician) as work:
        tasks.done(work, task.id)
    assert refused.value.code == "done_by_its_act"
    for _ in range(2):
        with house.work(house.clinician) as work:
            item_answers.assess_for_task(work, task.id, IN_SESSION)
    assert to_look(house) == []
    (looked,) = listed(house, case)
    assert looked.assessed is not None
    assert (looked.assessed.how, looked.assessed.by.id, looked.assessed.words) == (
        RiskReview.IN_SESSION,
        house.clinician.id,
        None,
    )


def test_whoever_records_it_may_have_looked_already(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    found = record(house, case, assessed="in_session")
    assert found.assessed is not None
    assert to_look(house) == []


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"value": 28.0}, "/value"),
        ({"measure": "GAD-7", "value": 22.0, "item_nine": None}, "/value"),
        ({"measure": "GAD-7"}, "/item_nine"),
        ({"higher_is_better": True}, "/higher_is_better"),
        ({"value": 1.0}, "/value"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(shared_house: House, given: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        record(shared_house, ours(shared_house), **given)
    assert [one.pointer for one in refused.value.problems] == [pointer]
    assert to_look(shared_house) == []


def test_nothing_above_nothing_asks_nobody(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    assert record(house, case, item_nine=0).item_nine == 0
    record(house, case, at=house.now - timedelta(days=60))
    assert to_look(house) == []


def test_a_key_brings_an_answer_and_reads_none(both_houses: House) -> None:
    """Whoever is responsible is asked; that somebody looked is no program's to say."""
    house, case = both_houses, ours(both_houses)
    key = house.practice.key(Permission.SCORE_RECORD, Permission.EPISODE_READ)
    assert record(house, case, key).item_nine is None
    assert [one.owner_id for one in to_look(house)] == [house.clinician.id]
    assert [one.item_nine for one in listed(house, case, key)] == [None]
    assert [one.item_nine for one in listed(house, case)] == [2]
    with pytest.raises(Invalid):
        record(house, case, key, assessed="in_session")


def test_whoever_looks_looks_at_the_client_so_every_answer_that_waits_is_done(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    first = record(house, case, at=house.now - timedelta(days=6))
    second = record(house, case)
    assert len(to_look(house)) == 1
    with house.work(house.clinician) as work:
        item_answers.assess(
            work, case.episode_id, second.id, AssessedIn(how=RiskReview.BY_PHONE, words="No plan. <b>🌱")
        )
    assert to_look(house) == []
    assert [one.assessed.words for one in listed(house, case) if one.assessed] == ["No plan. <b>🌱"] * 2
    with pytest.raises(Conflict), house.work(house.clinician) as work:
        item_answers.assess(work, case.episode_id, first.id, IN_SESSION)


def test_a_result_taken_back_asks_for_no_look_and_another_that_waits_still_does(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    first, second = record(house, case, at=house.now - timedelta(days=1)), record(house, case)
    for score, left in ((first, 1), (second, 0)):
        with house.work(house.clinician) as work:
            scores.withdraw(work, case.episode_id, score.id)
        assert len(to_look(house)) == left


def test_who_may_say_it(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    found = record(house, case)
    (task,) = to_look(house)
    for who, refusal in (
        (house.practice.elena, NotFound),
        (house.supervisor, AccessDenied),
        (house.admin, AccessDenied),
    ):
        with pytest.raises(refusal), house.work(who) as work:
            item_answers.assess_for_task(work, task.id, IN_SESSION)
        with pytest.raises(refusal), house.work(who) as work:
            item_answers.assess(work, case.episode_id, found.id, IN_SESSION)
    with house.work(house.lead) as work:
        item_answers.assess_for_task(work, task.id, IN_SESSION)
    assert to_look(house) == []


def test_an_answer_nobody_has_looked_at_becomes_others_task_too_and_once(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    lead = house.practice.member(Role.PRACTICE_LEAD)
    record(house, case)
    house.wait(hours=house.runtime.limits.risk_hours + 1)
    for _ in range(2):
        with house.work(system_principal(house.practice.id)) as work:
            for task_id in reminders.overdue_risks(work):
                reminders.escalate(work, task_id)
    owners = [task.owner_id for task in to_look(house)]
    assert owners.count(lead.id) == 1
    assert owners.count(house.clinician.id) == 1
    (mine,) = [task for task in to_look(house) if task.owner_id == lead.id]
    with house.work(lead) as work:
        item_answers.assess_for_task(work, mine.id, IN_SESSION)
    assert to_look(house) == []


COLUMNS = ("client_external_id", "measure", "value", "higher_is_better", "at", "known_at", "item_nine")


def row(value: float, days: float, item: int | str, measure: str = "PHQ-9") -> files.Row:
    told = {"client_external_id": "ana", "measure": measure, "value": value, "higher_is_better": 0, "item_nine": item}
    return {**told, "at": at(days), "known_at": at(days) + timedelta(hours=1)}


def test_a_file_asks_as_a_person_does_once_for_a_client_and_not_for_what_is_long_past(both_houses: House) -> None:
    house = both_houses
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    told = [row(14, -400, 3), row(12, -9, 1), row(12, -2, 1), row(9, -1, ""), row(5, -1, 0)]
    report = files.take_in(house, files.text(COLUMNS, told))
    assert report.counts == {"created": 5}
    assert len(to_look(house)) == 1
    with house.rows() as work:
        kept = work.session.scalars(sa.select(ItemAnswer)).all()
        assert len(kept) == 4
        assert b"3" not in {one.answer_sealed for one in kept}
    again = files.take_in(house, files.text(COLUMNS, told))
    assert again.counts == {"unchanged": 5}
    assert len(to_look(house)) == 1


def test_a_system_that_sends_the_answer_only_now_is_heard_and_doubles_no_result(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    files.take_in(house, files.text(COLUMNS, [row(12, -2, "")]))
    assert to_look(house) == []
    report = files.take_in(house, files.text(COLUMNS, [row(12, -2, 2)]))
    assert report.counts == {"unchanged": 1}
    assert len(to_look(house)) == 1


def test_an_import_taken_back_leaves_no_answer_and_no_task(both_houses: House) -> None:
    house = both_houses
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    report = files.take_in(house, files.text(COLUMNS, [row(14, -2, 2)]))
    files.take_back(house, report.id)
    assert to_look(house) == []
    with house.rows() as work:
        assert work.session.scalars(sa.select(ItemAnswer)).all() == []


def test_a_row_out_of_range_is_a_row_with_a_problem(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    told = [row(28, -2, ""), row(22, -2, "", measure="GAD-7"), row(14, -2, 4), row(14, -2, 1, measure="Own")]
    assert files.take_in(house, files.text(COLUMNS, told)).counts == {"rejected": 4}


def test_an_erased_client_leaves_none_and_a_double_s_become_the_client_s(both_houses: House) -> None:
    house = both_houses
    case, double = ours(house), ours(house)
    record(house, double, item_nine=3)
    with house.work(house.lead) as work:
        clients.merge(work, case.client_id, double.client_id)
    assert [one.item_nine for one in listed(house, double)] == [3]
    assert [one.client_id for one in to_look(house)] == [case.client_id]
    erasing.ended(house, double.episode_id)
    erasing.ended(house, case.episode_id)
    erasing.erase(house, case.client_id)
    with house.rows() as work:
        assert work.session.scalars(sa.select(ItemAnswer)).all() == []


def test_no_answer_and_no_word_is_in_the_trail(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    found = record(house, case)
    with house.work(house.clinician) as work:
        item_answers.assess(work, case.episode_id, found.id, AssessedIn(how=RiskReview.BY_PHONE, words="A plan."))
    with house.rows() as work:
        entries = work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action).like("score.%"))).all()
    assert {entry.action for entry in entries} == {"score.record", "score.assess"}
    assert not [one for one in entries if "plan" in str(one.details) or "item_nine" in str(one.details)]


@pytest.mark.parametrize("by_key", [True, False])
def test_an_answer_that_cannot_complete_its_total_is_refused_and_never_a_second_result(
    shared_house: House, *, by_key: bool
) -> None:
    """A result with a name elsewhere is one of its own, and whoever feeds the record has no totals to complete."""
    house, case = shared_house, ours(shared_house)
    total = record(house, case, item_nine=None)
    who = house.practice.key(Permission.SCORE_RECORD) if by_key else None
    elsewhere = {} if by_key else {"source": "cliniko", "external_id": "S-9"}
    with pytest.raises(Invalid) as refused:
        record(house, case, who, item_nine=1, completes=total.id, **elsewhere)
    assert [one.pointer for one in refused.value.problems] == ["/completes"]
    assert listed(house, case) == [total]
