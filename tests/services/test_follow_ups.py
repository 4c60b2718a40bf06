"""A note that a client asked for: the wish on record, a task on its day also after the ending, and nothing by itself."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import system_principal
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.jobs.reminders import remind
from api.services import clients, follow_ups, tasks
from schemas.tables import AuditEntry, CheckIn, FollowUp, Task
from schemas.vocabulary import FollowUpEnd, TaskKind
from schemas.wire.clients import ClientPatch
from schemas.wire.follow_ups import FollowUpEndIn, FollowUpIn, FollowUpOut
from tests.services import erasing
from tests.support import notes
from tests.support.house import Case, House, Person

HOSTILE = "\u202e\u0645\u0631\u062d\u0628\u0627\u202c <script>alert('x')</script> 🌱"


def add(house: House, case: Case, who: Person | None = None, **given: Any) -> FollowUpOut:  # noqa: ANN401  # any part of a wish
    body = {"due_on": house.now.date() + timedelta(days=60), "words": HOSTILE, **given}
    with house.work(who or house.founder) as work:
        return follow_ups.add(work, case.episode_id, FollowUpIn.model_validate(body))


def listed(house: House, case: Case, who: Person | None = None) -> list[FollowUpOut]:
    with house.work(who or house.founder) as work:
        return follow_ups.page(work, case.episode_id, before=None, limit=10).items


def reminded(house: House) -> int:
    with house.work(system_principal(house.practice.id)) as work:
        return remind(work)


def to_write(house: House) -> list[Task]:
    with house.rows() as work:
        waits = sa.select(Task).where(col(Task.kind) == TaskKind.WRITE_FOLLOW_UP, col(Task.done_at).is_(None))
        return list(work.session.scalars(waits))


def end(house: House, wish: FollowUpOut, because: FollowUpEnd, *, version: int | None = None) -> FollowUpOut:
    with house.work(house.founder) as work:
        return follow_ups.end(work, wish.id, FollowUpEndIn(because=because), version=version or wish.version)


def test_a_wish_becomes_a_task_on_its_day_also_after_the_ending_and_once(both_houses: House) -> None:
    house = both_houses
    case = house.client("Ana", house.founder)
    wish = add(house, case)
    assert (wish.words, wish.asked_on) == (HOSTILE, house.now.date())
    notes.sign(house, house.founder, notes.draft(house, house.founder, case))
    house.wait(days=59)
    assert (reminded(house), to_write(house)) == (0, [])
    house.wait(days=1)
    assert reminded(house) == 1
    assert reminded(house) == 0
    (task,) = to_write(house)
    assert (task.owner_id, task.subject_id, task.due_on) == (house.founder.id, wish.id, wish.due_on)
    with house.rows() as work:
        assert work.session.scalars(sa.select(CheckIn)).all() == []
    with pytest.raises(Conflict), house.work(house.founder) as work:
        tasks.done(work, task.id)
    assert end(house, wish, FollowUpEnd.WRITTEN).ended_because is FollowUpEnd.WRITTEN
    assert to_write(house) == []
    assert reminded(house) == 0


def test_whoever_wants_it_no_more_is_not_written_to(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.founder)
    wish = add(house, case)
    end(house, wish, FollowUpEnd.WITHDRAWN)
    with pytest.raises(Conflict):
        end(house, wish, FollowUpEnd.WRITTEN)
    died = add(house, case)
    with pytest.raises(VersionMismatch):
        end(house, died, FollowUpEnd.WRITTEN, version=7)
    with house.work(house.founder) as work:
        version = clients.read(work, case.client_id).version
        clients.change(work, case.client_id, ClientPatch(died_on=house.now.date()), version=version)
    house.wait(days=61)
    reminded(house)
    assert to_write(house) == []


def test_who_may_record_and_read_a_wish(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    wish = add(house, case, house.clinician)
    assert [one.id for one in listed(house, case, house.supervisor)] == [wish.id]
    for who, refusal in ((house.admin, AccessDenied), (house.practice.elena, NotFound)):
        with pytest.raises(refusal):
            listed(house, case, who)
        with pytest.raises(refusal):
            add(house, case, who)
    with pytest.raises(AccessDenied):
        add(house, case, house.supervisor)


def test_a_few_wishes_and_no_more(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.founder)
    for _ in range(5):
        add(house, case)
    with pytest.raises(Conflict) as refused:
        add(house, case)
    assert refused.value.code == "too_many_follow_ups"
    with pytest.raises(Invalid):
        add(house, house.client("Bea", house.founder), due_on=house.now.date() + timedelta(days=200))


def test_sealed_in_no_trail_moved_with_a_double_and_gone_with_an_erasure(both_houses: House) -> None:
    house = both_houses
    case, double = (house.client("Ana", house.founder) for _ in range(2))
    add(house, double)
    with house.work(house.lead) as work:
        clients.merge(work, case.client_id, double.client_id)
    assert [(one.words, one.client.id) for one in listed(house, double)] == [(HOSTILE, case.client_id)]
    with house.rows() as work:
        entries = work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action).like("follow_up.%"))).all()
        assert entries
        assert not [one for one in entries if "script" in str(one.details)]
    for episode_id in (double.episode_id, case.episode_id):
        erasing.ended(house, episode_id)
    erasing.erase(house, case.client_id)
    with house.rows() as work:
        assert work.session.scalars(sa.select(FollowUp)).all() == []
