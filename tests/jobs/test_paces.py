"""The limit of a way holds over all workers, in any minute; what nobody took is tried again at instants that differ."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.domain import checkins as rules
from api.domain import paces
from api.jobs.deliveries import Courier
from api.jobs.pace import MOST
from schemas.vocabulary import Channel, CheckInState
from tests.support.house import House
from tests.support.messages import Pigeons, address, approved, seen

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@given(st.integers(1, 400), st.lists(st.integers(0, 20_000), min_size=1, max_size=60))
def test_no_minute_sees_more_than_the_limit(per_minute: int, waits_ms: list[int]) -> None:
    """Whoever always takes all that is allowed, at whatever instants."""
    free_at, now, went = NOW, NOW, []
    for wait in waits_ms:
        now += timedelta(milliseconds=wait)
        count = paces.allowed(free_at, now, per_minute)
        free_at = paces.after(free_at, now, per_minute, count)
        went += [now] * count
    for at in went:
        assert sum(at <= other < at + timedelta(minutes=1) for other in went) <= per_minute


@given(st.integers(1, 400))
def test_in_the_long_run_the_limit_is_used(per_minute: int) -> None:
    free_at, count, step = NOW, 0, timedelta(seconds=60 / per_minute / 2)
    for tick in range(per_minute * 6):
        allowed = paces.allowed(free_at, NOW + tick * step, per_minute)
        free_at = paces.after(free_at, NOW + tick * step, per_minute, allowed)
        count += allowed
    assert count >= per_minute * 3 * 0.6 - 2


def test_two_workers_together_keep_to_the_limit(both_houses: House) -> None:
    house = both_houses
    carrier = house.runtime.carrier = Pigeons()
    house.runtime.limits = replace(house.runtime.limits, mail_per_minute=2)
    for number in range(4):
        case = house.client(f"Ana {number}", house.clinician)
        consent_id = address(house, case, house.clinician, f"ana{number}@example.com")
        house.wait(seconds=1)
        approved(house, case, house.clinician, consent_id)
    house.wait(minutes=6)
    workers = [Courier(house.runtime), Courier(house.runtime)]
    for courier in workers:
        courier.pace.most = MOST
    gone = []
    for _ in range(8):
        for courier in workers:
            courier.step()
        assert not any(courier.step() for courier in workers), "they rest, and do not ask again and again"
        gone.append(len(carrier.letters))
        house.wait(seconds=31)
    assert gone[0] == 1
    assert all(later - earlier <= 2 for earlier, later in zip(gone, gone[2:], strict=False)), gone
    assert gone[-1] >= 3


def test_what_the_decision_stopped_uses_nothing_up(both_houses: House) -> None:
    house = both_houses
    carrier = house.runtime.carrier = Pigeons()
    house.runtime.limits = replace(house.runtime.limits, mail_per_minute=1)
    refused = house.client("Berta", house.clinician)
    stopped = approved(house, refused, house.clinician, None)
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician)
    house.wait(seconds=1)
    goes = approved(house, case, house.clinician, consent_id)
    house.wait(minutes=6)
    courier = Courier(house.runtime)
    courier.step()
    courier.step()
    assert [seen(house, stopped)[0], seen(house, goes)[0]] == [CheckInState.REVOKED, CheckInState.SENT]
    assert len(carrier.letters) == 1


def test_the_next_try_comes_later_each_time_and_differs_by_message() -> None:
    waits = [_wait(attempt, "a") for attempt in range(1, 30)]
    for attempt, wait in enumerate(waits, 1):
        most = min(timedelta(minutes=2 ** (attempt - 1)), timedelta(hours=2))
        assert most * 0.75 <= wait <= most
        assert wait == _wait(attempt, "a"), "the same whoever asks"
    assert len({_wait(5, str(number)) for number in range(50)}) > 40


def _wait(attempt: int, salt: str) -> timedelta:
    at = rules.retry(attempt, NOW, salt=salt).at
    assert at is not None
    return at - NOW


def test_text_messages_have_a_limit_of_their_own(house: House) -> None:
    """What waits by one way keeps nothing of another back."""
    limits = replace(house.runtime.limits, mail_per_minute=0, sms_per_minute=7)
    assert limits.per_minute == {Channel.SMS: 7}
    assert replace(limits, mail_per_minute=3).per_minute == {Channel.EMAIL: 3, Channel.SMS: 7}
