"""Some hundreds of random interleavings, and workers with one fault each, to see that it would be found.

`python -m bench interleavings` runs ten thousand.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import WORKER, system_principal
from api.jobs.deliveries import Courier, Ended
from api.services import deliveries
from api.services.deliveries import Handover
from api.services.work import Work, unit
from api.store import checkins as checkin_store
from api.store import consents as consent_store
from api.store import deliveries as delivery_store
from api.store import letting_go, tenancy
from api.store.deliveries import Claim
from api.store.outgoing import gather
from bench.interleavings import running, scene
from bench.interleavings.course import CourierOf
from bench.interleavings.day import Broken
from schemas.tables import CheckIn, ConsentAnswer, Delivery, Letter, Practice
from schemas.vocabulary import CheckInState
from tests.support.clock import NOW
from tests.support.databases import migrated_database

pytestmark = pytest.mark.usefixtures("quiet_log")
COUNT, MOST = 80, 400


@contextmanager
def database(path: Path) -> Iterator[str]:
    with migrated_database("sqlite", path) as url:
        yield url


def test_no_order_of_facts_workers_and_kills_lets_out_what_may_not_go(tmp_path: Path) -> None:
    with database(tmp_path) as url:
        figures = running.over(url, range(COUNT))
    assert figures.courses == COUNT
    assert figures.killed > COUNT
    assert figures.handed > COUNT // 4
    assert {"sent", "revoked", "cancelled", "uncertain"} <= set(figures.ends)
    assert figures.goodbyes["courses that held a letter"] > COUNT // 2
    assert figures.goodbyes["handed over"] > COUNT // 10
    assert {"cosign", "merge", "tell_late", "bar"} <= set(figures.acts)
    assert {"announced", "handed over", "marked"} <= {where.partition(",")[0] for where in figures.kills}


def test_the_clients_of_a_later_course_are_no_younger_than_the_first(tmp_path: Path) -> None:
    """Else what they allowed would come after what they refuse, and a refusal would be rightly passed over."""
    with database(tmp_path) as url, scene.opened(url) as practice:
        practice.house.wait(days=2)
        later = next(scene.scenes(practice))
        with practice.house.rows() as work:
            said = sa.select(col(ConsentAnswer.at)).where(col(ConsentAnswer.consent_id).in_(later.consents))
            assert set(work.session.scalars(said)) == {NOW}


class Blind(Courier):
    """Marks whatever is due, and asks nothing."""

    def take_some(self, most: int) -> list[Handover] | Claim | None:
        with unit(self._until_stopped, WORKER) as work:
            claimed = deliveries.claim(work)
            if claimed is None:
                return None
            work.act_as(system_principal(claimed.practice_id))
            delivery, check_in = delivery_store.get(work.session, claimed.delivery_id)
            if delivery.handing_over_at is not None:
                return deliveries.decide(work, [claimed]) or claimed
            taken = deliveries._taken(
                work, gather(work, [check_in]), delivery, check_in
            )  # the second half of a decision
            work.session.flush()
            return claimed if taken is None else [taken]


class Meddler(Courier, ABC):
    """Does something to what is due before anybody decides about it."""

    def take_some(self, most: int) -> list[Handover] | Claim | None:
        with unit(self._until_stopped, WORKER) as work:
            claimed = deliveries.claim(work)
            if claimed is not None:
                work.act_as(system_principal(claimed.practice_id))
                self.meddle(work, *delivery_store.get(work.session, claimed.delivery_id))
        return super().take_some(most)

    @abstractmethod
    def meddle(self, work: Work, delivery: Delivery, check_in: CheckIn) -> None: ...


class Forgetful(Meddler):
    """Takes what was announced and never settled for something that never left."""

    def meddle(self, work: Work, delivery: Delivery, check_in: CheckIn) -> None:
        delivery.handing_over_at = None


class Wasteful(Meddler):
    """Puts aside for good whatever another worker left behind."""

    def meddle(self, work: Work, delivery: Delivery, check_in: CheckIn) -> None:
        if check_in.state is CheckInState.SENDING:
            delivery_store.settle(delivery, work.now)


class Unmindful(Meddler):
    """Forgets, of whatever comes back to it, that somebody stopped it meanwhile."""

    def meddle(self, work: Work, delivery: Delivery, check_in: CheckIn) -> None:
        if check_in.state is CheckInState.SENDING:
            check_in.stopped_by = None


class Hasty(Courier):
    """Takes a trainee's signature for the cosignature, and lets go what waits for it."""

    def take_some(self, most: int) -> list[Handover] | Claim | None:
        with unit(self._until_stopped, WORKER) as work:
            (practice_id,) = work.session.scalars(tenancy.before_tenant(sa.select(col(Practice.id))))
            work.act_as(system_principal(practice_id))
            for letter in work.session.scalars(sa.select(Letter).where(col(Letter.waits_by).is_not(None))).all():
                row = checkin_store.hold(work.session, letter.check_in_id)
                if row is not None and row.state is CheckInState.DRAFT and letter.waits_by and row.consent_id:
                    consent = consent_store.get(work.session, row.client_id, row.consent_id)
                    decided = letting_go.decided(work, row, consent, by=letter.waits_by)
                    known_as = f"{row.id.hex}@example.org"
                    letting_go.let_go(work, row, consent, decided, by=letter.waits_by, message_id=known_as)
        return super().take_some(most)


class Silent(Courier):
    """Never says what became of a message."""

    def _settle(self, ended: Ended) -> None:
        """Nothing."""


FAULTS = [
    (Blind, "marked although", 0),
    (Forgetful, "after it was handed over|handed over, and", 0),
    (Wasteful, "left lying as sending", 0),
    (Hasty, "let go by nobody", 0),
    (Unmindful, "marked although: merged", 0),
    (Unmindful, "marked although: booked", 2_085),
    (Unmindful, "marked again although it was stopped while in hand", 2_300),
]
"""Each with the seed from which on it is looked for: the rarer ones are found soon from there."""


@pytest.mark.parametrize(("worker", "says", "first"), FAULTS)
def test_a_worker_with_a_fault_is_found(tmp_path: Path, worker: CourierOf, says: str, first: int) -> None:
    with database(tmp_path) as url, pytest.raises(Broken, match=says):
        running.over(url, range(first, first + MOST), worker)


def test_a_worker_that_says_nothing_leaves_everything_to_people_and_doubles_nothing(tmp_path: Path) -> None:
    with database(tmp_path) as url:
        figures = running.over(url, range(15), Silent)
    assert "sent" not in figures.ends
    assert figures.ends["uncertain"]
