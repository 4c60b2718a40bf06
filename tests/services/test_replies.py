"""An answer reaches a person, stops what was waiting to be sent, and changes nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col

from api.domain.errors import AccessDenied, Conflict, NotFound, TooManyRequests
from api.domain.replies import Told
from api.services import clients, consents, episodes, replies, timeline
from api.services.replies import Answered, OpenedLink
from api.services.work import Work, unit
from api.store import episodes as episode_store
from api.store import tasks as task_store
from schemas.tables import ClientKey, Contact, Reply
from schemas.vocabulary import (
    CheckInState,
    ConsentState,
    GivenReason,
    NextStepKind,
    ReplyAnswer,
    ReplyHandling,
    Role,
    StopReason,
    TaskKind,
)
from schemas.wire.replies import HandledIn, ReplyOut
from tests.services import records
from tests.support import links as messages
from tests.support.house import House, Person
from tests.support.links import Sent

ADDRESS = "192.0.2.7"
CALL_ME, STOP = ReplyAnswer.CALL_ME, ReplyAnswer.DO_NOT_CONTACT


@contextmanager
def opened(house: House, sent: Sent, address: str = ADDRESS) -> Iterator[tuple[Work, OpenedLink]]:
    with unit(house.runtime) as work:
        yield work, replies.open_link(work, sent.token, address)


def tap(house: House, sent: Sent, told: Told) -> Answered:
    with opened(house, sent) as (work, link):
        replies.take_turn(work, link.link, ADDRESS)
        return replies.answer(work, link.link, told)


def inbox(house: House, who: Person, *, handled: bool = False) -> list[ReplyOut]:
    with house.work(who) as work:
        return replies.page(work, handled=handled, cursor=None, limit=50).items


def handle(house: House, who: Person, reply_id: UUID, how: ReplyHandling = ReplyHandling.SPOKE) -> ReplyOut:
    with house.work(who) as work:
        return replies.handle(work, reply_id, HandledIn(how=how))


def next_step(house: House, who: Person) -> NextStepKind:
    (item,) = records.items(house, who)
    return item.next_step.kind


def test_an_answer_is_the_next_act_until_somebody_has_handled_it(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    sent = messages.send(house, case, house.clinician)
    before = next_step(house, house.clinician)
    assert before is not NextStepKind.ANSWER_REPLY
    told = Told(CALL_ME, (GivenReason.TIME_OR_TRAVEL,), "After six, please.")
    assert tap(house, sent, told) == Answered(is_new=True, opted_out=False)
    (reply,) = inbox(house, house.clinician)
    assert (reply.client.name, reply.answer, reply.words) == ("Ana", CALL_ME, "After six, please.")
    assert reply.reasons == [GivenReason.TIME_OR_TRAVEL]
    (item,) = records.items(house, house.clinician)
    assert item.next_step.kind is NextStepKind.ANSWER_REPLY
    records.assert_stored_is_computed(house)
    done = handle(house, house.clinician, reply.id)
    assert (done.handled_by, done.handled_how) == (house.clinician.id, ReplyHandling.SPOKE)
    assert handle(house, house.clinician, reply.id, ReplyHandling.BOOKED).handled_how is ReplyHandling.SPOKE
    assert next_step(house, house.clinician) is not NextStepKind.ANSWER_REPLY
    assert (inbox(house, house.clinician), len(inbox(house, house.clinician, handled=True))) == ([], 1)
    records.assert_stored_is_computed(house)


def test_an_answer_is_a_sign_of_life_and_stops_what_was_waiting(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=3)
    sent = messages.send(house, case, house.clinician)
    waiting = messages.send(house, case, house.clinician, consent_id=sent.consent_id, state=CheckInState.APPROVED)
    tap(house, sent, Told(ReplyAnswer.FINISHED_FOR_NOW))
    assert messages.state_of(house, waiting) == (CheckInState.CANCELLED, StopReason.REPLIED)
    assert messages.state_of(house, sent) == (CheckInState.SENT, None)
    with house.work(house.clinician) as work:
        (heard,) = [one for one in timeline.read(work, case.client_id, limit=50).items if one.noun == "contact"]
        assert heard.code == "received"
        assert episodes.read(work, case.episode_id).ended_at is None


def test_a_later_answer_is_added_and_a_hurried_one_is_not(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    sent = messages.send(house, case, house.clinician)
    assert tap(house, sent, Told(CALL_ME)).is_new
    inbox(house, house.clinician)
    house.wait(seconds=30)
    assert not tap(house, sent, Told(CALL_ME)).is_new
    assert tap(house, sent, Told(CALL_ME, words="At home.")).is_new
    inbox(house, house.clinician)
    assert tap(house, sent, Told(ReplyAnswer.COME_BACK)).is_new
    inbox(house, house.clinician)
    house.wait(seconds=61)
    assert tap(house, sent, Told(CALL_ME)).is_new
    assert [one.answer for one in inbox(house, house.clinician)] == [CALL_ME, CALL_ME, ReplyAnswer.COME_BACK, CALL_ME]


def test_two_taps_in_the_same_moment_are_one_answer(both_houses: House) -> None:
    house = both_houses
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    with ThreadPoolExecutor(4) as fingers:
        taps = list(fingers.map(lambda _: tap(house, sent, Told(CALL_ME)).is_new, range(4)))
    assert sorted(taps) == [False, False, False, True]
    assert len(inbox(house, house.clinician)) == 1


def test_whoever_has_waited_longest_comes_first_page_by_page(shared_house: House) -> None:
    house = shared_house
    asked = []
    for name in ("Ana", "Bea", "Cleo"):
        case = house.client(name, house.clinician)
        asked.append(messages.send(house, case, house.clinician))
    for sent in reversed(asked):
        house.wait(minutes=5)
        tap(house, sent, Told(CALL_ME))
    found, cursor = [], None
    for _ in range(3):
        with house.work(house.clinician) as work:
            page = replies.page(work, handled=False, cursor=cursor, limit=1)
        found += [one.client.name for one in page.items]
        cursor = page.next_cursor
    assert (found, cursor) == (["Cleo", "Bea", "Ana"], None)


def test_an_answer_after_the_ending_still_reaches_a_person(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    sent = messages.send(house, case, house.clinician)
    with house.rows() as work:
        row = episode_store.get(work.session, case.episode_id)
        assert row is not None
        row.ended_at = work.now
    house.wait(days=9)
    tap(house, sent, Told(ReplyAnswer.COME_BACK))
    assert [one.answer for one in inbox(house, house.clinician)] == [ReplyAnswer.COME_BACK]
    with house.work(house.clinician) as work:
        assert episodes.read(work, case.episode_id).ended_at is not None


def test_whoever_is_not_to_be_written_to_is_not_by_any_message_to_that_address(both_houses: House) -> None:
    house = both_houses
    ana, bea = (house.client(name, house.clinician) for name in ("Ana", "Bea"))
    sent = messages.send(house, ana, house.clinician)
    shared = messages.permit(house, bea, house.clinician)
    other = messages.permit(house, bea, house.clinician, "bea@example.org")
    to_bea = messages.send(house, bea, house.clinician, consent_id=shared, state=CheckInState.APPROVED)
    elsewhere = messages.send(house, bea, house.clinician, consent_id=other, state=CheckInState.APPROVED)
    assert tap(house, sent, Told(STOP)).opted_out
    with house.work(house.clinician) as work:
        (consent,) = consents.page(work, ana.client_id)
        of_bea = {one.id: one.state for one in consents.page(work, bea.client_id)}
    assert consent.state is ConsentState.WITHDRAWN
    assert (consent.answers[-1].state, consent.answers[-1].recorded_by) == (ConsentState.WITHDRAWN, None)
    assert of_bea == {shared: ConsentState.GRANTED, other: ConsentState.GRANTED}
    assert messages.state_of(house, to_bea) == (CheckInState.CANCELLED, StopReason.OPTED_OUT)
    assert messages.state_of(house, elsewhere) == (CheckInState.APPROVED, None)
    records.assert_stored_is_computed(house)


@pytest.mark.parametrize(("words", "tasks"), [("Please stop writing to me.", 0), ("CANCEL", 1), ("Cancelar", 1)])
def test_words_that_ask_not_to_be_written_to_bind_too(shared_house: House, words: str, tasks: int) -> None:
    """Where they may mean the appointment or the therapy, a person finds out."""
    house = shared_house
    case = house.client("Ana", house.clinician)
    sent = messages.send(house, case, house.clinician)
    assert tap(house, sent, Told(words=words)).opted_out
    (reply,) = inbox(house, house.clinician)
    assert (reply.answer, reply.words, reply.opted_out) == (None, words, True)
    with house.work(house.clinician) as work:
        assert consents.page(work, case.client_id)[0].state is ConsentState.WITHDRAWN
        found = task_store.open_ones(work.session, TaskKind.UNDERSTAND_OPT_OUT, reply.id)
        assert [(one.owner_id, one.due_on) for one in found] == [(house.clinician.id, house.now.date())] * tasks


def test_start_gives_nothing_back_by_itself_and_a_person_asks(shared_house: House) -> None:
    """Whoever holds the link may not be the client."""
    house = shared_house
    case = house.client("Ana", house.clinician)
    sent = messages.send(house, case, house.clinician)
    for words in ("Start", "Please stop writing to me.", "START"):
        tap(house, sent, Told(words=words))
        inbox(house, house.clinician)  # whoever opens an answer keeps the next from taking its place
        house.wait(minutes=2)
    said = [reply.id for reply in inbox(house, house.clinician)]
    with house.work(house.clinician) as work:
        assert consents.page(work, case.client_id)[0].state is ConsentState.WITHDRAWN
        found = [len(task_store.open_ones(work.session, TaskKind.UNDERSTAND_OPT_OUT, one)) for one in said]
    assert found == [0, 0, 1]


def test_another_participants_link_is_their_own(shared_house: House) -> None:
    house = shared_house
    ana, tom = (house.client(name, house.clinician) for name in ("Ana", "Tom"))
    couple = records.begin(house, house.clinician, [ana.client_id, tom.client_id], format="couple")
    of_ana = messages.send(house, type(ana)(ana.client_id, couple.id), house.clinician)
    tap(house, of_ana, Told(CALL_ME, words="Alone, please."))
    with house.work(house.clinician) as work:
        assert "contact" not in {one.noun for one in timeline.read(work, tom.client_id, limit=50).items}
        assert "contact" in {one.noun for one in timeline.read(work, ana.client_id, limit=50).items}


def test_an_inbox_holds_ones_own_caseload(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    tap(house, messages.send(house, case, house.clinician), Told(CALL_ME))
    (reply,) = inbox(house, house.clinician)
    other = house.practice.member(Role.CLINICIAN)
    assert [len(inbox(house, one)) for one in (other, house.supervisor, house.lead)] == [0, 1, 1]
    with pytest.raises(NotFound):
        handle(house, other, reply.id)
    with pytest.raises(AccessDenied):
        handle(house, house.supervisor, reply.id)
    assert handle(house, house.lead, reply.id).handled_by == house.lead.id


def test_opening_a_link_leaves_every_row_of_every_table_as_it_was(both_houses: House) -> None:
    house = both_houses
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    tap(house, sent, Told(CALL_ME))

    def everything() -> dict[str, list[str]]:
        with house.runtime.sessions.kw["bind"].connect() as connection:
            tables = SQLModel.metadata.tables.items()
            return {name: sorted(map(repr, connection.execute(sa.select(table)).all())) for name, table in tables}

    before = everything()
    assert before["replies"]
    for _ in range(3):
        with opened(house, sent) as (_work, link):
            assert link.link.check_in_id == sent.check_in_id
    assert everything() == before


def test_a_link_that_is_none_or_has_run_out_or_is_of_an_erased_client_is_the_same(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    over = messages.send(house, case, house.clinician, until=house.now)
    gone = messages.send(house, house.client("Bea", house.clinician), house.clinician)
    with house.rows() as work:
        of_bea = sa.select(ClientKey).where(col(ClientKey.client_id) != case.client_id)
        for key in work.session.scalars(of_bea):
            work.session.delete(key)
    for token in (over.token, gone.token, "", "x" * 300, "\x00", "ñ", over.token + "="):
        with pytest.raises(NotFound) as refusal, unit(house.runtime) as work:
            replies.open_link(work, token, "192.0.2.99")
        assert str(refusal.value) == "not_found"


def test_whoever_tries_many_links_has_to_wait_and_others_do_not(shared_house: House) -> None:
    house = shared_house
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    for number in range(10):
        with pytest.raises(NotFound), unit(house.runtime) as work:
            replies.open_link(work, f"guess {number}", "198.51.100.4")
    for token in ("another", sent.token):
        with pytest.raises(TooManyRequests), unit(house.runtime) as work:
            replies.open_link(work, token, "198.51.100.4")
    with opened(house, sent) as (_, link):
        assert link.link.check_in_id == sent.check_in_id


def test_a_link_takes_some_answers_in_an_hour_and_then_asks_to_wait(shared_house: House) -> None:
    house = shared_house
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    for number in range(20):
        tap(house, sent, Told(words=f"Word {number}."))
    with pytest.raises(TooManyRequests):
        tap(house, sent, Told(CALL_ME))
    (last,) = inbox(house, house.clinician)
    assert (last.words, len(last.replaced)) == ("Word 19.", 19)
    house.wait(hours=1)
    assert tap(house, sent, Told(CALL_ME)).is_new


def test_what_is_told_in_confidence_is_refused_where_the_clinician_would_read_it(shared_house: House) -> None:
    house = shared_house
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    for told in (Told(ReplyAnswer.ANOTHER_PERSON), Told(CALL_ME, (GivenReason.SPOKEN_TO_HARSHLY,), "x")):
        with pytest.raises(Conflict):
            tap(house, sent, told)
    with house.rows() as work:
        assert not work.session.scalars(sa.select(Reply)).all()
        assert not work.session.scalars(sa.select(Contact)).all()


def test_a_merge_takes_the_answers_along(shared_house: House) -> None:
    house = shared_house
    ana, double = (house.client(name, house.clinician) for name in ("Ana", "Ana M."))
    sent = messages.send(house, double, house.clinician)
    tap(house, sent, Told(CALL_ME, words="After six."))
    with house.work(house.lead) as work:
        clients.merge(work, ana.client_id, double.client_id)
    (reply,) = inbox(house, house.clinician)
    assert (reply.client.id, reply.words) == (ana.client_id, "After six.")
    house.wait(minutes=2)
    tap(house, sent, Told(CALL_ME, words="Or at noon."))
    assert [one.client.id for one in inbox(house, house.clinician)] == [ana.client_id] * 2
