"""Random lives of a message: facts and the worker's steps in any order, with crashes between them.

Whatever is handed over, nothing that was committed before its mark forbade it. What forbids is said here a second time, in
plain comparisons and without the product's own rules, so that a mistake in those shows.
"""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.outbound.mail import End
from schemas.tables import CheckIn, Delivery
from schemas.vocabulary import (
    CheckInKind,
    CheckInState,
    FlagKind,
)
from tests.jobs import lives
from tests.jobs.lives import Life
from tests.support.house import House
from tests.support.messages import Pigeons, address

pytestmark = pytest.mark.slow


def _wait(**span: float) -> Callable[[Life], None]:
    def wait(life: Life) -> None:
        life.house.wait(**span)

    return wait


WORKER: list[Callable[[Life], None]] = [
    lives.take,
    lives.take,
    lambda life: lives.hand_over(life, End.TAKEN),
    lambda life: lives.hand_over(life, End.TAKEN),
    lambda life: lives.hand_over(life, End.UNKNOWN),
    lambda life: lives.hand_over(life, End.NOT_TAKEN),
    lambda life: lives.hand_over(life, End.REFUSED),
    lives.settle,
    lives.settle,
    lives.crash,
]
FACTS: list[Callable[[Life], None]] = [
    lives.book,
    lives.write_back,
    lives.speak,
    lives.withdraw,
    lives.other_withdraws,
    lives.contacts_us,
    lambda life: lives.flag(life, FlagKind.PRACTICE_HOLD),
    lambda life: lives.flag(life, FlagKind.RISK_OF_HARM),
    lambda life: lives.flag(life, FlagKind.UNSAFE_TO_CONTACT),
    lives.clear_flags,
    lives.end,
    lives.die,
    lives.move,
    lives.reply,
    lives.reply,
    lives.told_in_silence,
    lives.withdraw_in_silence,
    lives.other_terms,
    lives.expire,
    lives.go_away,
    lives.hand_over_episode,
    lives.merge,
    lives.erase_other,
    lives.undo,
]
TIME = [_wait(minutes=6), _wait(minutes=6), _wait(minutes=20), _wait(hours=20), _wait(days=3), _wait(days=8)]
APPROVE: list[Callable[[Life], None]] = [
    lives.approve,
    lambda life: lives.approve_as_people_do(life, CheckInKind.CHECK_IN),
    lambda life: lives.approve_as_people_do(life, CheckInKind.FOLLOW_UP),
    lambda life: lives.approve_as_people_do(life, CheckInKind.ANSWER),
]

# A message that is due comes first in each life; then anything, the worker's own steps most often.
STEPS = st.lists(
    st.one_of(*(st.sampled_from(kind) for kind in (WORKER, WORKER, WORKER, TIME, FACTS, APPROVE))), max_size=24
)


def _begin(house: House) -> Life:
    """In the practice of the examples before, whose messages are out of the way."""
    with house.rows() as work:
        work.session.execute(sa.update(Delivery).values(settled_at=work.now))
        work.session.execute(
            sa.update(CheckIn).values(state=CheckInState.CANCELLED), execution_options={"synchronize_session": False}
        )
    carrier = house.runtime.carrier = Pigeons()
    case, other = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    shared = f"{case.client_id.hex}@example.com"
    life = Life(
        house,
        case,
        other,
        address(house, case, house.clinician, shared),
        address(house, other, house.clinician, shared),
        carrier,
    )
    house.wait(hours=1)
    return life


@settings(
    max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_nothing_is_handed_over_that_facts_before_its_mark_forbid(
    house: House, steps: list[Callable[[Life], None]]
) -> None:
    _lead(house, steps)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_nor_is_it_on_either_database(both_houses: House, steps: list[Callable[[Life], None]]) -> None:
    _lead(both_houses, steps)


def test_each_fact_alone_is_asked_for(house: House) -> None:
    """The rarest of them too, right before the mark, whoever approved the message."""
    for approve in (lives.approve, APPROVE[1]):
        for fact in FACTS:
            _lead(house, [fact], approve)


def test_what_is_in_hand_while_a_double_is_merged_does_not_go_once_it_comes_back(both_houses: House) -> None:
    """A worker is killed with it, and the merge came meanwhile: what was approved was approved of less than stands there now."""
    _lead(both_houses, [lives.take, lives.merge])
    _lead(both_houses, [lives.take, lives.merge, lambda life: lives.hand_over(life, End.NOT_TAKEN), lives.settle])


def _lead(house: House, steps: list[Callable[[Life], None]], approve: Callable[[Life], None] = lives.approve) -> None:
    life = _begin(house)
    approve(life)
    life.house.wait(minutes=6)
    for step in steps:
        step(life)
    lives.crash(life)
    lives.take(life)
    lives.crash(life)
    life.house.wait(minutes=20)
    for _ in range(6):
        lives.take(life)
        lives.hand_over(life, End.TAKEN)
        lives.settle(life)
    ids = [letter.message_id for letter in life.carrier.letters]
    assert len(ids) == len(set(ids)), "a message went twice"


def test_where_nothing_speaks_against_it_the_message_goes(house: House) -> None:
    """So that the property above is not kept by a worker that sends nothing."""
    life = _begin(house)
    lives.approve(life)
    life.house.wait(minutes=6)
    lives.take(life)
    lives.hand_over(life, End.TAKEN)
    lives.settle(life)
    assert len(life.carrier.letters) == 1
    assert [message.went_at for message in life.messages.values()] == [life.now]
