"""What may follow what on the way to a closing session, and what all of it comes to."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import closing_sessions as rules
from api.domain.closing_sessions import Course, Step, Time
from api.domain.errors import Conflict, Invalid
from schemas.vocabulary import AppointmentStatus, ClosingSession, ClosingStep, ClosingWay
from tests.support.clock import NOW

F, A, D, N, B, U, H = (
    ClosingStep.OFFERED,
    ClosingStep.ACCEPTED,
    ClosingStep.DECLINED,
    ClosingStep.NOT_ANSWERED,
    ClosingStep.BOOKED,
    ClosingStep.UNTIED,
    ClosingStep.HELD,
)
LATER = NOW + timedelta(days=20)


def day(count: float) -> datetime:
    return NOW + timedelta(days=count)


def time(status: AppointmentStatus = AppointmentStatus.BOOKED, *, known: float = 11) -> Time:
    return Time(UUID(int=99), day(10), status, day(known))


def step(number: int, kind: ClosingStep, *, tied: Time | None = None, by_reply: bool = False) -> Step:
    """The `number`th, a day after the one before."""
    return Step(UUID(int=number + 1), kind, day(number), day(number), by_reply=by_reply, time=tied)


def drawn(*kinds: ClosingStep, tied: Time | None = None) -> Course:
    return rules.course(step(place, kind, tied=tied if kind is B else None) for place, kind in enumerate(kinds))


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), None),
        ((F,), ClosingSession.OFFERED),
        ((F, F), ClosingSession.OFFERED),
        ((F, A), ClosingSession.ACCEPTED),
        ((A,), ClosingSession.ACCEPTED),
        ((F, D), ClosingSession.DECLINED),
        ((F, D, A), ClosingSession.ACCEPTED),
        ((F, D, F), ClosingSession.OFFERED),
        ((F, N), ClosingSession.NOT_ANSWERED),
        ((F, N, A), ClosingSession.ACCEPTED),
        ((F, A, F), ClosingSession.ACCEPTED),
        ((F, A, N), ClosingSession.ACCEPTED),
        ((F, B), ClosingSession.ACCEPTED),
        ((B,), ClosingSession.ACCEPTED),
        ((F, A, B, U), ClosingSession.ACCEPTED),
        ((F, A, B, D), ClosingSession.DECLINED),
        ((F, A, H), ClosingSession.HELD),
        ((H,), ClosingSession.HELD),
        ((F, H, D), ClosingSession.HELD),
    ],
)
def test_what_it_comes_to(kinds: tuple[ClosingStep, ...], state: ClosingSession | None) -> None:
    assert drawn(*kinds, tied=time()).state is state


def test_a_time_that_was_tied_and_attended_is_the_closing_session() -> None:
    course = drawn(F, B, tied=time(AppointmentStatus.ATTENDED))
    assert (course.state, course.held_at) == (ClosingSession.HELD, day(10))
    assert drawn(F, B, U, tied=time(AppointmentStatus.ATTENDED)).state is ClosingSession.ACCEPTED
    assert drawn(F, B, D, tied=time(AppointmentStatus.ATTENDED)).state is ClosingSession.DECLINED


@pytest.mark.parametrize(
    "tied",
    [
        time(AppointmentStatus.NO_SHOW),
        time(AppointmentStatus.CANCELLED),
        time(AppointmentStatus.ATTENDED, known=9),  # practice systems say "attended" before the day has come
    ],
)
def test_a_time_that_did_not_take_place_was_no_closing_session(tied: Time) -> None:
    assert drawn(F, B, tied=tied).state is ClosingSession.ACCEPTED


def test_an_offer_in_a_message_counts_once_the_message_has_gone() -> None:
    written = Step(UUID(int=1), F, day(0), day(0), goes_with_message=True)
    assert rules.course([written]) == Course()
    gone = Step(UUID(int=1), F, day(0), day(0), goes_with_message=True, went_at=day(2))
    course = rules.course([gone])
    assert (course.state, course.offered_at, course.offered_by) == (ClosingSession.OFFERED, day(2), ClosingWay.CHECK_IN)


def test_a_client_who_asks_for_one_has_been_offered_it_by_their_own_wish() -> None:
    course = rules.course([step(0, A, by_reply=True)])
    assert (course.offered_by, course.offered_at, course.accepted_at) == (ClosingWay.REPLY, day(0), day(0))


ALLOWED = {
    None: {F, A, B, H},
    ClosingSession.OFFERED: {F, A, D, N, B, H},
    ClosingSession.NOT_ANSWERED: {F, A, D, B, H},
    ClosingSession.DECLINED: {F, A, B, H},
    ClosingSession.ACCEPTED: {D, B, U, H},
    ClosingSession.HELD: {U},
}
LEADS_TO = {
    None: (),
    ClosingSession.OFFERED: (F,),
    ClosingSession.NOT_ANSWERED: (F, N),
    ClosingSession.DECLINED: (F, D),
    ClosingSession.ACCEPTED: (F, B),
    ClosingSession.HELD: (F, B, H),
}


@pytest.mark.parametrize("state", list(ALLOWED))
@pytest.mark.parametrize("kind", list(ClosingStep))
def test_what_may_follow_what(state: ClosingSession | None, kind: ClosingStep) -> None:
    course = drawn(*LEADS_TO[state], tied=time())
    assert course.state is state
    if kind in ALLOWED[state]:
        rules.require_may_follow(course, kind, by_reply=True, died=False)
        return
    with pytest.raises(Conflict) as refused:
        rules.require_may_follow(course, kind, by_reply=True, died=False)
    assert refused.value.code == "closing_out_of_order"


def test_a_yes_without_an_offer_needs_the_answer_that_says_so() -> None:
    with pytest.raises(Conflict):
        rules.require_may_follow(Course(), A, by_reply=False, died=False)


def test_nothing_is_untied_that_was_not_tied() -> None:
    with pytest.raises(Conflict):
        rules.require_may_follow(drawn(F, A), U, by_reply=False, died=False)


@pytest.mark.parametrize("kind", [F, B])
def test_nothing_is_offered_to_a_client_who_died(kind: ClosingStep) -> None:
    with pytest.raises(Conflict) as refused:
        rules.require_may_follow(Course(), kind, by_reply=False, died=True)
    assert refused.value.code == "client_died"
    assert kind not in rules.next_steps(Course(), died=True)


def test_a_step_is_said_after_the_one_before_and_not_ahead_of_time() -> None:
    course = drawn(F, A)
    assert rules.said_at(None, course, LATER) == LATER
    assert rules.said_at(day(1), course, LATER) == day(1)
    for wrong in (LATER + timedelta(minutes=1), day(0.5)):
        with pytest.raises(Invalid):
            rules.said_at(wrong, course, LATER)


steps = st.lists(
    st.builds(
        Step,
        st.uuids(),
        st.sampled_from(ClosingStep),
        st.integers(0, 9).map(day),
        st.integers(0, 9).map(day),
        by_reply=st.booleans(),
        goes_with_message=st.booleans(),
        went_at=st.none() | st.integers(0, 9).map(day),
        time=st.none() | st.sampled_from(AppointmentStatus).map(time),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(steps, st.randoms())
@settings(max_examples=200)
def test_whatever_was_written_down_comes_to_one_thing(found: list[Step], random: object) -> None:
    course = rules.course(found)
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis's own Random
    assert rules.course(shuffled) == course
    assert (course.state is None) <= (course.offered_at is None or all(one.step is U for one in found if one.happened))
    if course.state is ClosingSession.HELD:
        assert course.held_at is not None
        assert course.was_accepted
    if course.state is not None:
        assert course.was_offered
    for kind in rules.next_steps(course, died=False):
        rules.require_may_follow(course, kind, by_reply=False, died=False)
