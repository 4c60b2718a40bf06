"""A wish for no more binds the number even where the record has moved on since the message went."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain import texts as rules
from api.formats import addresses
from api.services import consents, erasures
from api.store import consents as consent_store
from api.store import texts as text_store
from schemas.tables import CheckIn, ClientKey, Consent, ConsentAnswer, Episode, Reply
from schemas.vocabulary import Channel, CheckInState, ConsentState, ErasureReason, StopReason
from schemas.wire.records import EraseIn
from tests.support import provider as stand_in
from tests.support.house import Case, House
from tests.support.messages import seen
from tests.support.provider import Provider
from tests.support.texting import Line, line, new_number


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with stand_in.provider() as one:
        yield one


@pytest.fixture
def there(shared_house: House, provider: Provider) -> Iterator[Line]:
    with line(shared_house, provider) as found:
        yield found


def states(house: House, case: Case) -> list[ConsentState]:
    with house.work(house.lead) as work:
        return [one.state for one in consents.page(work, case.client_id)]


def withdrawn(house: House, case: Case) -> list[ConsentState]:
    """As it stands in the record, also where no key opens the address."""
    with house.rows() as work:
        return [one.state for one in consent_store.every(work.session, case.client_id)]


def off_the_record(house: House, consent_id: UUID) -> None:
    """The client's number was taken off after they were written to."""
    with house.rows() as work:
        of_it = col(CheckIn.consent_id) == consent_id
        work.session.execute(sa.update(CheckIn).where(of_it).values(consent_id=None))
        work.session.execute(sa.delete(ConsentAnswer).where(col(ConsentAnswer.consent_id) == consent_id))
        work.session.execute(sa.delete(Consent).where(col(Consent.id) == consent_id))


def digest_of(house: House, number: str) -> bytes:
    with house.rows() as work:
        return work.digest("address", addresses.looked_up(Channel.SMS, number))


def is_refused(house: House, number: str) -> bool:
    digest = digest_of(house, number)
    with house.rows() as work:
        return consent_store.refused_since(work.session, Channel.SMS, digest) is not None


def test_of_somebody_whose_number_is_another_clients_now_it_binds_that_client(there: Line) -> None:
    house = there.house
    ana, bea = house.client("Ana", house.clinician), house.client("Bea", house.practice.elena)
    consent_id, number = there.number(ana, house.clinician)
    there.sent(ana, house.clinician, consent_id)
    off_the_record(house, consent_id)
    there.number(bea, house.practice.elena, number)
    there.writes(number, "QUIT")
    assert states(house, bea) == [ConsentState.WITHDRAWN]


def test_of_a_number_that_is_nobodys_any_more_it_binds_whoever_has_it_next(there: Line) -> None:
    house = there.house
    ana = house.client("Ana", house.clinician)
    consent_id, number = there.number(ana, house.clinician)
    there.sent(ana, house.clinician, consent_id)
    off_the_record(house, consent_id)
    assert not is_refused(house, number)
    for _ in range(2):
        there.writes(number, "QUIT")
    assert is_refused(house, number)


@pytest.mark.parametrize("is_another_clients", [True, False])
def test_so_does_what_the_provider_says_of_it(there: Line, is_another_clients: bool) -> None:
    house = there.house
    ana, bea = house.client("Ana", house.clinician), house.client("Bea", house.practice.elena)
    consent_id, number = there.number(ana, house.clinician)
    check_in_id = there.sent(ana, house.clinician, consent_id)
    off_the_record(house, consent_id)
    if is_another_clients:
        there.number(bea, house.practice.elena, number)
    assert there.reports(check_in_id, "undelivered", "21610") == 204
    assert states(house, bea) == [ConsentState.WITHDRAWN] * is_another_clients
    assert is_refused(house, number) is not is_another_clients


def test_what_a_person_sent_from_their_own_telephone_says_nothing_of_who_answers_here(there: Line) -> None:
    """Whoever answers that answers the person's telephone, so it makes nobody the author of what comes to our number."""
    house = there.house
    ana, bea = house.client("Ana", house.clinician), house.client("Bea", house.practice.elena)
    consent_id, number = there.number(ana, house.clinician)
    there.number(bea, house.practice.elena, number)
    check_in_id = there.sent(ana, house.clinician, consent_id)
    with house.rows() as work:
        digest = work.digest("address", addresses.looked_up(Channel.SMS, number))
        assert [one.client_id for one in text_store.written(work.session, digest)] == [ana.client_id]
        there.rows(work.session, check_in_id)[0].by_hand = True
        work.session.flush()
        assert text_store.written(work.session, digest) == []
    off_the_record(house, consent_id)
    house.practice = house.found("Elsewhere")
    with house.rows() as work:
        assert len(text_store.practices_reached(work.session, digest)) == 1
        ((_, until),) = text_store.practices_reached(work.session, digest)
        assert until is None


def test_what_came_back_is_nothing_that_anybody_answers(there: Line) -> None:
    """So it does not make the words of whoever does have the number those of the client whom it did not reach."""
    house = there.house
    ana, bea = house.client("Ana", house.clinician), house.client("Bea", house.practice.elena)
    first_id, number = there.number(ana, house.clinician)
    second_id, _ = there.number(bea, house.practice.elena, number)
    check_in_id = there.sent(ana, house.clinician, first_id)
    digest = digest_of(house, number)
    with house.rows() as work:
        ((_, until),) = text_store.practices_reached(work.session, digest)
        assert until is not None
        there.rows(work.session, check_in_id)[0].state = CheckInState.BOUNCED
        work.session.flush()
        assert [until for _, until in text_store.practices_reached(work.session, digest)] == [None]
        (written,) = text_store.written(work.session, digest)
        assert (written.client_id, written.check_in_id, written.until) == (ana.client_id, None, None)
    there.writes(number, "Is this still going on?")
    with house.rows() as work:
        assert work.session.scalar(sa.select(sa.func.count()).select_from(Reply)) == 0, "it cannot be told whose it is"
    arrived_id = there.sent(bea, house.practice.elena, second_id)
    there.writes(number, "Hello")
    with house.rows() as work:
        (reply,) = work.session.scalars(sa.select(Reply)).all()
        assert (reply.client_id, reply.check_in_id) == (bea.client_id, arrived_id)


def test_a_message_that_arrived_is_what_is_answered_and_not_a_later_one_that_came_back(there: Line) -> None:
    house = there.house
    ana = house.client("Ana", house.clinician)
    consent_id, number = there.number(ana, house.clinician)
    arrived_id = there.sent(ana, house.clinician, consent_id)
    house.wait(minutes=5)
    lost_id = there.sent(ana, house.clinician, consent_id)
    with house.rows() as work:
        there.rows(work.session, lost_id)[0].state = CheckInState.BOUNCED
        work.session.flush()
        (written,) = text_store.written(work.session, digest_of(house, number))
        assert written.check_in_id == arrived_id


def test_a_machine_that_answers_each_text_with_the_word_is_confirmed_once(there: Line) -> None:
    house = there.house
    ana = house.client("Ana", house.clinician)
    consent_id, number = there.number(ana, house.clinician)
    there.sent(ana, house.clinician, consent_id)
    answers = [there.writes(number, "I am away. Reply STOP to unsubscribe.") for _ in range(4)]
    assert [("<Message>" in text) for _, text in answers] == [True, False, False, False]


def test_past_the_measure_of_an_hour_it_binds_and_what_changes_nothing_is_not_kept(there: Line) -> None:
    house = there.house
    ana = house.client("Ana", house.clinician)
    consent_id, number = there.number(ana, house.clinician)
    there.sent(ana, house.clinician, consent_id)
    there.wrote(number, rules.KEPT)
    assert states(house, ana) == [ConsentState.GRANTED]
    assert "<Message>" in there.writes(number, "QUIT")[1]
    assert states(house, ana) == [ConsentState.WITHDRAWN]
    for words in ("QUIT", "STOP"):
        status, text = there.writes(number, words)
        assert (status, "<Message>" in text) == (200, False)
    with house.rows() as work:
        kept = work.session.scalars(sa.select(Reply).where(col(Reply.client_id) == ana.client_id)).all()
    assert len(kept) == 1


def test_where_one_practice_cannot_take_it_in_the_others_still_do(there: Line) -> None:
    """Of the first to be asked a key is missing; the provider hears that not all was taken in. The wish binds there too."""
    house, number, found = there.house, new_number(), []
    for name in ("One", "Two"):
        house.practice = house.found(name)
        case = house.client("Ana", house.clinician)
        consent_id, _ = there.number(case, house.clinician, number)
        there.sent(case, house.clinician, consent_id)
        found.append((house.practice, case, consent_id))
    first, second = sorted(found, key=lambda one: one[0].id)
    house.practice = first[0]
    assert states(house, first[1]) == [ConsentState.GRANTED]
    with house.rows() as work:
        there_still = col(ClientKey.client_id) == first[1].client_id
        work.session.execute(sa.update(CheckIn).values(reply_until=house.now + timedelta(days=2)))
        work.session.execute(sa.delete(ClientKey).where(there_still))
    house.practice = second[0]
    with house.rows() as work:
        work.session.execute(sa.update(CheckIn).values(reply_until=house.now))
    waiting = there.approved(second[1], house.clinician, second[2])
    assert there.writes(number, "QUIT")[0] == 409
    assert states(house, second[1]) == [ConsentState.WITHDRAWN]
    assert seen(house, waiting) == (CheckInState.CANCELLED, StopReason.OPTED_OUT)
    house.practice = first[0]
    assert withdrawn(house, first[1]) == [ConsentState.WITHDRAWN]


def test_a_wish_for_no_more_from_an_erased_clients_number_binds_whoever_has_it(there: Line) -> None:
    """Nothing of an erased client is found by their number any more; who has it besides is bound all the same."""
    house = there.house
    ana, bea = house.client("Ana", house.clinician), house.client("Bea", house.practice.elena)
    consent_id, number = there.number(ana, house.clinician)
    there.sent(ana, house.clinician, consent_id)
    there.number(bea, house.practice.elena, number)
    with house.rows() as work:
        work.session.get_one(Episode, (work.practice_id, ana.episode_id)).ended_at = work.now
    with house.work(house.founder) as work:
        erasures.erase(work, ana.client_id, EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED))
    with house.rows() as work:
        assert text_store.written(work.session, digest_of(house, number)) == []
    assert "<Message>" in there.writes(number, "QUIT")[1]
    assert states(house, bea) == [ConsentState.WITHDRAWN]
