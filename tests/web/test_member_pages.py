"""Members, one's own account, the practice, keys and the trail, as those who run the practice use them."""

import re

import pytest
from starlette.testclient import TestClient

from api.services import leave
from api.web import everybody
from schemas.vocabulary import Role
from tests.services import records
from tests.services.imports import files
from tests.support.house import PASSWORD, House
from tests.web.conftest import Scene, Visitor


@pytest.fixture
def admin(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.admin)


@pytest.fixture
def founder(house: House, visitor: Visitor) -> TestClient:
    """Admin and practice lead in one."""
    return visitor(house.founder)


@pytest.fixture
def lead(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.lead)


def version(browser: TestClient, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.get(path).text)
    assert found is not None
    return found[1]


def test_a_new_member_s_password_is_shown_once_and_opens_the_door(visitor: Visitor, founder: TestClient) -> None:
    form = {"name": "Noa Peretz", "email": "noa@example.org", "roles": ["clinician", "supervisor"]}
    answer = founder.post("/members/new", data=form)
    password = re.search(r'<code class="secret">([^<]+)</code>', answer.text)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert password is not None
    assert password[1] not in founder.get("/members").text
    entered = visitor().post("/sign-in", data={"email": "noa@example.org", "password": password[1]})
    assert entered.headers["location"] == "/me/password"


def test_an_address_in_use_keeps_the_form(house: House, founder: TestClient) -> None:
    form = {"name": "Noa", "email": house.clinician.email, "roles": ["clinician"]}
    answer = founder.post("/members/new", data=form)
    assert answer.status_code == 409
    assert "There is an account with this e-mail address already." in answer.text
    assert 'value="Noa"' in answer.text
    assert re.search(r'value="clinician" checked', answer.text)


def test_a_member_without_a_name_or_address_is_said_so(admin: TestClient) -> None:
    answer = admin.post("/members/new", data={"name": "", "email": "not an address"})
    assert answer.status_code == 422
    assert 'id="fault-name">Fill this in.' in answer.text
    assert 'id="fault-email"' in answer.text


def test_an_admin_adds_somebody_and_a_lead_lets_them_at_their_clients(
    visitor: Visitor, admin: TestClient, lead: TestClient
) -> None:
    form = admin.get("/members/new").text
    assert 'value="admin"' in form
    assert 'value="clinician"' not in form
    added = admin.post("/members/new", data={"name": "Noa Peretz", "email": "noa@example.org"})
    path = added.headers["location"]
    waiting = admin.get(path).text
    assert "none yet; a practice lead gives clinical ones" in waiting
    assert "/roles" not in waiting
    assert admin.get(f"{path}/roles").status_code == 403
    given = lead.post(f"{path}/roles", data={"roles": ["clinician"], "version": version(lead, f"{path}/roles")})
    assert given.headers["location"] == path
    assert "hand them a one-time password" in lead.get(path).text
    assert "a practice lead makes their one-time password" in admin.get(path).text
    password = re.search(r'<code class="secret">([^<]+)</code>', lead.post(f"{path}/password").text)
    assert password is not None
    entered = visitor().post("/sign-in", data={"email": "noa@example.org", "password": password[1]})
    assert entered.headers["location"] == "/me/password"


def test_an_admin_with_a_clinical_role_takes_two_people(
    house: House, visitor: Visitor, admin: TestClient, lead: TestClient
) -> None:
    """And the way that the page names is one."""
    both = house.practice.member(Role.ADMIN, Role.CLINICIAN, name="Both")
    path = f"/members/{both.id}"
    for browser in (admin, lead):
        page = browser.get(path).text
        assert "it takes an admin and a practice lead" in page
        assert f'action="{path}/password"' not in page
        assert browser.post(f"{path}/password").status_code == 403
    form = {"name": "Both", "roles": ["clinician"], "version": version(admin, f"{path}/edit")}
    assert admin.post(f"{path}/edit", data=form).status_code == 303
    password = re.search(r'<code class="secret">([^<]+)</code>', lead.post(f"{path}/password").text)
    assert password is not None
    form = {"name": "Both", "roles": ["clinician", "admin"], "version": version(admin, f"{path}/edit")}
    assert admin.post(f"{path}/edit", data=form).status_code == 303
    assert visitor().post("/sign-in", data={"email": both.email, "password": password[1]}).status_code == 303


def test_what_a_lead_may_not_do_is_not_offered(house: House, lead: TestClient) -> None:
    page = lead.get(f"/members/{house.admin.id}").text
    assert "An admin makes their one-time password." in page
    assert "/leaving" not in page
    assert 'value="admin"' not in lead.get(f"/members/{house.admin.id}/roles").text
    refused = lead.post(f"/members/{house.admin.id}/roles", data={"roles": ["admin"], "version": "1"})
    assert (refused.status_code, 'id="fault-roles"' in refused.text) == (422, True)


def test_an_admin_is_told_who_gives_what_they_cannot(house: House, admin: TestClient) -> None:
    edit = admin.get(f"/members/{house.clinician.id}/edit").text
    assert re.search(r'value="clinician" checked', edit)
    assert 'value="practice_lead"' not in edit
    assert "only a practice lead gives one" in edit
    forged = {"name": "X", "roles": ["practice_lead"], "version": "1"}
    refused = admin.post(f"/members/{house.admin.id}/edit", data=forged)
    assert refused.status_code == 403
    assert "This opens clinical content, so a practice lead has to do it." in refused.text
    new_key = admin.get("/practice/keys/new").text
    assert 'value="leave:record"' in new_key
    assert 'value="client:read"' not in new_key


def test_roles_change_and_the_last_admin_stays(
    house: House, visitor: Visitor, admin: TestClient, founder: TestClient
) -> None:
    path = f"/members/{house.clinician.id}/edit"
    form = {"name": "Renamed", "roles": ["clinician", "practice_lead"], "version": version(founder, path)}
    assert founder.post(path, data=form).status_code == 303
    assert founder.post(path, data=form).status_code == 412
    page = admin.get(f"/members/{house.clinician.id}").text
    assert "Renamed" in page
    assert "Practice lead" in page
    assert visitor(house.clinician).get("/imports").status_code == 200
    own = f"/members/{house.admin.id}/edit"
    theirs = f"/members/{house.founder.id}/edit"
    taken = admin.post(theirs, data={"name": "F", "roles": ["clinician"], "version": version(admin, theirs)})
    assert taken.status_code == 303
    last = admin.post(own, data={"name": "A", "version": version(admin, own)})
    assert last.status_code == 409
    assert "This is the only admin." in last.text


def test_in_a_large_practice_everybody_can_be_ticked_and_nobody_is_lost_by_saving(
    house: House, lead: TestClient
) -> None:
    everybody = [house.practice.member(Role.CLINICIAN, name=f"Clinician {number}") for number in range(201)]
    last = everybody[-1]
    supervisor = house.practice.member(Role.SUPERVISOR, name="Sam", supervisees=(last,))
    path = f"/members/{supervisor.id}/supervisees"
    shown = lead.get(path).text
    ticked = re.findall(r'name="member_ids" type="checkbox" value="([0-9a-f-]+)" checked', shown)
    assert ticked == [str(last.id)]
    assert all(str(one.id) in shown for one in everybody)
    form = {"member_ids": ticked, "version": version(lead, path)}
    assert lead.post(path, data=form).status_code == 303
    assert "Clinician 200" in lead.get(f"/members/{supervisor.id}").text


def test_supervision_is_set_by_ticking_names(house: House, visitor: Visitor, drifting: Scene, lead: TestClient) -> None:
    supervisor = house.practice.member(Role.SUPERVISOR, name="Sam")
    client_page = f"/clients/{drifting.people['Jonas Weber'].client_id}"
    path = f"/members/{supervisor.id}/supervisees"
    assert visitor(supervisor).get(client_page).status_code == 404
    form = {"member_ids": [str(house.clinician.id)], "version": version(lead, path)}
    assert lead.post(path, data=form).status_code == 303
    assert visitor(supervisor).get(client_page).status_code == 200
    assert lead.post(path, data={"version": version(lead, path)}).status_code == 303
    assert visitor(supervisor).get(client_page).status_code == 404


def test_a_one_time_password_ends_the_former_one(house: House, visitor: Visitor, lead: TestClient) -> None:
    browser = visitor(house.clinician)
    assert browser.get("/me").status_code == 200
    answer = lead.post(f"/members/{house.clinician.id}/password")
    assert '<code class="secret">' in answer.text
    assert browser.get("/me").headers["location"].startswith("/sign-in")
    old = visitor().post("/sign-in", data={"email": house.clinician.email, "password": PASSWORD})
    assert old.status_code == 401


def test_nobody_leaves_clients_without_a_clinician(
    house: House, visitor: Visitor, drifting: Scene, admin: TestClient
) -> None:
    path = f"/members/{house.clinician.id}/leaving"
    refused = admin.post(path, data={"hand_over_to": ""})
    assert refused.status_code == 409
    assert "Name who takes over" in refused.text
    other = house.practice.member(Role.CLINICIAN, name="Other")
    assert admin.post(path, data={"hand_over_to": str(other.id)}).headers["location"] == "/members"
    assert visitor(other).get(f"/clients/{drifting.people['Jonas Weber'].client_id}").status_code == 200
    assert visitor(house.clinician).get("/caseload").headers["location"].startswith("/sign-in")
    assert "Left the practice on Wed 4 March." in admin.get(f"/members/{house.clinician.id}").text


def test_leave_is_recorded_by_oneself_and_by_those_who_plan(house: House, visitor: Visitor, admin: TestClient) -> None:
    days = {"from_on": "2026-04-01", "to_on": "2026-04-10"}
    own = visitor(house.clinician)
    assert own.post("/me/leave", data=days).headers["location"] == "/me"
    assert "Wed 1 April to Fri 10 April" in own.get("/me").text
    backwards = own.post("/me/leave", data={"from_on": "2026-04-10", "to_on": "2026-04-01"})
    assert 'id="fault-to_on">The last day comes before the first.' in backwards.text
    with house.work(house.clinician) as work:
        (kept,) = leave.page(work, house.clinician.id, after=None, limit=10).items
    assert own.post(f"/me/leave/{kept.id}/withdraw").headers["location"] == "/me"
    assert "Wed 1 April" not in own.get("/me").text
    assert admin.post(f"/members/{house.clinician.id}/leave", data=days).status_code == 303
    assert "Wed 1 April to Fri 10 April" in admin.get(f"/members/{house.clinician.id}").text


def test_the_practice_s_settings_change_with_their_version(admin: TestClient) -> None:
    path = "/practice/edit"
    form = {"name": "Haus am Weg", "time_zone": "Europe/Berlin", "locale": "de"}
    typed = {**form, "version": version(admin, path)}
    assert admin.post(path, data={**typed, "time_zone": "Nowhere"}).status_code == 422
    assert admin.post(path, data=typed).headers["location"] == "/practice"
    page = admin.get("/practice").text
    assert "Haus am Weg" in page
    stale = admin.post(path, data=typed)
    assert stale.status_code == 412
    assert "Somebody changed this since you read it." in stale.text


def test_the_words_of_the_page_on_which_clients_answer_are_shown_beside_the_other_settings(admin: TestClient) -> None:
    page = admin.get("/practice").text
    assert page.count("In general words; none of our own.") == 4
    words = {
        "help_now_en": "Ring <b>112</b>.",
        "help_now_es": "Llame al 112.",
        "replies_read_en": "On Tuesdays.",
        "replies_read_es": "Los martes.",
    }
    path = "/practice/edit"
    form = {"name": "P", "time_zone": "Europe/Berlin", "locale": "de"}
    assert admin.post(path, data={**form, **words, "version": version(admin, path)}).status_code == 303
    shown, edited = admin.get("/practice").text, admin.get(path).text
    for text in ("Ring &lt;b&gt;112&lt;/b&gt;.", "Llame al 112.", "On Tuesdays.", "Los martes."):
        assert text in shown
        assert text in edited
    assert "In general words" not in shown


def test_a_key_is_shown_once_works_and_ends(house: House, admin: TestClient, lead: TestClient) -> None:
    form = {"name": "Calendar", "scopes": ["client:read"], "expires_at": "2026-06-01"}
    answer = lead.post("/practice/keys/new", data=form)
    token = re.search(r'<code class="secret">(lt_[^<]+)</code>', answer.text)
    assert token is not None
    bearer = {"Authorization": f"Bearer {token[1]}"}
    assert TestClient(house.app, headers=bearer).get("/v1/clients").status_code == 200
    page = admin.get("/practice/keys").text
    assert token[1] not in page
    assert "until Mon 1 June" in page
    path = re.search(r"/practice/keys/[0-9a-f-]+/end", page)
    assert path is not None
    assert admin.post(path[0]).headers["location"] == "/practice/keys"
    assert TestClient(house.app, headers=bearer).get("/v1/clients").status_code == 401


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "scopes": ["client:read"]}, "name"),
        ({"name": "K"}, "scopes"),
        ({"name": "K", "scopes": ["member:edit"]}, "scopes"),
        ({"name": "K", "scopes": ["client:read"], "expires_at": "2020-01-01"}, "expires_at"),
    ],
)
def test_a_key_that_cannot_be_is_refused_beside_its_field(lead: TestClient, form: dict[str, str], field: str) -> None:
    answer = lead.post("/practice/keys/new", data=form)
    assert answer.status_code == 422
    assert f'id="fault-{field}"' in answer.text


def test_the_trail_names_members_and_never_clients(
    house: House, visitor: Visitor, drifting: Scene, admin: TestClient
) -> None:
    visitor(house.clinician).get(f"/clients/{drifting.people['Jonas Weber'].client_id}")
    html = admin.get("/practice/audit").text
    assert "<code>client.read</code>" in html
    assert "<bdi>clinician</bdi>" in html
    assert "Jonas" not in html


def test_an_imported_clinician_is_said_to_be_somebody_who_works_here(house: House, lead: TestClient) -> None:
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    with house.work(house.lead) as work:
        [named] = [one for one in everybody.members_here(work) if one.name == "kim"]
    page = lead.get(f"/members/{named.id}")
    assert f'href="/members/{named.id}/known"' in page.text
    assert "/known" not in lead.get(f"/members/{house.clinician.id}").text
    form = lead.get(f"/members/{named.id}/known").text
    assert f'value="{house.clinician.id}"' in form
    assert lead.post(f"/members/{named.id}/known", data={"member_id": ""}).status_code == 422
    answer = lead.post(f"/members/{named.id}/known", data={"member_id": str(house.clinician.id)})
    assert answer.headers["location"] == f"/members/{house.clinician.id}"
    assert lead.get(f"/members/{named.id}").status_code == 404
    assert [item.clients[0].name for item in records.items(house, house.clinician)] == ["ana"]
