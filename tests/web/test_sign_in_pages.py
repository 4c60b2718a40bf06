"""The door: who gets in, where it leads, and what the browser is told to keep."""

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.domain import brakes
from api.domain.access import Permission
from api.main import create_app
from api.services import members
from api.web.visits import local_path
from schemas.vocabulary import Role
from schemas.wire.members import MemberIn
from tests.support.house import PASSWORD, House, Person
from tests.web.conftest import OWN_PAGE, Visitor


def sign_in(browser: TestClient, who: Person, password: str = PASSWORD, **more: str) -> Response:
    return browser.post("/sign-in", data={"email": who.email, "password": password, **more})


def test_a_clinician_is_led_to_the_caseload_and_an_admin_to_the_members(house: House, visitor: Visitor) -> None:
    assert sign_in(visitor(), house.clinician).headers["location"] == "/caseload"
    assert sign_in(visitor(), house.admin).headers["location"] == "/members"


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(house: House, visitor: Visitor) -> None:
    cookie = sign_in(visitor(), house.clinician).headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("leavetaking=lts_")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes)
    assert not any(part.startswith(("Secure", "Domain", "Max-Age", "expires")) for part in attributes)


def test_over_https_the_cookie_is_bound_to_host_and_https(house: House) -> None:
    settings = house.settings.model_copy(update={"public_url": "https://care.example.org"})
    browser = TestClient(
        create_app(settings, house.runtime), "https://care.example.org", headers=OWN_PAGE, follow_redirects=False
    )
    cookie = sign_in(browser, house.clinician).headers["set-cookie"]
    assert cookie.startswith("__Host-leavetaking=lts_")
    assert "; Secure" in cookie
    assert browser.get("/caseload").status_code == 200


def test_a_wrong_password_and_an_unknown_account_read_the_same(house: House, visitor: Visitor) -> None:
    wrong = sign_in(visitor(), house.clinician, "not the password at all")
    unknown = visitor().post("/sign-in", data={"email": "nobody@example.org", "password": "not the password at all"})
    assert wrong.status_code == unknown.status_code == 401
    assert "do not match an account here" in wrong.text
    assert wrong.text.replace(house.clinician.email, "") == unknown.text.replace("nobody@example.org", "")
    assert "set-cookie" not in wrong.headers


def test_repeated_attempts_are_slowed_in_words(house: House, visitor: Visitor) -> None:
    browser = visitor()
    answers = [sign_in(browser, house.clinician, "not the password at all") for _ in range(12)]
    assert answers[-1].status_code == 429
    assert "There have been several attempts" in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) > 0


def test_an_empty_form_comes_back_with_what_to_put_right(visitor: Visitor) -> None:
    answer = visitor().post("/sign-in", data={"email": "", "password": ""})
    assert answer.status_code == 422
    assert 'href="#field-email"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_typed_password_is_never_sent_back(house: House, visitor: Visitor) -> None:
    assert "not the password at all" not in sign_in(visitor(), house.clinician, "not the password at all").text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "caseload",
        "/a\r\nSet-Cookie: x=1",
        "/caf\u00e9",
        "/" + "a" * 600,
        "",
    ],
)
def test_only_our_own_paths_are_gone_on_to(house: House, visitor: Visitor, wanted: str) -> None:
    assert local_path(wanted) is None
    assert sign_in(visitor(), house.clinician, next=wanted).headers["location"] == "/caseload"


def test_whoever_asked_for_a_page_gets_it_after_signing_in(house: House, visitor: Visitor) -> None:
    browser = visitor()
    sent_away = browser.get("/caseload?stage=quiet")
    assert sent_away.headers["location"] == "/sign-in?next=/caseload%3Fstage%3Dquiet"
    assert 'value="/caseload?stage=quiet"' in browser.get(sent_away.headers["location"]).text
    assert (
        sign_in(browser, house.clinician, next="/caseload?stage=quiet").headers["location"] == "/caseload?stage=quiet"
    )


def test_signing_out_ends_the_sign_in_itself(house: House, visitor: Visitor) -> None:
    browser = visitor()
    token = sign_in(browser, house.clinician).cookies["leavetaking"]
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    assert "leavetaking" not in browser.cookies
    stolen = TestClient(house.app, headers=OWN_PAGE, cookies={"leavetaking": token}, follow_redirects=False)
    assert stolen.get("/caseload").headers["location"].startswith("/sign-in")


def test_an_ended_sign_in_is_told_so_and_its_cookie_dropped(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    assert browser.get("/caseload").status_code == 200
    house.wait(days=2)
    answer = browser.get("/caseload")
    assert answer.headers["location"] == "/sign-in?next=/caseload"
    assert 'leavetaking=""' in answer.headers["set-cookie"]
    browser.cookies.delete("leavetaking")
    assert "Your sign-in has ended" in browser.get("/sign-in").text


def test_whoever_is_signed_in_needs_no_door(house: House, visitor: Visitor) -> None:
    assert visitor(house.clinician).get("/sign-in").headers["location"] == "/caseload"
    assert visitor(house.clinician).get("/sign-in?next=/clients").headers["location"] == "/clients"
    assert visitor(house.clinician).get("/").headers["location"] == "/caseload"


def test_an_api_key_opens_no_page(house: House) -> None:
    key = house.practice.key(Permission.CLIENT_READ, Permission.ENGAGEMENT_READ)
    browser = TestClient(house.app, headers=OWN_PAGE, cookies={"leavetaking": key.token}, follow_redirects=False)
    assert browser.get("/caseload").headers["location"].startswith("/sign-in")


def test_the_cookie_opens_no_route_of_the_api(house: House, visitor: Visitor) -> None:
    answer = visitor(house.clinician).get("/v1/me")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_a_one_time_password_is_replaced_before_anything_else(house: House, visitor: Visitor) -> None:
    with house.work(house.founder) as work:
        added = members.add(work, MemberIn(name="New", email="new@example.org", roles=[Role.CLINICIAN]))
    browser = visitor()
    entered = browser.post("/sign-in", data={"email": "new@example.org", "password": added.one_time_password})
    assert entered.headers["location"] == "/me/password"
    assert browser.get("/caseload").headers["location"] == "/me/password"
    page = browser.get("/me/password")
    assert "Choose your own password" in page.text
    assert 'href="/caseload"' not in page.text
    new = {"current_password": added.one_time_password, "new_password": "a password of my own"}
    differs = browser.post("/me/password", data={**new, "new_password_again": "another altogether"})
    assert (differs.status_code, "The two are not the same." in differs.text) == (422, True)
    done = browser.post("/me/password", data={**new, "new_password_again": "a password of my own"})
    assert done.headers["location"] == "/caseload"
    assert "Your password is changed" in browser.get("/caseload").text


def test_a_wrong_present_password_is_said_beside_its_field(house: House, visitor: Visitor) -> None:
    form = {
        "current_password": "not it",
        "new_password": "a password of my own",
        "new_password_again": "a password of my own",
    }
    answer = visitor(house.clinician).post("/me/password", data=form)
    assert answer.status_code == 422
    assert '<p class="fault" id="fault-current_password">This is not your present password.</p>' in answer.text


def test_guessing_at_one_s_own_password_is_slowed_in_plain_words(house: House, visitor: Visitor) -> None:
    browser, form = (
        visitor(house.clinician),
        {"new_password": "a password of my own", "new_password_again": "a password of my own"},
    )
    for _ in range(brakes.FREE_FAILURES):
        assert browser.post("/me/password", data={"current_password": "wrong", **form}).status_code == 422
    slowed = browser.post("/me/password", data={"current_password": PASSWORD, **form})
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
    assert "There have been several attempts. Wait a minute, then try again." in slowed.text
