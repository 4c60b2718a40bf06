"""Who may hand out what: nobody gives a way to clinical content who has none to give, and nobody makes themselves an admin."""

from itertools import chain, combinations
from typing import get_args

import pytest

from api.domain.access import (
    CLINICAL_ROLES,
    CLINICAL_SCOPES,
    KEY_SCOPES,
    ROLE_GRANTS,
    Permission,
    needed_to_give_roles,
    needed_to_give_scopes,
    needed_to_open_account,
)
from schemas.vocabulary import Role
from schemas.wire.members import ClinicalRole

OF_PEOPLE = [Role.CLINICIAN, Role.SUPERVISOR, Role.PRACTICE_LEAD, Role.ADMIN]
SETS = [
    frozenset(chosen)
    for chosen in chain.from_iterable(combinations(OF_PEOPLE, size) for size in range(len(OF_PEOPLE) + 1))
]


def rights(roles: frozenset[Role]) -> frozenset[Permission]:
    return frozenset().union(*(ROLE_GRANTS[role] for role in roles))


def test_every_role_but_admin_is_clinical_and_the_wire_offers_those_of_people() -> None:
    assert set(Role) - {Role.ADMIN} == CLINICAL_ROLES
    assert set(get_args(ClinicalRole)) == CLINICAL_ROLES - {Role.INTEGRATION}


def test_the_scopes_that_open_no_record_are_known_by_name() -> None:
    directory = {Permission.PROVIDER_READ, Permission.PROVIDER_EDIT}
    assert {Permission.MEMBER_READ, Permission.LEAVE_RECORD, *directory} == KEY_SCOPES - CLINICAL_SCOPES


@pytest.mark.parametrize("given", SETS, ids=lambda roles: "+".join(sorted(roles)) or "none")
def test_who_may_give_which_roles(given: frozenset[Role]) -> None:
    """Of all sets of roles: an admin alone gives nothing clinical, a lead alone makes no admin, and both together may do all."""
    for held in SETS:
        may = needed_to_give_roles(given) <= rights(held)
        expected = (Role.PRACTICE_LEAD in held or not given & CLINICAL_ROLES) and (
            Role.ADMIN in held or Role.ADMIN not in given
        )
        assert may == expected, held


@pytest.mark.parametrize("held", SETS, ids=lambda roles: "+".join(sorted(roles)) or "none")
def test_whoever_opens_an_account_could_have_given_its_roles(held: frozenset[Role]) -> None:
    for actor in SETS:
        if needed_to_open_account(held) <= rights(actor):
            assert needed_to_give_roles(held) <= rights(actor)
            assert actor & {Role.ADMIN, Role.PRACTICE_LEAD}


def test_a_key_with_one_clinical_scope_is_a_clinical_key() -> None:
    assert not needed_to_give_scopes([Permission.MEMBER_READ, Permission.LEAVE_RECORD])
    for scope in CLINICAL_SCOPES:
        assert needed_to_give_scopes([Permission.MEMBER_READ, scope]) <= ROLE_GRANTS[Role.PRACTICE_LEAD]
        assert not needed_to_give_scopes([Permission.MEMBER_READ, scope]) <= ROLE_GRANTS[Role.ADMIN]
