"""A cover is shown whom the absent colleague was to ask how a referral went, and nothing of what it says."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Invalid, NotFound
from api.services import clients, cover_acts, covering, endings, episodes, referrals
from schemas.tables import Episode
from schemas.vocabulary import Channel, CheckInState, ContactOutcome, EndingKind, EpisodeFormat
from schemas.wire.clients import ClientPatch
from schemas.wire.covers import CoverContactIn, CoverContactOut, CoverWaitingOut
from schemas.wire.episodes import EpisodeIn
from schemas.wire.referrals import ReferralIn
from schemas.wire.terminations import EpisodeEndIn
from tests.services.covering import SECRET, Absence, away
from tests.support.house import Case, House
from tests.support.messages import approved, seen

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


def couple(scene: Absence) -> tuple[Case, Case]:
    """Bea and Cy, in the same work."""
    bea, cy = scene.house.client("Bea", scene.absent), scene.house.client("Cy", scene.absent)
    with scene.house.work(scene.absent) as work:
        given = EpisodeIn(client_ids=[bea.client_id, cy.client_id], format=EpisodeFormat.COUPLE)
        both = episodes.add(work, given).id
    return Case(bea.client_id, both), Case(cy.client_id, both)


def couple_with_a_referral(scene: Absence) -> tuple[Case, Case]:
    """Of Bea it is due to be asked how a referral went."""
    bea, cy = couple(scene)
    due_on = scene.house.now.date()
    given = ReferralIn(episode_id=bea.episode_id, client_id=bea.client_id, words=SECRET, follow_up_on=due_on)
    with scene.house.work(scene.absent) as work:
        referrals.begin(work, given)
    return bea, cy


def leave(scene: Absence, case: Case) -> None:
    with scene.house.work(scene.absent) as work:
        given = EpisodeEndIn(how_it_ended=EndingKind.CLIENT_TOLD_US, client_id=case.client_id)
        endings.end(work, case.episode_id, given)


def told(scene: Absence, case: Case, said: CoverContactIn = SPOKE, *, of: bool = True) -> CoverContactOut:
    named = said.model_copy(update={"client_id": case.client_id}) if of else said
    with scene.house.work(scene.covering) as work:
        return cover_acts.record_contact(work, scene.cover_id, case.episode_id, named)


def test_of_a_couple_a_contact_is_of_whom_it_was_with(shared_house: House) -> None:
    """What waits to go to the other goes on waiting."""
    scene = away(shared_house)
    bea, cy = couple_with_a_referral(scene)
    waits = approved(shared_house, cy, scene.absent, scene.address(cy, "cy@example.org"))
    shared_house.wait(minutes=1)
    assert told(scene, bea).client_id == bea.client_id
    assert seen(shared_house, waits) == (CheckInState.APPROVED, None)


def test_of_somebody_who_left_a_couple_a_contact_is_theirs_and_never_the_other_s(shared_house: House) -> None:
    scene = away(shared_house)
    bea, cy = couple_with_a_referral(scene)
    leave(scene, bea)
    assert told(scene, bea).client_id == bea.client_id
    assert told(scene, cy).client_id == cy.client_id
    with pytest.raises(Invalid):
        told(scene, bea, of=False)


def test_once_the_work_has_ended_only_whoever_is_to_be_asked_is_called(shared_house: House) -> None:
    scene = away(shared_house)
    bea, cy = couple_with_a_referral(scene)
    leave(scene, bea)
    leave(scene, cy)
    assert told(scene, bea, of=False).client_id == bea.client_id
    with pytest.raises(Invalid):
        told(scene, cy)
