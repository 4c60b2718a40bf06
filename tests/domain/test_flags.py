"""What belongs to which flag, who sees and ends a hold, and that both safety flags ask for another look."""

from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from api.domain import flags
from api.domain.errors import AccessDenied, Conflict, Invalid
from api.domain.flags import Onlooker, Standing
from schemas.vocabulary import FlagKind, StopReason
from tests.support.clock import NOW

TODAY = date(2026, 3, 4)
HOLD, RISK, UNSAFE = FlagKind.PRACTICE_HOLD, FlagKind.RISK_OF_HARM, FlagKind.UNSAFE_TO_CONTACT
SOMEBODY, ANOTHER = uuid4(), uuid4()


@pytest.mark.parametrize("kind", FlagKind)
def test_an_address_goes_with_what_is_unsafe_and_an_owner_with_a_risk(kind: FlagKind) -> None:
    def refused(consent_id: UUID | None = None, owner_id: UUID | None = None, day: date | None = None) -> set[str]:
        try:
            flags.require_fitting(kind, consent_id=consent_id, owner_id=owner_id, review_on=day, today=TODAY)
        except Invalid as error:
            return {problem.pointer for problem in error.problems}
        return set()

    assert refused() == set()
    assert refused(consent_id=SOMEBODY) == (set() if kind is UNSAFE else {"/consent_id"})
    assert refused(owner_id=SOMEBODY) == (set() if kind is RISK else {"/owner_id"})
    assert refused(day=TODAY) == set()
    assert refused(day=TODAY - timedelta(days=1)) == {"/review_on"}


def test_the_safety_flags_always_have_a_day_to_look_again_and_none_ends_by_itself() -> None:
    for kind in FlagKind:
        day = flags.review_on(kind, None, TODAY)
        assert (day is not None) == (kind in {RISK, UNSAFE})
        assert day is None or day > TODAY
        assert flags.review_on(kind, TODAY, TODAY) == TODAY


def test_the_same_is_raised_once_and_each_address_counts_for_itself() -> None:
    standing = [Standing(UNSAFE, SOMEBODY), Standing(HOLD)]
    flags.require_new(UNSAFE, None, standing)
    flags.require_new(UNSAFE, ANOTHER, standing)
    for kind, consent_id in ((UNSAFE, SOMEBODY), (HOLD, None)):
        with pytest.raises(Conflict) as refusal:
            flags.require_new(kind, consent_id, standing)
        assert refusal.value.code == "flag_stands"


def test_a_hold_says_no_more_than_that_there_is_one() -> None:
    assert flags.stops(HOLD) is StopReason.HELD
    assert {flags.stops(kind) for kind in FlagKind if kind is not HOLD} == {StopReason.FLAGGED}


def test_a_hold_without_an_author_cannot_be_told_from_a_colleagues() -> None:
    """Whoever looks, whatever they may do: the two read the same and end the same way."""
    for member_id, is_lead, treats in product((SOMEBODY, None), (True, False), (True, False)):
        onlooker = Onlooker(member_id, is_lead=is_lead, treats=treats)
        seen = {
            author: (
                flags.is_open_to(HOLD, author, onlooker),
                flags.may_clear(HOLD, author, onlooker, author_left=False),
            )
            for author in (ANOTHER, None)
        }
        assert seen[ANOTHER] == seen[None]
        assert not seen[None][0]


def test_a_hold_ends_by_its_author_or_by_a_lead_who_does_not_treat_the_client() -> None:
    lead, treating = Onlooker(SOMEBODY, is_lead=True, treats=False), Onlooker(SOMEBODY, is_lead=True, treats=True)
    flags.require_may_clear(HOLD, SOMEBODY, Onlooker(SOMEBODY, is_lead=False, treats=True), author_left=False)
    flags.require_may_clear(HOLD, ANOTHER, lead, author_left=False)
    flags.require_may_clear(HOLD, ANOTHER, treating, author_left=True)
    for onlooker in (treating, Onlooker(SOMEBODY, is_lead=False, treats=True)):
        with pytest.raises(AccessDenied) as refusal:
            flags.require_may_clear(HOLD, ANOTHER, onlooker, author_left=False)
        assert refusal.value.code == "hold_of_another"
    for kind in set(FlagKind) - {HOLD}:
        flags.require_may_clear(kind, ANOTHER, Onlooker(SOMEBODY, is_lead=False, treats=True), author_left=False)


def test_what_was_found_about_a_risk_is_written_down() -> None:
    for kind in FlagKind:
        flags.require_note(kind, "Assessed in session.")
    for kind in set(FlagKind) - {RISK}:
        flags.require_note(kind, None)
    with pytest.raises(Invalid):
        flags.require_note(RISK, None)


def test_a_look_taken_before_it_was_raised_is_none() -> None:
    day = timedelta(days=1)
    assert not flags.is_reviewed(NOW, [])
    assert not flags.is_reviewed(NOW, [NOW - day])
    assert flags.is_reviewed(NOW, [NOW - day, NOW])
