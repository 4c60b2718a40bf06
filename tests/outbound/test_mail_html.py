"""The HTML beside the plain text: the same words, nothing more, nothing from elsewhere."""

import html.parser
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.outbound.letters import as_html, shown, written
from schemas.vocabulary import Locale
from tests.outbound.test_mail import LETTER, SENDER
from tests.support.hostile import SAMPLES


class Seen(html.parser.HTMLParser):
    """What a browser would make of it: each tag with its attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_says_the_same_in_its_language_and_asks_nothing_of_anybody() -> None:
    letter = replace(LETTER, locale=Locale.ES, body=f"Hola Ana:\n\nHasta pronto <tal vez> & gracias\n{LETTER.link}")
    seen = Seen(as_html(letter))
    assert ("html", (("lang", "es"),)) in seen.tags
    assert {tag for tag, _ in seen.tags} == {"html", "head", "meta", "title", "body", "p", "br", "a"}
    assert [attrs for tag, attrs in seen.tags if tag == "a"] == [(("href", LETTER.link),)]
    assert LETTER.link in seen.text, "the link is shown in full"
    assert "Hasta pronto <tal vez> & gracias" in seen.text


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_words_become_a_tag(body: str, subject: str) -> None:
    seen = Seen(as_html(replace(LETTER, body=body, subject=subject)))
    assert {tag for tag, _ in seen.tags} <= {"html", "head", "meta", "title", "body", "p", "br", "a"}
    assert all(attrs == (("href", LETTER.link),) for tag, attrs in seen.tags if tag == "a")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_empty_line_parts_paragraphs_however_a_browser_ends_its_lines(end: str) -> None:
    html = as_html(replace(LETTER, body=end.join(("Hello Ana,", "", "a line", "and another", " ", "Elena"))))
    assert [part.split("</p>")[0] for part in html.split('<p dir="auto">')[1:]] == [
        "Hello Ana,",
        "a line<br>and another",
        "Elena",
    ]


def test_both_parts_arrive_whole_and_the_folder_shows_the_plain_one() -> None:
    content = written(LETTER, SENDER).as_bytes()
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.SMTP)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert shown(content).endswith(LETTER.body + "\n")


def test_whoever_wants_no_more_is_led_to_the_page_and_no_program_acts_for_them() -> None:
    """RFC 2369, and not RFC 8058: programs that look through mail must not refuse for a client."""
    long = f"https://{'a-rather-long-name-of-a-practice.' * 3}example.org/r/{'x' * 22}"
    content = written(replace(LETTER, link=long, body=long), SENDER).as_bytes()
    head = content.split(b"\r\n\r\n", 1)[0].replace(b"\r\n ", b" ")
    assert f"List-Unsubscribe: <{long}>".encode() in head.replace(b":  ", b": ")
    assert b"List-Unsubscribe-Post" not in head
    assert b"List-Unsubscribe" not in written(replace(LETTER, link=""), SENDER).as_bytes()


def test_a_name_in_any_script_is_a_name_and_no_more() -> None:
    for name in ("Élena Ruiz", "山田 花子", "Ruiz, Elena <x@example.com>", 'El "ena"', "a" * 200):
        message = message_from_bytes(
            written(replace(LETTER, sender_name=name), SENDER).as_bytes(), _class=EmailMessage, policy=policy.SMTP
        )
        (address,) = message["From"].addresses
        assert (address.display_name, address.addr_spec) == (name, SENDER)


@pytest.mark.parametrize("text", SAMPLES)
def test_what_people_write_arrives_as_text_and_in_its_place(text: str) -> None:
    letter = replace(LETTER, sender_name=text, subject=text, body=f"{text}\n\n{text}")
    read = message_from_bytes(written(letter, SENDER).as_bytes(), _class=EmailMessage, policy=policy.SMTP)
    assert read["Subject"] == text
    assert [one.display_name for one in read["From"].addresses] == [text]
    assert len(read["To"].addresses) == 1
    plain = read.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == letter.body
    seen = Seen(as_html(letter))
    assert {tag for tag, _ in seen.tags} <= {"html", "head", "meta", "title", "body", "p", "br", "a"}
    assert seen.text.count(text) == 3
    assert [dict(attrs) for tag, attrs in seen.tags if tag == "p"] == [{"dir": "auto"}] * 2
