"""What holds for every page: strict headers, nothing kept by a cache, our own files only, errors as pages."""

import re

import pytest
from starlette.testclient import TestClient

from api.domain.errors import Busy, DocumentsBusy
from api.main import create_app
from api.services.limits import RequestLimiter
from api.web import assets
from tests.support.house import House
from tests.web.conftest import OWN_PAGE, Scene, Visitor
from tools.tree import ROOT

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    # hints.js asks our own address for hints, and no other can be reached.
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def test_every_answer_to_a_visitor_has_the_strict_policy(house: House, visitor: Visitor) -> None:
    nobody, clinician = visitor(), visitor(house.clinician)
    answers = [
        nobody.get("/sign-in"),
        nobody.get("/caseload"),
        clinician.get("/caseload"),
        clinician.get("/members/new"),
        clinician.get("/nothing-of-this-name"),
        clinician.post("/clients/new", data={"name": ""}),
    ]
    assert [answer.status_code for answer in answers] == [200, 303, 200, 403, 404, 422]
    for answer in answers:
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert policy == POLICY
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-request-id"]


def test_no_page_holds_a_script_or_style_of_its_own(house: House, visitor: Visitor, scene: Scene) -> None:
    case = scene.people["Jonas Weber"]
    for path in ("/sign-in", "/caseload", f"/clients/{case.client_id}", "/clients/new", "/imports/new"):
        html = visitor(house.founder).get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html.replace("&lt;", ""))
        assert re.findall(r"<script[^>]*>", html) in ([], [f'<script src="{assets.address("app.js")}" defer>'])


def test_hints_while_typing_are_asked_for_on_the_page_of_a_message_alone(
    house: House, visitor: Visitor, scene: Scene
) -> None:
    case = scene.people["Jonas Weber"]
    ours = [f'<script src="{assets.address(name)}" defer>' for name in ("app.js", "hints.js")]
    html = visitor(house.founder).get(f"/episodes/{case.episode_id}/check-ins/new").text
    assert re.findall(r"<script[^>]*>", html) == ours


def test_a_file_of_ours_may_be_kept_for_good_and_only_under_its_fingerprint(visitor: Visitor) -> None:
    browser, address = visitor(), assets.address("base.css")
    answer = browser.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert browser.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert browser.get("/static/0000000000000000/base.css").status_code == 404
    assert browser.get(f"{address}.map").status_code == 404
    assert browser.get(address.replace("base.css", "..%2f..%2fvisits.py")).status_code == 404


def test_every_file_has_its_type(visitor: Visitor) -> None:
    types = {name: visitor().get(assets.address(name)).headers["content-type"] for name in assets.every()}
    assert types["app.js"].startswith("text/javascript")
    assert types["mark.svg"] == "image/svg+xml"
    assert len(types) >= 6


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/nothing", "text/html", "text/html"),
        ("/nothing", "application/json", "application/problem+json"),
        ("/nothing", "*/*", "application/problem+json"),
        ("/v1/nothing", "text/html", "application/problem+json"),
        ("/v1/me", "text/html", "application/problem+json"),
    ],
)
def test_people_get_pages_and_programs_get_problem_documents(house: House, path: str, accept: str, kind: str) -> None:
    answer = TestClient(house.app).get(path, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == kind


def test_a_fault_of_ours_is_a_page_that_gives_nothing_away(house: House) -> None:
    app = create_app(house.settings, house.runtime)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("Ana Moreno")

    answer = TestClient(app, headers=OWN_PAGE, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert "Ana Moreno" not in answer.text


def test_very_many_requests_are_asked_to_wait(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    house.app.state.limiter = RequestLimiter(2)
    answers = [browser.get("/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert "There have been very many requests." in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) > 0


def test_no_page_is_part_of_the_published_contract(visitor: Visitor) -> None:
    paths = visitor().get("/v1/openapi.json").json()["paths"]
    assert not [path for path in paths if not path.startswith(("/v1/", "/healthz", "/readyz"))]
    assert len(paths) >= 30


def test_a_busy_database_says_when_to_try_again(house: House) -> None:
    app = create_app(house.settings, house.runtime)

    @app.get("/busy")
    def busy() -> None:
        raise Busy

    answer = TestClient(app, headers=OWN_PAGE).get("/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "Nothing was changed" in answer.text


def test_where_no_document_can_be_set_page_and_program_are_told_when_to_ask_again(house: House) -> None:
    app = create_app(house.settings, house.runtime)

    @app.get("/busy")
    @app.get("/v1/busy")
    def busy() -> None:
        raise DocumentsBusy

    page, program = (TestClient(app, headers=OWN_PAGE).get(path) for path in ("/busy", "/v1/busy"))
    for answer in (page, program):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "<h1>One moment, please</h1>" in page.text
    assert "Other documents are being made" in page.text
    assert "records are busy" not in page.text
    assert program.json()["code"] == "documents_busy"


def test_a_page_that_takes_no_form_says_so_kindly(house: House, visitor: Visitor) -> None:
    answer = visitor(house.clinician).post("/caseload")
    assert answer.status_code == 405
    assert "<h1>This page is not reached that way</h1>" in answer.text


def test_a_form_that_is_too_large_is_refused_as_a_page(house: House, visitor: Visitor) -> None:
    answer = visitor(house.clinician).post("/clients/new", data={"name": "a" * 3_000_000})
    assert answer.status_code == 413
    assert "text/html" in answer.headers["content-type"]


def test_in_the_dark_nothing_but_colours_differs() -> None:
    """So that a page's words, sizes and order need no second look there (tests/support/browser.py)."""
    styles = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "api/web/static").glob("*.css")}
    assert [name for name, text in styles.items() if "prefers-color-scheme" in text] == ["tokens.css"]
    (dark,) = re.findall(r"@media \(prefers-color-scheme: dark\) {\n(.*?)\n}\n", styles["tokens.css"], re.DOTALL)
    rules = [line.strip() for line in dark.splitlines() if line.strip()]
    assert (rules[0], rules[-1]) == (":root {", "}")
    assert len(rules) > 20
    assert all(re.fullmatch(r"--[\w-]+: (#[0-9a-f]{6}|.*rgb\(.*\)+);", one) for one in rules[1:-1])
