"""Our words for the way back and on the sheet: kind by our own review, the same in both languages, and never in the practice's place."""

from dataclasses import fields

import pytest

from api.domain import sheet_words, tone, way_back
from api.domain.sheet_words import SheetWords
from schemas.vocabulary import Channel, Locale


def headings(locale: Locale) -> list[str]:
    return [getattr(sheet_words.WORDS[locale], one.name) for one in fields(SheetWords)]


def told(text: str, locale: Locale, *channels: Channel, may_mention_therapy: bool) -> list[tuple[str, str]]:
    found = [
        tone.review(text, channel=channel, locale=locale, may_mention_therapy=may_mention_therapy)
        for channel in channels
    ]
    return [(one.family, one.why) for review in found for one in review.findings]


@pytest.mark.parametrize("locale", list(Locale))
def test_the_way_back_passes_the_review_also_where_the_work_may_not_be_named(locale: Locale) -> None:
    for text in (*way_back.OURS[locale], " ".join(way_back.OURS[locale])):
        assert told(text, locale, Channel.LETTER, Channel.EMAIL, may_mention_therapy=False) == [], text


@pytest.mark.parametrize("locale", list(Locale))
def test_what_stands_on_the_sheet_passes_it_too(locale: Locale) -> None:
    """It is handed to the client and goes to no address, so it may speak of what the work was about. Headings are read one by one."""
    for text in headings(locale):
        assert told(text, locale, Channel.LETTER, may_mention_therapy=True) == [], text


@pytest.mark.parametrize("locale", list(Locale))
def test_every_heading_is_said_in_every_language(locale: Locale) -> None:
    assert all(headings(locale))
    assert len(set(headings(locale))) == len(headings(locale))


def test_a_practice_s_own_words_come_first_and_ours_where_it_has_none() -> None:
    assert way_back.shown(Locale.EN, "Ring the desk.", None) == ("Ring the desk.", way_back.OURS[Locale.EN][1])
    assert way_back.shown(Locale.ES, None, "Marta.") == (way_back.OURS[Locale.ES][0], "Marta.")


def test_a_note_begins_with_words_that_somebody_chose_and_never_with_ours() -> None:
    assert way_back.for_a_note(None, None) is None
    assert way_back.for_a_note("Ring the desk.", "Marta answers.") == "Ring the desk. Marta answers."
    assert way_back.for_a_note(None, "Marta answers.") == "Marta answers."


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("es", Locale.ES),
        ("es-MX", Locale.ES),
        ("ES", Locale.ES),
        ("en", Locale.EN),
        ("de", Locale.EN),
        (None, Locale.EN),
    ],
)
def test_the_language_of_a_tag(tag: str | None, locale: Locale) -> None:
    assert way_back.language(tag) is locale
