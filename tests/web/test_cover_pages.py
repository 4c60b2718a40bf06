"""The pages of a cover: naming it, its part of Today, the list, an answer. No name on them leads into the client's record."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.services import covers, episodes, flags, leave, referrals
from api.web import covering as covering_words
from schemas.vocabulary import Channel, ConsentState, EpisodeFormat, FlagKind, Recipient, Role
from schemas.wire.covers import CoverAddressOut, CoverIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.flags import FlagIn
from schemas.wire.leave import LeaveIn
from schemas.wire.referrals import ReferralIn
from tests.services.covering import SECRET
from tests.support import links
from tests.support.house import House, Person
from tests.web.conftest import HOSTILE, Scene, Visitor


@pytest.fixture
def colleague(house: House) -> Person:
    return house.practice.member(Role.CLINICIAN, name="Bo <b>Lindqvist</b>")


@pytest.fixture
def cover_id(house: House, scene: Scene, colleague: Person) -> UUID:
    """The clinician of the scene is away from today on."""
    days = {"from_on": house.now.date(), "to_on": house.now.date() + timedelta(days=6)}
    with house.work(house.lead) as work:
        leave.record(work, scene.clinician.id, LeaveIn.model_validate(days))
        return covers.name(work, scene.clinician.id, CoverIn.model_validate({"covering_id": colleague.id, **days})).id


def named(browser: TestClient, path: str) -> list[str]:
    return re.findall(rf"{path}/[0-9a-f-]+/end", browser.get(path).text)


def test_a_clinician_names_their_own_cover_beside_their_leave(
    house: House, visitor: Visitor, colleague: Person
) -> None:
    browser, path = visitor(house.clinician), "/me/covers"
    assert f'href="{path}"' in browser.get("/me").text
    assert "No leave to come is on record." in browser.get(path).text
    browser.post("/me/leave", data={"from_on": "2026-04-01", "to_on": "2026-04-10"})
    page = browser.get(path).text
    assert 'name="from_on" type="date" value="2026-04-01"' in page
    assert "Bo &lt;b&gt;Lindqvist&lt;/b&gt;" in page
    assert f'value="{house.clinician.id}"' not in page
    given = {"covering_id": str(colleague.id), "from_on": "2026-04-01", "to_on": "2026-04-20"}
    early = browser.post(path, data=given)
    assert early.status_code == 409
    assert "Record the leave first" in early.text
    assert browser.post(path, data={**given, "covering_id": ""}).status_code == 422
    assert browser.post(path, data={**given, "to_on": "2026-04-10"}).headers["location"] == path
    assert "Wed 1 April to Fri 10 April" in browser.get(path).text
    [ending] = named(browser, path)
    assert browser.post(ending).headers["location"] == path
    assert named(browser, path) == []


def test_a_lead_names_it_for_a_colleague_and_an_admin_does_not(
    house: House, visitor: Visitor, colleague: Person
) -> None:
    lead, path = visitor(house.lead), f"/members/{house.clinician.id}/covers"
    lead.post(f"/members/{house.clinician.id}/leave", data={"from_on": "2026-04-01", "to_on": "2026-04-10"})
    assert f'href="{path}"' in lead.get(f"/members/{house.clinician.id}").text
    assert f'href="{path}"' in lead.get(f"/members/{house.clinician.id}/leave").text
    given = {"covering_id": str(colleague.id), "from_on": "2026-04-01", "to_on": "2026-04-10"}
    assert lead.post(path, data=given).headers["location"] == path
    assert len(named(lead, path)) == 1
    admin = visitor(house.admin)
    assert path not in admin.get(f"/members/{house.clinician.id}").text
    assert admin.get(path).status_code == 403
    assert admin.post(path, data=given).status_code == 403


def test_today_has_a_part_for_whom_one_covers(
    visitor: Visitor, scene: Scene, colleague: Person, cover_id: UUID
) -> None:
    today = visitor(colleague).get("/caseload").text
    assert "Covering for <bdi>clinician</bdi>" in today
    assert "Ana Moreno" in today
    assert f"/covers/{cover_id}#episode-{scene.people['Ana Moreno'].episode_id}" in today
    assert "/clients/" not in today
    for other in (scene.house.lead, scene.clinician):
        assert "Covering for" not in visitor(other).get("/caseload").text


def test_the_list_shows_limits_and_flags_and_leads_to_no_record(
    house: House, visitor: Visitor, scene: Scene, colleague: Person, cover_id: UUID
) -> None:
    jonas = scene.people["Jonas Weber"]
    with house.work(scene.clinician) as work:
        flags.raise_flag(work, jonas.client_id, FlagIn(kind=FlagKind.PRACTICE_HOLD, note=SECRET))
        flags.raise_flag(work, scene.people["Ana Moreno"].client_id, FlagIn(kind=FlagKind.RISK_OF_HARM, note=SECRET))
    browser = visitor(colleague)
    page = browser.get(f"/covers/{cover_id}").text
    assert "Risk of harm." in page
    assert "Nobody is on record." in page
    assert SECRET not in page
    assert "<script>alert" not in page
    assert "/clients/" not in page
    assert HOSTILE not in page
    tap = f"/covers/{cover_id}/episodes/{scene.people['Ana Moreno'].episode_id}/contacts"
    assert tap in page
    assert browser.post(tap, data={"tap": "spoke"}).headers["location"] == f"/covers/{cover_id}"
    assert browser.post(tap, data={"tap": "shouted"}).status_code == 200  # the list again, nothing recorded
    for person in (house.lead, scene.clinician, house.practice.elena):
        assert visitor(person).get(f"/covers/{cover_id}").status_code == 404
        assert visitor(person).post(tap, data={"tap": "spoke"}).status_code == 404
    visitor(house.lead).post(f"/members/{scene.clinician.id}/covers/{cover_id}/end")
    assert browser.get(f"/covers/{cover_id}").status_code == 404
    assert "Covering for" not in browser.get("/caseload").text


def test_an_answer_is_opened_and_dealt_with(
    house: House, visitor: Visitor, scene: Scene, colleague: Person, cover_id: UUID
) -> None:
    case = scene.people["Ana Moreno"]
    reply_id = links.reply(house, case, scene.clinician, links.send(house, case, scene.clinician))
    browser, path = visitor(colleague), f"/covers/{cover_id}/replies/{reply_id}"
    assert f'href="{path}"' in browser.get("/caseload").text
    assert f'href="{path}"' in browser.get(f"/covers/{cover_id}").text
    assert "Asks for a call" in browser.get(path).text
    assert browser.post(f"{path}/handled", data={"how": "danced"}).status_code == 200
    assert browser.post(f"{path}/handled", data={"how": "spoke"}).headers["location"] == f"/covers/{cover_id}"
    assert browser.get(path).status_code == 404
    assert "An answer waits" not in browser.get(f"/covers/{cover_id}").text


def test_what_is_said_of_an_address_says_what_speaks_against_it_first(house: House) -> None:
    today = house.now.date()
    good = CoverAddressOut(
        id=house.clinician.id,
        channel=Channel.PHONE,
        address="+34 600 100 200",
        may_be_used=True,
        state=ConsentState.GRANTED,
        valid_until=today,
        unsafe=False,
        refused_elsewhere=False,
        safe_from=None,
        safe_until=None,
        may_mention_therapy=False,
        voicemail_allowed=False,
        sender_name="Bo",
        recipient=Recipient.GUARDIAN,
    )
    changes: dict[str, dict[str, object]] = {
        "good": {},
        "unsafe": {"unsafe": True, "may_be_used": False},
        "never asked": {"state": ConsentState.NOT_ASKED, "may_be_used": False},
        "declined": {"state": ConsentState.DECLINED, "may_be_used": False},
        "shared": {"refused_elsewhere": True, "may_be_used": False},
        "over": {"valid_until": today - timedelta(days=1), "may_be_used": False},
        "held": {"may_be_used": False},
    }
    said = {name: covering_words.limits(good.model_copy(update=changed), today) for name, changed in changes.items()}
    assert said["good"] == (
        "May be used; without a word about therapy; no voicemail; as Bo; a parent or guardian reads there."
    )
    assert len(set(said.values())) == len(said)
    assert not any("May be used" in words for name, words in said.items() if name != "good")


def test_whom_to_ask_how_a_referral_went_is_listed_with_the_ways_to_reach_them(
    house: House, visitor: Visitor, scene: Scene, colleague: Person, cover_id: UUID
) -> None:
    bea = house.client("Bea Roca", scene.clinician)
    with house.work(scene.clinician) as work:
        referrals.begin(work, ReferralIn(episode_id=bea.episode_id, words=SECRET, follow_up_on=house.now.date()))
    browser = visitor(colleague)
    page = browser.get(f"/covers/{cover_id}").text.partition("Ask how it went")[2]
    assert "Bea Roca" in page
    assert SECRET not in page
    assert f'<input type="hidden" name="client_id" value="{bea.client_id}">' in page
    path, data = f"/covers/{cover_id}/episodes/{bea.episode_id}/contacts", {"tap": "spoke"}
    assert browser.post(path, data={**data, "client_id": str(bea.client_id)}).status_code == 303
    other = {**data, "client_id": str(scene.people["Ana Moreno"].client_id)}
    assert browser.post(path, data=other).status_code == 200  # the list again, nothing recorded


def test_of_a_couple_each_has_taps_of_their_own(
    house: House, visitor: Visitor, scene: Scene, colleague: Person, cover_id: UUID
) -> None:
    bea, cy = house.client("Bea Roca", scene.clinician), house.client("Cy Roca", scene.clinician)
    with house.work(scene.clinician) as work:
        given = EpisodeIn(client_ids=[bea.client_id, cy.client_id], format=EpisodeFormat.COUPLE)
        both = episodes.add(work, given).id
        flags.raise_flag(work, cy.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    page = visitor(colleague).get(f"/covers/{cover_id}").text
    taps = re.findall(
        rf'/episodes/{both}/contacts">\s*<input type="hidden" name="client_id" value="([^"]+)">\s*<button[^>]+value="spoke"',
        page,
    )
    assert taps == [str(bea.client_id), str(cy.client_id)]
    assert 'aria-label="Record a contact with Cy Roca"' in page
