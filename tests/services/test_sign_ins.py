"""Signing in: the same answer to every failure, brakes on guessing, and sign-ins that end."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from api.domain import brakes
from api.domain.errors import Invalid, NotSignedIn, SignInRefused, TooManyRequests
from api.services import me, members, sign_ins
from api.services.work import unit
from api.store import audit as audit_store
from schemas.tables import SignIn, SignInBrake
from schemas.vocabulary import AuditOutcome
from schemas.wire.members import LeavePracticeIn
from tests.services.doors import ADDRESS, attempt, change
from tests.support.house import PASSWORD, House


def recognised(house: House, token: str) -> bool:
    try:
        with unit(house.runtime) as work:
            sign_ins.recognise(work, token)
            me.read(work)
    except NotSignedIn:
        return False
    return True


def test_a_sign_in_opens_the_members_own_practice(both_houses: House) -> None:
    started = attempt(both_houses, both_houses.clinician.email.upper(), PASSWORD)
    with unit(both_houses.runtime) as work:
        principal = sign_ins.recognise(work, started.token)
        assert me.read(work).email == both_houses.clinician.email
    assert (principal.id, principal.practice_id) == (both_houses.clinician.id, both_houses.practice.id)


def test_the_token_is_stored_as_a_hash_only(both_houses: House) -> None:
    token = attempt(both_houses, both_houses.clinician.email, PASSWORD).token
    with both_houses.rows() as work:
        assert token.removeprefix("lts_") not in str(work.session.execute(sa.text("SELECT * FROM sign_ins")).all())


def test_a_wrong_password_an_unknown_account_and_a_former_member_get_one_answer(both_houses: House) -> None:
    house = both_houses
    former = house.clinician
    with house.work(house.admin) as work:
        members.leave_practice(work, former.id, LeavePracticeIn())
    answers = set()
    for email, password in (
        (house.lead.email, "not the password"),
        ("nobody@example.org", PASSWORD),
        (former.email, PASSWORD),
    ):
        with pytest.raises(SignInRefused) as refused:
            attempt(house, email, password)
        answers.add((refused.value.code, refused.value.message))
    assert len(answers) == 1


def test_a_refused_sign_in_is_in_the_trail_of_the_account_it_was_for(both_houses: House) -> None:
    with pytest.raises(SignInRefused):
        attempt(both_houses, both_houses.lead.email, "not the password")
    with both_houses.rows() as work:
        entry = audit_store.page(work.session, before=None, subject_id=both_houses.lead.id, limit=1)[0]
    assert (entry.action, entry.outcome) == ("sign_in.start", AuditOutcome.DENIED)
    assert both_houses.lead.email not in str(entry)


@pytest.mark.parametrize("known", [True, False])
def test_repeated_failures_slow_an_account_down_whether_or_not_it_exists(house: House, *, known: bool) -> None:
    account = house.lead
    email = account.email if known else "nobody@example.org"
    for number in range(brakes.FREE_FAILURES):
        with pytest.raises(SignInRefused):
            attempt(house, email, "not the password", f"192.0.2.{number}")
        house.wait(seconds=1)
    with pytest.raises((SignInRefused, TooManyRequests)):
        attempt(house, email, "not the password", "198.51.100.1")
    with pytest.raises(TooManyRequests) as slowed:
        attempt(house, email, PASSWORD, "198.51.100.2")
    assert slowed.value.code == "sign_in_slowed"
    house.wait(seconds=slowed.value.retry_after_seconds)
    if known:
        assert attempt(house, email, PASSWORD, "198.51.100.3").member_id == account.id
    else:
        with pytest.raises(SignInRefused):
            attempt(house, email, PASSWORD, "198.51.100.3")


def test_one_address_cannot_guess_over_many_accounts(house: House) -> None:
    account = house.lead
    for number in range(brakes.FREE_FAILURES_PER_ADDRESS + 1):
        with pytest.raises((SignInRefused, TooManyRequests)):
            attempt(house, f"guess{number}@example.org", "guess")
    with pytest.raises(TooManyRequests):
        attempt(house, account.email, PASSWORD)
    assert attempt(house, account.email, PASSWORD, "198.51.100.9").member_id == account.id


def test_brakes_hold_no_address_in_plain_text(house: House) -> None:
    with pytest.raises(SignInRefused):
        attempt(house, "nobody@example.org", "guess")
    with house.rows() as work:
        rows = work.session.execute(sa.select(SignInBrake.__table__)).all()  # type: ignore[attr-defined]  # set by SQLModel
    assert len(rows) == 2
    assert ADDRESS.encode() not in b"".join(row[0] for row in rows)


def test_a_sign_in_ends_after_its_hours_and_when_it_is_left_alone(both_houses: House) -> None:
    started = attempt(both_houses, both_houses.clinician.email, PASSWORD)
    limits = both_houses.runtime.limits
    while both_houses.now + timedelta(minutes=limits.sign_in_idle_minutes - 1) < started.expires_at:
        both_houses.wait(minutes=limits.sign_in_idle_minutes - 1)
        assert recognised(both_houses, started.token)
    both_houses.now = started.expires_at
    assert not recognised(both_houses, started.token)

    left_alone = attempt(both_houses, both_houses.clinician.email, PASSWORD)
    both_houses.wait(minutes=limits.sign_in_idle_minutes)
    assert not recognised(both_houses, left_alone.token)


def test_signing_out_ends_this_sign_in_and_no_other(both_houses: House) -> None:
    first, second = (attempt(both_houses, both_houses.clinician.email, PASSWORD) for _ in range(2))
    with unit(both_houses.runtime) as work:
        sign_ins.recognise(work, first.token)
        sign_ins.sign_out(work)
    assert not recognised(both_houses, first.token)
    assert recognised(both_houses, second.token)


def test_a_new_password_ends_the_other_sign_ins(both_houses: House) -> None:
    here, elsewhere = (attempt(both_houses, both_houses.clinician.email, PASSWORD) for _ in range(2))
    for current, new, pointer in (
        ("not the password", "a password of their own", "/current_password"),
        (PASSWORD, PASSWORD, "/new_password"),
    ):
        with pytest.raises(Invalid) as refused:
            change(both_houses, both_houses.clinician, current, new)
        assert refused.value.problems[0].pointer == pointer
    with unit(both_houses.runtime, read_only=True) as work:
        who = sign_ins.glimpse(work, here.token)
        own = sign_ins.own_password(work)
    chosen = own.choose(PASSWORD, "a password of their own")
    with both_houses.work(who) as work:
        sign_ins.change_password(work, chosen)
    assert recognised(both_houses, here.token)
    assert not recognised(both_houses, elsewhere.token)
    with pytest.raises(SignInRefused):
        attempt(both_houses, both_houses.clinician.email, PASSWORD)


@pytest.mark.parametrize("token", ["", "lt_", "lts_", "lts_nothing", "lt_nothing", "Bearer", "é" * 50])
def test_what_is_not_a_token_opens_nothing(house: House, token: str) -> None:
    assert not recognised(house, token)


def test_a_sign_in_is_found_by_its_hash_and_by_nothing_else(house: House) -> None:
    started = attempt(house, house.clinician.email, PASSWORD)
    with house.rows() as work:
        row = work.session.get_one(SignIn, {"practice_id": house.practice.id, "id": started.id})
    assert not recognised(house, "lts_" + row.token_digest.hex())
    assert not recognised(house, started.token.replace("lts_", "lt_"))
