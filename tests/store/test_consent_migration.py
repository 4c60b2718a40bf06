"""What was recorded before an address had one row: nobody who refused can be reached after the migration."""

from uuid import UUID

import sqlalchemy as sa

from api.services import consents
from api.store import migrations
from schemas.tables import Consent, ConsentAnswer
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


# Of two rows for one address, the one that is kept: whichever allows less.
KEPT = {
    (GRANTED, WITHDRAWN): WITHDRAWN,
    (WITHDRAWN, GRANTED): WITHDRAWN,
    (GRANTED, DECLINED): DECLINED,
    (GRANTED, GRANTED): GRANTED,
    (NOT_ASKED, GRANTED): GRANTED,
}


def test_who_refused_is_not_reached_after_the_migration_and_an_answer_binds_as_before(both_houses: House) -> None:
    """One way down and up again for all of it: it takes longer than everything else here."""
    house = both_houses
    clients = {each: house.client("Ana", house.clinician).client_id for each in KEPT}
    ben = house.client("Ben", house.clinician).client_id
    with house.work(house.clinician) as work:
        before = consents.add(work, ben, ConsentIn(channel=Channel.SMS, address="+34 600 123 456", state=WITHDRAWN))
    migrations.downgrade(house.url, BEFORE)
    for each, client_id in clients.items():
        for state in each:
            _add(house, client_id, state)
    migrations.upgrade(house.url)
    with house.work(house.clinician) as work:
        assert consents.page(work, ben) == [before]
    with house.rows() as work:
        left = work.session.scalars(sa.select(Consent)).all()
        told = {one.consent_id: one.state for one in work.session.scalars(sa.select(ConsentAnswer))}
    for each, client_id in clients.items():
        [kept] = [row for row in left if row.client_id == client_id]
        assert (each, kept.state, told[kept.id]) == (each, KEPT[each], KEPT[each])
