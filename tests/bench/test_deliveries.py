"""What the measurement of the worker fills is an outbox that the product itself would deliver."""

from api.jobs.deliveries import Courier
from bench import filling, outbox
from bench.deliveries import Null, deliver
from tests.support.house import House


def test_what_is_filled_in_is_delivered_to_the_last_message(both_houses: House) -> None:
    runtime = both_houses.runtime
    filled = filling.fill(runtime, 4)
    outbox.fill(runtime, filled, 4, settled=1)
    both_houses.wait(seconds=1)
    runtime.carrier = null = Null()
    assert deliver(Courier(runtime), null, 4) == 3
