"""An everyday sense of a word that could tell of therapy: it is not told, and lifts nothing else of the message."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.domain import tone
from api.domain.tone import phrases
from schemas.vocabulary import Channel, Locale, ToneFamily

_FILES = Path(phrases.__file__).parent / "phrases"


def _tells(text: str, locale: Locale) -> bool:
    found = tone.review_by_phrases(text, channel=Channel.SMS, locale=locale, may_mention_therapy=False)
    return ToneFamily.PRIVACY_LEAK in found.families


def _examples() -> Iterator[tuple[Locale, bool, str]]:
    for locale in Locale:
        raw = tomllib.loads((_FILES / locale.value / "harmless.toml").read_text(encoding="utf-8"))["examples"]
        yield from ((locale, True, text) for text in raw["telling"])
        yield from ((locale, False, text) for text in raw["harmless"])


@pytest.mark.parametrize(("locale", "is_telling", "text"), list(_examples()))
def test_an_everyday_sense_is_not_told_and_lifts_nothing_else(locale: Locale, is_telling: bool, text: str) -> None:
    assert _tells(text, locale) is is_telling


def test_what_is_told_beside_an_everyday_sense_stays_told() -> None:
    assert not _tells("Sign in on the tablet by the door.", Locale.EN)
    assert _tells("Sign in on the tablet by the door and bring your tablets.", Locale.EN)
