"""Results of measures: recorded once, seen by whoever works with the client, taken back, and in no trail or log."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import clients, engagement, episodes, scores, timeline
from api.store import histories as history_store
from schemas.tables import AuditEntry, Score
from schemas.vocabulary import EpisodeFormat, FactKind
from schemas.wire.clients import ClientIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.scores import ScoreIn, ScoreOut
from tests.services import erasing, records
from tests.support.house import Case, House, Machine, Person

PHQ: dict[str, object] = {"measure": "PHQ-9", "value": 14.25, "higher_is_better": False}
KEY = {"source": "cliniko", "external_id": "S-1"}


def record(house: House, who: Person | Machine, case: Case, **given: object) -> ScoreOut:
    with house.work(who) as work:
        return scores.record(work, case.episode_id, ScoreIn.model_validate({**PHQ, **given}))


def listed(house: House, case: Case) -> list[ScoreOut]:
    with house.work(house.clinician) as work:
        return scores.page(work, case.episode_id, before=None, limit=50).items


def said(house: House, case: Case) -> list[str]:
    with house.work(house.clinician) as work:
        items = timeline.read(work, case.client_id, limit=20).items
    return [item.text for item in items if item.noun == "score"]


def test_a_result_is_recorded_listed_and_said_in_the_timeline(both_houses: House) -> None:
    house, case = both_houses, both_houses.client("Ana", both_houses.clinician)
    found = record(house, house.clinician, case, value=14.0, at=house.now - timedelta(days=3))
    assert (found.measure, found.value, found.client_id, found.withdrawn) == ("PHQ-9", 14.0, case.client_id, False)
    assert listed(house, case) == [found]
    assert said(house, case) == ["PHQ-9: 14."]


def test_the_same_key_sent_again_is_the_result_on_record_and_never_another(both_houses: House) -> None:
    house, case = both_houses, both_houses.client("Ana", both_houses.clinician)
    key = house.practice.key(Permission.SCORE_RECORD, Permission.EPISODE_READ)
    first = record(house, key, case, **KEY)
    house.wait(days=1)
    assert record(house, key, case, **KEY) == first
    with pytest.raises(Conflict) as refused:
        record(house, key, case, **{**KEY, "value": 3.0})
    assert refused.value.code == "told_otherwise"
    assert "3" not in refused.value.message
    assert record(house, key, case, **{**KEY, "external_id": "S-2"}).id != first.id
    assert len(listed(house, case)) == 2


def test_a_result_taken_back_is_gone_from_then_on_and_there_before(both_houses: House) -> None:
    house, case = both_houses, both_houses.client("Ana", both_houses.clinician)
    found = record(house, house.clinician, case)
    before, _ = house.now, house.wait(days=2)
    with house.work(house.clinician) as work:
        scores.withdraw(work, case.episode_id, found.id)
    assert [one.withdrawn for one in listed(house, case)] == [True]
    assert said(house, case) == []
    with house.rows() as work:
        then, now = (
            history_store.load(work.session, [case.episode_id], as_of=at)[case.episode_id].scores
            for at in (before, house.now)
        )
    assert ([one.value for one in then], now) == ([14.25], ())
    with pytest.raises(Conflict) as refused, house.work(house.clinician) as work:
        scores.withdraw(work, case.episode_id, found.id)
    assert refused.value.code == "already_withdrawn"


def test_one_partner_s_result_is_not_shown_to_whoever_reads_of_the_other(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        pair = [clients.add(work, ClientIn(name=name, time_zone="Europe/Madrid")).id for name in ("Ana", "Bo")]
        episode = episodes.add(work, EpisodeIn(client_ids=pair, format=EpisodeFormat.COUPLE))
    ana, bo = (Case(one, episode.id) for one in pair)
    record(house, house.clinician, ana, client_id=str(ana.client_id), value=1.0)
    record(house, house.clinician, ana, value=2.0)
    assert said(house, ana) == ["PHQ-9: 2.", "PHQ-9: 1."]
    assert said(house, bo) == ["PHQ-9: 2."]
    stranger = house.client("Cleo", house.clinician)
    with pytest.raises(Invalid):
        record(house, house.clinician, ana, client_id=str(stranger.client_id))


def test_an_admin_and_a_colleague_see_none(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.clinician)
    found = record(house, house.clinician, case)
    for who, refusal in ((house.admin, AccessDenied), (house.practice.elena, NotFound)):
        with pytest.raises(refusal), house.work(who) as work:
            scores.page(work, case.episode_id, before=None, limit=5)
        with pytest.raises(refusal), house.work(who) as work:
            scores.withdraw(work, case.episode_id, found.id)
    with pytest.raises(AccessDenied):
        record(house, house.practice.supervisor, case)


def test_no_result_is_in_the_trail(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.clinician)
    found = record(house, house.clinician, case, **KEY)
    with pytest.raises(Conflict):
        record(house, house.clinician, case, **{**KEY, "value": 3.5})
    listed(house, case)
    with house.rows() as work:
        entries = work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.subject_id) == case.episode_id)).all()
        told = [str(entry.details) for entry in entries if entry.action.startswith("score.")]
    assert len(told) >= 3
    assert found.value == 14.25
    assert not [one for one in told if "14.25" in one or "3.5" in one or "PHQ" in one or "S-1" in one]


def test_a_result_that_was_not_given_yet_is_refused(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.clinician)
    with pytest.raises(Invalid):
        record(house, house.clinician, case, at=house.now + timedelta(days=1))


@pytest.mark.parametrize(
    "given",
    [
        {"measure": "How are you?"},
        {"measure": ""},
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": "14"},
        {"higher_is_better": 0},
        {"source": "cliniko"},
        {"external_id": "S-1"},
        {"answers": [1, 2]},
    ],
)
def test_more_than_a_number_and_its_measure_is_no_result(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ScoreIn.model_validate({**PHQ, **given})


def test_an_erased_client_leaves_no_result(both_houses: House) -> None:
    house, case = both_houses, both_houses.client("Ana", both_houses.clinician)
    record(house, house.clinician, case)
    erasing.ended(house, case.episode_id)
    erasing.erase(house, case.client_id)
    with house.rows() as work:
        assert work.session.scalars(sa.select(Score)).all() == []


def test_a_double_s_results_become_the_client_s(both_houses: House) -> None:
    house = both_houses
    case, double = (house.client("Ana", house.clinician) for _ in range(2))
    record(house, house.clinician, double, value=9.0)
    with house.work(house.lead) as work:
        clients.merge(work, case.client_id, double.client_id)
    assert said(house, case) == ["PHQ-9: 9."]


def test_a_fall_is_a_reason_at_once_and_taking_it_back_unsays_it(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    for value, days in ((12.0, 40), (10.0, 30)):
        record(house, house.clinician, case, value=value, at=house.now - timedelta(days=days))
    assert "scores_sliding" not in reasons(house, case)
    fell = record(house, house.clinician, case, value=19.0, at=house.now - timedelta(days=21))
    said = reasons(house, case)["scores_sliding"]
    assert "PHQ-9" in said
    assert "19" not in said
    with house.work(house.clinician) as work:
        shown = engagement.read(work, case.episode_id)
    grounded = next(one for one in shown.reasons if one.code == "scores_sliding")
    assert [fact.kind for fact in grounded.facts] == [FactKind.RESULT] * 3
    assert grounded.facts[0].id == fell.id
    learned = [one.fact for one in shown.timeline.learned if one.fact.kind is FactKind.RESULT]
    assert len(learned) == 3  # one for each result
    assert fell.id in {one.id for one in learned}
    assert not {"12", "10", "19"} & set(" ".join(one.text for one in (*grounded.facts, *learned)).split())
    records.assert_stored_is_computed(house)
    house.wait(days=1)
    with house.work(house.clinician) as work:
        scores.withdraw(work, case.episode_id, fell.id)
    assert "scores_sliding" not in reasons(house, case)
    records.assert_stored_is_computed(house)


def reasons(house: House, case: Case) -> dict[str, str]:
    with house.work(house.clinician) as work:
        return {one.code: one.text for one in engagement.read(work, case.episode_id).reasons}
