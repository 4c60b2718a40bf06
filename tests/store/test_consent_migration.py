"""What was recorded before an address had one row: nobody who refused can be reached after the migration."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.services import consents
from api.store import migrations
from schemas.tables import Consent
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, ConsentState
from schemas.wire.clients import ConsentIn
from tests.support.house import House

BEFORE = "0009"
GRANTED, DECLINED, WITHDRAWN, NOT_ASKED = (
    ConsentState.GRANTED,
    ConsentState.DECLINED,
    ConsentState.WITHDRAWN,
    ConsentState.NOT_ASKED,
)


def _again(house: House, consent_id: UUID, state: ConsentState) -> None:
    """A second row for the same address, as it could be written before."""
    with house.rows() as work:
        stored = work.session.scalars(sa.select(Consent).where(col(Consent.id) == consent_id)).one()
        work.session.add(Consent(**{**stored.model_dump(), "id": new_id(), "state": state}))


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (GRANTED, WITHDRAWN, WITHDRAWN),
        (WITHDRAWN, GRANTED, WITHDRAWN),
        (GRANTED, DECLINED, DECLINED),
        (GRANTED, GRANTED, GRANTED),
        (NOT_ASKED, GRANTED, GRANTED),
    ],
)
def test_of_two_rows_for_one_address_the_one_that_allows_less_is_kept(
    both_houses: House, first: ConsentState, second: ConsentState, kept: ConsentState
) -> None:
    house = both_houses
    ana = house.client("Ana", house.clinician).client_id
    migrations.downgrade(house.url, BEFORE)
    with house.rows() as work:
        row = Consent(
            client_id=ana,
            channel=Channel.SMS,
            address_sealed=b"sealed",
            address_digest=b"1",
            state=first,
            recorded_by=house.clinician.id,
            created_at=work.now,
            updated_at=work.now,
        )
        work.session.add(row)
    _again(house, row.id, second)
    migrations.upgrade(house.url)
    with house.rows() as work:
        [left] = work.session.scalars(sa.select(Consent)).all()
        assert left.state is kept
        told = work.session.execute(sa.text("SELECT state FROM consent_answers")).scalars().all()
        assert told == [kept]


def test_a_migrated_answer_is_shown_and_binds(both_houses: House) -> None:
    house = both_houses
    ana = house.client("Ana", house.clinician).client_id
    with house.work(house.clinician) as work:
        given = ConsentIn(channel=Channel.SMS, address="+34 600 123 456", state=WITHDRAWN)
        before = consents.add(work, ana, given)
    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)
    with house.work(house.clinician) as work:
        [after] = consents.page(work, ana)
    assert after == before
