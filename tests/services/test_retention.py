"""Whose time is over is shown to a practice lead, who decides; nothing is erased by a day."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Invalid, VersionMismatch
from api.services import clients, episodes, erasures, practices, retention
from schemas.tables import Client, Episode
from schemas.vocabulary import ErasureReason
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.episodes import EpisodeIn
from schemas.wire.practices import PracticePatch
from schemas.wire.records import DueOut, EraseIn, KeepIn, LegalHoldIn
from tests.services import records
from tests.support.house import House

YEAR = timedelta(days=365)


def set_periods(house: House, years: int | None, minors: int | None = None) -> None:
    with house.work(house.admin) as work:
        given = {"retention_years": years, "retention_years_of_minors": minors}
        practices.change(work, PracticePatch.model_validate(given), version=practices.read(work).version)


def gone(house: House, name: str, *, years_ago: float, **more: object) -> UUID:
    """Somebody whose last episode ended then."""
    case = house.client(name, house.clinician)
    with house.rows() as work:
        episode = work.session.scalars(sa.select(Episode).where(col(Episode.id) == case.episode_id)).one()
        episode.ended_at = house.now - years_ago * YEAR
    with house.work(house.clinician) as work:
        if more:
            clients.change(work, case.client_id, ClientPatch.model_validate(more), version=1)
    return case.client_id


def due(house: House, *, limit: int = 50) -> list[DueOut]:
    found: list[DueOut] = []
    after: UUID | None = None
    while True:
        with house.work(house.lead) as work:
            page = retention.page(work, after=after, limit=limit)
        found += page.items
        if page.next_cursor is None:
            return found
        after = UUID(page.next_cursor)


@pytest.mark.parametrize("limit", [50, 1])
def test_whoever_is_due_is_listed_and_nobody_else(shared_house: House, limit: int) -> None:
    house = shared_house
    old = gone(house, "Old", years_ago=8)
    gone(house, "Young", years_ago=5)
    running = house.client("Running", house.clinician).client_id
    back = gone(house, "Back", years_ago=9)
    with house.work(house.clinician) as work:
        episodes.add(work, EpisodeIn(client_ids=[back]))
    child = gone(house, "Child", years_ago=8, adult_on=str(house.now.date() - 3 * YEAR))
    grown = gone(house, "Grown", years_ago=8, adult_on=str(house.now.date() - 20 * YEAR))
    held, kept = gone(house, "Held", years_ago=8), gone(house, "Kept", years_ago=8)
    with house.work(house.lead) as work:
        erasures.hold(work, held, LegalHoldIn(reason="Before the board."))
        retention.keep(work, kept, KeepIn(until=house.now.date() + YEAR, reason="The insurer asked."))
    assert due(house) == []
    set_periods(house, 7)
    assert [one.client.name for one in due(house, limit=limit)] == ["Old", "Grown"]
    assert {one.client.id for one in due(house)} == {old, grown}
    assert due(house)[0].last_ended_on == (house.now - 8 * YEAR).date()
    set_periods(house, 7, 2)
    assert {one.client.id for one in due(house)} == {old, grown, child}
    house.wait(days=366)
    assert {one.client.name for one in due(house)} == {"Old", "Grown", "Child", "Kept"}
    with house.work(house.lead) as work:
        erasures.end_hold(work, held)
        erasures.erase(work, old, EraseIn(confirm="erase", reason=ErasureReason.TIME_OVER))
    assert {one.client.name for one in due(house)} == {"Grown", "Child", "Kept", "Held"}
    with house.rows() as work:
        erased = work.session.scalars(sa.select(col(Client.id)).where(col(Client.erased_at).is_not(None))).all()
    assert erased == [old]
    assert running not in {one.client.id for one in due(house)}


def test_a_record_without_an_episode_counts_from_its_opening(shared_house: House) -> None:
    house = shared_house
    set_periods(house, 1)
    with house.work(house.founder) as work:
        opened = clients.add(work, ClientIn(name="Never came")).id
    assert due(house) == []
    house.wait(days=366)
    assert [one.client.id for one in due(house)] == [opened]


def test_keeping_one_is_a_decision_with_a_reason(shared_house: House) -> None:
    house = shared_house
    set_periods(house, 7)
    old = gone(house, "Old", years_ago=8)
    until = house.now.date() + timedelta(days=30)
    with pytest.raises(Invalid), house.work(house.lead) as work:
        retention.keep(work, old, KeepIn(until=house.now.date(), reason="x"))
    with house.work(house.lead) as work:
        retention.keep(work, old, KeepIn(until=until, reason="The insurer asked."))
        told = retention.read(work, old)
    assert (told.keep_until, told.keep_reason, told.due_on) == (until, "The insurer asked.", until)
    assert due(house) == []
    house.wait(days=30)
    assert [one.client.id for one in due(house)] == [old]
    assert "retention.keep" in [act for act, _ in records.trail(house, old)]
    for who in (house.clinician, house.supervisor, house.admin):
        with pytest.raises(AccessDenied), house.work(who) as work:
            retention.page(work, after=None, limit=5)


def test_the_periods_are_set_and_taken_away_by_an_admin(shared_house: House) -> None:
    house = shared_house
    set_periods(house, 7, 10)
    with house.work(house.admin) as work:
        told = practices.change(work, PracticePatch(name="Another name"), version=2)
    assert (told.retention_years, told.retention_years_of_minors) == (7, 10)
    set_periods(house, None)
    with house.work(house.admin) as work:
        assert practices.read(work).retention_years is None
    with pytest.raises(VersionMismatch), house.work(house.admin) as work:
        practices.change(work, PracticePatch(retention_years=3), version=1)
    for years in (0, 101, 2.5, "7"):
        with pytest.raises(ValueError, match="retention_years"):
            PracticePatch.model_validate({"retention_years": years})


def test_the_day_is_the_clients_own(shared_house: House) -> None:
    """Ended late on the 14th for the practice, it was the 15th already where the client lives."""
    house = shared_house
    set_periods(house, 1)
    with house.work(house.clinician) as work:
        far = clients.add(work, ClientIn(name="Far", time_zone="Pacific/Auckland")).id
        episode = episodes.add(work, EpisodeIn(client_ids=[far])).id
    with house.rows() as work:
        row = work.session.scalars(sa.select(Episode).where(col(Episode.id) == episode)).one()
        row.ended_at = datetime.fromisoformat("2025-01-14T20:00:00+00:00")
    with house.work(house.lead) as work:
        assert retention.read(work, far).due_on == date(2026, 1, 15)
