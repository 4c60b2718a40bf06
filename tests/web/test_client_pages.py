"""Clients: finding them without their names in an address, reading them, and forms that keep what was typed."""

import re
from html import escape
from uuid import UUID

import pytest

from api.services import absences, clients, consents, episodes
from schemas.vocabulary import AppointmentStatus, Role
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.episodes import EpisodeIn
from tests.support.house import House
from tests.web.conftest import HOSTILE, Scene, Visitor


def only_client(house: House, name: str) -> str:
    with house.work(house.clinician) as work:
        return str(clients.add(work, ClientIn(name=name)).id)


@pytest.mark.parametrize(
    "name", [HOSTILE, '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "שרה כהן", "مريم", "Nguyễn Thị", "a" * 200]
)
def test_a_name_is_shown_as_it_is_and_never_becomes_markup(house: House, visitor: Visitor, name: str) -> None:
    client_id = only_client(house, name)
    browser = visitor(house.clinician)
    found = browser.post("/clients/search", data={"name": name})
    for html in (browser.get("/clients").text, browser.get(f"/clients/{client_id}").text, found.text):
        shown = escape(name, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        assert f"<bdi>{shown}</bdi>" in html
        assert "<script>" not in html
        assert "onerror=alert(1)>" not in html


def test_no_address_and_no_title_ever_holds_a_name(house: House, visitor: Visitor, scene: Scene) -> None:
    browser, case = visitor(house.clinician), scene.people["Jonas Weber"]
    for path in ("/caseload", "/clients", f"/clients/{case.client_id}", f"/episodes/{case.episode_id}/contacts"):
        html = browser.get(path).text
        addresses = re.findall(r'(?:href|action|src|value)="([^"]*)"', html)
        assert not [address for address in addresses if "jonas" in address.lower() or "weber" in address.lower()]
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        assert title is not None
        assert "Jonas" not in title[1]
    answer = browser.post("/clients/search", data={"name": "jonas"})
    assert answer.status_code == 200
    assert "Jonas Weber" in answer.text
    assert browser.get("/clients/search").headers["location"] == "/clients"


@pytest.mark.usefixtures("drifting")
def test_a_search_that_finds_nobody_or_asks_nonsense_says_so(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    assert "Nobody of that name is here." in browser.post("/clients/search", data={"name": "zzz"}).text
    assert browser.post("/clients/search", data={"name": " "}).headers["location"] == "/clients"
    assert browser.post("/clients/search", data={"name": "a\x00b"}).status_code == 422


def test_a_client_is_added_once_however_often_the_form_is_sent(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    first, second = (browser.post("/clients/new", data={"name": "Ana Moreno"}) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert browser.get("/clients").text.count("<bdi>Ana Moreno</bdi>") == 1


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "a" * 201}, "This is too long."),
        ({"name": "Ana", "time_zone": "Mars/Olympus"}, "Not a time zone of the IANA database, such as Europe/Madrid."),
        ({"name": "Ana\x07"}, "Contains a control character."),
    ],
)
def test_a_refused_form_keeps_what_was_typed(house: House, visitor: Visitor, form: dict[str, str], fault: str) -> None:
    answer = visitor(house.clinician).post("/clients/new", data=form)
    assert answer.status_code == 422
    assert f"{fault}</p>" in answer.text
    assert 'role="alert"' in answer.text
    assert f'value="{form.get("time_zone", "")}"' in answer.text


def test_the_client_s_page_tells_stage_reasons_times_and_ways(house: House, visitor: Visitor, scene: Scene) -> None:
    html = visitor(house.clinician).get(f"/clients/{scene.people['Jonas Weber'].client_id}").text
    assert ">Drifting</span>" in html
    assert "The time on 27 February did not take place." in html
    assert "Fri 27 February, 10:30" not in html
    assert "Fri 27 February, 11:30: did not take place</span>" in html
    assert html.count(": came</span>") == 5
    assert "+34912345678" in html
    assert "Called and left a voicemail." in html


def test_somebody_elses_change_meanwhile_is_told_without_losing_what_was_typed(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    browser, client_id = visitor(house.clinician), drifting.people["Jonas Weber"].client_id
    opened = re.search(r'name="version" value="(\d+)"', browser.get(f"/clients/{client_id}/edit").text)
    assert opened is not None
    with house.work(house.clinician) as work:
        clients.change(work, client_id, ClientPatch(name="Jonas Maria Weber"), version=int(opened[1]))
    typed = {"name": "J. Weber", "time_zone": "Europe/Berlin", "contacts_us": "on", "version": opened[1]}
    answer = browser.post(f"/clients/{client_id}/edit", data=typed)
    assert answer.status_code == 412
    assert "Somebody changed this meanwhile." in answer.text
    assert "Jonas Maria Weber" in answer.text
    assert 'value="J. Weber"' in answer.text
    assert 'value="Europe/Berlin"' in answer.text
    again = re.search(r'name="version" value="(\d+)"', answer.text)
    assert again is not None
    saved = browser.post(f"/clients/{client_id}/edit", data={**typed, "version": again[1]})
    assert saved.headers["location"] == f"/clients/{client_id}"
    page = browser.get(f"/clients/{client_id}").text
    assert "J. Weber" in page
    assert "The client contacts us." in page


def test_an_absence_stops_the_clock_and_can_be_taken_back(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path, page = f"/episodes/{case.episode_id}/absences", f"/clients/{case.client_id}"
    for _ in range(2):
        assert (
            browser.post(path, data={"kind": "pause", "from_on": "2026-02-28", "to_on": "2026-03-20"}).status_code
            == 303
        )
    html = browser.get(page).text
    assert ">Paused</span>" in html
    assert html.count("A pause we agreed on: Sat 28 February to Fri 20 March</span>") == 1
    with house.work(house.clinician) as work:
        absence = absences.page(work, case.episode_id)[0]
    browser.post(f"{path}/{absence.id}/withdraw", data={"back": page})
    assert ">Paused</span>" not in browser.get(page).text
    assert browser.post(f"{path}/{absence.id}/withdraw").status_code == 409


def test_an_absence_that_ends_before_it_begins_is_refused(house: House, visitor: Visitor, drifting: Scene) -> None:
    path = f"/episodes/{drifting.people['Jonas Weber'].episode_id}/absences"
    answer = visitor(house.clinician).post(path, data={"kind": "pause", "from_on": "2026-03-20", "to_on": "2026-03-01"})
    assert answer.status_code == 422
    assert "To_on comes before from_on." not in answer.text
    assert "The last day comes before the first." in answer.text


def test_a_time_is_booked_on_the_client_s_clock_and_only_once(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    form = {"starts_at": "2026-03-30T10:00", "initiator": "client"}
    for _ in range(2):
        assert browser.post(f"/episodes/{case.episode_id}/appointments", data=form).status_code == 303
    booked = [one for one in drifting.appointments_of(case) if one.status is AppointmentStatus.BOOKED]
    assert [one.starts_at.isoformat() for one in booked] == ["2026-03-30T08:00:00+00:00"]
    assert "Mon 30 March, 10:00: booked ahead</span>" in browser.get(f"/clients/{case.client_id}").text


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "nonsense", "", "2026-03-10T10:00+01:00"])
def test_a_time_that_cannot_be_is_said_beside_its_field(
    house: House, visitor: Visitor, drifting: Scene, typed: str
) -> None:
    path = f"/episodes/{drifting.people['Jonas Weber'].episode_id}/appointments"
    answer = visitor(house.clinician).post(path, data={"starts_at": typed})
    assert answer.status_code == 422
    assert 'id="fault-starts_at"' in answer.text


def test_a_moved_time_is_one_event(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    browser.post(f"/episodes/{case.episode_id}/appointments", data={"starts_at": "2026-03-10T10:00"})
    booked = drifting.appointments_of(case)[-1]
    house.wait(minutes=5)
    path = f"/appointments/{booked.id}/outcome"
    assert browser.post(path, data={"tap": "rescheduled"}).status_code == 422
    moved = {"tap": "rescheduled", "new_starts_at": "2026-03-12T16:00", "initiator": "client"}
    assert browser.post(path, data=moved).status_code == 303
    latest = drifting.appointments_of(case)[-2:]
    assert [one.status for one in latest] == [AppointmentStatus.RESCHEDULED, AppointmentStatus.BOOKED]


def test_a_time_to_come_cannot_have_been_attended(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    browser.post(f"/episodes/{case.episode_id}/appointments", data={"starts_at": "2026-03-10T10:00"})
    answer = browser.post(f"/appointments/{drifting.appointments_of(case)[-1].id}/outcome", data={"tap": "came"})
    assert answer.status_code == 409
    assert "This time has not come yet." in answer.text


def test_an_end_and_a_rhythm_are_agreed(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = f"/episodes/{case.episode_id}/agreements"
    rhythm = {"kind": "cadence_change", "from_on": "2026-03-01"}
    assert browser.post(path, data=rhythm).status_code == 422
    assert browser.post(path, data={**rhythm, "cadence_days": "14"}).status_code == 303
    assert (
        browser.post(path, data={"kind": "planned_end", "from_on": "2026-05-01", "cadence_days": "7"}).status_code
        == 303
    )
    html = browser.get(f"/clients/{case.client_id}").text
    assert "Another rhythm: every 2 weeks, from Sun 1 March" in html
    assert "A planned end, from Fri 1 May" in html


def test_a_way_to_reach_a_client_is_kept_with_what_they_allow(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, client_id = visitor(house.clinician), drifting.people["Jonas Weber"].client_id
    form = {
        "channel": "sms",
        "address": "+34 600 111 222",
        "state": "granted",
        "safe_from": "09:00",
        "safe_until": "18:00",
    }
    for _ in range(2):
        assert browser.post(f"/clients/{client_id}/consents/new", data=form).status_code == 303
    with house.work(house.clinician) as work:
        (consent,) = consents.page(work, client_id)
    assert "between 09:00 and 18:00" in browser.get(f"/clients/{client_id}").text
    path = f"/clients/{client_id}/consents/{consent.id}"
    stopped = browser.post(path, data={**form, "state": "withdrawn", "version": str(consent.version)})
    assert stopped.status_code == 303
    assert browser.post(path, data={**form, "version": str(consent.version)}).status_code == 412
    assert "Not any more" in browser.get(f"/clients/{client_id}").text


def test_a_refusal_stays_on_the_page_and_cannot_be_removed_or_recorded_over(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    browser, client_id = visitor(house.clinician), drifting.people["Jonas Weber"].client_id
    form = {"channel": "sms", "address": "+34 600 111 222", "state": "withdrawn"}
    assert browser.post(f"/clients/{client_id}/consents/new", data=form).status_code == 303
    with house.work(house.clinician) as work:
        (consent,) = [one for one in consents.page(work, client_id) if one.channel == "sms"]
    path = f"/clients/{client_id}/consents/{consent.id}"
    again = browser.post(f"/clients/{client_id}/consents/new", data={**form, "state": "granted"})
    assert again.status_code == 409
    assert "on record already" in again.text
    shown = browser.get(path).text
    assert "not any more" in shown
    assert "Take it off the record" not in shown
    assert 'value="not_asked"' not in shown
    assert browser.post(f"{path}/remove").status_code == 409
    granted = browser.post(path, data={**form, "state": "granted", "version": "1"})
    assert granted.status_code == 303
    assert browser.get(path).text.count("not any more") == 1


def test_an_address_that_was_wrong_goes_off_the_record(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, client_id = visitor(house.clinician), drifting.people["Jonas Weber"].client_id
    form = {"channel": "sms", "address": "+34 600 111 222", "state": "granted"}
    browser.post(f"/clients/{client_id}/consents/new", data=form)
    with house.work(house.clinician) as work:
        known = consents.page(work, client_id)
    for consent in known:
        assert browser.post(f"/clients/{client_id}/consents/{consent.id}/remove").status_code == 303
    assert "None is recorded." in browser.get(f"/clients/{client_id}").text


def test_an_address_that_is_none_is_refused_beside_its_field(house: House, visitor: Visitor, drifting: Scene) -> None:
    path = f"/clients/{drifting.people['Jonas Weber'].client_id}/consents/new"
    answer = visitor(house.clinician).post(
        path, data={"channel": "phone", "address": "not a number", "state": "granted"}
    )
    assert answer.status_code == 422
    assert 'id="fault-address"' in answer.text


def test_an_episode_begins_and_is_handed_over(house: House, visitor: Visitor) -> None:
    browser, client_id = visitor(house.clinician), only_client(house, "Ana Moreno")
    begun = {"format": "individual", "kind": "ongoing", "agreed_cadence_days": "7"}
    for _ in range(2):
        assert (
            browser.post(f"/clients/{client_id}/episodes/new", data=begun).headers["location"]
            == f"/clients/{client_id}"
        )
    html = browser.get(f"/clients/{client_id}").text
    assert html.count("Agreed: every week.") == 1
    episode = re.search(r"/episodes/([0-9a-f-]+)/edit", html)
    assert episode is not None
    path = f"/episodes/{episode[1]}/edit"
    version = re.search(r'name="version" value="(\d+)"', browser.get(path).text)
    assert version is not None
    handed = browser.post(
        path, data={"kind": "ongoing", "responsible_id": str(house.founder.id), "version": version[1]}
    )
    assert (handed.status_code, handed.headers["location"]) == (303, "/caseload")
    assert visitor(house.founder).get(f"/clients/{client_id}").status_code == 200


def test_a_couple_is_begun_with_the_partner_who_was_found_by_name(house: House, visitor: Visitor) -> None:
    browser, ana, bea = visitor(house.clinician), only_client(house, "Ana Moreno"), only_client(house, "Bea Moreno")
    stranger = house.client("Cleo Moreno", house.practice.member(Role.CLINICIAN)).client_id
    path, form = f"/clients/{ana}/episodes/new", {"format": "couple", "kind": "ongoing"}
    alone = browser.post(path, data=form)
    assert alone.status_code == 422
    assert 'id="fault-client_ids"' in alone.text
    found = browser.post(path, data={**form, "other_name": "moreno", "find": "yes"})
    assert found.status_code == 200
    assert f'value="{bea}"' in found.text
    assert str(stranger) not in found.text
    assert 'value="couple" selected' in found.text
    kept = browser.post(path, data={**form, "client_ids": bea, "other_name": "nobody", "find": "yes"})
    assert f'value="{bea}" checked' in kept.text
    assert browser.post(path, data={**form, "client_ids": str(stranger)}).status_code == 404
    assert browser.post(path, data={**form, "client_ids": "nonsense"}).status_code == 422
    assert browser.post(path, data={**form, "client_ids": bea}).status_code == 303
    assert "Ana Moreno" in browser.get(f"/clients/{bea}").text


def test_the_episodes_that_began_last_are_shown_first_and_lead_to_the_rest(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    with house.work(house.clinician) as work:
        later = [episodes.add(work, EpisodeIn(client_ids=[case.client_id])).id for _ in range(20)]
    browser = visitor(house.clinician)
    first = browser.get(f"/clients/{case.client_id}").text
    shown = [UUID(one) for one in re.findall(r'id="episode-([0-9a-f-]+)"', first)]
    assert shown == later[::-1]
    link = re.search(rf"/clients/{case.client_id}\?before=[0-9a-f-]+", first)
    assert link is not None
    rest = browser.get(link[0]).text
    assert [UUID(one) for one in re.findall(r'id="episode-([0-9a-f-]+)"', rest)] == [case.episode_id]
    assert "Show earlier episodes" not in rest
    assert "Back to the latest" in rest


def test_a_search_that_found_many_goes_on_with_those_added_before(house: House, visitor: Visitor) -> None:
    for number in range(51):
        only_client(house, f"Ana {number}")
    browser = visitor(house.clinician)
    first = browser.post("/clients/search", data={"name": "ana"}).text
    assert "Ana 50" in first
    assert "<bdi>Ana 0</bdi>" not in first
    cursor = re.search(r'name="cursor" value="([0-9a-f-]+)"', first)
    assert cursor is not None
    rest = browser.post("/clients/search", data={"name": "ana", "cursor": cursor[1]}).text
    assert "<bdi>Ana 0</bdi>" in rest
    assert 'name="cursor"' not in rest


def test_a_contact_with_a_day_and_a_note_is_kept(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = f"/episodes/{case.episode_id}/contacts"
    form = {"direction": "inbound", "channel": "email", "at": "2026-03-03T08:15", "note": "Wants <b>Thursdays</b>."}
    assert browser.post(path, data=form).status_code == 303
    html = browser.get(path).text
    assert "Tue 3 March, 08:15: from the client, e-mail" in html
    assert "Wants &lt;b&gt;Thursdays&lt;/b&gt;." in html
    assert browser.post(path, data={**form, "at": "2026-04-03T08:15"}).status_code == 422


def test_a_merged_double_leads_to_the_client(house: House, visitor: Visitor) -> None:
    kept, double = only_client(house, "Ana Moreno"), only_client(house, "A. Moreno")
    with house.work(house.founder) as work:
        clients.merge(work, UUID(kept), UUID(double))
    assert visitor(house.founder).get(f"/clients/{double}").headers["location"] == f"/clients/{kept}"
