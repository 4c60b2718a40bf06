"""Who takes part in an episode, who may be responsible, and what it takes up again."""

from uuid import UUID, uuid4

import pytest

from api.domain import episodes
from api.domain.errors import Invalid
from schemas.vocabulary import EpisodeFormat, Role

ANA, BEA, CLEO = (uuid4() for _ in range(3))
ALLOWED = {
    EpisodeFormat.INDIVIDUAL: {1},
    EpisodeFormat.COUPLE: {2},
    EpisodeFormat.FAMILY: {2, 3},
    EpisodeFormat.GROUP: {1},
}


@pytest.mark.parametrize("shape", list(EpisodeFormat))
@pytest.mark.parametrize("who", [[ANA], [ANA, BEA], [ANA, BEA, CLEO]], ids=len)
def test_each_format_has_its_number_of_people(shape: EpisodeFormat, who: list[UUID]) -> None:
    if len(who) in ALLOWED[shape]:
        episodes.require_participants(shape, [*who, who[0]])
        return
    with pytest.raises(Invalid) as refusal:
        episodes.require_participants(shape, who)
    assert refusal.value.problems[0].pointer == "/client_ids"


@pytest.mark.parametrize("role", list(Role))
def test_whoever_works_with_clients_may_be_responsible(role: Role) -> None:
    active = {ANA: frozenset({role})}
    if role in {Role.CLINICIAN, Role.PRACTICE_LEAD}:
        episodes.require_clinicians("/responsible_id", [ANA], active)
        active[ANA] |= {Role.ADMIN}
        episodes.require_clinicians("/responsible_id", [ANA], active)
        return
    with pytest.raises(Invalid):
        episodes.require_clinicians("/responsible_id", [ANA], active)


def test_a_clinician_whom_only_another_system_knows_may_be_responsible() -> None:
    episodes.require_clinicians("/responsible_id", [ANA], {ANA: frozenset()})


def test_whoever_is_not_there_is_not_responsible() -> None:
    with pytest.raises(Invalid) as refusal:
        episodes.require_clinicians("/co_therapist_ids", [ANA, BEA], {ANA: frozenset({Role.CLINICIAN})})
    assert refusal.value.problems[0].pointer == "/co_therapist_ids"


def test_an_episode_takes_up_one_of_somebody_who_takes_part() -> None:
    episodes.require_taken_up([ANA, BEA], [BEA, CLEO])
    for former in (None, [], [CLEO]):
        with pytest.raises(Invalid) as refusal:
            episodes.require_taken_up([ANA, BEA], former)
        assert refusal.value.problems[0].pointer == "/previous_episode_id"
