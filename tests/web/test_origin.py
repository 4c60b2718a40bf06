"""No other site acts with a visitor's cookie: every page that takes a form refuses one that is not ours."""

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from api.web.origin import is_own
from tests.support.house import House

OWN = frozenset({"care.example.org", "127.0.0.1:8000"})


@pytest.mark.parametrize(
    ("site", "origin", "own"),
    [
        ("same-origin", None, True),
        ("same-origin", "https://care.example.org", True),
        ("none", "https://care.example.org", True),
        ("none", None, False),
        ("none", "https://evil.example", False),
        ("same-site", "https://care.example.org", False),
        ("cross-site", "https://care.example.org", False),
        ("cross-site", None, False),
        ("nonsense", "https://care.example.org", False),
        (None, None, False),
        (None, "null", False),
        (None, "https://evil.example", False),
        (None, "https://care.example.org.evil.example", False),
        (None, "ftp://care.example.org", False),
        (None, "care.example.org", False),
        (None, "https://CARE.example.org", True),
        (None, "http://127.0.0.1:8000", True),
        (None, "http://127.0.0.1:9000", False),
    ],
)
def test_a_form_is_ours_only_if_the_browser_vouches_for_it(site: str | None, origin: str | None, own: bool) -> None:
    assert is_own(site, origin, OWN) is own


REPLY_LINKS = {"/r/{token}", "/r/{token}/"}
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.testserver"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=["cross-site", "same-site", "null", "silent"])
def test_every_page_that_takes_a_form_refuses_a_foreign_one(house: House, headers: dict[str, str]) -> None:
    cookies = {"leavetaking": house.founder.token}
    browser = TestClient(house.app, headers={**headers, "Accept": "text/html"}, cookies=cookies, follow_redirects=False)
    paths = [
        context.path
        for context in iter_route_contexts(house.app.routes)
        if context.path and not context.path.startswith("/v1") and (context.methods or set()) - {"GET", "HEAD"}
    ]
    answers = {path: browser.post(path).status_code for path in paths if path not in REPLY_LINKS}
    assert len(answers) >= 30
    assert set(answers.values()) == {403}
    # The secret of a reply link stands in its address; its page sends no referrer, so an older browser vouches for nothing.
    assert {browser.post(path).status_code for path in paths if path in REPLY_LINKS} == {404}


def test_a_foreign_form_is_answered_with_a_page_that_says_why(house: House) -> None:
    browser = TestClient(house.app, headers={"Accept": "text/html"})
    answer = browser.post("/sign-in", data={"email": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "was not sent from a page of Leavetaking" in answer.text


def test_an_older_browser_is_believed_by_its_origin(house: House) -> None:
    browser = TestClient(house.app, headers={"Origin": "http://testserver", "Accept": "text/html"})
    assert browser.post("/sign-in", data={"email": "a@example.org", "password": "x"}).status_code == 401
