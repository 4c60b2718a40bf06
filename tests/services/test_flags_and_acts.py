"""What keeps messages back decides the next act too, from the moment it is raised, in every caseload, and until it is cleared."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.services import caseload, clients, concerns, consents, engagement, flags, tasks
from api.store import assessments
from schemas.tables import Episode
from schemas.vocabulary import Channel, FlagKind, NextStepKind, Role
from schemas.wire.clients import ClientIn, ConsentIn
from schemas.wire.episodes import CaseloadItem, NextStepOut
from schemas.wire.flags import FlagClearIn
from tests.services import records
from tests.services.test_concerns import confide, read
from tests.services.test_flags import raised
from tests.support import links as messages
from tests.support.house import Case, House, Person

TURNING = {
    NextStepKind.CALL,
    NextStepKind.CHECK_IN,
    NextStepKind.CLOSING_SESSION,
    NextStepKind.REVIEW_BOOKING,
    NextStepKind.BOOK_NEXT,
}


def item(house: House, who: Person, case: Case) -> CaseloadItem:
    with house.work(who) as work:
        found = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=50).items
    return next(one for one in found if one.episode.id == case.episode_id)


def step(house: House, who: Person, case: Case) -> NextStepOut:
    """The same wherever it is asked, and the same as worked out anew from all facts."""
    shown = item(house, who, case).next_step
    with house.work(who) as work:
        assert engagement.read(work, case.episode_id).next_step == shown
    with house.rows() as work:
        episode = work.session.scalars(sa.select(Episode).where(col(Episode.id) == case.episode_id)).one()
        anew = assessments.work_out(work.session, [case.episode_id], house.now)[case.episode_id]
        assert anew.evidence.to_json() == type(anew.evidence).from_json(episode.evidence).to_json()
    return shown


def cleared(house: House, who: Person, client_id: UUID, flag_id: UUID) -> None:
    with house.work(who) as work:
        flags.clear(work, client_id, flag_id, FlagClearIn(note="It is over."))


@pytest.fixture
def case(both_houses: House) -> Case:
    return records.weekly(both_houses, both_houses.clinician, last=3)


def test_a_risk_makes_the_next_act_of_each_running_episode_one_for_today(both_houses: House, case: Case) -> None:
    house = both_houses
    before = step(house, house.clinician, case)
    earlier = records.weekly(house, house.clinician, last=9, name="Bea")
    flag = raised(house, house.lead, case.client_id, FlagKind.RISK_OF_HARM)
    during = step(house, house.clinician, case)
    assert (during.kind, during.due_on) == (NextStepKind.REACH_TODAY, house.now.date())
    assert during.owner is not None
    assert during.owner.id == house.clinician.id
    with house.work(house.clinician) as work:
        order = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=50).items
        first = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=1)
        second = caseload.page(work, stage=None, clinician_id=None, cursor=first.next_cursor, limit=1)
        assert [one.kind for one in tasks.page(work, cursor=None, limit=9).items] == ["risk_today"]
    assert [one.episode.id for one in order] == [case.episode_id, earlier.episode_id]
    assert [one.episode.id for one in (*first.items, *second.items)] == [case.episode_id, earlier.episode_id]
    house.wait(days=2)
    assert step(house, house.clinician, case).due_on == house.now.date()
    cleared(house, house.clinician, case.client_id, flag.id)
    assert step(house, house.clinician, case).kind is not NextStepKind.REACH_TODAY
    assert before.kind in TURNING


def test_it_is_the_act_of_whoever_was_named_for_it(both_houses: House, case: Case) -> None:
    house = both_houses
    cover = house.practice.member(Role.CLINICIAN, name="Cover Colleague")
    raised(house, house.clinician, case.client_id, FlagKind.RISK_OF_HARM, owner_id=cover.id)
    owner = step(house, house.clinician, case).owner
    assert owner is not None
    assert (owner.id, owner.name) == (cover.id, "Cover Colleague")


@pytest.mark.parametrize("kind", [FlagKind.UNSAFE_TO_CONTACT, FlagKind.PRACTICE_HOLD, FlagKind.CONFIDENTIAL_PROGRAMME])
def test_whoever_is_kept_back_is_not_turned_to_until_it_is_cleared(
    both_houses: House, case: Case, kind: FlagKind
) -> None:
    house = both_houses
    before = step(house, house.clinician, case)
    assert before.kind in TURNING
    flag = raised(house, house.lead, case.client_id, kind)
    during = step(house, house.clinician, case)
    if kind is FlagKind.UNSAFE_TO_CONTACT:
        assert during.kind is NextStepKind.WAIT_FOR_CLIENT
        assert "not safe" in during.why
    else:
        assert (during.kind, during.why) == (NextStepKind.NOTHING, "Paused by the practice.")
    house.wait(days=40)
    assert step(house, house.clinician, case).kind not in TURNING
    cleared(house, house.lead, case.client_id, flag.id)
    assert step(house, house.clinician, case).kind in TURNING


def test_what_is_unsafe_at_one_address_changes_no_act(both_houses: House, case: Case) -> None:
    house = both_houses
    with house.work(house.clinician) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="home@example.org")
        home = consents.add(work, case.client_id, given).id
    before = step(house, house.clinician, case)
    raised(house, house.clinician, case.client_id, FlagKind.UNSAFE_TO_CONTACT, consent_id=home)
    assert step(house, house.clinician, case) == before


def test_a_hold_for_what_was_told_in_confidence_reads_like_any_other(both_houses: House, case: Case) -> None:
    house = both_houses
    other = records.weekly(house, house.clinician, last=3, name="Bea")
    sent = messages.send(house, case, house.clinician)
    messages.send(house, other, house.clinician)
    confide(house, sent)
    before = item(house, house.clinician, case)
    concern_id = read(house, house.founder)[0].id
    with house.work(house.founder) as work:
        concerns.hold(work, concern_id)
    raised(house, house.lead, other.client_id, FlagKind.PRACTICE_HOLD)
    told, ordinary = (item(house, house.clinician, one) for one in (case, other))
    varying = {"client", "clients", "episode"}
    assert told.model_dump(exclude=varying) == ordinary.model_dump(exclude=varying)
    assert told.episode.version == ordinary.episode.version
    assert told.next_step.why == "Paused by the practice."
    with house.work(house.founder) as work:
        concerns.lift(work, concern_id)
    assert item(house, house.clinician, case).model_dump() == before.model_dump()


def test_what_keeps_a_double_back_keeps_every_episode_of_the_client_back(both_houses: House, case: Case) -> None:
    house = both_houses
    with house.work(house.founder) as work:
        double = clients.add(work, ClientIn(name="Ana M.", adult_on=None)).id
    raised(house, house.founder, double, FlagKind.PRACTICE_HOLD)
    assert step(house, house.clinician, case).kind in TURNING
    with house.work(house.founder) as work:
        clients.merge(work, case.client_id, double)
    assert step(house, house.clinician, case).why == "Paused by the practice."


def test_looking_back_shows_what_stood_then(both_houses: House, case: Case) -> None:
    house = both_houses
    early = house.now
    house.wait(days=1)
    flag = raised(house, house.lead, case.client_id, FlagKind.RISK_OF_HARM)
    middle = house.wait(days=1)
    house.wait(days=1)
    cleared(house, house.lead, case.client_id, flag.id)
    with house.rows() as work:
        for at, stands in ((early, False), (middle, True), (house.now + timedelta(days=1), False)):
            found = assessments.work_out(work.session, [case.episode_id], at)[case.episode_id]
            assert (found.evidence.risk_since is not None) is stands
