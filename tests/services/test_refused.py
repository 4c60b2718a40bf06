"""Whoever tries is in the trail, whichever way an id came and whatever stood against it."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import OPERATOR
from api.domain.errors import Conflict
from api.services import practices
from api.services.work import Work, unit
from api.store import audit as audit_store
from api.store import tenancy
from api.store.migrations import downgrade, upgrade
from schemas.tables import AuditEntry
from schemas.tables.base import new_id
from schemas.vocabulary import AuditOutcome, Role
from tests.support.house import Case, House, Person

NOBODY = UUID("01a1f0b2-7c4e-7d7a-9b1e-0f6a2d9c4e11")


def last_entry(house: House) -> AuditEntry:
    with house.rows() as work:
        return audit_store.page(work.session, before=None, subject_id=None, limit=1)[0]


def told(house: House, who: Person, method: str, path: str, body: dict[str, Any]) -> tuple[int, AuditEntry]:
    answer = house.api(who).request(method, path, json=body, headers={"If-Match": '"v1"'})
    return answer.status_code, last_entry(house)


@pytest.mark.parametrize("whose", ["nobody's", "a colleague's", "next door's"])
def test_ids_in_a_body_that_are_not_ones_own_are_named_in_the_trail(both_houses: House, whose: str) -> None:
    house, who = both_houses, both_houses.clinician
    next_door = house.found("Next door")
    own = house.client("Own", who)
    cases = {
        "nobody's": Case(NOBODY, NOBODY),
        "a colleague's": house.client("Ana", house.practice.member(Role.CLINICIAN)),
        "next door's": next_door.client("Ana", next_door.founder),
    }
    client_id, episode_id = cases[whose].client_id, cases[whose].episode_id
    attempts: list[tuple[str, str, dict[str, Any], UUID]] = [
        ("POST", "/v1/episodes", {"client_ids": [str(own.client_id), str(client_id)]}, client_id),
        ("POST", "/v1/appointments", {"episode_id": str(episode_id), "starts_at": "2026-03-10T15:00:00Z"}, episode_id),
        (
            "POST",
            f"/v1/episodes/{own.episode_id}/contacts",
            {"direction": "inbound", "channel": "phone", "client_id": str(client_id)},
            client_id,
        ),
    ]
    for method, path, body, tried in attempts:
        status, entry = told(house, who, method, path, body)
        assert status in (404, 422), path
        assert entry.actor_id == who.id
        assert entry.outcome in (AuditOutcome.REFUSED, AuditOutcome.NOT_FOUND), path
        assert str(tried) in entry.details["named"], path


def test_what_things_as_they_stand_forbid_is_in_the_trail_with_its_code(both_houses: House) -> None:
    house, who = both_houses, both_houses.clinician
    ana = house.client("Ana", who)
    status, entry = told(house, who, "PATCH", f"/v1/clients/{ana.client_id}", {"name": "Ana Maria"})
    assert status == 200
    status, entry = told(house, who, "PATCH", f"/v1/clients/{ana.client_id}", {"name": "Somebody else"})
    assert (status, entry.action, entry.outcome, entry.subject_id) == (412, "client.edit", "refused", ana.client_id)
    assert entry.details["code"] == "changed_meanwhile"
    assert "Somebody" not in str(entry.details)
    future = {"direction": "inbound", "channel": "phone", "at": "2036-03-10T15:00:00Z", "note": "Words of Ana's"}
    status, entry = told(house, who, "POST", f"/v1/episodes/{ana.episode_id}/contacts", future)
    assert (status, entry.action, entry.outcome, entry.subject_id) == (
        422,
        "contact.record",
        "refused",
        ana.episode_id,
    )
    assert entry.details == {"code": "invalid", "named": [str(ana.episode_id)]}


def test_a_member_named_in_a_body_is_named_in_the_trail(house: House) -> None:
    ana, stranger = house.client("Ana", house.lead), house.found("Next door").founder
    status, entry = told(
        house, house.lead, "PATCH", f"/v1/episodes/{ana.episode_id}", {"responsible_id": str(stranger.id)}
    )
    assert (status, entry.outcome) == (422, AuditOutcome.REFUSED)
    assert str(stranger.id) in entry.details["named"]
    path = f"/v1/members/{house.supervisor.id}/supervisees"
    status, entry = told(house, house.lead, "PUT", path, {"member_ids": [str(stranger.id)]})
    assert (status, entry.action, entry.outcome) == (422, "member.supervision", AuditOutcome.REFUSED)
    assert entry.details["named"] == [str(house.supervisor.id), str(stranger.id)]


def test_a_denial_says_which(house: House) -> None:
    ana = house.client("Ana", house.clinician)
    status, entry = told(house, house.admin, "POST", "/v1/episodes", {"client_ids": [str(ana.client_id)]})
    assert (status, entry.outcome) == (403, AuditOutcome.DENIED)
    assert entry.details == {"code": "not_allowed", "named": [str(ana.client_id)]}
    status, entry = told(house, house.supervisor, "PATCH", f"/v1/clients/{ana.client_id}", {"name": "X"})
    assert (status, entry.outcome, entry.subject_id) == (403, AuditOutcome.DENIED, ana.client_id)
    status, entry = told(house, house.admin, "POST", f"/v1/members/{house.clinician.id}/password-reset", {})
    assert (status, entry.outcome, entry.details["code"]) == (403, AuditOutcome.DENIED, "needs_practice_lead")


def test_the_trail_does_not_grow_without_bound_by_what_a_request_names(house: House) -> None:
    ids = [str(new_id()) for _ in range(200)]
    path = f"/v1/members/{house.supervisor.id}/supervisees"
    _, entry = told(house, house.lead, "PUT", path, {"member_ids": ids})
    assert len(entry.details["named"]) == 20


def test_what_an_operator_is_refused_before_any_practice_is_known_is_kept(both_houses: House) -> None:
    taken = practices.Founder("Ines", both_houses.clinician.email, "a long enough password")
    with pytest.raises(Conflict), unit(both_houses.runtime, OPERATOR) as work:
        practices.create(work, name="Another", time_zone="Europe/Madrid", founder=taken)
    with both_houses.runtime.sessions() as session:
        entry = session.execute(
            sa.select(col(AuditEntry.practice_id), col(AuditEntry.outcome)).order_by(col(AuditEntry.id).desc()).limit(1)
        ).one()
    assert tuple(entry) == (audit_store.NO_PRACTICE, AuditOutcome.REFUSED)


@pytest.mark.parametrize("refused", [False, True])
def test_the_chain_holds_over_the_migration_and_back(engine_url: str, *, refused: bool) -> None:
    """Back only while nothing was refused: such an entry could neither stay nor be changed."""
    house = House(engine_url)
    house.client("Ana", house.clinician)
    if refused:
        house.api(house.clinician).post("/v1/episodes", json={"client_ids": [str(NOBODY)]})
    seal(house)
    house.runtime.sessions.kw["bind"].dispose()
    if refused:
        with pytest.raises(sa.exc.IntegrityError):
            downgrade(engine_url, "0008")
    else:
        downgrade(engine_url, "0008")
        upgrade(engine_url)
    again = House(engine_url)
    with unit(again.runtime) as work:
        enter(work, house.practice.id)
        assert audit_store.first_break(work.session) is None
        assert work.session.scalar(sa.select(sa.func.count(col(AuditEntry.id)))) == (2 if refused else 1)
    again.runtime.sessions.kw["bind"].dispose()


def seal(house: House) -> None:
    with house.rows() as work:
        assert audit_store.seal_next(work.session, now=work.now, limit=100)


def enter(work: Work, practice_id: UUID) -> None:
    tenancy.enter(work.session, tenancy.Scope(practice_id, members=None))
