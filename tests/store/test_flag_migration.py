"""What stood about an address outlives it, and on the way back to the former key goes with it."""

import sqlalchemy as sa

from api.services import consents, flags
from api.store import migrations
from schemas.tables import Flag, FlagReview
from schemas.vocabulary import Channel, FlagKind
from schemas.wire.clients import ConsentIn
from schemas.wire.flags import FlagClearIn, FlagIn
from tests.support.house import House

BEFORE = "0024"


def test_what_names_an_address_that_is_gone_goes_on_the_way_back_and_nothing_else(both_houses: House) -> None:
    house = both_houses
    ana = house.client("Ana", house.clinician).client_id
    with house.work(house.clinician) as work:
        gone, there = (
            consents.add(work, ana, ConsentIn(channel=Channel.EMAIL, address=f"{name}@example.org")).id
            for name in ("gone", "there")
        )
        raised = [
            flags.raise_flag(work, ana, FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, consent_id=one))
            for one in (gone, there, None)
        ]
        for flag in raised:
            flags.clear(work, ana, flag.id, FlagClearIn())
        consents.remove(work, ana, gone)
    assert _kept(house) == (3, 3)
    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)
    assert _kept(house) == (2, 2)
    with house.work(house.clinician) as work:
        assert {one.id for one in flags.page(work, ana)} == {flag.id for flag in raised[1:]}


def _kept(house: House) -> tuple[int, int]:
    with house.rows() as work:
        return len(work.session.scalars(sa.select(Flag)).all()), len(work.session.scalars(sa.select(FlagReview)).all())
