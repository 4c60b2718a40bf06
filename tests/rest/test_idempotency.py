"""`Idempotency-Key`: the act is done once, however often and however crossed the request arrives."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col
from starlette.testclient import TestClient

from api.domain.access import Permission
from api.services import answers
from api.store import episodes as episode_store
from api.store import members as member_store
from schemas.tables import AuditEntry, Client, StoredAnswer
from schemas.vocabulary import Role
from tests.support.house import House, Person, open_house

KEY = {"Idempotency-Key": "booking-417"}
ANA = {"name": "Ana Moreno"}


def clients_in(house: House) -> int:
    with house.rows() as work:
        return work.session.scalar(sa.select(sa.func.count(col(Client.id)))) or 0


def stored(house: House) -> list[StoredAnswer]:
    with house.rows() as work:
        return list(work.session.scalars(sa.select(StoredAnswer)).all())


def told(answer: Any) -> tuple[int, bytes, str | None, str | None, str]:  # noqa: ANN401  # an answer of the test client
    names = ("location", "etag", "content-type")
    return (answer.status_code, answer.content, *(answer.headers.get(name) for name in names))


def test_the_same_request_under_the_same_key_gets_the_same_answer(both_houses: House) -> None:
    api = both_houses.api(both_houses.clinician)
    first, second = (api.post("/v1/clients", json=ANA, headers=KEY) for _ in range(2))
    assert first.status_code == 201
    assert first.headers["location"] == f"/v1/clients/{first.json()['id']}"
    assert told(first) == told(second)
    assert clients_in(both_houses) == 1


def test_without_a_key_every_request_is_a_new_one(house: House) -> None:
    api = house.api(house.clinician)
    assert len({api.post("/v1/clients", json=ANA).json()["id"] for _ in range(2)}) == 2


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/clients", {"name": "Bea"}), ("/v1/clients?x=1", ANA), ("/v1/me/leave", ANA)]
)
def test_the_same_key_for_another_request_is_refused(house: House, path: str, body: dict[str, str]) -> None:
    api = house.api(house.clinician)
    api.post("/v1/clients", json=ANA, headers=KEY)
    refused = api.post(path, json=body, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert refused.headers["content-type"] == "application/problem+json"
    assert clients_in(house) == 1


def test_a_key_belongs_to_its_caller(both_houses: House) -> None:
    callers = (both_houses.clinician, both_houses.lead, both_houses.found("Next door").founder)
    answers = [both_houses.api(caller).post("/v1/clients", json=ANA, headers=KEY) for caller in callers]
    assert len({answer.json()["id"] for answer in answers}) == 3


def test_a_refused_request_may_be_tried_again_under_its_key(both_houses: House) -> None:
    api = both_houses.api(both_houses.clinician)
    assert api.post("/v1/clients", json={"name": ""}, headers=KEY).status_code == 422
    assert both_houses.api(both_houses.admin).post("/v1/clients", json=ANA, headers=KEY).status_code == 403
    assert stored(both_houses) == []
    assert api.post("/v1/clients", json=ANA, headers=KEY).status_code == 201
    assert len(stored(both_houses)) == 1


def test_after_a_day_the_key_is_free_again_even_if_nobody_pruned(both_houses: House) -> None:
    api = both_houses.api(both_houses.practice.key(Permission.CLIENT_EDIT))
    first = api.post("/v1/clients", json=ANA, headers=KEY)
    both_houses.wait(hours=24)
    again = api.post("/v1/clients", json=ANA, headers=KEY)
    assert first.content == again.content
    both_houses.wait(seconds=1)
    fresh = api.post("/v1/clients", json={"name": "Bea"}, headers=KEY)
    assert (fresh.status_code, fresh.json()["name"]) == (201, "Bea")
    assert fresh.content == api.post("/v1/clients", json={"name": "Bea"}, headers=KEY).content


SECRETS = {
    "/v1/keys": {"name": "Cliniko", "scopes": ["client:read"]},
    "/v1/members": {"name": "Bo", "email": "bo@example.org", "roles": ["clinician"]},
    "/v1/members/{clinician}/password-reset": None,
}


@pytest.mark.parametrize("path", SECRETS)
def test_a_secret_is_shown_once_and_kept_nowhere(both_houses: House, path: str) -> None:
    api = both_houses.api(both_houses.founder)
    address = path.format(clinician=both_houses.clinician.id)
    first = api.post(address, json=SECRETS[path], headers=KEY)
    assert first.status_code in (200, 201)
    again = api.post(address, json=SECRETS[path], headers=KEY)
    assert (again.status_code, again.json()["code"]) == (409, "already_shown")
    assert [row.body_sealed for row in stored(both_houses)] == [None]
    other = api.post(address, json={"name": "else"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_what_was_answered_is_sealed_in_the_database(both_houses: House) -> None:
    both_houses.api(both_houses.clinician).post("/v1/clients", json=ANA, headers=KEY)
    with both_houses.rows() as work:
        rows = work.session.execute(sa.text("SELECT * FROM stored_answers")).all()
    assert len(rows) == 1
    assert "Moreno" not in str(rows)


def test_whoever_may_not_come_in_any_more_gets_no_former_answer(both_houses: House) -> None:
    key = both_houses.practice.key(Permission.CLIENT_EDIT)
    api = both_houses.api(key)
    assert api.post("/v1/clients", json=ANA, headers=KEY).status_code == 201
    both_houses.api(both_houses.admin).delete(f"/v1/keys/{key.id}")
    assert api.post("/v1/clients", json=ANA, headers=KEY).status_code == 401


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "schl\xfcssel"])
def test_a_key_is_short_and_visible(house: House, key: str) -> None:
    api = house.api(house.clinician)
    refused = api.post("/v1/clients", json=ANA, headers={b"Idempotency-Key": key.encode("latin-1")})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"
    assert clients_in(house) == 0


def test_signing_in_takes_no_notice_of_a_key(house: House) -> None:
    given = {"email": house.clinician.email, "password": "a long enough password"}
    tokens = {house.api().post("/v1/sign-ins", json=given, headers=KEY).json()["token"] for _ in range(2)}
    assert len(tokens) == 2


def test_crossing_requests_under_one_key_act_once(both_houses: House) -> None:
    api = both_houses.api(both_houses.clinician)

    def send(_: int) -> Any:  # noqa: ANN401  # an answer of the test client
        return api.post("/v1/clients", json=ANA, headers=KEY)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert clients_in(both_houses) == 1


@pytest.mark.postgresql
def test_a_retry_while_the_first_is_still_at_work_is_told_so(postgresql_url: str) -> None:
    """PostgreSQL only: SQLite lets nobody begin to write meanwhile. The other unit holds the key and does not end."""
    with open_house(postgresql_url) as opened:
        api = opened.api(opened.clinician)
        with opened.work(opened.clinician) as work:
            answers.recall(work, "booking-417", "anything")
            _shorten_waiting(opened)
            refused = api.post("/v1/clients", json=ANA, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_progress")


def _shorten_waiting(house: House) -> None:
    """From here on connections wait a moment only, so that the test does not have to."""
    sa.event.listen(
        house.runtime.sessions.kw["bind"], "begin", lambda c: c.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
    )


class CommitFails(Exception):
    """Planted by a test."""


@pytest.mark.usefixtures("quiet_log")
def test_an_act_whose_commit_fails_is_not_answered_and_can_be_done_again(both_houses: House) -> None:
    api = TestClient(
        both_houses.app,
        headers={"Authorization": f"Bearer {both_houses.clinician.token}"},
        raise_server_exceptions=False,
    )
    engine = both_houses.runtime.sessions.kw["bind"]

    def fail(_connection: object) -> None:
        raise CommitFails

    sa.event.listen(engine, "commit", fail)
    assert api.post("/v1/clients", json=ANA, headers=KEY).status_code == 500
    sa.event.remove(engine, "commit", fail)
    assert clients_in(both_houses) == 0
    assert stored(both_houses) == []
    assert api.post("/v1/clients", json=ANA, headers=KEY).status_code == 201
    assert clients_in(both_houses) == 1


def entries(house: House) -> list[tuple[str, str, UUID | None]]:
    """Of the whole trail, oldest first."""
    with house.rows() as work:
        rows = work.session.scalars(sa.select(AuditEntry).order_by(col(AuditEntry.id))).all()
    return [(row.action, row.outcome, row.subject_id) for row in rows]


def test_a_repeated_answer_leaves_an_entry_about_whom_it_shows(both_houses: House) -> None:
    api = both_houses.api(both_houses.clinician)
    first = api.post("/v1/clients", json=ANA, headers=KEY)
    before = entries(both_houses)
    api.post("/v1/clients", json=ANA, headers=KEY)
    assert entries(both_houses) == [*before, ("answer.repeat", "allowed", UUID(first.json()["id"]))]
    with both_houses.rows() as work:
        entry = work.session.scalars(sa.select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)).one()
    assert entry.actor_id == both_houses.clinician.id
    assert entry.request_id is not None


def change_roles(house: House, who: Person, *roles: Role) -> None:
    with house.rows() as work:
        member_store.set_roles(work.session, who.id, roles)


@pytest.mark.parametrize("roles", [(), (Role.SUPERVISOR,), (Role.CLINICIAN, Role.SUPERVISOR), (Role.PRACTICE_LEAD,)])
def test_an_answer_is_not_repeated_to_other_rights(both_houses: House, roles: tuple[Role, ...]) -> None:
    """Fewer or more: what decided then does not decide now. With the former rights it is repeated again."""
    house, who = both_houses, both_houses.clinician
    api = house.api(who)
    first = api.post("/v1/clients", json=ANA, headers=KEY)
    change_roles(house, who, *roles)
    refused = api.post("/v1/clients", json=ANA, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_withheld")
    assert "Moreno" not in refused.text
    assert "location" not in refused.headers
    assert entries(house)[-1][:2] == ("answer.repeat", "refused")
    change_roles(house, who, Role.CLINICIAN)
    assert told(api.post("/v1/clients", json=ANA, headers=KEY)) == told(first)
    assert clients_in(house) == 1


def test_an_answer_is_not_repeated_once_the_caseload_is_another(both_houses: House) -> None:
    """A supervisor with other supervisees has the same permissions and another caseload."""
    house = both_houses
    both = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR, supervisees=(house.clinician,))
    api = house.api(both)
    api.post("/v1/clients", json=ANA, headers=KEY)
    with house.rows() as work:
        member_store.set_supervisees(work.session, both.id, (), work.now)
    assert api.post("/v1/clients", json=ANA, headers=KEY).json()["code"] == "answer_withheld"


def test_an_answer_about_a_client_who_left_the_caseload_is_not_repeated(both_houses: House) -> None:
    house, who, other = both_houses, both_houses.clinician, both_houses.lead
    case, api = house.client("Ana", who), house.api(who)
    absence = {"from_on": "2026-08-03"}
    path = f"/v1/episodes/{case.episode_id}/absences"
    first = [api.post(path, json=absence, headers=KEY).status_code for _ in range(2)]
    assert first == [201, 201]
    with house.rows() as work:
        episode = episode_store.get(work.session, case.episode_id)
        assert episode is not None
        episode_store.set_clinicians(work.session, episode, other.id, (), work.now)
    assert api.post(path, json=absence, headers=KEY).json()["code"] == "answer_withheld"


def test_an_answer_about_nobody_s_client_is_repeated(house: House) -> None:
    api, leave = house.api(house.clinician), {"from_on": "2026-08-03", "to_on": "2026-08-21"}
    first, second = (api.post("/v1/me/leave", json=leave, headers=KEY) for _ in range(2))
    assert told(first) == told(second)


def test_a_search_is_made_anew_each_time(both_houses: House) -> None:
    """It would otherwise name whoever was handed over meanwhile, for a day."""
    house = both_houses
    house.client("Ana", house.clinician)
    api, asked = house.api(house.clinician), {"name": "ana"}
    assert len(api.post("/v1/clients/search", json=asked, headers=KEY).json()["items"]) == 1
    with house.rows() as work:
        member_store.hand_over(work.session, house.clinician.id, house.lead.id, house.now)
    again = api.post("/v1/clients/search", json=asked, headers=KEY)
    assert (again.status_code, again.json()["items"]) == (200, [])
    assert stored(house) == []
