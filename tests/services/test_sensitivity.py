"""How early a practice is told: every way in which an episode is assessed uses the level it chose."""

import threading
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain import engagement, weights
from api.domain.access import operator_principal, system_principal
from api.domain.errors import AccessDenied, VersionMismatch
from api.domain.history import Rhythm
from api.services import assessments, caseload_as_of, contacts, practices
from api.services import engagement as engagement_services
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import histories
from api.store import practices as practice_store
from schemas.tables import AuditEntry, Episode
from schemas.vocabulary import Sensitivity
from schemas.wire.contacts import ContactIn
from schemas.wire.practices import PracticePatch
from tests.services import records
from tests.services.imports import files
from tests.support.house import House, open_house

LEVELS = (Sensitivity.FEWER, Sensitivity.BALANCED, Sensitivity.EARLIER)
SPOKE = ContactIn.model_validate({"direction": "outbound", "channel": "phone", "outcome": "spoke"})


class Killed(BaseException):
    """The worker's process ends in the middle of a slice."""


def choose(house: House, level: Sensitivity) -> None:
    with house.work(house.admin) as work:
        practices.change(work, PracticePatch(sensitivity=level), version=practices.read(work).version)


def stored(house: House) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    with house.rows() as work:
        rows = work.session.scalars(sa.select(Episode)).all()
        return {row.id: (row.drifting_at, row.quiet_at) for row in rows}


def computed(house: House, level: Sensitivity) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """Said by the domain from the facts, with the level named, whatever the store thinks it is."""
    with house.rows() as work:
        rows = work.session.scalars(sa.select(Episode)).all()
        found = {}
        for row in rows:
            assert row.assessed_at is not None
            past = histories.load(work.session, [row.id], as_of=row.assessed_at)[row.id]
            told = engagement.assess(past, Rhythm(), row.assessed_at, weights.load(level))
            found[row.id] = (told.drifting_at, told.quiet_at)
        return found


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_stored_is_what_the_chosen_level_says(both_houses: House, level: Sensitivity) -> None:
    house = both_houses
    for number, last in enumerate((1, 2, 3)):
        records.weekly(house, house.clinician, last=last, name=str(number))
    choose(house, Sensitivity.FEWER if level is Sensitivity.EARLIER else Sensitivity.EARLIER)
    files.assess(house)
    choose(house, level)
    files.assess(house)
    assert stored(house) == computed(house, level)
    assert all(drifting for drifting, _ in stored(house).values())
    others = [computed(house, other) for other in LEVELS if other is not level]
    assert all(stored(house) != other for other in others)
    records.assert_stored_is_computed(house)


def test_a_fact_recorded_later_is_weighed_at_the_chosen_level(both_houses: House) -> None:
    house = both_houses
    choose(house, Sensitivity.EARLIER)
    case = records.weekly(house, house.clinician, last=2)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, SPOKE)
    assert stored(house) == computed(house, Sensitivity.EARLIER)


@pytest.mark.parametrize("level", LEVELS)
def test_why_is_asked_at_the_chosen_level(both_houses: House, level: Sensitivity) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=2)
    choose(house, level)
    with house.work(house.clinician) as work:
        shown = engagement_services.read(work, case.episode_id)
    assert (shown.drifting_at, shown.quiet_at) == computed(house, level)[case.episode_id]
    assert stored(house) == computed(house, level)


def test_the_neighbours_keep_their_own_level(both_houses: House) -> None:
    house, neighbour = both_houses, both_houses.found("Next door")
    neighbour.client("Eva", neighbour.founder)
    records.weekly(house, house.clinician, last=2)
    choose(house, Sensitivity.FEWER)
    with house.rows(neighbour) as work:
        assert not work.session.scalars(sa.select(Episode)).one().assessment_due
        assert practice_store.current(work.session).sensitivity is Sensitivity.BALANCED


def test_looking_back_uses_the_level_of_today(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=2)
    edges = {}
    for level in LEVELS:
        choose(house, level)
        files.assess(house)
        edges[level] = stored(house)[case.episode_id][0]
    earlier, balanced = edges[Sensitivity.EARLIER], edges[Sensitivity.BALANCED]
    assert earlier is not None
    assert balanced is not None
    between = earlier + (balanced - earlier) / 2
    seen = {}
    for level in LEVELS:
        choose(house, level)
        with house.work(operator_principal(house.practice.id)) as work:
            [item] = caseload_as_of.look_back(work, as_of=between, stage=None, after=None).items
        seen[level] = item.stage.value
    assert seen == {Sensitivity.FEWER: "engaged", Sensitivity.BALANCED: "engaged", Sensitivity.EARLIER: "drifting"}


def test_a_change_says_who_made_it_and_to_which_level(both_houses: House) -> None:
    house = both_houses
    choose(house, Sensitivity.EARLIER)
    with house.rows() as work:
        entry = work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action) == "practice.edit")).one()
    assert entry.actor_id == house.admin.id
    assert entry.details == {"changed": ["sensitivity"], "sensitivity": "earlier"}
    for person in (house.clinician, house.lead):
        with pytest.raises(AccessDenied), house.work(person) as work:
            practices.change(work, PracticePatch(sensitivity=Sensitivity.FEWER), version=2)
    with pytest.raises(VersionMismatch), house.work(house.admin) as work:
        practices.change(work, PracticePatch(sensitivity=Sensitivity.FEWER), version=1)


def test_progress_counts_running_episodes_whoever_asks(both_houses: House) -> None:
    house = both_houses
    for number in range(3):
        house.client(str(number), house.clinician)
    choose(house, Sensitivity.FEWER)
    with house.work(house.admin) as work:
        told = practices.noticing(work)
    assert (told.running_episode_count, told.waiting_count) == (3, 3)
    assert [level.sensitivity for level in told.levels] == list(LEVELS)
    assert [level.chosen for level in told.levels] == [True, False, False]
    with house.rows() as work:
        ids = list(work.session.scalars(sa.select(col(Episode.id))))
        work.session.execute(sa.update(Episode).where(col(Episode.id) == ids[0]).values(assessment_due=False))
        work.session.execute(sa.update(Episode).where(col(Episode.id) == ids[1]).values(ended_at=house.now))
    with house.work(house.clinician) as work:
        told = practices.noticing(work)
    assert (told.running_episode_count, told.waiting_count) == (2, 1)


def test_a_change_picks_up_where_a_killed_worker_left_off(both_houses: House) -> None:
    """The mark is on each episode and goes in the commit of its assessment."""
    house = both_houses
    first = records.weekly(house, house.clinician, last=2)
    records.weekly(house, house.clinician, last=3, name="Bea")
    choose(house, Sensitivity.EARLIER)
    with house.rows() as work:
        assessment_store.refresh(work.session, [first.episode_id], work.now)
    with suppress(Killed), house.work(system_principal(house.practice.id)) as work:
        assert assessments.refresh_due(work) == 1
        raise Killed
    with house.work(house.admin) as work:
        assert practices.noticing(work).waiting_count == 1
    files.assess(house)
    assert stored(house) == computed(house, Sensitivity.EARLIER)


@pytest.mark.postgresql
def test_whoever_read_the_practice_before_the_change_assesses_by_the_new_level(postgresql_url: str) -> None:
    with open_house(postgresql_url) as house:
        case = records.weekly(house, house.clinician, last=2)
        with house.work(house.clinician) as work:
            assert practice_store.current(work.session).sensitivity is Sensitivity.BALANCED
            choosing = threading.Thread(target=choose, args=(house, Sensitivity.EARLIER))
            choosing.start()
            choosing.join(timeout=20)
            contacts.record(work, case.episode_id, SPOKE)
        with house.rows() as work:
            row = episode_store.get(work.session, case.episode_id)
            assert row is not None
            assert not row.assessment_due
        assert stored(house) == computed(house, Sensitivity.EARLIER)
