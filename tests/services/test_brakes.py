"""Guessing is slowed wherever a password is asked for, and nobody waits for somebody else's hashing."""

import sqlite3
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from api.domain import brakes
from api.domain.access import OPERATOR, WORKER
from api.domain.errors import DomainError, Invalid, SignInRefused, TooManyRequests
from api.services import members, practices, upkeep
from api.services.work import unit
from schemas.vocabulary import Role
from schemas.wire.members import MemberIn
from tests.services.doors import attempt, change
from tests.support.house import PASSWORD, House

NEW = "a password of their own"


def count_of_brakes(house: House) -> int:
    with house.rows() as work:
        return work.session.scalar(sa.text("SELECT count(*) FROM sign_in_brakes")) or 0


class Watched(str):
    """A password that looks around whenever it is turned into bytes, which is what hashing begins with."""

    __slots__ = ("look",)
    look: Callable[[], None]

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        self.look()
        return super().encode(encoding, errors)


def watched(house: House, text: str, seen: list[bool]) -> Watched:
    """Notes whether somebody else can write just then: SQLite's one lock is taken and given back at once."""

    def look() -> None:
        other = sqlite3.connect(house.url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
            seen.append(True)
        except sqlite3.OperationalError:
            seen.append(False)
        finally:
            other.close()

    made = Watched(text)
    made.look = look
    return made


@pytest.mark.parametrize("known", [True, False])
def test_others_can_write_while_a_password_is_tried(house: House, *, known: bool) -> None:
    email = house.clinician.email if known else "nobody@example.org"
    seen: list[bool] = []
    for text in (PASSWORD, "wrong"):
        try:
            attempt(house, email, watched(house, text, seen))
        except SignInRefused:
            assert not known or text == "wrong"
    assert seen
    assert all(seen)


def test_others_can_write_while_a_password_is_changed(house: House) -> None:
    seen: list[bool] = []
    change(house, house.clinician, watched(house, PASSWORD, seen), watched(house, NEW, seen))
    assert len(seen) >= 2
    assert all(seen)


def test_others_can_write_while_a_practice_is_founded(house: House) -> None:
    seen: list[bool] = []
    founder = practices.Founder("Ines", "ines@example.org", watched(house, PASSWORD, seen))
    with unit(house.runtime, OPERATOR) as work:
        practices.create(work, name="Another", time_zone="Europe/Madrid", founder=founder)
    assert seen
    assert all(seen)


def test_a_one_time_password_is_made_without_slow_hashing_and_tried_as_slowly_as_any(house: House) -> None:
    """It is random enough for a plain hash, so that whoever adds a member holds the lock for no time worth telling."""
    seen: list[bool] = []
    with house.work(house.founder) as work:
        one_time = members.add(
            work, MemberIn(name="Bo", email="bo@example.org", roles=[Role.CLINICIAN])
        ).one_time_password
    assert one_time is not None
    assert len(one_time) >= 22
    assert attempt(house, "bo@example.org", watched(house, one_time, seen)).must_change_password
    assert len(seen) == 2  # the slow hash of nobody, then the plain one
    assert all(seen)


def test_a_password_that_changed_while_it_was_tried_opens_nothing(both_houses: House) -> None:
    house, who = both_houses, both_houses.clinician
    trying = Watched(PASSWORD)
    trying.look = once(lambda: change(house, who, PASSWORD, NEW))
    with pytest.raises(SignInRefused):
        attempt(house, who.email, trying)
    assert attempt(house, who.email, NEW).member_id == who.id


def test_a_password_reset_while_its_owner_changed_it_stays_the_one_handed_over(both_houses: House) -> None:
    house, who, handed_over = both_houses, both_houses.clinician, []

    def reset() -> None:
        with house.work(house.lead) as work:
            handed_over.append(members.reset_password(work, who.id))

    assert house.lead.id != who.id
    choosing = Watched(NEW)
    choosing.look = once(reset)
    with pytest.raises(Invalid):
        change(house, who, PASSWORD, choosing)
    assert attempt(house, who.email, handed_over[0]).must_change_password


def once(act: Callable[[], None]) -> Callable[[], None]:
    waiting = [act]
    return lambda: waiting.pop()() if waiting else None


def test_guesses_at_the_same_moment_do_not_get_past_the_brake(both_houses: House) -> None:
    """The right password, looked up before the brake was on, is not taken once it is."""
    house, who = both_houses, both_houses.clinician

    def guess_until_slowed() -> None:
        for _ in range(brakes.FREE_FAILURES):
            wrong(lambda: attempt(house, who.email, "wrong"))

    trying = Watched(PASSWORD)
    trying.look = once(guess_until_slowed)
    with pytest.raises(TooManyRequests):
        attempt(house, who.email, trying)


def wrong(act: Callable[[], object]) -> None:
    with pytest.raises((SignInRefused, Invalid)):
        act()


def test_guessing_at_the_present_password_is_slowed(both_houses: House) -> None:
    house, who = both_houses, both_houses.clinician
    for _ in range(brakes.FREE_FAILURES):
        wrong(lambda: change(house, who, "wrong", NEW))
    with pytest.raises(TooManyRequests) as slowed:
        change(house, who, PASSWORD, NEW)
    assert slowed.value.code == "sign_in_slowed"
    change(house, house.lead, PASSWORD, NEW)
    house.wait(seconds=slowed.value.retry_after_seconds)
    change(house, who, PASSWORD, NEW)
    wrong(lambda: change(house, who, "wrong", PASSWORD))
    change(house, who, NEW, PASSWORD)


def test_the_api_says_when_to_try_the_present_password_again(house: House) -> None:
    who, given = house.clinician, {"current_password": "wrong", "new_password": NEW}
    api = house.api(who)
    answers = [api.put("/v1/me/password", json=given).status_code for _ in range(brakes.FREE_FAILURES + 1)]
    assert answers == [422] * brakes.FREE_FAILURES + [429]
    slowed = api.put("/v1/me/password", json={**given, "current_password": PASSWORD})
    assert (slowed.status_code, slowed.json()["code"]) == (429, "sign_in_slowed")
    assert int(slowed.headers["retry-after"]) > 0


def test_one_failure_a_day_from_an_address_never_slows_it(both_houses: House) -> None:
    house, somebody = both_houses, both_houses.lead
    for day in range(brakes.FREE_FAILURES_PER_ADDRESS + 2):
        house.wait(hours=23)
        with pytest.raises(SignInRefused):
            attempt(house, f"somebody{day}@example.org", "wrong")
    assert attempt(house, somebody.email, PASSWORD).member_id == somebody.id


def test_an_ipv6_caller_is_slowed_whichever_address_they_come_from(house: House) -> None:
    def guess(number: int) -> DomainError | None:
        try:
            attempt(house, f"guess{number}@example.org", "wrong", f"2001:db8:0:1::{number:x}")
        except DomainError as error:
            return error
        return None

    told = [type(guess(number)) for number in range(brakes.FREE_FAILURES_PER_ADDRESS + 1)]
    assert told == [SignInRefused] * brakes.FREE_FAILURES_PER_ADDRESS + [TooManyRequests]
    assert attempt(house, house.lead.email, PASSWORD, "2001:db8:0:2::1").member_id == house.lead.id


def test_what_a_brake_counted_is_forgotten_after_a_day(both_houses: House) -> None:
    wrong(lambda: attempt(both_houses, "nobody@example.org", "wrong"))
    assert count_of_brakes(both_houses) == 2
    both_houses.wait(hours=25)
    with both_houses.work(WORKER) as work:
        upkeep.forget_expired(work)
    assert count_of_brakes(both_houses) == 0
