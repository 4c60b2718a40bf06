"""How to reach a client, as it is handed over: nothing is said to be allowed that is not, and who reads there is named."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from schemas.tables import Client, Consent
from schemas.vocabulary import ConsentState, Recipient, Role
from tests.support import links
from tests.support import transfers as ours
from tests.support.house import House

GUARDIAN = {"recipient": Recipient.GUARDIAN}


@pytest.mark.parametrize(
    ("consent", "adult_in", "says"),
    [
        ({}, None, "May be used"),
        (GUARDIAN, 30, "a parent or guardian reads there"),
        (GUARDIAN, -1, "the client is of age"),
        ({"valid_until": date(2026, 1, 3)}, None, "The permission has run out"),
        ({"bouncing_since": "now"}, None, "Messages came back from there"),
        ({"state": ConsentState.DECLINED}, None, "prefers not to be reached here"),
    ],
)
def test_an_address_says_what_covering_colleagues_read_of_it(
    shared_house: House, consent: dict[str, object], adult_in: int | None, says: str
) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    links.permit(house, case, house.clinician)
    with house.rows() as work:
        if consent:
            values = {name: work.now if value == "now" else value for name, value in consent.items()}
            work.session.execute(sa.update(Consent).values(**values))
        if adult_in is not None:
            adult_on = house.now.date() + timedelta(days=adult_in)
            work.session.execute(sa.update(Client).values(adult_on=adult_on))
    made = ours.begin(house, case, house.clinician, to_id=elena.id, parts=[{"part": "contact"}])
    (line,) = made.handed.sections[0].lines
    assert line.startswith("E-mail, ana@example.org: ")
    assert says in line
    assert ("May be used" in line) is (says in ("May be used", "a parent or guardian reads there"))
