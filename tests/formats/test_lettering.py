"""What the fonts have no letter for is named, never lost; and what they are said to have, they have."""

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.formats.documents import letter, lettering, typesetting
from api.formats.documents.lettering import Lettering
from api.formats.documents.paper import Words
from api.formats.documents.told import LetterTold
from schemas.vocabulary import Locale
from tests.support import told
from tests.support.pdfs import Opened

LETTER = letter.paper(LetterTold("", told.AT, final=True), told.setting())


def shown(text: str) -> str:
    return str(Lettering().line(text)["text"])


def test_the_fonts_have_every_letter_that_they_are_said_to_have() -> None:
    """Some change the letter before them, so that each stands by itself."""
    ranges = json.loads(files("api.formats.documents").joinpath("letters.json").read_text(encoding="utf-8"))["ranges"]
    everything = [chr(point) for first, last in ranges for point in range(int(first, 16), int(last, 16) + 1)]
    assert len(everything) > 7_000
    assert typesetting.pdf(replace(LETTER, blocks=[Words(" ".join(everything))])).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Señor Müller, Łódź, Ελλάδα, Москва, שלום, سلام", "Señor Müller, Łódź, Ελλάδα, Москва, שלום, سلام"),
        ("आशा कुमारी, हिन्दी", "आशा कुमारी, हिन्दी"),
        ("Well done 🎉!", "Well done [party popper]!"),
        ("👨\u200d👩\u200d👧 and ❤️", "[man, woman, girl] and ❤️"),
        ("漢字", "[U+6F22, U+5B57]"),
        ("\ue000", "[U+E000]"),
        ("signed \u202etfard", "signed [right-to-left override]tfard"),
    ],
)
def test_a_character_without_a_letter_is_named(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_the_document_says_that_a_character_was_named_and_only_then() -> None:
    sentence = LETTER.about_letters
    for words, says in (("Well done 🎉", True), ("Well done", False)):
        assert (sentence in Opened(typesetting.pdf(replace(LETTER, blocks=[Words(words)]))).text) is says


def test_a_text_runs_from_where_its_first_letter_does() -> None:
    assert lettering.runs_from_the_right("123 שלום hello")
    assert not lettering.runs_from_the_right("hello שלום")
    assert not lettering.runs_from_the_right("123 …")
    text = Opened(typesetting.pdf(replace(LETTER, blocks=[Words("שלום, תודה על הכול.")]))).text
    assert "תודה" in text or "תודה"[::-1] in text


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        ("لا", "ل\u200c\u0627"),
        ("ليلى", "ل\u200cي\u200cل\u200cى"),
        ("हिन्दी", "हिन्\u200cदी"),
        ("क्ष", "क्\u200cष"),
    ],
)
def test_letters_that_are_joined_are_set_so(joined: str, apart: str) -> None:
    """A mark that keeps them apart sets another picture; where nothing was joined it would be the same."""
    one, other = (typesetting.pictures(replace(LETTER, blocks=[Words(text)])) for text in (joined, apart))
    assert one != other


def test_words_from_the_right_follow_each_other_to_the_left() -> None:
    """Numbers and Latin words among them keep their own way: the picture is that of the words in this order and no other."""
    set_so = typesetting.pictures(replace(LETTER, blocks=[Words("ليلى الأحمد")]))
    assert set_so == typesetting.pictures(replace(LETTER, blocks=[Words("\u200fليلى الأحمد")]))
    assert set_so != typesetting.pictures(replace(LETTER, blocks=[Words("الأحمد ليلى")]))


def test_a_word_that_is_wider_than_its_place_may_break_and_no_other() -> None:
    assert shown("Donaudampfschifffahrtsverein") == "Donaudampfschifffahrtsverein"
    assert shown("W" * 60) == "\u200b".join(["W" * 24, "W" * 24, "W" * 12])
    assert Lettering().label("W" * 30)["text"] == "\u200b".join(["W" * 12, "W" * 12, "W" * 6])
    assert Lettering().label("Strengths and Difficulties")["text"] == "Strengths and Difficulties"


def test_every_end_of_a_line_is_one() -> None:
    lines = Lettering().paragraphs("one\r\ntwo\u2028three\x85four\u2029\r\r\nfive\t5")
    assert [one["text"] for one in lines] == ["one\ntwo\nthree\nfour", "five    5"]


@pytest.mark.parametrize("locale", Locale)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_whatever_is_typed_can_be_set(text: str, locale: Locale) -> None:
    """Sequences may fail where each character by itself does not."""
    paper = letter.paper(LetterTold(text, told.AT, final=True), told.setting(locale))
    assert typesetting.pdf(paper).startswith(b"%PDF"), ascii(text)
