"""Whose a text message is, and what is said back by itself."""

from datetime import timedelta
from uuid import UUID

import pytest

from api.domain import optout
from api.domain.reply_line import as_text, with_text_line
from api.domain.segments import Alphabet, size
from api.domain.texts import HELP, STOPPED, Hearing, Written, as_kept, asks_for_help, hearing, which_practice, whose
from schemas.vocabulary import Locale
from tests.support.clock import NOW

ANA, BEA, WORK = UUID(int=1), UUID(int=2), UUID(int=9)
LATELY, LONG_AGO = NOW + timedelta(days=20), NOW - timedelta(days=20)


def wrote(client_id: UUID, until: object = LATELY) -> Written:
    return Written(UUID(int=5), client_id, WORK, until, Locale.EN)  # type: ignore[arg-type]  # an instant or none


@pytest.mark.parametrize(
    ("written", "on_record", "found"),
    [
        ([], [], None),
        ([], [ANA], ANA),
        ([], [ANA, BEA], None),
        ([wrote(ANA)], [ANA], ANA),
        ([wrote(ANA)], [], ANA),
        # Shared, and only one was written to lately: it answers what was written.
        ([wrote(ANA)], [ANA, BEA], ANA),
        ([wrote(ANA), wrote(BEA, LONG_AGO)], [ANA, BEA], ANA),
        ([wrote(ANA), wrote(BEA)], [ANA, BEA], None),
        ([wrote(ANA), wrote(BEA)], [ANA], None),
        ([wrote(ANA, LONG_AGO)], [ANA, BEA], None),
        ([wrote(ANA, LONG_AGO)], [ANA], ANA),
        ([wrote(ANA, None)], [BEA], None),
        # Off the record since, and somebody else has the number now.
        ([wrote(ANA)], [BEA], None),
        ([wrote(ANA, NOW)], [ANA, BEA], None),
    ],
)
def test_whose_it_is_or_that_it_cannot_be_told(
    written: list[Written], on_record: list[UUID], found: UUID | None
) -> None:
    assert whose(written, on_record, NOW) == found
    assert whose(written[::-1], on_record[::-1], NOW) == found


def test_practices_that_send_from_one_number_are_told_apart_or_none_gets_the_words() -> None:
    one, two = UUID(int=1), UUID(int=2)
    assert which_practice([], NOW) is None
    assert which_practice([(one, None)], NOW) == one
    assert which_practice([(one, LATELY), (two, None)], NOW) == one
    assert which_practice([(one, LONG_AGO), (two, LATELY)], NOW) == two
    assert which_practice([(one, LATELY), (two, LATELY)], NOW) is None
    assert which_practice([(one, None), (two, LONG_AGO)], NOW) is None


def test_what_is_kept_of_it() -> None:
    assert as_kept("  Hello\nthere ", 0) == "Hello\nthere"
    assert as_kept("a\x00b\u202ec", 0) == "abc"
    assert as_kept("", 0) == "(An empty message.)"
    assert as_kept("", 1).startswith("(A picture came with it.")
    assert as_kept("Look", 2).startswith("Look\n\n(A picture")
    assert len(as_kept("x" * 5000, 0)) == 4000


@pytest.mark.parametrize("words", ["HELP", "help", " Help! ", "INFO", "Ayuda.", "¿ayuda?"])
def test_a_word_for_help_is_one(words: str) -> None:
    assert asks_for_help(words)
    assert optout.read(words) is None


@pytest.mark.parametrize("words", ["", "helpful", "Can you help me find somebody?", "STOP"])
def test_other_words_are_none(words: str) -> None:
    assert not asks_for_help(words)


@pytest.mark.parametrize("locale", Locale)
def test_what_is_said_back_names_nobody_and_fits(locale: Locale) -> None:
    assert size(STOPPED[locale]).parts == 1
    assert len(HELP[locale]) <= 320
    for text in (STOPPED[locale], HELP[locale]):
        assert not any(
            word in text.casefold() for word in ("therap", "terap", "clinic", "clínic", "practice", "consulta")
        )


@pytest.mark.parametrize("locale", Locale)
def test_the_line_with_the_link_makes_no_message_wide_and_is_as_long_as_was_said(locale: Locale) -> None:
    text = with_text_line("Hola", "https://notes.example/r/" + "a" * 22, locale)
    assert size(text).alphabet is Alphabet.GSM_7
    assert len(text) == len(as_text("Hola", "https://notes.example", locale)) < 160
    assert "STOP" in text


def test_a_number_is_heard_wholly_then_without_an_answer_and_then_only_to_the_point() -> None:
    found = [hearing(count) for count in (1, 60, 61, 1000, 1001)]
    assert found == [
        Hearing.WHOLLY,
        Hearing.WHOLLY,
        Hearing.WITHOUT_ANSWER,
        Hearing.WITHOUT_ANSWER,
        Hearing.TO_THE_POINT,
    ]
