"""What comes to be known between the two signatures."""

from datetime import timedelta

import pytest

from api.domain.errors import Conflict
from schemas.vocabulary import NoteState
from tests.services import records
from tests.services.test_signatures import cosign, episode, send_back
from tests.support import notes
from tests.support.house import House


def test_an_ending_before_a_session_that_came_since_is_not_cosigned_but_sent_back(both_houses: House) -> None:
    house = both_houses
    supervisor = house.supervisor
    ana = records.weekly(house, house.clinician, last=2)
    day = (house.now - timedelta(days=5)).date()
    waiting = notes.sign(
        house, house.clinician, notes.draft(house, house.clinician, ana, **{**notes.TALKED, "ended_on": day})
    )
    house.wait(days=4)
    records.tell(
        house,
        house.clinician,
        ana.episode_id,
        house.now - timedelta(days=1),
        status="attended",
        status_known_at=house.now.isoformat(),
    )
    with pytest.raises(Conflict) as refused:
        cosign(house, supervisor, waiting)
    assert refused.value.code == "ending_out_of_order"
    assert episode(house, ana.episode_id).ended_at is None
    assert send_back(house, supervisor, waiting).state is NoteState.DRAFT
