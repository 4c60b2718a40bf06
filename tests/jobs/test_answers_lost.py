"""An answer by text message that did not arrive has answered nobody: what it handled waits again, what it offered is free."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.jobs.deliveries import Courier
from api.jobs.standings import Finder
from api.services import replies
from api.store import deliveries as delivery_store
from api.store import replies as reply_store
from schemas.tables import Client, Episode, OfferedTime, Reply, Task
from schemas.tables.base import new_id
from schemas.vocabulary import CheckInKind, CheckInState, EndingKind, ReplyHandling, TaskKind
from schemas.wire.replies import HandledIn
from tests.support import provider as stand_in
from tests.support.house import House
from tests.support.messages import seen
from tests.support.provider import Trouble
from tests.support.texting import Line, line


class Scene:
    """A client who has written, and an answer to it that is due and offers a time."""

    def __init__(self, there: Line) -> None:
        self.line, self.house = there, there.house
        self.case = self.house.client("Ana", self.house.clinician)
        self.consent_id, self.number = there.number(self.case, self.house.clinician)
        there.writes(self.number, "Could we talk next week?")
        self.check_in_id = self.answers()

    def answers(self) -> UUID:
        self.house.wait(minutes=10)
        check_in_id = self.line.approved(self.case, self.house.clinician, self.consent_id)
        with self.house.rows() as work:
            row, _ = self.line.rows(work.session, check_in_id)
            row.kind = CheckInKind.ANSWER
            starts_at = work.now + timedelta(days=3)
            work.session.add(
                OfferedTime(
                    id=new_id(),
                    check_in_id=row.id,
                    episode_id=row.episode_id,
                    client_id=row.client_id,
                    clinician_id=self.house.clinician.id,
                    starts_at=starts_at,
                    held_until=starts_at,
                    created_at=work.now,
                )
            )
        self.house.wait(minutes=6)
        return check_in_id

    def goes(self) -> None:
        assert Courier(self.house.runtime).step()

    def replies(self) -> list[tuple[bool, ReplyHandling | None]]:
        """Whether each waits, and how it was handled."""
        with self.house.rows() as work:
            rows = work.session.scalars(sa.select(Reply).order_by(col(Reply.id))).all()
            return [(one.handled_at is None, one.handled_how) for one in rows]

    def held_count(self, check_in_id: UUID) -> int:
        with self.house.rows() as work:
            mine = (col(OfferedTime.check_in_id) == check_in_id, col(OfferedTime.released_at).is_(None))
            return work.session.scalar(sa.select(sa.func.count()).select_from(OfferedTime).where(*mine)) or 0


WAITS, WROTE = (True, None), (False, ReplyHandling.WROTE)


@pytest.fixture
def scene(both_houses: House) -> Iterator[Scene]:
    with stand_in.provider() as one, line(both_houses, one) as there:
        yield Scene(there)


@pytest.mark.parametrize("code", ["30006", "21610"])
def test_what_an_answer_had_handled_waits_again(scene: Scene, code: str) -> None:
    scene.goes()
    assert (scene.replies(), scene.held_count(scene.check_in_id)) == ([WROTE], 1)
    assert scene.line.reports(scene.check_in_id, "undelivered", code) == 204
    assert seen(scene.house, scene.check_in_id)[0] is CheckInState.BOUNCED
    assert (scene.replies(), scene.held_count(scene.check_in_id)) == ([WAITS], 0)
    with scene.house.work(scene.house.clinician) as work:
        (item,) = replies.page(work, handled=False, cursor=None, limit=50).items
        handled = replies.handle(work, item.id, HandledIn(how=ReplyHandling.SPOKE))
    assert handled.handled_how is ReplyHandling.SPOKE
    assert scene.line.reports(scene.check_in_id, "undelivered", code) == 204
    assert scene.replies() == [(False, ReplyHandling.SPOKE)], "said again it changes nothing"


def test_so_it_does_where_nobody_had_heard_whether_it_was_taken(scene: Scene) -> None:
    provider = scene.line.provider
    provider.trouble = Trouble.TAKES_AND_HANGS_UP
    scene.goes()
    provider.trouble = None
    provider.messages[0] |= {"status": "failed", "error_code": 30006}
    scene.house.wait(minutes=3)
    assert Finder(scene.house.runtime).step()
    assert seen(scene.house, scene.check_in_id)[0] is CheckInState.BOUNCED
    assert (scene.replies(), scene.held_count(scene.check_in_id)) == ([WAITS], 0)


def test_an_answer_that_arrived_leaves_it_handled(scene: Scene) -> None:
    scene.goes()
    assert scene.line.reports(scene.check_in_id, "delivered") == 204
    assert scene.line.reports(scene.check_in_id, "undelivered", "30006") == 204
    assert (scene.replies(), scene.held_count(scene.check_in_id)) == ([WROTE], 1)


def test_it_waits_again_only_once_the_last_of_several_answers_is_lost(scene: Scene) -> None:
    scene.goes()
    second_id = scene.answers()
    with scene.house.rows() as work:
        row, delivery = scene.line.rows(work.session, second_id)
        row.state, delivery.settled_at = CheckInState.SENT, work.now
        delivery_store.record_sent(work.session, row, row.approved_by, at=work.now, now=work.now)
    assert scene.line.reports(scene.check_in_id, "undelivered", "30006") == 204
    assert scene.replies() == [WROTE], "another answer stands"
    assert scene.line.reports(second_id, "undelivered", "30006") == 204
    assert scene.replies() == [WAITS]


def test_what_a_person_handled_otherwise_stays_handled(scene: Scene) -> None:
    with scene.house.work(scene.house.clinician) as work:
        (item,) = replies.page(work, handled=False, cursor=None, limit=50).items
        replies.handle(work, item.id, HandledIn(how=ReplyHandling.SPOKE))
    scene.goes()
    assert scene.line.reports(scene.check_in_id, "undelivered", "30006") == 204
    assert scene.replies() == [(False, ReplyHandling.SPOKE)]


def test_after_an_ending_a_named_person_gets_the_task_anew(scene: Scene) -> None:
    scene.goes()
    with scene.house.rows() as work:
        episode = work.session.get_one(Episode, (work.practice_id, scene.case.episode_id))
        episode.ended_at, episode.ending = work.now, EndingKind.AGREED
    assert scene.line.reports(scene.check_in_id, "undelivered", "30006") == 204
    assert scene.replies() == [WAITS]
    with scene.house.rows() as work:
        found = work.session.scalars(sa.select(col(Task.owner_id)).where(col(Task.kind) == TaskKind.ANSWER_REPLY)).all()
        assert found == [scene.house.clinician.id]


def test_of_an_erased_client_nothing_waits_again(scene: Scene) -> None:
    scene.goes()
    with scene.house.rows() as work:
        work.session.get_one(Client, (work.practice_id, scene.case.client_id)).erased_at = work.now
        work.session.flush()
        assert reply_store.reopen(work.session, scene.line.rows(work.session, scene.check_in_id)[0]) == []
    assert scene.line.reports(scene.check_in_id, "undelivered", "30006") == 204
    assert scene.replies() == [WROTE]
