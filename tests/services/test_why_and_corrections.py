"""What is said to be so changes where an episode stands from then on; how it was shown before stays told as it was."""

from uuid import UUID

from api.services import corrections, engagement
from schemas.vocabulary import CorrectionKind, Stage
from schemas.wire.corrections import CorrectionIn
from schemas.wire.engagement import StageShownOut
from tests.services import records
from tests.support.house import House


def stages(house: House, episode_id: UUID) -> list[StageShownOut]:
    with house.work(house.clinician) as work:
        return engagement.read(work, episode_id).timeline.stages


def test_how_an_episode_was_shown_before_its_pace_was_set_right_is_still_told(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    house.wait(days=20)
    before = stages(house, case.episode_id)
    assert {one.stage for one in before} >= {Stage.DRIFTING, Stage.QUIET}
    house.wait(days=1)
    with house.work(house.clinician) as work:
        corrections.correct(work, case.episode_id, CorrectionIn(kind=CorrectionKind.AS_NEEDED))
    said_at = house.now
    house.wait(days=1)
    after = stages(house, case.episode_id)
    assert after[0].stage is Stage.ENGAGED
    assert after[0].at == said_at
    assert after[0].reasons[0].code == "as_needed"
    assert after[1:] == before
