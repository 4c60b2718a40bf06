"""Only under its own names, and over https for good."""

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.main import create_app
from api.rest.hosts import host_name
from api.settings import Settings
from tests.support.house import MASTER_KEY, House


def service(house: House, public_url: str, *allowed: str) -> TestClient:
    settings = Settings(
        database_url=house.url, master_key=SecretStr(MASTER_KEY), public_url=public_url, allowed_hosts=allowed
    )
    return TestClient(create_app(settings, house.runtime), base_url="http://127.0.0.1")


@pytest.mark.parametrize("path", ["/v1/me", "/sign-in", "/v1/openapi.json", "/nothing"])
def test_under_a_name_that_is_not_ours_nothing_is_served(house: House, path: str) -> None:
    api = service(house, "https://leavetaking.example")
    for host in ("evil.example", "leavetaking.example.evil.example", "192.0.2.7", "10.0.0.1:8000", ""):
        refused = api.get(path, headers={"Host": host, "Accept": "text/html", "X-Request-ID": "r1"})
        assert (refused.status_code, refused.json()["code"]) == (400, "unknown_host")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["x-request-id"] == refused.json()["request_id"] == "r1"
        assert refused.headers["x-content-type-options"] == "nosniff"
        assert "evil" not in refused.text


def test_our_own_names_and_loopback_are_served(house: House) -> None:
    api = service(house, "https://leavetaking.example/", "inside", "[2001:db8::1]")
    ours = ("leavetaking.example", "LeaveTaking.Example:443", "leavetaking.example.", "inside")
    numbers = ("2001:db8::1", "[2001:db8::1]:8000", "127.0.0.1:8000", "127.1.2.3", "[::1]:8000", "localhost:8000")
    for host in (*ours, *numbers):
        assert api.get("/v1/openapi.json", headers={"Host": host}).status_code == 200, host


def test_probes_are_answered_under_any_name(house: House) -> None:
    """They come by the address of a machine or a pod, and learn nothing about anybody."""
    api = service(house, "https://leavetaking.example")
    assert [api.get(path, headers={"Host": "10.0.0.1"}).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_over_https_browsers_are_told_to_keep_to_it(house: House) -> None:
    secure, plain = (service(house, url) for url in ("https://leavetaking.example", "http://127.0.0.1:8000"))
    for path in ("/v1/openapi.json", "/v1/me", "/sign-in", "/healthz"):
        assert secure.get(path).headers["strict-transport-security"].startswith("max-age=")
        assert "strict-transport-security" not in plain.get(path).headers


def test_a_host_is_compared_by_its_name() -> None:
    assert [host_name(text) for text in ("A.b:1", "a.b.", "[::1]:1", "::1", "", ":8000")] == [
        "a.b",
        "a.b",
        "::1",
        "::1",
        "",
        "",
    ]
