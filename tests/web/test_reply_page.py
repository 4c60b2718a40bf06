"""The page behind a reply link: opening it does nothing, one form answers, and it gives nobody away."""

import re

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from api.services import concerns, crisis_lines, practices, replies
from api.web.reply_words import TONGUES
from schemas.vocabulary import GivenReason, Locale, ReplyAnswer
from schemas.wire.crisis_lines import CrisisLinesIn
from schemas.wire.practices import PracticePatch
from schemas.wire.replies import ReplyOut
from tests.support import links as messages
from tests.support.house import Case, House
from tests.support.links import Sent

UNKIND = ("ghost", "missed", "failed", "patient", "provider", "therapy", "reminder", "!", "terminat", "must", "terapia")


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana Moreno", house.clinician)


@pytest.fixture
def sent(house: House, case: Case) -> Sent:
    return messages.send(house, case, house.clinician)


@pytest.fixture
def anybody(house: House) -> TestClient:
    """Whoever holds the link: no cookie, nothing that says from which page a form comes."""
    return TestClient(house.app, headers={"Accept": "text/html"}, follow_redirects=False)


def everything(house: House) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with house.runtime.sessions.kw["bind"].connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(sa.select(table)).all()))
            for name, table in SQLModel.metadata.tables.items()
        }


def inbox(house: House) -> list[ReplyOut]:
    with house.work(house.clinician) as work:
        return replies.page(work, handled=False, cursor=None, limit=50).items


def test_a_slash_too_much_is_answered_like_the_link_itself(anybody: TestClient, sent: Sent) -> None:
    assert anybody.get(f"{sent.path}/").text == anybody.get(sent.path).text
    known, unknown = anybody.get(f"{sent.path}/"), anybody.get("/r/neverwas/")
    assert (known.status_code, unknown.status_code) == (200, 404)
    assert unknown.text == anybody.get("/r/neverwas").text
    assert anybody.post(f"{sent.path}/", data={"answer": "call_me"}).status_code == 303


def test_opening_a_link_changes_no_row_of_any_table(house: House, anybody: TestClient, sent: Sent) -> None:
    """Programs that look through mail open every link in it, more than once and by more than one method."""
    anybody.get(sent.path)  # whatever a process makes on its very first request
    before = everything(house)
    assert len(before) > 30
    assert before["audit_entries"]
    for path in (
        sent.path,
        f"{sent.path}?lang=es",
        f"{sent.path}/thanks",
        f"{sent.path}/stopped",
        f"{sent.path}/elsewhere",
        f"{sent.path}/thanks-elsewhere",
        f"{sent.path}/help",
        f"{sent.path}/help-stopped",
        f"{sent.path}/help-elsewhere",
    ):
        assert anybody.get(path).status_code == 200, path
        anybody.head(path)
        anybody.options(path)
        anybody.put(path)
    assert everything(house) == before
    for _ in range(1000):
        assert anybody.get(sent.path).status_code == 200
    assert everything(house) == before


def test_words_that_may_be_danger_are_answered_with_help_and_never_held_back(
    house: House, anybody: TestClient, sent: Sent
) -> None:
    """Before anything else, whoever reads it, and also where nobody independent could."""
    with house.work(house.admin) as work:
        line = {
            "name": "Samaritans",
            "number": "116 123",
            "source": "Samaritans",
            "address": "https://www.samaritans.org",
        }
        crisis_lines.change(work, CrisisLinesIn.model_validate({"country": "GB", "lines": [line]}), version=1)
    form = {"words": "I do not want to live any more."}
    alone = messages.send(house, house.client("Bea", house.founder), house.founder)
    for path, more, end in (
        (sent.path, {}, "help"),
        (sent.path, {"in_confidence": "yes"}, "help"),
        (sent.path, {"answer": "do_not_contact"}, "help-stopped"),
        (alone.path, {"in_confidence": "yes"}, "help-elsewhere"),
    ):
        answer = anybody.post(path, data={**form, **more})
        assert answer.headers["location"] == f"{path}/{end}?lang=en"
        page = anybody.get(answer.headers["location"]).text
        assert page.index("tel:999") < page.index("tel:116123") < page.index("</main>")
        assert TONGUES[Locale.EN].urgent_title in page
    assert [one.words for one in inbox(house)] == [form["words"]]
    refused = anybody.post(sent.path, data={"words": "I want to die. " * 400}).text
    assert refused.index('id="help"') < refused.index('id="choices"')


def test_until_the_practice_has_checked_a_line_only_the_emergency_number_is_shown(
    house: House, anybody: TestClient, sent: Sent
) -> None:
    assert "tel:" not in anybody.get(sent.path).text
    urgent = anybody.post(sent.path, data={"words": "I do not want to live any more."}).headers["location"]
    for tongue, people in ((Locale.EN, "people below"), (Locale.ES, "personas")):
        page = anybody.get(urgent.replace("lang=en", f"lang={tongue}")).text
        assert TONGUES[tongue].urgent.split(":")[0] in page
        assert people not in page.partition("<h2")[0], "nobody is named below"
    with house.work(house.admin) as work:
        crisis_lines.change(work, CrisisLinesIn(country="ES"), version=1)
    page = anybody.get(sent.path).text
    assert "tel:112" in page
    assert "024" not in page


def test_what_happens_now_says_who_reads_it_when_and_what_they_may_do(anybody: TestClient, sent: Sent) -> None:
    for locale, tongue in TONGUES.items():
        page = anybody.get(f"{sent.path}/thanks?lang={locale}").text
        for words in (tongue.next_read_by, tongue.read_when, tongue.next_may, tongue.next_in_confidence, tongue.again):
            assert words in page
        assert 'href="#help"' in page
        assert 'id="help"' in page


def test_one_form_with_one_answer_is_enough(house: House, anybody: TestClient, sent: Sent) -> None:
    answer = anybody.post(sent.path, data={"answer": "call_me", "words": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{sent.path}/thanks?lang=en")
    assert [(one.answer, one.words) for one in inbox(house)] == [(ReplyAnswer.CALL_ME, None)]
    assert "It has arrived" in anybody.get(answer.headers["location"]).text
    assert "set-cookie" not in answer.headers


def test_the_page_knows_nothing_of_what_was_answered_before(anybody: TestClient, sent: Sent) -> None:
    before = anybody.get(sent.path).text
    anybody.post(sent.path, data={"answer": "come_back", "words": "In May.", "reasons": ["time_or_travel"]})
    assert anybody.get(sent.path).text == before


def test_a_page_says_no_name_and_nothing_about_the_practice(house: House, anybody: TestClient, sent: Sent) -> None:
    for path in (sent.path, f"{sent.path}?lang=es", f"{sent.path}/thanks", f"{sent.path}/stopped", "/r/nothing"):
        answer = anybody.get(path)
        shown = answer.text.casefold()
        for word in (
            "ana",
            "moreno",
            house.clinician.name.casefold(),
            "practice of the test",
            "leavetaking",
            "therapy",
        ):
            assert not re.search(rf"\b{re.escape(word)}\b", shown), (path, word)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert '<meta name="referrer" content="no-referrer">' in answer.text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text)
        asked = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]*)"', answer.text)
        assert asked
        assert all(address.startswith("/static/") for address in asked)


def test_every_page_but_the_confirmation_says_that_nobody_watches_and_where_help_is(
    anybody: TestClient, sent: Sent
) -> None:
    page = anybody.get(sent.path).text
    for words in (
        TONGUES[Locale.EN].not_monitored,
        TONGUES[Locale.EN].read_when,
        "emergency number",
        "No answer is fine",
    ):
        assert words in page
    assert page.count('name="answer"') == len(ReplyAnswer)
    assert page.split("<summary>More answers")[0].count('name="answer"') == 4
    assert "Leave this page now" in page
    stopped = anybody.get(f"{sent.path}/stopped").text
    body = re.sub(r"<[^>]+>", " ", stopped.split("<body")[1].partition(">")[2])
    assert " ".join(body.split()) == "Done Nothing more will be sent to this address."


def test_it_speaks_the_language_of_the_message_and_the_other_on_request(
    house: House, anybody: TestClient, case: Case
) -> None:
    spanish = messages.send(
        house,
        case,
        house.clinician,
        consent_id=messages.permit(house, case, house.clinician, "a@x.org"),
        locale=Locale.ES,
    )
    assert '<html lang="es">' in anybody.get(spanish.path).text
    assert '<html lang="en">' in anybody.get(f"{spanish.path}?lang=en").text
    assert '<html lang="es">' in anybody.get(f"{spanish.path}?lang=xx").text
    answer = anybody.post(f"{spanish.path}?lang=en", data={"answer": "call_me"})
    assert answer.headers["location"].endswith("/thanks?lang=en")
    assert "Gracias" in anybody.get(f"{spanish.path}/thanks").text
    assert '<html lang="es">' in anybody.get("/r/nothing", headers={"Accept-Language": "es-MX,es;q=0.9"}).text


def test_a_practice_says_in_its_own_words_where_help_is(house: House, anybody: TestClient, sent: Sent) -> None:

    with house.work(house.admin) as work:
        given = PracticePatch(
            help_now_en="Ring the night desk.", replies_read_en="Read on Mondays.", help_now_es="De noche, 3."
        )
        practices.change(work, given, version=1)
    english, spanish = anybody.get(sent.path).text, anybody.get(f"{sent.path}?lang=es").text
    assert "Ring the night desk." in english
    assert "Read on Mondays." in english
    assert "De noche, 3." in spanish
    assert TONGUES[Locale.ES].read_when in spanish


def test_a_link_that_is_none_or_has_run_out_is_one_and_the_same_page(
    house: House, anybody: TestClient, sent: Sent
) -> None:
    house.wait(days=61)
    paths = (sent.path, f"{sent.path}/thanks", "/r/AAAAAAAAAAAAAAAAAAAAAA", "/r/x/stopped", "/r/%00", "/r/a/b/c", "/r/", "/r",
             f"/r/{'x' * 3000}", "/r/..%2f..%2fv1", f"{sent.path}/nothing")  # fmt: skip
    answers = [anybody.get(path) for path in paths] + [
        anybody.post(path, data={"answer": "call_me"}) for path in paths[:3]
    ]
    assert {answer.status_code for answer in answers} <= {404, 405}
    assert len({answer.text for answer in answers}) == 1
    assert "You can reach the practice as you always do" in answers[0].text
    assert inbox(house) == []


def test_whoever_tries_many_links_is_asked_to_wait(anybody: TestClient, sent: Sent) -> None:
    assert anybody.get(sent.path).status_code == 200
    answers = [anybody.get(f"/r/guess-{number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Please try again a little later" in answers[-1].text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Nothing was chosen yet"),
        ({"answer": "", "words": "   "}, "Nothing was chosen yet"),
        ({"answer": "end_everything"}, "Nothing was chosen yet"),
        ({"reasons": ["because"]}, "Nothing was chosen yet"),
        ({"words": "x" * 4001}, "Please shorten it"),
        ({"answer": "call_me", "to": "somebody"}, "Nothing was chosen yet"),
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_as_it_was(
    house: House, anybody: TestClient, sent: Sent, data: dict[str, object], says: str
) -> None:
    answer = anybody.post(sent.path, data=data)
    assert answer.status_code == 422
    assert says in answer.text
    if "words" in data:
        assert f">{data['words']}</textarea>" in answer.text
    assert inbox(house) == []


def test_what_is_typed_into_it_is_only_text(house: House, anybody: TestClient, sent: Sent) -> None:
    hostile = "</textarea><script>alert(1)</script>" + "x" * 4000
    assert "<script>alert" not in anybody.post(sent.path, data={"words": hostile}).text
    anybody.post(sent.path, data={"words": "<b>After six</b>\u202e"})
    assert inbox(house)[0].words == "<b>After six</b>\u202e"


def test_in_confidence_or_not_the_answer_looks_the_same(house: House, anybody: TestClient, sent: Sent) -> None:
    open_one = anybody.post(sent.path, data={"answer": "call_me"})
    apart = anybody.post(
        sent.path, data={"in_confidence": "yes", "reasons": ["spoken_to_harshly"], "words": "So it was."}
    )
    assert (apart.status_code, apart.headers["location"]) == (open_one.status_code, open_one.headers["location"])
    assert len(inbox(house)) == 1
    with house.work(house.founder) as work:
        (concern,) = concerns.page(work, handled=False, cursor=None, limit=9).items
    assert (concern.words, concern.reasons) == ("So it was.", [GivenReason.SPOKEN_TO_HARSHLY])


def test_where_one_person_works_alone_nothing_of_the_kind_is_asked_or_taken(house: House, anybody: TestClient) -> None:
    alone = messages.send(house, house.client("Ana", house.founder), house.founder)
    page = anybody.get(alone.path).text
    assert "licenses therapists" in page
    for code in (
        *map(str, (GivenReason.EXPLOITED_OR_ABUSED, GivenReason.SPOKEN_TO_HARSHLY)),
        "another_person",
        "in_confidence",
    ):
        assert code not in page
    for data in (
        {"answer": "another_person", "words": "x"},
        {"reasons": ["exploited_or_abused"], "words": "x"},
        {"in_confidence": "yes", "words": "x"},
        {"answer": "call_me", "reasons": ["spoken_to_harshly"]},
    ):
        before = everything(house)
        answer = anybody.post(alone.path, data=data)
        assert answer.headers["location"] == f"{alone.path}/elsewhere?lang=en"
        after = everything(house)
        assert {name for name in after if after[name] != before[name]} <= {"request_windows"}
    stopped = anybody.post(
        alone.path, data={"answer": "do_not_contact", "reasons": ["spoken_to_harshly"], "words": "x"}
    )
    assert stopped.headers["location"] == f"{alone.path}/stopped?lang=en"
    with house.work(house.founder) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=9).items
        assert (reply.answer, reply.reasons, reply.words) == (ReplyAnswer.DO_NOT_CONTACT, [], None)


def test_both_languages_are_whole_and_kind() -> None:
    for locale, tongue in TONGUES.items():
        assert set(tongue.answers) == set(ReplyAnswer)
        assert set(tongue.given) == set(GivenReason)
        said = [value for name in tongue.__slots__ if isinstance(value := getattr(tongue, name), str)]
        for sentence in (*said, *tongue.answers.values(), *tongue.given.values()):
            assert sentence.strip() == sentence != ""
            assert not [
                word for word in UNKIND if word in sentence.lower().replace("therapists", "").replace("terapeutas", "")
            ], (
                locale,
                sentence,
            )


def test_a_fault_of_ours_is_a_page_that_gives_nothing_away(house: House, sent: Sent) -> None:
    house.runtime.now = lambda: (_ for _ in ()).throw(RuntimeError("Ana Moreno"))
    answer = TestClient(house.app, raise_server_exceptions=False).get(sent.path)
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "Leavetaking" not in answer.text
    assert "Ana" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
