"""A reader who has become a clinician of the client since does not open what was told before they did: another lead reads it."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import NotFound
from api.domain.replies import Told
from api.services import audit, clients, concerns, episodes, members
from schemas.tables import Concern
from schemas.vocabulary import Role
from schemas.wire.concerns import ConcernReleaseIn
from schemas.wire.episodes import EpisodePatch
from schemas.wire.members import MemberIn
from tests.services.test_concerns import TOLD, confide, read
from tests.support import links as messages
from tests.support.house import Case, House, Person
from tests.support.links import Sent


@pytest.fixture
def case(shared_house: House) -> Case:
    return shared_house.client("Ana", shared_house.clinician)


@pytest.fixture
def sent(shared_house: House, case: Case) -> Sent:
    return messages.send(shared_house, case, shared_house.clinician)


def takes_over(house: House, case: Case, who: Person) -> None:
    with house.work(house.founder) as work:
        version = episodes.read(work, case.episode_id).version
    with house.work(house.founder) as work:
        episodes.change(work, case.episode_id, EpisodePatch(responsible_id=who.id), version=version)


def waits(house: House, who: Person) -> bool:
    with house.work(who) as work:
        return concerns.waits(work)


def told_by_the_trail(house: House, who: Person) -> list[str]:
    """Of what somebody else did."""
    with house.work(who) as work:
        found = audit.page(work, subject_id=None, before=None, limit=200).items
    return [one.action for one in found if one.action.startswith("concern.") and one.actor_id != who.id]


def test_what_they_have_not_opened_goes_to_another(shared_house: House, case: Case, sent: Sent) -> None:
    """With what it took the place of."""
    house = shared_house
    confide(house, sent)
    confide(house, sent, Told(words="And more.", reasons=TOLD.reasons))
    _ = house.lead
    takes_over(house, case, house.founder)
    assert not waits(house, house.founder)
    assert read(house, house.founder) == []
    (concern,) = read(house, house.lead)
    assert (concern.words, [one.words for one in concern.replaced]) == ("And more.", ["So it was."])
    for act in (concerns.read, concerns.hold, concerns.handle):
        with pytest.raises(NotFound), house.work(house.founder) as work:
            act(work, concern.id)


def test_by_its_address_it_is_closed_to_them_too(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    _ = house.lead
    with house.work(house.founder) as work:
        (concern_id,) = work.session.scalars(sa.select(col(Concern.id)))  # not by opening it
    takes_over(house, case, house.founder)
    with pytest.raises(NotFound), house.work(house.founder) as work:
        concerns.read(work, concern_id)
    assert not waits(house, house.founder)
    assert [one.id for one in read(house, house.lead)] == [concern_id]


def test_what_they_had_opened_before_stays_theirs(shared_house: House, case: Case, sent: Sent) -> None:
    """They know it, and may be in the middle of it with the client."""
    house = shared_house
    confide(house, sent)
    assert len(read(house, house.founder)) == 1
    _ = house.lead
    takes_over(house, case, house.founder)
    assert (len(read(house, house.founder)), read(house, house.lead)) == (1, [])


def test_where_nobody_else_is_independent_nobody_opens_it_until_somebody_is(
    shared_house: House, case: Case, sent: Sent
) -> None:
    house = shared_house
    confide(house, sent)
    takes_over(house, case, house.founder)
    assert (read(house, house.founder), waits(house, house.founder)) == ([], False)
    assert told_by_the_trail(house, house.founder) == []
    with house.work(house.founder) as work:
        given = MemberIn(name="New Lead", email=f"{case.client_id.hex}@example.org", roles=[Role.PRACTICE_LEAD])
        member = members.add(work, given).member
    newcomer = house.practice.signed_in(member.id, "New Lead", "", frozenset({Role.PRACTICE_LEAD}))
    assert [one.words for one in read(house, newcomer)] == ["So it was."]
    assert "concern.confide" in told_by_the_trail(house, newcomer)


def test_so_it_is_after_a_merge(shared_house: House, sent: Sent, case: Case) -> None:
    house = shared_house
    confide(house, sent)
    _ = house.lead
    other = house.client("Ana Moreno", house.founder)
    with house.work(house.lead) as work:
        clients.merge(work, other.client_id, case.client_id)
    assert read(house, house.founder) == []
    assert [one.words for one in read(house, house.lead)] == ["So it was."]


def test_whatever_its_reader_does_opens_it(shared_house: House, sent: Sent) -> None:
    """What comes by the same link afterwards stands beside it, and its hold stays in sight."""
    house = shared_house
    confide(house, sent)
    with house.work(house.founder) as work:
        (concern_id,) = work.session.scalars(sa.select(col(Concern.id)))  # not by opening it
    with house.work(house.founder) as work:
        concerns.hold(work, concern_id)
    confide(house, sent, Told(words="And more.", reasons=TOLD.reasons))
    assert [(one.words, one.held) for one in read(house, house.founder)] == [("So it was.", True), ("And more.", False)]
    with house.work(house.founder) as work:
        concerns.release(work, concern_id, ConcernReleaseIn(client_agreed_on=house.now.date()))
