"""What was told in confidence does nothing until the client agrees that it is passed on; then it does what any answer does."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.replies import Told
from api.services import concerns, consents, endings, tasks, timeline
from schemas.tables import Contact, OfferedTime
from schemas.vocabulary import (
    Channel,
    CheckInState,
    ConsentState,
    EndingKind,
    GivenReason,
    NextStepKind,
    ReplyAnswer,
    Role,
    StopReason,
    TaskKind,
)
from schemas.wire.clients import ConsentIn
from schemas.wire.concerns import ConcernReleaseIn
from schemas.wire.terminations import EpisodeEndIn
from tests.services import records
from tests.services.test_concerns import confide, read
from tests.services.test_replies import inbox, next_step, tap
from tests.support import links as messages
from tests.support.house import Case, House, Person
from tests.support.links import Sent

HARSH = (GivenReason.SPOKEN_TO_HARSHLY,)


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


@pytest.fixture
def sent(shared_house: House, case: Case) -> Sent:
    return messages.send(shared_house, case, shared_house.clinician)


def release(house: House) -> None:
    """Two days later, as the client said that day."""
    (concern,) = read(house, house.founder)
    house.wait(days=2)
    with house.work(house.founder) as work:
        concerns.release(work, concern.id, ConcernReleaseIn(client_agreed_on=house.now.date()))


def tasks_of(house: House, who: Person) -> list[TaskKind]:
    with house.work(who) as work:
        return [one.kind for one in tasks.page(work, cursor=None, limit=50).items]


def state_of(house: House, case: Case) -> ConsentState:
    with house.work(house.clinician) as work:
        return consents.page(work, case.client_id)[0].state


def offered(house: House, case: Case, message: Sent, days: Sequence[int]) -> list[UUID]:
    with house.work(house.clinician) as work:
        rows = [
            OfferedTime(
                check_in_id=message.check_in_id,
                episode_id=case.episode_id,
                client_id=case.client_id,
                clinician_id=house.clinician.id,
                starts_at=house.now + timedelta(days=day),
                held_until=house.now + timedelta(days=day),
                created_at=house.now,
            )
            for day in days
        ]
        work.session.add_all(rows)
        work.session.flush()
        return [row.id for row in rows]


def held(house: House) -> set[UUID]:
    with house.rows() as work:
        return {row.id for row in work.session.scalars(sa.select(OfferedTime)) if row.released_at is None}


def test_passed_on_it_stops_what_waits_and_stands_in_the_record(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    waiting = messages.send(house, case, house.clinician, consent_id=sent.consent_id, state=CheckInState.APPROVED)
    before = next_step(house, house.clinician)
    confide(house, sent, Told(ReplyAnswer.CALL_ME, HARSH, "So it was."))
    assert messages.state_of(house, waiting) == (CheckInState.APPROVED, None)
    assert next_step(house, house.clinician) is before
    with house.rows() as work:
        assert not work.session.scalars(sa.select(Contact)).all()
    release(house)
    assert messages.state_of(house, waiting) == (CheckInState.CANCELLED, StopReason.REPLIED)
    assert next_step(house, house.clinician) is NextStepKind.ANSWER_REPLY
    with house.work(house.clinician) as work:
        (heard,) = [one for one in timeline.read(work, case.client_id, limit=50).items if one.noun == "contact"]
    assert (heard.code, heard.at) == ("received", house.now)
    records.assert_stored_is_computed(house)


def test_passed_on_twice_it_is_one_answer(shared_house: House, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    (concern,) = read(house, house.founder)
    for _ in range(2):
        with house.work(house.founder) as work:
            concerns.release(work, concern.id, ConcernReleaseIn(client_agreed_on=house.now.date()))
    assert len(inbox(house, house.clinician)) == 1
    with house.rows() as work:
        assert len(work.session.scalars(sa.select(Contact)).all()) == 1


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (Told(ReplyAnswer.DO_NOT_CONTACT, HARSH), []),
        (Told(None, HARSH, "Please stop writing to me."), []),
        (Told(None, HARSH, "STOP"), [TaskKind.UNDERSTAND_OPT_OUT]),
    ],
)
def test_passed_on_a_wish_for_no_more_binds(
    shared_house: House, case: Case, sent: Sent, told: Told, asked: list[TaskKind]
) -> None:
    house = shared_house
    bea = house.client("Bea", house.clinician)
    shared = messages.permit(house, bea, house.clinician)
    to_bea = messages.send(house, bea, house.clinician, consent_id=shared, state=CheckInState.APPROVED)
    confide(house, sent, told)
    assert read(house, house.founder)[0].asks_not_to_be_written_to
    assert (state_of(house, case), tasks_of(house, house.clinician)) == (ConsentState.GRANTED, [])
    release(house)
    assert (state_of(house, case), tasks_of(house, house.clinician)) == (ConsentState.WITHDRAWN, asked)
    assert messages.state_of(house, to_bea) == (CheckInState.CANCELLED, StopReason.OPTED_OUT)
    assert inbox(house, house.clinician)[0].opted_out


def test_what_the_client_allowed_since_stands_and_a_person_asks(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    confide(house, sent, Told(None, HARSH, "Please stop writing to me."))
    house.wait(hours=3)
    with house.work(house.clinician) as work:
        (consent,) = consents.page(work, case.client_id)
        given = ConsentIn(
            channel=Channel.EMAIL,
            address="ana@example.org",
            state=ConsentState.GRANTED,
            valid_until=house.now.date() + timedelta(days=300),
        )
        consents.change(work, case.client_id, consent.id, given, version=consent.version)
    release(house)
    assert state_of(house, case) is ConsentState.GRANTED
    assert tasks_of(house, house.clinician) == [TaskKind.UNDERSTAND_OPT_OUT]
    assert not inbox(house, house.clinician)[0].opted_out


def test_passed_on_words_about_danger_are_somebody_s_today(shared_house: House, sent: Sent) -> None:
    house = shared_house
    confide(house, sent, Told(None, HARSH, "I want to kill myself since then."))
    assert tasks_of(house, house.clinician) == []
    release(house)
    assert tasks_of(house, house.clinician) == [TaskKind.READ_REPLY_TODAY]
    assert inbox(house, house.clinician)[0].comes_first


def test_passed_on_after_an_ending_it_is_somebody_s_task(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    with house.work(house.clinician) as work:
        endings.end(work, case.episode_id, EpisodeEndIn(how_it_ended=EndingKind.AGREED))
    before = tasks_of(house, house.clinician)
    release(house)
    assert sorted(tasks_of(house, house.clinician)) == sorted([*before, TaskKind.ANSWER_REPLY])


def test_passed_on_after_a_transfer_it_is_in_the_work_that_goes_on(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    confide(house, sent)
    with house.work(house.clinician) as work:
        endings.end(work, case.episode_id, EpisodeEndIn(how_it_ended=EndingKind.TRANSFERRED))
    successor = house.practice.member(Role.CLINICIAN)
    goes_on = records.begin(house, house.founder, [case.client_id], responsible_id=successor.id)
    release(house)
    assert [one.episode_id for one in inbox(house, successor)] == [goes_on.id]
    assert inbox(house, house.clinician) == []


def test_passed_on_another_wish_frees_the_times(shared_house: House, case: Case, sent: Sent) -> None:
    house = shared_house
    times = offered(house, case, sent, (6, 8))
    confide(house, sent, Told(ReplyAnswer.FINISHED_FOR_NOW, HARSH))
    assert held(house) == set(times)
    release(house)
    assert held(house) == set()


def test_passed_on_it_leaves_what_the_client_tapped_since(shared_house: House, case: Case, sent: Sent) -> None:
    """Nor does it take the place of what they sent since."""
    house = shared_house
    wanted, _ = offered(house, case, sent, (6, 8))
    confide(house, sent, Told(ReplyAnswer.FINISHED_FOR_NOW, HARSH))
    house.wait(hours=1)
    tap(house, sent, Told(ReplyAnswer.COME_BACK, offered_time_id=wanted))
    release(house)
    assert held(house) == {wanted}
    found = inbox(house, house.clinician)
    assert [(one.answer, len(one.replaced)) for one in found] == [
        (ReplyAnswer.COME_BACK, 0),
        (ReplyAnswer.FINISHED_FOR_NOW, 0),
    ]


def test_passed_on_it_leaves_the_time_that_was_tapped_in_the_same_form(
    shared_house: House, case: Case, sent: Sent
) -> None:
    """It went to the clinician at once, and is the client's wish as much as the rest."""
    house = shared_house
    wanted, _ = offered(house, case, sent, (6, 8))
    confide(house, sent, Told(ReplyAnswer.ANOTHER_PERSON, HARSH))
    tap(house, sent, Told(ReplyAnswer.COME_BACK, offered_time_id=wanted))
    release(house)
    assert held(house) == {wanted}
