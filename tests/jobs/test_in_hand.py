"""What stops a message that waits holds for one that a worker has in hand too: should it come back unsent, it does not go."""

from collections.abc import Callable

import pytest

from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services.deliveries import Handover
from schemas.vocabulary import CheckInState, StopReason
from tests.support.happenings import HAPPENS, Waiting, waiting_in
from tests.support.house import House
from tests.support.messages import Pigeons


@pytest.fixture
def carrier(both_houses: House) -> Pigeons:
    pigeons = both_houses.runtime.carrier = Pigeons()
    return pigeons


@pytest.fixture
def taken(both_houses: House, carrier: Pigeons) -> tuple[Waiting, Handover]:
    """A worker has it, and nothing of it has left."""
    one = waiting_in(both_houses)
    both_houses.wait(minutes=5)
    handover = Courier(both_houses.runtime).take()
    assert isinstance(handover, Handover)
    assert carrier.letters == []
    both_houses.wait(seconds=1)
    return one, handover


def _until_nothing_is_due(house: House) -> None:
    house.wait(minutes=20)
    courier = Courier(house.runtime)
    while courier.step():
        pass


@pytest.mark.parametrize(("happens", "_reason"), HAPPENS)
def test_what_a_dead_worker_had_in_hand_does_not_go_once_that_is_known(
    taken: tuple[Waiting, Handover], carrier: Pigeons, happens: Callable[[Waiting], None], _reason: StopReason
) -> None:
    one, _ = taken
    happens(one)
    _until_nothing_is_due(one.house)
    assert one.now[0] is CheckInState.REVOKED
    assert carrier.letters == []


@pytest.mark.parametrize(("happens", "_reason"), HAPPENS)
def test_nor_does_what_the_other_side_did_not_take(
    taken: tuple[Waiting, Handover], carrier: Pigeons, happens: Callable[[Waiting], None], _reason: StopReason
) -> None:
    (one, handover), courier = taken, Courier(taken[0].house.runtime)
    happens(one)
    carrier.outcome = HandedOver(End.NOT_TAKEN, "no_connection")
    outcome = courier.hand_over(handover)
    assert outcome is not None
    courier.settle(handover, outcome)
    carrier.outcome = HandedOver(End.TAKEN)
    _until_nothing_is_due(one.house)
    assert one.now[0] is CheckInState.REVOKED
    assert carrier.letters == []


def test_where_nothing_happened_it_goes(taken: tuple[Waiting, Handover], carrier: Pigeons) -> None:
    one, _ = taken
    _until_nothing_is_due(one.house)
    assert one.now[0] is CheckInState.SENT
    assert len(carrier.letters) == 1
