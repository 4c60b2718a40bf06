"""What was answered under an Idempotency-Key is not shown again to whoever lost sight of what it is about."""

from collections.abc import Callable
from uuid import UUID

import pytest

from api.domain.errors import Conflict
from api.services import answers
from api.services.answers import Answer
from api.services.gate import OF_NO_CASELOAD, Noun
from api.store import episodes as episode_store
from schemas.tables.base import new_id
from tests.support import letters, links, notes
from tests.support.house import Case, House

DAY, HOUR = "2026-08-03", "2026-03-02T15:00:00Z"


def posted(house: House, path: str, body: dict[str, object]) -> UUID:
    answer = house.api(house.clinician).post(path, json=body)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


MADE: dict[str, Callable[[House, Case], UUID]] = {
    Noun.CLIENT: lambda _house, case: case.client_id,
    Noun.EPISODE: lambda _house, case: case.episode_id,
    Noun.ABSENCE: lambda house, case: posted(house, f"/v1/episodes/{case.episode_id}/absences", {"from_on": DAY}),
    Noun.APPOINTMENT: lambda house, case: posted(
        house, "/v1/appointments", {"episode_id": str(case.episode_id), "starts_at": HOUR}
    ),
    Noun.CONSENT: lambda house, case: links.permit(house, case, house.clinician),
    Noun.CHECK_IN: lambda house, case: links.send(house, case, house.clinician).check_in_id,
    Noun.PLAN: lambda house, case: posted(
        house,
        "/v1/outreach-plans",
        {"episode_id": str(case.episode_id), "steps": [{"due_on": "2026-03-05", "template": "hello-en"}]},
    ),
    Noun.NOTE: lambda house, case: notes.draft(house, house.clinician, case).id,
    Noun.LETTER: lambda house, case: (
        letters.write(house, house.clinician, notes.draft(house, house.clinician, case).id).id
    ),
    Noun.GOAL: lambda house, case: posted(house, f"/v1/episodes/{case.episode_id}/goals", {"goal": "Travel alone."}),
    Noun.FOLLOW_UP: lambda house, case: posted(
        house, f"/v1/episodes/{case.episode_id}/follow-ups", {"due_on": "2026-06-01", "words": "A line in summer."}
    ),
    Noun.REFERRAL: lambda house, case: posted(house, "/v1/referrals", {"episode_id": str(case.episode_id)}),
    Noun.TRANSFER: lambda house, case: posted(house, f"/v1/episodes/{case.episode_id}/transfers", {}),
    Noun.REPLY: lambda house, case: links.reply(house, case, house.clinician, links.send(house, case, house.clinician)),
    Noun.TASK: lambda house, case: links.task(house, case, house.clinician),
    # Made for somebody else, who reads it.
    Noun.CONCERN: lambda house, case: links.concern(
        house, case, house.founder, links.send(house, case, house.clinician)
    ),
    "a noun of tomorrow": lambda _house, _case: new_id(),
}
NEVER_SHOWN = {Noun.CONCERN, "a noun of tomorrow"}


def repeated(house: House, about: UUID, kind: str) -> bytes:
    with house.work(house.clinician) as work:
        kept = answers.recall(work, "key", "request")
        if kept is None:
            answers.keep(work, "key", Answer(201, b"Ana Moreno", {}, about, kind))
            kept = answers.recall(work, "key", "request")
        assert kept is not None
        return answers.repeat(work, kept).body


def hand_over(house: House, case: Case) -> None:
    with house.rows() as work:
        episode = episode_store.get(work.session, case.episode_id)
        assert episode is not None
        episode_store.set_clinicians(work.session, episode, house.founder.id, (), work.now)


def test_every_noun_of_a_caseload_is_held_to_it() -> None:
    assert set(MADE) - {"a noun of tomorrow"} == set(Noun) - OF_NO_CASELOAD


@pytest.mark.parametrize("kind", MADE)
def test_what_left_the_caseload_is_not_shown_again(both_houses: House, kind: str) -> None:
    house, case = both_houses, both_houses.client("Ana", both_houses.clinician)
    about = MADE[kind](house, case)
    if kind not in NEVER_SHOWN:
        assert repeated(house, about, kind) == b"Ana Moreno"
        hand_over(house, case)
    with pytest.raises(Conflict) as refused:
        repeated(house, about, kind)
    assert refused.value.code == "answer_withheld"


@pytest.mark.parametrize("kind", sorted(OF_NO_CASELOAD))
def test_what_is_in_nobody_s_caseload_is_shown_again(house: House, kind: Noun) -> None:
    assert repeated(house, new_id(), kind) == b"Ana Moreno"


def test_an_answer_that_shows_nothing_is_given_again(house: House) -> None:
    with house.work(house.clinician) as work:
        answers.recall(work, "key", "request")
        answers.keep(work, "key", Answer(204, b"", {}, new_id(), Noun.NOTE))
    assert repeated(house, new_id(), Noun.NOTE) == b""
