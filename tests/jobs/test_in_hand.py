"""What stops a message that waits holds for one that a worker has in hand too: should it come back unsent, it does not go."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services import approvals, by_hand, checkins
from api.services.deliveries import Handover
from schemas.tables import Task
from schemas.vocabulary import CheckInState, MessageStep, StopReason, TaskKind
from schemas.wire.checkins import SettlementIn
from tests.support.happenings import (
    HAPPENS,
    Waiting,
    allow_again,
    book,
    clear_flags,
    first_word,
    hold,
    merged,
    no_first_word,
    waiting_in,
    withdraw,
)
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


@pytest.mark.parametrize(("happens", "reason"), HAPPENS)
def test_what_a_dead_worker_had_in_hand_does_not_go_once_that_is_known(
    taken: tuple[Waiting, Handover], carrier: Pigeons, happens: Callable[[Waiting], None], reason: StopReason
) -> None:
    one, _ = taken
    happens(one)
    _until_nothing_is_due(one.house)
    assert one.now == (CheckInState.CANCELLED, reason)
    assert carrier.letters == []


@pytest.mark.parametrize(("happens", "reason"), HAPPENS)
def test_nor_does_what_the_other_side_did_not_take(
    taken: tuple[Waiting, Handover], carrier: Pigeons, happens: Callable[[Waiting], None], reason: StopReason
) -> None:
    (one, handover), courier = taken, Courier(taken[0].house.runtime)
    happens(one)
    carrier.outcome = HandedOver(End.NOT_TAKEN, "no_connection")
    outcome = courier.hand_over(handover)
    assert outcome is not None
    courier.settle(handover, outcome)
    carrier.outcome = HandedOver(End.TAKEN)
    _until_nothing_is_due(one.house)
    assert one.now == (CheckInState.CANCELLED, reason)
    assert carrier.letters == []


BACK_AND_FORTH: list[tuple[Callable[[Waiting], None], Callable[[Waiting], None], StopReason]] = [
    (withdraw, allow_again, StopReason.OPTED_OUT),
    (hold, clear_flags, StopReason.HELD),
    (first_word, no_first_word, StopReason.PERMISSION_CHANGED),
]


@pytest.mark.parametrize(("happens", "is_taken_back", "reason"), BACK_AND_FORTH)
def test_what_was_stopped_in_hand_stays_stopped_though_nothing_speaks_against_it_any_more(
    taken: tuple[Waiting, Handover],
    carrier: Pigeons,
    happens: Callable[[Waiting], None],
    is_taken_back: Callable[[Waiting], None],
    reason: StopReason,
) -> None:
    """As what waits stays stopped: it goes when a person approves it anew."""
    one, _ = taken
    happens(one)
    one.house.wait(minutes=1)
    is_taken_back(one)
    _until_nothing_is_due(one.house)
    assert one.now == (CheckInState.CANCELLED, reason)
    assert carrier.letters == []


def test_what_goes_all_the_same_says_nothing_of_it(taken: tuple[Waiting, Handover], carrier: Pigeons) -> None:
    """It was the other side's before anybody could stop it: it stands in the record as sent, and is not told to have been stopped."""
    (one, handover), courier = taken, Courier(taken[0].house.runtime)
    book(one)
    with one.house.work(one.house.clinician) as work:
        shown = checkins.read(work, one.check_in_id)
        text = by_hand.record_text(work, one.check_in_id).text
    assert (shown.state, shown.stopped_by) == (CheckInState.SENDING, None)
    assert "Why it did not go" not in text
    outcome = courier.hand_over(handover)
    assert outcome is not None
    courier.settle(handover, outcome)
    assert one.now == (CheckInState.SENT, None)
    assert len(carrier.letters) == 1


def test_what_the_other_side_refused_for_now_is_told_as_not_taken(
    taken: tuple[Waiting, Handover], carrier: Pigeons
) -> None:
    """Announced, and then refused with a 4xx: it was not handed over, whatever stopped it meanwhile."""
    one, handover = taken
    courier = Courier(one.house.runtime)
    carrier.outcome = HandedOver(End.UNKNOWN)  # announces, and keeps it
    assert courier.hand_over(handover) is not None
    book(one)
    courier.settle(handover, HandedOver(End.NOT_TAKEN, "content_451"))
    with one.house.work(one.house.clinician) as work:
        shown = checkins.read(work, one.check_in_id)
    assert (shown.state, shown.stopped_by) == (CheckInState.CANCELLED, StopReason.BOOKED)
    assert MessageStep.HANDED_OVER not in {step.step for step in shown.log}


def _set_aside_by_another(one: Waiting) -> None:
    """Its worker announced it and was not heard of: somebody is to find out."""
    one.house.wait(minutes=20)
    courier = Courier(one.house.runtime)
    while courier.step():
        pass
    assert one.now[0] is CheckInState.UNCERTAIN


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("said", [*BACK_AND_FORTH, (merged, None, StopReason.MERGED)])
def test_nor_does_it_go_where_the_first_worker_says_late_that_it_was_not_taken(
    taken: tuple[Waiting, Handover],
    carrier: Pigeons,
    said: tuple[Callable[[Waiting], None], Callable[[Waiting], None] | None, StopReason],
    *,
    before: bool,
) -> None:
    """A worker held up for longer than its lease: until it speaks nobody knows, and what was said before holds."""
    (one, handover), (happens, is_taken_back, reason) = taken, said
    courier = Courier(one.house.runtime)
    carrier.outcome = HandedOver(End.UNKNOWN)  # announces, and keeps it
    assert courier.hand_over(handover) is not None
    carrier.letters.clear()
    carrier.outcome = HandedOver(End.TAKEN)
    for step in (happens, _set_aside_by_another) if before else (_set_aside_by_another, happens):
        step(one)
    one.house.wait(minutes=1)
    if is_taken_back is not None:
        is_taken_back(one)
    courier.settle(handover, HandedOver(End.NOT_TAKEN, "content_451"))
    _until_nothing_is_due(one.house)
    assert one.now == (CheckInState.CANCELLED, reason)
    assert carrier.letters == []
    with one.house.rows() as work:
        open_ones = sa.select(Task).where(col(Task.kind) == TaskKind.SETTLE_DELIVERY, col(Task.done_at).is_(None))
        assert work.session.scalars(open_ones).all() == []


def test_of_what_nobody_knows_whether_it_went_a_person_finds_out_as_ever(
    taken: tuple[Waiting, Handover], carrier: Pigeons
) -> None:
    (one, handover), courier = taken, Courier(taken[0].house.runtime)
    book(one)
    carrier.outcome = HandedOver(End.UNKNOWN)
    outcome = courier.hand_over(handover)
    assert outcome is not None
    courier.settle(handover, outcome)
    with one.house.work(one.house.clinician) as work:
        shown = checkins.read(work, one.check_in_id)
        assert (shown.state, shown.stopped_by) == (CheckInState.UNCERTAIN, None)
        approvals.settle(work, one.check_in_id, SettlementIn(went=True))
    assert one.now == (CheckInState.SENT, None)


def test_where_nothing_happened_it_goes(taken: tuple[Waiting, Handover], carrier: Pigeons) -> None:
    one, _ = taken
    _until_nothing_is_due(one.house)
    assert one.now[0] is CheckInState.SENT
    assert len(carrier.letters) == 1
