"""Messages that offer times, brought to whoever reads them."""

from api.jobs.deliveries import Courier
from tests.support.house import House


def deliver(house: House) -> None:
    """What was approved goes, once the time to undo it is over."""
    house.wait(minutes=6)
    while Courier(house.runtime).step():
        pass
