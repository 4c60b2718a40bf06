"""Times that a message offers: held for one client, free again when it matters, tapped without booking, booked by a person."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid
from api.domain.replies import Told
from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services import appointments, approvals, checkins, offered_times, replies
from api.services.replies import OpenedLink
from api.services.work import Work, unit
from api.store import episodes as episode_store
from api.store import sealing, stops
from schemas.tables import Appointment, OfferedTime
from schemas.vocabulary import CheckInState, Initiator, NextStepKind, ReplyAnswer, ReplyHandling, Role, StopReason
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut, CheckInPatch
from tests.services import records
from tests.support.house import Case, House, Person
from tests.support.messages import Pigeons, address

WORDS = "Hello {client_first_name}, these times are free: {offered_times}. None of them is fine too."
ADDRESS = "192.0.2.9"


def times(house: House, *days: int) -> list[datetime]:
    return [house.now + timedelta(days=day, hours=1) for day in days or (6, 8)]


def write(house: House, case: Case, *days: int, who: Person | None = None, body: str = WORDS) -> CheckInOut:
    with house.work(who or house.clinician) as work:
        given = CheckInIn(episode_id=case.episode_id, subject="Hello", body=body, offered_times=times(house, *days))
        return checkins.draft(work, given)


def sent(house: House, case: Case, *days: int) -> CheckInOut:
    """Offered, approved and delivered."""
    address(house, case, house.clinician, f"{case.client_id}@example.com")
    house.runtime.carrier = Pigeons()
    draft = write(house, case, *days)
    approve(house, draft)
    house.wait(minutes=6)
    while Courier(house.runtime).step():
        pass
    return read(house, draft.id)


def approve(house: House, draft: CheckInOut) -> None:
    with house.work(house.clinician) as work:
        approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)


def read(house: House, check_in_id: UUID) -> CheckInOut:
    with house.work(house.clinician) as work:
        return checkins.read(work, check_in_id)


def held(house: House, check_in_id: UUID) -> list[bool]:
    return [one.held for one in read(house, check_in_id).offered_times]


@contextmanager
def opened(house: House, check_in_id: UUID) -> Iterator[tuple[Work, OpenedLink]]:
    with house.rows() as work:
        token = sealing.reply_token(work.runtime.lookup_key(work.session), check_in_id)
    with unit(house.runtime) as work:
        yield work, replies.open_link(work, token, ADDRESS)


def tap(house: House, message: CheckInOut, which: int | None, answer: ReplyAnswer = ReplyAnswer.COME_BACK) -> None:
    chosen = None if which is None else message.offered_times[which].id
    with opened(house, message.id) as (work, link):
        replies.answer(work, link.link, Told(answer, offered_time_id=chosen))


def inbox(house: House) -> list[tuple[UUID, datetime | None]]:
    with house.work(house.clinician) as work:
        return [(one.id, one.chosen_time) for one in replies.page(work, handled=False, cursor=None, limit=50).items]


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


def test_offered_times_stand_in_the_words_on_the_clients_clock(shared_house: House, case: Case) -> None:
    draft = write(shared_house, case)
    assert "Tuesday 10 March at 11:30 am or Thursday 12 March at 11:30 am" in draft.body
    assert [one.held for one in draft.offered_times] == [True, True]


def test_without_times_there_is_nothing_to_fill_in(shared_house: House, case: Case) -> None:
    with shared_house.work(shared_house.clinician) as work, pytest.raises(Invalid) as refused:
        checkins.draft(work, CheckInIn(episode_id=case.episode_id, body=WORDS))
    assert refused.value.code == "merge_field"


def test_what_is_held_for_one_client_is_not_offered_to_another(both_houses: House) -> None:
    """And whoever is told so learns of nobody."""
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    other = house.client("Zuleika Other", house.clinician)
    write(house, other, 6, 9)
    with pytest.raises(Conflict) as refused:
        write(house, case, 6, 8)
    assert refused.value.code == "time_held"
    assert "Zuleika" not in refused.value.message
    with house.rows() as work:
        assert len(work.session.scalars(sa.select(OfferedTime)).all()) == 2
    assert write(house, case, 7, 8).offered_times


def test_another_clinician_may_offer_the_same_hour(shared_house: House, case: Case) -> None:
    house = shared_house
    write(house, case, 6, 8)
    elsewhere = house.client("Bea", house.practice.elena)
    assert write(house, elsewhere, 6, 8, who=house.practice.elena).offered_times


def test_of_two_who_offer_the_same_hour_at_once_one_is_told(both_houses: House) -> None:
    house = both_houses
    cases = [house.client(name, house.clinician) for name in ("Ana", "Bea", "Cleo", "Dan")]

    def attempt(case: Case) -> bool:
        try:
            write(house, case, 6, 8)
        except Conflict:
            return False
        return True

    assert house.clinician.name
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(attempt, cases)) == [False, False, False, True]


def test_a_later_message_to_the_same_client_takes_its_times_over(shared_house: House, case: Case) -> None:
    first, second = write(shared_house, case, 6, 8), write(shared_house, case, 6, 9)
    assert held(shared_house, first.id) == [False, True]
    assert held(shared_house, second.id) == [True, True]


def test_other_times_instead_free_the_former(shared_house: House, case: Case) -> None:
    house = shared_house
    draft = write(house, case, 6, 8)
    with house.work(house.clinician) as work:
        patch = CheckInPatch(offered_times=times(house, 7, 9))
        changed = checkins.change(work, draft.id, patch, version=draft.version)
    assert [one.starts_at for one in changed.offered_times] == times(house, 7, 9)
    assert "Wednesday 11 March" in changed.body
    assert write(house, house.client("Bea", house.clinician), 6, 8).offered_times


@pytest.mark.parametrize("how", ["cancelled", "stopped", "bounced", "revoked"])
def test_what_will_not_arrive_holds_nothing(shared_house: House, case: Case, how: str) -> None:
    house = shared_house
    address(house, case, house.clinician)
    draft = write(house, case)
    if how != "cancelled":
        approve(house, draft)
    house.runtime.carrier = Pigeons(HandedOver(End.NO_SUCH_ADDRESS, "550"))
    if how == "cancelled":
        with house.work(house.clinician) as work:
            approvals.cancel(work, draft.id)
    elif how == "stopped":
        with house.work(house.clinician) as work:
            stops.by_sign_of_life(work.session, case.episode_id, case.client_id, work.now)
    else:
        house.wait(minutes=6) if how == "bounced" else house.wait(days=3)
        while Courier(house.runtime).step():
            pass
    assert read(house, draft.id).state is not CheckInState.APPROVED
    assert held(house, draft.id) == [False, False]


def test_undone_it_is_a_draft_that_holds_its_times(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    draft = write(house, case, 6, 40)
    approve(house, draft)
    with house.rows() as work:
        until = work.session.scalars(sa.select(col(OfferedTime.held_until))).all()
    assert max(until) < times(house, 40)[0]  # the link runs out before
    with house.work(house.clinician) as work:
        approvals.undo(work, draft.id)
    with house.rows() as work:
        until = work.session.scalars(sa.select(col(OfferedTime.held_until))).all()
    assert sorted(until) == times(house, 6, 40)


def test_what_would_be_over_when_it_goes_is_not_approved(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    draft = write(house, case, 6, 8)
    house.wait(days=7)
    with pytest.raises(Conflict) as refused:
        approve(house, draft)
    assert refused.value.code == "time_over"


def test_a_time_that_expired_can_be_offered_to_somebody_else(shared_house: House, case: Case) -> None:
    """The link ran out before the time came."""
    house = shared_house
    sent(house, case, 40, 41)
    at = times(house, 40, 41)
    house.wait(days=35)
    other = house.client("Bea", house.clinician)
    with house.work(house.clinician) as work:
        made = checkins.draft(work, CheckInIn(episode_id=other.episode_id, body=WORDS, offered_times=at))
    assert [one.held for one in made.offered_times] == [True, True]


def test_a_tap_tells_a_person_which_time_and_books_nothing(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    message = sent(house, case, 6, 8)
    tap(house, message, 1)
    ((reply_id, chosen),) = inbox(house)
    assert chosen == message.offered_times[1].starts_at
    assert held(house, message.id) == [False, True]
    (item,) = records.items(house, house.clinician)
    assert (item.next_step.kind, item.next_step.due_on) == (
        NextStepKind.CONFIRM_TIME,
        house.now.date() + timedelta(days=1),
    )
    records.assert_stored_is_computed(house)
    with house.rows() as work:
        starts = sa.select(Appointment).where(col(Appointment.starts_at) > work.now)
        assert work.session.scalars(starts).all() == []
    with house.work(house.clinician) as work:
        booked = offered_times.confirm(work, reply_id)
    assert (booked.starts_at, booked.initiator) == (chosen, Initiator.CLIENT)
    with house.work(house.clinician) as work:
        assert offered_times.confirm(work, reply_id).id == booked.id
        done = replies.read(work, reply_id)
    assert (done.handled_how, done.appointment_id) == (ReplyHandling.BOOKED, booked.id)
    assert held(house, message.id) == [False, False]
    (item,) = records.items(house, house.clinician)
    assert item.next_step.kind is NextStepKind.NOTHING
    records.assert_stored_is_computed(house)


def test_the_later_tap_counts(shared_house: House, case: Case) -> None:
    message = sent(shared_house, case, 6, 8)
    tap(shared_house, message, 1)
    shared_house.wait(minutes=2)
    tap(shared_house, message, 0)
    assert held(shared_house, message.id) == [True, False]


@pytest.mark.parametrize(("seen", "stays"), [(False, False), (True, True)])
def test_a_mind_changed_before_anybody_looked_frees_the_time_that_was_tapped(
    both_houses: House, seen: bool, stays: bool
) -> None:
    """Once somebody has seen the tap, coming back without a time stands beside it and takes nothing away."""
    house = both_houses
    message = sent(house, records.weekly(house, house.clinician, last=3), 6, 8)
    tap(house, message, 1)
    if seen:
        assert inbox(house)
    house.wait(minutes=2)
    tap(house, message, None)
    assert held(house, message.id) == [False, stays]
    tapped = [chosen for _, chosen in inbox(house)]
    assert tapped == ([message.offered_times[1].starts_at, None] if seen else [None])


def test_words_added_to_a_tap_leave_the_time_where_it_can_be_booked(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, 1)
    for _ in range(2):  # a hurried finger
        with opened(house, message.id) as (work, link):
            replies.answer(work, link.link, Told(words="I will be a little late."))
    assert held(house, message.id) == [False, True]
    ((reply_id, chosen),) = inbox(house)
    assert chosen == message.offered_times[1].starts_at
    with house.work(house.clinician) as work:
        assert len(replies.read(work, reply_id).replaced) == 1
        assert offered_times.confirm(work, reply_id).starts_at == chosen


@pytest.mark.parametrize(
    ("answer", "stays"),
    [(ReplyAnswer.FINISHED_FOR_NOW, False), (ReplyAnswer.ANOTHER_TIME, False), (ReplyAnswer.COME_BACK, True)],
)
def test_another_answer_frees_the_times(shared_house: House, case: Case, answer: ReplyAnswer, stays: bool) -> None:
    message = sent(shared_house, case, 6, 8)
    tap(shared_house, message, None, answer)
    assert held(shared_house, message.id) == [stays, stays]


def test_whoever_answered_otherwise_may_still_tap_a_time_that_is_free(shared_house: House, case: Case) -> None:
    message = sent(shared_house, case, 6, 8)
    tap(shared_house, message, None, ReplyAnswer.FINISHED_FOR_NOW)
    shared_house.wait(minutes=2)
    tap(shared_house, message, 0)
    assert held(shared_house, message.id) == [True, False]


def test_a_time_that_went_to_somebody_else_meanwhile_is_not_promised(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, None, ReplyAnswer.FINISHED_FOR_NOW)
    at = [one.starts_at for one in message.offered_times]
    other = house.client("Bea", house.clinician)
    with house.work(house.clinician) as work:
        checkins.draft(work, CheckInIn(episode_id=other.episode_id, body=WORDS, offered_times=at))
    house.wait(minutes=2)
    with pytest.raises(Conflict):
        tap(house, message, 0)
    assert [chosen for _, chosen in inbox(house)] == [None]


def test_neither_a_strange_time_nor_one_that_is_over_can_be_tapped(shared_house: House, case: Case) -> None:
    house = shared_house
    message, other = sent(house, case, 6, 20), sent(house, house.client("Bea", house.clinician), 7, 9)
    with pytest.raises(Conflict), opened(house, message.id) as (work, link):
        replies.answer(work, link.link, Told(ReplyAnswer.COME_BACK, offered_time_id=other.offered_times[0].id))
    house.wait(days=8)
    with pytest.raises(Conflict):
        tap(house, message, 0)
    with opened(house, message.id) as (_, link):
        assert [one.id for one in link.times] == [message.offered_times[1].id]


def test_a_supervisor_books_nothing(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, 0)
    ((reply_id, _),) = inbox(house)
    with house.work(house.supervisor) as work, pytest.raises(AccessDenied):
        offered_times.confirm(work, reply_id)
    both = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR, supervisees=(house.clinician,))
    with house.work(both) as work, pytest.raises(AccessDenied):
        offered_times.confirm(work, reply_id)


@pytest.mark.parametrize("why", ["none chosen", "over", "ended"])
def test_what_cannot_be_booked_any_more_is_said(shared_house: House, case: Case, why: str) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, None if why == "none chosen" else 0)
    ((reply_id, _),) = inbox(house)
    if why == "over":
        house.wait(days=7)
    elif why == "ended":
        with house.rows() as work:
            episode = episode_store.get(work.session, case.episode_id)
            assert episode is not None
            episode.ended_at = work.now
    codes = {"none chosen": "no_time_chosen", "over": "time_over", "ended": "episode_ended"}
    with house.work(house.clinician) as work, pytest.raises(Conflict) as refused:
        offered_times.confirm(work, reply_id)
    assert refused.value.code == codes[why]
    with house.work(house.clinician) as work:
        ahead = appointments.page(
            work, episode_id=case.episode_id, since=house.now, until=None, cursor=None, limit=5
        ).items
    assert ahead == []


def test_a_message_that_offers_times_is_stopped_like_any_other(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    draft = write(house, case)
    approve(house, draft)
    with house.work(house.clinician) as work:
        stops.by_hand_over(work.session, [case.episode_id], work.now)
    found = read(house, draft.id)
    assert (found.state, found.stopped_by) == (CheckInState.CANCELLED, StopReason.HANDED_OVER)
