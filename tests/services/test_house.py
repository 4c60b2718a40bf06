"""The house of the tests: what every other test stands on."""

import pytest

from api.domain.errors import NotFound
from api.services import clients
from tests.support.house import House


def test_a_founder_is_signed_in_and_everybody_knows_their_practice(both_houses: House) -> None:
    me = both_houses.api(both_houses.founder).get("/v1/me").json()
    assert me["name"] == "Ines Founder"
    assert set(me["roles"]) == {"clinician", "practice_lead", "admin"}


def test_a_client_is_seen_by_their_clinician_and_by_no_other(both_houses: House) -> None:
    ana = both_houses.client("Ana", both_houses.clinician)
    with both_houses.work(both_houses.clinician) as work:
        assert clients.read(work, ana.client_id).name == "Ana"
    with both_houses.work(both_houses.supervisor) as work:
        assert clients.read(work, ana.client_id).name == "Ana"
    stranger = both_houses.found("Next door").founder
    with pytest.raises(NotFound), both_houses.work(stranger) as work:
        clients.read(work, ana.client_id)
