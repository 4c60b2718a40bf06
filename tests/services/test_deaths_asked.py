"""Somebody who died: nobody is asked any more to write to them, to look at them today, or to hear how it went."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from api.domain.access import system_principal
from api.domain.errors import Conflict
from api.jobs.reminders import remind
from api.services import clients, endings, follow_ups, scores
from schemas.tables import Task
from schemas.vocabulary import EndingKind, ReferralStep, TaskKind
from schemas.wire.clients import ClientPatch
from schemas.wire.follow_ups import FollowUpIn
from schemas.wire.scores import ScoreIn, ScoreOut
from schemas.wire.terminations import EpisodeEndIn
from tests.services.test_flags import tasks
from tests.services.test_referrals import step, suggested, to_do
from tests.support.house import Case, House

ASKED = (TaskKind.WRITE_FOLLOW_UP, TaskKind.LOOK_AT_ANSWER)


def tell(house: House, case: Case, **patch: Any) -> None:  # noqa: ANN401  # a day or None
    with house.work(house.clinician) as work:
        version = clients.read(work, case.client_id).version
        clients.change(work, case.client_id, ClientPatch.model_validate(patch), version=version)


def by_their_record(house: House, case: Case) -> None:
    tell(house, case, died_on=house.now.date())


def by_the_ending(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        endings.end(work, case.episode_id, EpisodeEndIn(how_it_ended=EndingKind.CLIENT_DIED))


def by_a_double(house: House, case: Case) -> None:
    double = house.client("Ana M.", house.clinician)
    by_their_record(house, double)
    with house.work(house.lead) as work:
        clients.merge(work, case.client_id, double.client_id)


def wish(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        given = FollowUpIn(due_on=house.now.date() + timedelta(days=1), words="A line in spring.")
        follow_ups.add(work, case.episode_id, given)


def answer(house: House, case: Case) -> ScoreOut:
    with house.work(house.clinician) as work:
        given = {"measure": "PHQ-9", "value": 14.0, "higher_is_better": False, "item_nine": 2}
        return scores.record(work, case.episode_id, ScoreIn.model_validate(given))


def reminded(house: House) -> None:
    with house.work(system_principal(house.practice.id)) as work:
        remind(work)


def open_ones(house: House, case: Case) -> list[Task]:
    return [task for kind in ASKED for task in tasks(house, case.client_id, kind) if task.done_at is None]


def asked(house: House) -> Case:
    """Somebody is to write to Ana, and to ask her today."""
    case = house.client("Ana", house.clinician)
    wish(house, case)
    house.wait(days=1)
    reminded(house)
    answer(house, case)
    assert [task.kind for task in open_ones(house, case)] == list(ASKED)
    return case


@pytest.mark.parametrize("told", [by_their_record, by_the_ending, by_a_double])
def test_whoever_was_asked_is_asked_no_more(shared_house: House, told: Callable[[House, Case], None]) -> None:
    house, case = shared_house, asked(shared_house)
    told(house, case)
    assert open_ones(house, case) == []
    house.wait(days=2)
    reminded(house)
    assert open_ones(house, case) == []


def test_nothing_new_is_asked_about_them(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    first = answer(house, case)
    by_their_record(house, case)
    with pytest.raises(Conflict) as refused:
        wish(house, case)
    assert refused.value.code == "client_died"
    last = answer(house, case)
    with house.work(house.clinician) as work:
        scores.withdraw(work, case.episode_id, last.id)
    assert first.item_nine == last.item_nine
    assert open_ones(house, case) == []


def test_where_a_death_was_recorded_by_mistake_both_are_asked_anew(shared_house: House) -> None:
    house, case = shared_house, asked(shared_house)
    by_their_record(house, case)
    tell(house, case, died_on=None)
    reminded(house)
    assert [task.kind for task in open_ones(house, case)] == list(ASKED)
    reminded(house)
    assert len(open_ones(house, case)) == 2


def test_a_start_that_did_not_work_out_opens_nothing_about_them(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    one = suggested(house, case)
    step(house, one, ReferralStep.STARTED)
    by_their_record(house, case)
    with pytest.raises(Conflict) as refused:
        step(house, one, ReferralStep.DID_NOT_WORK_OUT)
    assert refused.value.code == "client_died"
    assert to_do(house, house.clinician) == []
