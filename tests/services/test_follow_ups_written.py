"""A note that a client asked for is done when its message has gone, and wanted still where that did not arrive."""

from datetime import timedelta
from uuid import UUID

from api.domain.access import system_principal
from api.jobs.reminders import remind
from api.services import approvals, checkins, contacts, follow_ups, tasks
from api.store import checkins as checkin_store
from api.store import standings
from schemas.vocabulary import Channel, CheckInKind, ContactDirection, FollowUpEnd, TaskKind
from schemas.wire.checkins import ApprovalIn, CheckInIn
from schemas.wire.contacts import ContactIn
from schemas.wire.follow_ups import FollowUpIn, FollowUpOut
from tests.support import letters as post
from tests.support.house import Case, House
from tests.support.messages import address


def wished(house: House, case: Case, days: int) -> None:
    given = FollowUpIn(due_on=house.now.date() + timedelta(days=days), words="A line in summer.")
    with house.work(house.practice.elena) as work:
        follow_ups.add(work, case.episode_id, given)


def listed(house: House, case: Case) -> list[FollowUpOut]:
    """The one that is wanted first before the others."""
    with house.work(house.practice.elena) as work:
        found = follow_ups.page(work, case.episode_id, before=None, limit=10).items
    return sorted(found, key=lambda one: one.due_on)


def written(house: House, case: Case) -> UUID:
    asked_on = listed(house, case)[0].asked_on
    given = {
        "episode_id": case.episode_id,
        "kind": CheckInKind.FOLLOW_UP,
        "asked_for_on": asked_on,
        "subject": "Hello",
        "body": "Hello Ana, you asked me to write. No answer is fine.",
    }
    with house.work(house.practice.elena) as work:
        draft = checkins.draft(work, CheckInIn.model_validate(given))
        approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)
    return draft.id


def asked(house: House) -> int:
    with house.work(system_principal(house.practice.id)) as work:
        remind(work)
    with house.work(house.practice.elena) as work:
        found = tasks.page(work, cursor=None, limit=20).items
    return sum(one.kind is TaskKind.WRITE_FOLLOW_UP for one in found)


def test_it_is_done_by_its_message_and_wanted_anew_where_that_did_not_arrive(both_houses: House) -> None:
    house, elena = both_houses, both_houses.practice.elena
    ana = house.client("Ana Moreno", elena)
    address(house, ana, elena)
    with house.work(elena) as work:
        contacts.record(work, ana.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL))
    for days in (60, 30):
        wished(house, ana, days)
    house.wait(days=31)
    assert asked(house) == 1
    check_in_id = written(house, ana)
    assert [one.ended_because for one in listed(house, ana)] == [None, None]
    assert len(post.carry(house).letters) == 1
    first, later = listed(house, ana)
    assert (first.ended_because, later.ended_because) == (FollowUpEnd.WRITTEN, None)
    assert asked(house) == 0
    with house.rows() as work:
        row = checkin_store.get(work.session, check_in_id)
        assert row is not None
        standings.did_not_arrive(work.session, row, work.now)
    assert [one.ended_because for one in listed(house, ana)] == [None, None]
    assert asked(house) == 1
