"""A cover is shown whom the absent colleague was to ask how a referral went, and nothing of what it says."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import NotFound
from api.services import clients, cover_acts, covering, referrals
from schemas.tables import Episode
from schemas.vocabulary import Channel, ContactOutcome, EndingKind
from schemas.wire.clients import ClientPatch
from schemas.wire.covers import CoverContactIn, CoverWaitingOut
from schemas.wire.referrals import ReferralIn
from tests.services.covering import SECRET, Absence, away
from tests.support.house import Case, House

SPOKE = CoverContactIn(channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)


def begun(scene: Absence, name: str, on: date) -> Case:
    case = scene.house.client(name, scene.absent)
    with scene.house.work(scene.absent) as work:
        referrals.begin(work, ReferralIn(episode_id=case.episode_id, words=SECRET, follow_up_on=on))
    return case


def waiting(scene: Absence) -> CoverWaitingOut:
    with scene.house.work(scene.covering) as work:
        return covering.waiting(work, scene.cover_id)


def test_whom_to_ask_is_shown_when_it_is_due_and_no_word_of_it(both_houses: House) -> None:
    house = both_houses
    scene, today = away(house), house.now.date()
    due, later = begun(scene, "Ana", today + timedelta(days=1)), begun(scene, "Bea", today + timedelta(days=9))
    scene.address(due, "ana@example.org")
    with house.rows() as work:
        row = work.session.scalars(sa.select(Episode).where(col(Episode.id) == due.episode_id)).one()
        row.ended_at, row.ending = work.now, EndingKind.AGREED
    assert waiting(scene).referrals == []
    with house.work(scene.covering) as work, pytest.raises(NotFound):
        cover_acts.record_contact(work, scene.cover_id, due.episode_id, SPOKE)
    house.wait(days=1)
    found = waiting(scene)
    assert [(one.client.name, one.episode_id) for one in found.referrals] == [("Ana", due.episode_id)]
    assert [one.address for one in found.referrals[0].client.addresses] == ["ana@example.org"]
    assert SECRET not in found.model_dump_json()
    with house.work(scene.covering) as work:
        cover_acts.record_contact(work, scene.cover_id, due.episode_id, SPOKE)
    with house.work(scene.absent) as work:
        version = clients.read(work, due.client_id).version
        clients.change(work, due.client_id, ClientPatch(died_on=house.now.date()), version=version)
    assert waiting(scene).referrals == []
    assert later.client_id not in {one.client.id for one in waiting(scene).referrals}
