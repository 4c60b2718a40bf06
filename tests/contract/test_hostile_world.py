"""One practice with hostile text in every free text: all that the API, the pages and the files then show of it."""

import pytest

from tests.contract.hostile import NOT_KEPT, NOT_TOLD, Told, write_everywhere
from tests.contract.routes import ROUTES
from tests.contract.world import World
from tests.support.counts import Say
from tests.support.house import House


@pytest.fixture(scope="module")
def world(street: House) -> World:
    return World(street)


@pytest.fixture(scope="module")
def told(world: World) -> Told:
    return write_everywhere(world)


def test_what_people_write_comes_back_as_they_wrote_it(world: World, told: Told, say: Say) -> None:
    """By the answer itself, or by whatever of it is read afterwards."""
    for route in [route for route in ROUTES if route.method == "GET" and not route.path.endswith(".pdf")]:
        told.hear(world.house.api(world.founder).get(world.address(route)))
    lost = {name for name, text in told.texts.items() if not told.holds(text)}
    assert {name for name in lost if name.partition(" ")[0] not in NOT_KEPT} == NOT_TOLD
    assert len(told.texts) >= 150
    say(f"hostile texts: {len(told.texts)} written and read back")
