"""Going back to code that knows no text messages, and forward again: answers by link and other tasks stay, on both engines."""

import sqlalchemy as sa
from sqlmodel import col

from api.store import migrations
from schemas.tables import CheckIn, Delivery, ReceivedText, Reply, Task
from schemas.vocabulary import TaskKind
from tests.support import links
from tests.support.house import House
from tests.support.messages import address, approved
from tests.support.texting import left_to

BEFORE = "0032"


def test_there_and_back_only_what_waits_unread_is_lost(both_houses: House) -> None:
    house = both_houses
    case = house.client("Ana", house.clinician)
    reply_id = links.reply(house, case, house.clinician, links.send(house, case, house.clinician))
    approved(house, case, house.clinician, address(house, case, house.clinician))
    links.task(house, case, house.clinician)
    left_to(house, house.lead, "+34600000001")

    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)

    with house.rows() as work:
        assert work.session.scalars(sa.select(ReceivedText)).all() == []
        assert work.session.scalars(sa.select(col(Task.kind))).all() == [TaskKind.WRITE_NOTE]
        (reply,) = work.session.scalars(sa.select(Reply)).all()
        assert (reply.id, reply.check_in_id is not None) == (reply_id, True)
        (delivery,) = work.session.scalars(sa.select(Delivery)).all()
        assert (delivery.look_up_count, delivery.provider_id) == (0, None)
        assert len(work.session.scalars(sa.select(CheckIn)).all()) == 2
    left_to(house, house.lead, "+34600000001")
