"""What the provider of text messages tells us is believed where it is signed, taken in once, and put where it belongs."""

from collections.abc import Iterator
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col
from starlette.testclient import TestClient

from api.domain import texts as rules
from api.services import consents, replies
from api.store import tasks as task_store
from schemas.tables import Consent, Contact, Episode, ReceivedText, Reply, Task
from schemas.vocabulary import CheckInState, ConsentState, EndingKind, Locale, NextStepKind, StopReason, TaskKind
from tests.services import records
from tests.support import provider as stand_in
from tests.support.house import Case, House, Person
from tests.support.messages import seen
from tests.support.provider import ACCOUNT, Provider, form_of, sid
from tests.support.texting import Line, line, new_number

INBOUND = "/hooks/sms/inbound"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with stand_in.provider() as one:
        yield one


@pytest.fixture
def there(shared_house: House, provider: Provider) -> Iterator[Line]:
    with line(shared_house, provider) as found:
        yield found


def known(there: Line, name: str = "Ana", number: str | None = None, who: Person | None = None) -> tuple[Case, str]:
    """A client who was written to at a number."""
    who = who or there.house.clinician
    case = there.house.client(name, who)
    consent_id, number = there.number(case, who, number)
    there.sent(case, who, consent_id)
    return case, number


def inbox(house: House, who: Person) -> list[tuple[str, str | None, bool]]:
    with house.work(who) as work:
        page = replies.page(work, handled=False, cursor=None, limit=50)
        return [(one.client.name, one.words, one.opted_out) for one in page.items]


def tasks(house: House, who: Person) -> list[TaskKind]:
    with house.rows() as work:
        return [one.kind for one in task_store.page(work.session, who.id, after=None, limit=50)]


def states(house: House, case: Case) -> list[ConsentState]:
    with house.work(house.lead) as work:
        return [one.state for one in consents.page(work, case.client_id)]


def rows_count(house: House, *models: type[SQLModel]) -> int:
    with house.rows() as work:
        return sum(work.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in models)


def said(answer: tuple[int, str]) -> str | None:
    status, text = answer
    assert status == 200
    root = ET.fromstring(text)  # noqa: S314  # what we wrote ourselves
    assert root.tag == "Response"
    return root[0].text if len(root) else None


def test_an_answer_by_text_reaches_a_person_and_stops_what_waits(both_houses: House, provider: Provider) -> None:
    with line(both_houses, provider) as there:
        house = both_houses
        case = records.weekly(house, house.clinician, last=3)
        consent_id, number = there.number(case, house.clinician)
        there.sent(case, house.clinician, consent_id)
        waiting = there.approved(case, house.clinician, consent_id)
        assert said(there.writes(number, "Yes, Thursday is fine\nthank you")) is None
        assert inbox(house, house.clinician) == [("Ana", "Yes, Thursday is fine\nthank you", False)]
        assert seen(house, waiting) == (CheckInState.CANCELLED, StopReason.REPLIED)
        (item,) = records.items(house, house.clinician)
        assert item.next_step.kind is NextStepKind.ANSWER_REPLY
        records.assert_stored_is_computed(house)
        assert (states(house, case), tasks(house, house.clinician)) == ([ConsentState.GRANTED], [])


def test_the_same_message_is_taken_in_once_however_often_it_comes(there: Line) -> None:
    _, number = known(there)
    for _ in range(3):
        there.writes(number, "Hello", sid=sid(int(number)))
    assert len(inbox(there.house, there.house.clinician)) == 1
    there.writes(number, "Hello")
    assert len(inbox(there.house, there.house.clinician)) == 2


@pytest.mark.parametrize(
    ("words", "asks_a_person"),
    [
        ("STOP", True),
        ("Stop.", True),
        ("END", True),
        ("CANCEL", True),
        ("QUIT", False),
        ("REVOKE", False),
        ("OPT OUT", False),
        ("OPTOUT", False),
        ("UNSUBSCRIBE", False),
        ("unsubscribe please", False),
        ("STOPALL", False),
        ("Please do not text me any more", False),
        ("leave me alone", False),
        ("BAJA", False),
        ("no me escriban más", False),
    ],
)
def test_a_wish_for_no_more_binds_at_once_and_is_confirmed_once(there: Line, words: str, asks_a_person: bool) -> None:
    house = there.house
    case, number = known(there)
    neighbour = house.client("Bea", house.practice.elena)
    shared_id, _ = there.number(neighbour, house.practice.elena, number)
    waiting = there.approved(neighbour, house.practice.elena, shared_id)
    name = sid(int(number))
    assert said(there.writes(number, words, sid=name)) == "Done. No more texts will be sent to this number."
    assert said(there.writes(number, words, sid=name)) is None
    assert states(house, case) == [ConsentState.WITHDRAWN]
    assert states(house, neighbour) == [ConsentState.GRANTED], (
        "no answer of hers is made up; the number is bound all the same"
    )
    assert seen(house, waiting) == (CheckInState.CANCELLED, StopReason.OPTED_OUT)
    assert inbox(house, house.clinician) == [("Ana", words, True)]
    assert inbox(house, house.practice.elena) == []
    assert tasks(house, house.clinician) == ([TaskKind.UNDERSTAND_OPT_OUT] if asks_a_person else [])


def test_what_the_provider_answered_itself_is_not_answered_again(there: Line) -> None:
    """Also a keyword of its own that we would not have taken for one."""
    case, number = known(there)
    assert said(there.writes(number, "ARRET", OptOutType="STOP")) is None
    assert states(there.house, case) == [ConsentState.WITHDRAWN]
    assert said(there.writes(number, "HELP", OptOutType="HELP")) is None
    assert said(there.writes(number, "START", OptOutType="START")) is None
    assert [words for _, words, _ in inbox(there.house, there.house.clinician)] == ["ARRET", "HELP", "START"]


def test_the_confirmation_is_in_the_language_of_the_message(there: Line) -> None:
    house = there.house
    case = house.client("Ana", house.clinician)
    consent_id, number = there.number(case, house.clinician)
    there.sent(case, house.clinician, consent_id, Locale.ES)
    assert said(there.writes(number, "BAJA")) == "Hecho. No se enviarán más mensajes a este número."


def test_start_gives_nothing_back_and_asks_a_person(there: Line) -> None:
    case, number = known(there)
    there.writes(number, "START")
    assert tasks(there.house, there.house.clinician) == [], "nothing was off"
    there.writes(number, "QUIT")
    assert said(there.writes(number, "START")) is None
    assert states(there.house, case) == [ConsentState.WITHDRAWN]
    assert tasks(there.house, there.house.clinician) == [TaskKind.UNDERSTAND_OPT_OUT]


def test_help_says_who_this_is_and_still_reaches_a_person(there: Line) -> None:
    _, number = known(there)
    answer = said(there.writes(number, "HELP"))
    assert answer is not None
    assert all(word in answer for word in ("Nobody watches", "STOP", "emergency number"))
    assert inbox(there.house, there.house.clinician) == [("Ana", "HELP", False)]


def test_of_a_number_nobody_knows_nothing_is_kept(there: Line) -> None:
    before = rows_count(there.house, ReceivedText, Reply, Contact, Task)
    for words in ("Hello", "STOP", ""):
        assert said(there.writes(new_number(), words)) is None
    assert "Nobody watches" in (said(there.writes(new_number(), "help")) or "")
    assert rows_count(there.house, ReceivedText, Reply, Contact, Task) == before
    assert there.writes("whatsapp:+34600123456", "Hello") == (204, "")
    assert there.writes("+99999", "Hello")[0] in (200, 204)


def test_a_client_who_was_never_written_to_is_heard_too(there: Line) -> None:
    house = there.house
    case = house.client("Ana", house.clinician)
    _, number = there.number(case, house.clinician)
    there.writes(number, "Can I come next week?", NumMedia="1")
    ((name, words, _),) = inbox(house, house.clinician)
    assert name == "Ana"
    assert (words or "").startswith("Can I come next week?\n\n(A picture came with it.")
    answer = house.api(house.clinician).get("/v1/replies").json()
    assert answer["items"][0]["check_in_id"] is None


def test_words_from_a_shared_number_come_before_no_clinician(there: Line) -> None:
    """Both were written to lately, so it cannot be told whose they are."""
    house = there.house
    _, number = known(there)
    case, _ = known(there, "Bea", number, house.practice.elena)
    consent_id = one_consent(house, case)
    waiting = there.approved(case, house.practice.elena, consent_id)
    reader = house.lead
    assert said(there.writes(number, "I was so unhappy with her")) is None
    assert (inbox(house, house.clinician), inbox(house, house.practice.elena)) == ([], [])
    assert seen(house, waiting) == (CheckInState.CANCELLED, StopReason.HELD)
    assert rows_count(house, Contact) == 0
    assert (tasks(house, house.clinician), tasks(house, house.practice.elena)) == ([], [])
    owners = [one for one in (house.founder, reader) if tasks(house, one) == [TaskKind.READ_TEXT]]
    assert len(owners) == 1


def one_consent(house: House, case: Case) -> UUID:
    with house.rows() as work:
        return work.session.scalars(sa.select(col(Consent.id)).where(col(Consent.client_id) == case.client_id)).one()


def test_a_wish_for_no_more_of_somebody_on_a_shared_number_binds_them_all(there: Line) -> None:
    ana, number = known(there)
    bea, _ = known(there, "Bea", number, there.house.practice.elena)
    assert said(there.writes(number, "STOP")) == "Done. No more texts will be sent to this number."
    assert (states(there.house, ana), states(there.house, bea)) == ([ConsentState.WITHDRAWN], [ConsentState.WITHDRAWN])


def test_another_practice_with_the_same_number_learns_nothing(there: Line) -> None:
    house = there.house
    ana, number = known(there)
    ours, theirs = house.practice, house.found("Elsewhere")
    house.practice = theirs
    other = house.client("Bea", house.clinician)
    there.number(other, house.clinician, number)
    before = rows_count(house, ReceivedText, Reply, Contact, Task)
    house.practice = ours
    there.writes(number, "Thank you")
    assert [words for _, words, _ in inbox(house, house.clinician)] == ["Thank you"]
    house.practice = theirs
    assert rows_count(house, ReceivedText, Reply, Contact, Task) == before
    house.practice = ours
    there.writes(number, "QUIT")
    assert states(house, ana) == [ConsentState.WITHDRAWN]
    house.practice = theirs
    assert (states(house, other), inbox(house, house.clinician)) == ([ConsentState.WITHDRAWN], [])
    assert tasks(house, house.founder) == []


def test_where_two_practices_wrote_lately_neither_gets_the_words(there: Line) -> None:
    house = there.house
    _, number = known(there)
    ours = house.practice
    house.practice = house.found("Elsewhere")
    known(there, "Bea", number)
    there.writes(number, "For whom is this?")
    for practice in (house.practice, ours):
        house.practice = practice
        assert inbox(house, house.clinician) == []
        with house.rows() as work:
            (row,) = work.session.scalars(sa.select(ReceivedText)).all()
            assert (row.words_sealed, row.reader_id) == (None, house.founder.id)
        assert tasks(house, house.founder) == [TaskKind.READ_TEXT]


def unsigned(there: Line, fields: dict[str, str], signature: str | None, path: str = INBOUND) -> int:
    body, headers = form_of(fields, path)
    headers.pop("X-Twilio-Signature")
    if signature is not None:
        headers["X-Twilio-Signature"] = signature
    return TestClient(there.house.app).post(path, content=body, headers=headers).status_code


def test_what_is_not_signed_is_refused_and_leaves_nothing(there: Line) -> None:
    house = there.house
    case, number = known(there)
    before = rows_count(house, ReceivedText, Reply, Contact, Task)
    fields = {"MessageSid": sid(9), "From": number, "Body": "STOP"}
    good = form_of(fields, INBOUND)[1]["X-Twilio-Signature"]
    for signature in (None, "", good[::-1], form_of(fields | {"Body": "x"}, INBOUND)[1]["X-Twilio-Signature"]):
        assert unsigned(there, fields, signature) == 403
    assert unsigned(there, fields, good, "/hooks/sms/status") == 403, "signed for another address"
    assert there.post(INBOUND, fields, token="of another account")[0] == 403
    tampered, headers = form_of(fields, INBOUND)
    assert TestClient(house.app).post(INBOUND, content=tampered + b"&X=1", headers=headers).status_code == 403
    assert TestClient(house.app).post(INBOUND, content=b"\xff\xfe", headers=headers).status_code == 403
    assert TestClient(house.app).post(INBOUND, content=b"", headers=headers).status_code == 403
    assert rows_count(house, ReceivedText, Reply, Contact, Task) == before
    assert states(house, case) == [ConsentState.GRANTED]
    assert unsigned(there, fields, good) == 200


@pytest.mark.parametrize("path", [INBOUND, "/hooks/sms/status"])
def test_what_is_not_of_our_account_or_names_no_message_is_refused_though_it_is_signed(there: Line, path: str) -> None:
    house = there.house
    case, number = known(there)
    before = rows_count(house, ReceivedText, Reply, Contact, Task)
    fields = {"MessageSid": sid(9), "From": number, "Body": "STOP", "MessageStatus": "sent"}
    for more in ({"MessageSid": "SM9"}, {"MessageSid": ""}, {"AccountSid": "AC" + "0" * 32}):
        assert there.post(path, fields | more)[0] == 403, more
    assert rows_count(house, ReceivedText, Reply, Contact, Task) == before
    assert states(house, case) == [ConsentState.GRANTED]
    assert there.post(path, fields | {"MessageSid": "MM" + "aB" * 16, "AccountSid": ACCOUNT})[0] in (200, 204)


def test_without_a_provider_nobody_is_believed(house: House) -> None:
    fields = {"MessageSid": sid(9), "From": "+34600123456", "Body": "STOP"}
    body, headers = form_of(fields, INBOUND, token="")
    assert TestClient(house.app).post(INBOUND, content=body, headers=headers).status_code == 403


def test_whoever_tries_again_and_again_has_to_wait(house: House) -> None:
    assert house.founder.id is not None
    api = TestClient(house.app)
    tried = [api.post(INBOUND, content=b"Body=x", headers={"X-Twilio-Signature": "x"}).status_code for _ in range(33)]
    assert tried.count(403) >= 30
    assert tried[-1] == 429


def test_a_body_that_is_too_large_is_not_read_on(there: Line) -> None:
    body, headers = form_of({"MessageSid": sid(9), "From": "+34600123456", "Body": "x" * 70_000}, INBOUND)
    assert TestClient(there.house.app).post(INBOUND, content=body, headers=headers).status_code == 413


def test_past_some_messages_in_an_hour_words_are_kept_and_nothing_goes_back_by_itself(there: Line) -> None:
    _, number = known(there)
    there.wrote(number, rules.ANSWERED - 1)
    assert said(there.writes(number, "HELP")) is not None
    assert said(there.writes(number, "HELP")) is None
    assert said(there.writes(number, "Hello")) is None
    assert [words for _, words, _ in inbox(there.house, there.house.clinician)] == ["HELP", "HELP", "Hello"]


def test_past_what_anybody_writes_in_an_hour_danger_and_no_more_are_still_heard(there: Line) -> None:
    """And what is not is said to be not: the provider has it on record."""
    house = there.house
    case, number = known(there)
    there.wrote(number, rules.KEPT - 1)
    assert said(there.writes(number, "The last that is kept whatever it says")) is None
    house.wait(minutes=1)
    assert there.writes(number, "Hello")[0] == 429
    assert said(there.writes(number, "I do not want to be here anymore")) is None
    assert [words for _, words, _ in inbox(house, house.clinician)] == [
        "I do not want to be here anymore",
        "The last that is kept whatever it says",
    ]
    assert tasks(house, house.clinician) == [TaskKind.READ_REPLY_TODAY]
    assert said(there.writes(number, "QUIT")) == "Done. No more texts will be sent to this number."
    assert said(there.writes(number, "QUIT")) is None
    assert states(house, case) == [ConsentState.WITHDRAWN]
    assert len(inbox(house, house.clinician)) == 3, "what is said again and changes nothing is not kept"
    house.wait(hours=1)
    there.writes(number, "Hello again")
    assert len(inbox(house, house.clinician)) == 4


def test_the_addresses_are_no_part_of_the_published_contract(house: House) -> None:
    assert not any("hooks" in path for path in house.app.openapi()["paths"])
    assert TestClient(house.app).get(INBOUND).status_code in (404, 405)


def test_words_by_text_that_may_be_danger_come_first_and_today(both_houses: House, provider: Provider) -> None:
    """As those behind a link do, and nothing else follows from them."""
    with line(both_houses, provider) as there:
        house = both_houses
        number = known(there)[1]
        other = known(there, "Bea")[1]
        assert said(there.writes(other, "See you on Tuesday")) is None
        house.wait(minutes=5)
        assert said(there.writes(number, "I do not want to be here anymore")) is None
        assert [name for name, _, _ in inbox(house, house.clinician)] == ["Ana", "Bea"]
        assert tasks(house, house.clinician) == [TaskKind.READ_REPLY_TODAY]


def test_a_text_that_came_after_the_end_is_given_to_a_named_person(there: Line) -> None:
    house = there.house
    case, number = known(there)
    with house.rows() as work:
        episode = work.session.get_one(Episode, (work.practice_id, case.episode_id))
        episode.ended_at, episode.ending = work.now, EndingKind.AGREED
    said(there.writes(number, "I would like to come back"))
    assert TaskKind.ANSWER_REPLY in tasks(house, house.clinician)
