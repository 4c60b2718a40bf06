"""A closing letter that waits when its client comes back."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.services import episodes
from schemas.tables import CheckIn, Delivery
from schemas.vocabulary import CheckInState, LetterState, StopReason
from schemas.wire.episodes import EpisodeIn
from tests.support import letters as post
from tests.support import notes
from tests.support.house import House
from tests.support.messages import address


@pytest.mark.parametrize("says_which", [True, False])
def test_who_came_back_is_said_no_goodbye(shared_house: House, *, says_which: bool) -> None:
    """What waits stops at once; and where a worker had it and was not reached, the next decision knows. Also where the new work does not
    say that it takes up the old.
    """
    house, elena = shared_house, shared_house.practice.elena
    ana = house.client("Ana Moreno", elena)
    address(house, ana, elena)
    letter = post.write(house, elena, notes.draft(house, elena, ana).id, body=post.PLAIN)
    post.sign(house, elena, letter)
    house.wait(seconds=1)
    with house.work(elena) as work:
        former_id = ana.episode_id if says_which else None
        episodes.add(work, EpisodeIn(client_ids=[ana.client_id], previous_episode_id=former_id))
    found = post.read(house, elena, letter.id)
    assert (found.state, found.stopped_by) == (LetterState.NOT_SENT, StopReason.SIGN_OF_LIFE)
    with house.rows() as work:
        row = work.session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == letter.check_in_id)).one()
        delivery = work.session.scalars(sa.select(Delivery).where(col(Delivery.check_in_id) == row.id)).one()
        row.state, delivery.settled_at = CheckInState.APPROVED, None
    assert post.carry(house).letters == []
    assert post.read(house, elena, letter.id).state is LetterState.NOT_SENT


def test_work_that_ran_beside_it_already_is_no_return(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.elena
    ana = house.client("Ana Moreno", elena)
    address(house, ana, elena)
    with house.work(elena) as work:
        episodes.add(work, EpisodeIn(client_ids=[ana.client_id]))
    house.wait(seconds=1)
    letter = post.write(house, elena, notes.draft(house, elena, ana).id, body=post.PLAIN)
    post.sign(house, elena, letter)
    assert len(post.carry(house).letters) == 1
