"""A double of a double is the client's: found, handed out, held and erased with them, however many merges lie between."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict
from api.services import clients, endings, episodes, erasures, terminations
from api.services.terminations import Which
from api.store import migrations, records
from api.store import terminations as note_store
from schemas.tables import Client, ClientKey, EpisodeParticipant
from schemas.vocabulary import EndingKind, EpisodeFormat
from schemas.wire.clients import ClientPatch
from schemas.wire.episodes import EpisodeIn
from schemas.wire.records import LegalHoldIn
from schemas.wire.terminations import EpisodeEndIn
from tests.services.erasing import ended, erase, refusal
from tests.services.test_client_exports import opened
from tests.support import notes
from tests.support.house import Case, House

BEFORE = "0024"
Chain = tuple[Case, Case, Case]


def merged_twice(house: House) -> Chain:
    """A turned out to be B, and B to be C."""
    a, b, c = (house.client(name, house.founder) for name in ("Ana One", "Ana Two", "Ana Three"))
    notes.sign(house, house.founder, notes.draft(house, house.founder, a))
    with house.work(house.founder) as work:
        clients.merge(work, b.client_id, a.client_id)
    with house.work(house.founder) as work:
        clients.merge(work, c.client_id, b.client_id)
    return a, b, c


def as_it_was(house: House, chain: Chain) -> None:
    """A chain as merges left it before they followed it to the end."""
    a, b, _ = chain
    with house.rows() as work:
        work.session.scalars(sa.select(Client).where(col(Client.id) == a.client_id)).one().merged_into_id = b.client_id


def points_to(house: House, case: Case) -> object:
    with house.rows() as work:
        return work.session.scalars(sa.select(col(Client.merged_into_id)).where(col(Client.id) == case.client_id)).one()


def test_a_double_of_a_double_points_to_the_client(shared_house: House) -> None:
    a, b, c = merged_twice(shared_house)
    assert (points_to(shared_house, a), points_to(shared_house, b)) == (c.client_id, c.client_id)
    with shared_house.work(shared_house.founder) as work:
        assert clients.read(work, a.client_id).merged_into_id == c.client_id


@pytest.mark.parametrize("former", [False, True])
def test_a_double_of_a_double_is_erased_with_the_client(both_houses: House, former: bool) -> None:
    house = both_houses
    chain = merged_twice(house)
    if former:
        as_it_was(house, chain)
    a, b, c = chain
    with house.work(house.founder) as work:
        (note,) = terminations.page(work, Which(client_id=c.client_id), before=None, limit=9).items
    told, page = opened(house, c.client_id)
    assert {row["name"] for row in told["tables"]["clients"]} == {"Ana One", "Ana Two", "Ana Three"}
    assert notes.TALKED["client_words"] in page
    ended(house, a.episode_id, b.episode_id, c.episode_id)
    erase(house, c.client_id)
    with house.rows() as work:
        assert work.session.scalars(sa.select(ClientKey)).all() == []
    with pytest.raises(Conflict) as refused:
        notes.read(house, house.founder, note.id)
    assert refused.value.code == "erased"


def test_a_legal_hold_on_any_of_them_refuses_the_erasure(shared_house: House) -> None:
    house = shared_house
    a, b, c = (house.client(name, house.founder) for name in ("Ana One", "Ana Two", "Ana Three"))
    with house.work(house.founder) as work:
        erasures.hold(work, a.client_id, LegalHoldIn(reason="Before the board."))
        clients.merge(work, b.client_id, a.client_id)
        clients.merge(work, c.client_id, b.client_id)
    ended(house, a.episode_id, b.episode_id, c.episode_id)
    assert refusal(house, c.client_id) == "legal_hold"
    with house.work(house.founder) as work:
        erasures.end_hold(work, a.client_id)
    erase(house, c.client_id)


def test_chains_of_former_merges_are_followed_to_the_end(both_houses: House) -> None:
    house = both_houses
    chain = a, b, c = merged_twice(house)
    as_it_was(house, chain)
    with house.rows() as work:
        everybody = {one.client_id for one in chain}
        assert records.whose(work.session, c.client_id).client_ids == everybody
        assert note_store.doubles_of(work.session, c.client_id) == everybody - {c.client_id}
    migrations.downgrade(house.url, BEFORE)
    migrations.upgrade(house.url)
    assert (points_to(house, a), points_to(house, b), points_to(house, c)) == (c.client_id, c.client_id, None)


@pytest.mark.parametrize("left", ["client", "double"])
def test_whoever_took_part_twice_takes_part_as_long_as_either_record_did(shared_house: House, left: str) -> None:
    house = shared_house
    ana, double, berta = (house.client(name, house.founder).client_id for name in ("Ana", "Ana M.", "Berta"))
    with house.work(house.founder) as work:
        given = EpisodeIn(client_ids=[ana, double, berta], format=EpisodeFormat.FAMILY)
        episode = episodes.add(work, given)
    with house.work(house.founder) as work:
        gone = EpisodeEndIn(how_it_ended=EndingKind.AGREED, client_id=ana if left == "client" else double)
        endings.end(work, episode.id, gone)
    with house.work(house.founder) as work:
        clients.merge(work, ana, double)
    with house.rows() as work:
        parts = sa.select(EpisodeParticipant).where(col(EpisodeParticipant.episode_id) == episode.id)
        found = {part.client_id: (part.left_at, part.ending) for part in work.session.scalars(parts)}
    assert found == {ana: (None, None), berta: (None, None)}


@pytest.mark.parametrize("known_by", ["client", "double", "both"])
def test_nobody_comes_of_age_by_a_merge(shared_house: House, known_by: str) -> None:
    """Of two days the later: whom one record calls a minor is written to as one."""
    house, early, late = shared_house, date(2020, 1, 1), date(2030, 1, 1)
    ana, double = (house.client(name, house.founder).client_id for name in ("Ana", "Ana M."))
    days = {"client": (late, None), "double": (None, late), "both": (early, late)}[known_by]
    for client_id, day in zip((ana, double), days, strict=True):
        with house.work(house.founder) as work:
            version = clients.read(work, client_id).version
            clients.change(work, client_id, ClientPatch(adult_on=day), version=version)
    with house.work(house.founder) as work:
        assert clients.merge(work, ana, double).adult_on == late
