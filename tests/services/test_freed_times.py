"""Times are anybody's again wherever the message that offers them will not be answered: booked otherwise, ended, handed over."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.errors import Conflict
from api.domain.replies import Told
from api.services import appointments, approvals, checkins, endings, episodes, offered_times, replies
from schemas.tables import CheckIn, OfferedTime
from schemas.vocabulary import CheckInState, EndingKind, ReplyAnswer, Role
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.checkins import ApprovalIn, CheckInPatch
from schemas.wire.episodes import EpisodePatch
from schemas.wire.terminations import EpisodeEndIn
from tests.services import records
from tests.services.erasing import ended, erase
from tests.services.test_offered_times import held, inbox, opened, sent, tap, times, write
from tests.support.house import Case, House, Person
from tests.support.messages import address


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


def end(house: House, episode_id: UUID) -> None:
    with house.work(house.clinician) as work:
        endings.end(work, episode_id, EpisodeEndIn(how_it_ended=EndingKind.AGREED))


def hand_over(house: House, episode_id: UUID) -> Person:
    other = house.practice.member(Role.CLINICIAN, name="Olga Other")
    with house.work(house.clinician) as work:
        version = episodes.read(work, episode_id).version
        episodes.change(work, episode_id, EpisodePatch(responsible_id=other.id), version=version)
    return other


def still_held(house: House) -> list[bool]:
    with house.rows() as work:
        return [row.released_at is None for row in work.session.scalars(sa.select(OfferedTime))]


@pytest.mark.parametrize("state", [CheckInState.SENT, CheckInState.SENDING, CheckInState.DELIVERED])
def test_another_booking_frees_what_was_sent(both_houses: House, state: CheckInState) -> None:
    """Also what is in hand: it goes, or comes back and does not; either way nobody has to keep the times."""
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    message, other = sent(house, case, 6, 8), sent(house, house.client("Bea", house.clinician), 7, 9)
    with house.rows() as work:
        work.session.get_one(CheckIn, (work.practice_id, message.id)).state = state
    with house.work(house.clinician) as work:
        appointments.book(work, AppointmentNewIn(episode_id=case.episode_id, starts_at=times(house, 3)[0]))
    assert held(house, message.id) == [False, False]
    assert held(house, other.id) == [True, True]


@pytest.mark.parametrize("was", ["draft", "sent"])
def test_an_ending_frees_the_times(shared_house: House, case: Case, was: str) -> None:
    house = shared_house
    message = write(house, case, 60, 80) if was == "draft" else sent(house, case, 6, 8)
    end(house, case.episode_id)
    assert held(house, message.id) == [False, False]


def test_words_that_ask_to_be_left_alone_free_them(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    with opened(house, message.id) as (work, link):
        assert replies.answer(work, link.link, Told(words="Please stop writing to me")).opted_out
    assert held(house, message.id) == [False, False]


def test_whoever_wants_a_time_and_no_more_messages_keeps_the_time(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    with opened(house, message.id) as (work, link):
        told = Told(ReplyAnswer.COME_BACK, words="STOP", offered_time_id=message.offered_times[0].id)
        assert replies.answer(work, link.link, told).opted_out
    assert held(house, message.id) == [True, False]


@pytest.mark.parametrize("was", ["draft", "sent"])
def test_an_erasure_frees_them(shared_house: House, case: Case, was: str) -> None:
    """Whatever ended the episode before."""
    house = shared_house
    if was == "draft":
        write(house, case, 60, 80)
    else:
        sent(house, case, 6, 8)
    ended(house, case.episode_id)
    assert still_held(house) == [True, True]
    erase(house, case.client_id)
    assert still_held(house) == [False, False]


@pytest.mark.parametrize("was", ["draft", "sent"])
def test_a_hand_over_frees_them(shared_house: House, case: Case, was: str) -> None:
    house = shared_house
    message = write(house, case, 60, 80) if was == "draft" else sent(house, case, 6, 8)
    assert message.state is (CheckInState.DRAFT if was == "draft" else CheckInState.SENT)
    hand_over(house, case.episode_id)
    assert still_held(house) == [False, False]


def test_after_a_hand_over_the_former_clinicians_times_are_not_to_be_had(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, 1)
    ((reply_id, _),) = inbox(house)
    other = hand_over(house, case.episode_id)
    house.wait(minutes=2)
    with opened(house, message.id) as (_, link):
        assert link.times == ()
    with pytest.raises(Conflict):
        tap(house, message, 0)
    with house.work(other) as work, pytest.raises(Conflict) as refused:
        offered_times.confirm(work, reply_id)
    assert refused.value.code == "time_of_another"


def test_a_draft_with_the_former_clinicians_times_is_not_approved(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    draft = write(house, case, 6, 8)
    other = hand_over(house, case.episode_id)
    with house.work(other) as work:
        version = checkins.read(work, draft.id).version
        changed = checkins.change(work, draft.id, CheckInPatch(body=draft.typed_body), version=version)
    with house.work(other) as work, pytest.raises(Conflict) as refused:
        approvals.approve(work, draft.id, ApprovalIn(), version=changed.version)
    assert refused.value.code == "time_of_another"
    with house.work(other) as work:
        patch = CheckInPatch(offered_times=times(house, 6, 9))
        changed = checkins.change(work, draft.id, patch, version=changed.version)
        assert [one.held for one in changed.offered_times] == [True, True]
    with house.work(other) as work:
        approvals.approve(work, draft.id, ApprovalIn(), version=changed.version)
