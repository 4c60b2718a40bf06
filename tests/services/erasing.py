"""Short ways for tests of what ends a record: an episode ended, a client erased, and with which code it was refused."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict
from api.services import (
    erasures,
)
from schemas.tables import Episode
from schemas.vocabulary import (
    ErasureReason,
)
from schemas.wire.records import ErasedOut, EraseIn
from tests.support.house import House, Person


def ended(house: House, *episode_ids: UUID) -> None:
    with house.rows() as work:
        for row in work.session.scalars(sa.select(Episode).where(col(Episode.id).in_(episode_ids))):
            row.ended_at, row.version = work.now, row.version + 1


def erase(house: House, client_id: UUID, who: Person | None = None) -> ErasedOut:
    with house.work(who or house.lead) as work:
        return erasures.erase(work, client_id, EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED))


def refusal(house: House, client_id: UUID) -> str:
    with pytest.raises(Conflict) as refused:
        erase(house, client_id)
    return refused.value.code
