"""API keys: shown once, stored as a hash, never more than they were given, gone when they are ended."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from api.domain.access import KEY_SCOPES, Permission
from api.domain.errors import AccessDenied, Invalid, NotFound, NotSignedIn
from api.services import clients, keys, me, sign_ins
from api.services.work import unit
from schemas.tables.base import new_id
from schemas.vocabulary import ActorKind
from schemas.wire.keys import KeyIn, NewKeyOut
from tests.support.clock import NOW
from tests.support.house import House


def make(house: House, *scopes: str, expires_at: datetime | None = None) -> NewKeyOut:
    with house.work(house.lead) as work:
        return keys.add(work, KeyIn(name="Cliniko", scopes=list(scopes or ("client:read",)), expires_at=expires_at))


def test_a_key_does_what_its_scopes_name_and_nothing_else(both_houses: House) -> None:
    both_houses.client("Ana", both_houses.clinician)
    token = make(both_houses, "client:read", "client:read").token
    with unit(both_houses.runtime) as work:
        principal = sign_ins.recognise(work, token)
        assert [client.name for client in clients.page(work, name=None, after=None, limit=5).items] == ["Ana"]
        shown = me.read(work)
    assert (shown.kind, shown.name, shown.email) == (ActorKind.KEY, "Cliniko", None)
    assert shown.permissions == ["client:read", "own:read", "practice:read"]
    with pytest.raises(AccessDenied), both_houses.work(principal) as work:
        keys.page(work, after=None, limit=5)


def test_the_token_is_nowhere_in_the_database(both_houses: House) -> None:
    made = make(both_houses)
    with both_houses.rows() as work:
        rows = work.session.execute(sa.text("SELECT * FROM api_keys")).all()
        trail = work.session.execute(sa.text("SELECT * FROM audit_entries")).all()
    secret = made.token.removeprefix(made.key.prefix)
    assert made.token.startswith(made.key.prefix)
    assert len(secret) > 30
    assert secret not in str(rows) + str(trail)


def test_no_key_can_be_given_power_over_people_keys_or_the_trail(house: House) -> None:
    forbidden = sorted(set(Permission) - KEY_SCOPES)
    assert {"member:edit", "key:edit", "audit:read", "practice:edit"} <= set(forbidden)
    for some in (forbidden[:30], forbidden[30:]):
        with pytest.raises(Invalid) as refused:
            make(house, "client:read", *some)
        assert {problem.pointer for problem in refused.value.problems} == {
            f"/scopes/{position + 1}" for position in range(len(some))
        }


@pytest.mark.parametrize("span", [timedelta(0), timedelta(days=-1), timedelta(days=4000)])
def test_a_key_ends_in_the_foreseeable_future(house: House, span: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        make(house, expires_at=NOW + span)
    assert refused.value.problems[0].pointer == "/expires_at"


def test_an_expired_and_an_ended_key_open_nothing(both_houses: House) -> None:
    expiring, ending = make(both_houses, expires_at=NOW + timedelta(hours=1)), make(both_houses)
    for made in (expiring, ending):
        with unit(both_houses.runtime) as work:
            sign_ins.recognise(work, made.token)
    both_houses.wait(hours=1)
    for _ in range(2):
        with both_houses.work(both_houses.admin) as work:
            keys.end(work, ending.key.id)
        both_houses.wait(minutes=5)
    for made in (expiring, ending):
        with pytest.raises(NotSignedIn), unit(both_houses.runtime) as work:
            sign_ins.recognise(work, made.token)
    with both_houses.work(both_houses.admin) as work:
        listed = {key.id: key for key in keys.page(work, after=None, limit=5).items}
    assert listed[ending.key.id].ended_at == NOW + timedelta(hours=1)
    assert listed[expiring.key.id].last_used_at == NOW


def test_the_key_of_another_practice_cannot_be_ended(house: House) -> None:
    foreign = house.found("Next door").key(Permission.CLIENT_READ)
    for key_id in (foreign.id, new_id()):
        with pytest.raises(NotFound), house.work(house.admin) as work:
            keys.end(work, key_id)
    with unit(house.runtime) as work:
        sign_ins.recognise(work, foreign.token)
