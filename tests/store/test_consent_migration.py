"""What was recorded before an address had one row: nobody who refused can be reached after the migration."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from api.services import consents
from api.store import migrations
from schemas.tables import Consent
from schemas.tables.base import Identifier, Instant, new_id
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


def _add(house: House, client_id: UUID, state: ConsentState) -> None:
    """A row for the same address as any other, with the columns there were before."""
    consents_then = sa.table(
        "consents",
        *(sa.column(name, Identifier) for name in ("practice_id", "id", "client_id", "recorded_by")),
        *(sa.column(name, Instant) for name in ("created_at", "updated_at")),
        *(sa.column(name) for name in ("channel", "address_sealed", "address_digest", "state", "version")),
        *(sa.column(name, sa.Boolean) for name in ("may_mention_therapy", "voicemail_allowed")),
    )
    row = {
        "practice_id": house.practice.id,
        "id": new_id(),
        "client_id": client_id,
        "recorded_by": house.clinician.id,
        "channel": Channel.SMS.value,
        "address_sealed": b"sealed",
        "address_digest": b"1",
        "state": state.value,
        "may_mention_therapy": False,
        "voicemail_allowed": False,
        "version": 1,
    }
    with house.rows() as work:
        row |= {"created_at": work.now, "updated_at": work.now}
        work.session.execute(sa.insert(consents_then).values(**row))


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
    _add(house, ana, first)
    _add(house, ana, second)
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
