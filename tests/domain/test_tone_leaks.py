"""What tells of therapy without naming it: the examples that stand beside the phrases, both ways."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.domain import tone
from api.domain.tone import phrases
from schemas.vocabulary import Channel, Locale, ToneFamily

_FILES = Path(phrases.__file__).parent / "phrases"
_MOST_LINES = 400


def _tells(text: str, locale: Locale) -> bool:
    found = tone.review_by_phrases(text, channel=Channel.SMS, locale=locale, may_mention_therapy=False)
    return ToneFamily.PRIVACY_LEAK in found.families


def _files() -> Iterator[tuple[Locale, str, dict[str, Any]]]:
    for locale in Locale:
        for path in sorted((_FILES / locale.value).glob("*.toml")):
            yield locale, path.stem, tomllib.loads(path.read_text(encoding="utf-8"))


def _examples() -> Iterator[tuple[Locale, bool, str]]:
    for locale, _, raw in _files():
        for one in raw.get("phrases", []):
            yield from ((locale, True, text) for text in one.get("tells", ()))
            yield from ((locale, False, text) for text in one.get("tells_not", ()))


@pytest.mark.parametrize(("locale", "is_telling", "text"), list(_examples()))
def test_a_class_of_leaks_is_found_and_what_comes_near_is_not(locale: Locale, is_telling: bool, text: str) -> None:
    assert _tells(text, locale) is is_telling


def test_every_class_has_examples_both_ways() -> None:
    classes = [one for _, name, raw in _files() if name.startswith("leaks_") for one in raw["phrases"]]
    assert len(classes) >= 10
    assert all(len(one["tells"]) >= 3 and len(one["tells_not"]) >= 3 for one in classes)


def test_a_web_address_that_tells_is_read_as_one() -> None:
    assert _tells("Book at www.harbourtherapy.example when you like.", Locale.EN)
    assert _tells("Write to hello@griefandhope.example.", Locale.EN)
    assert not _tells("Book at www.harbourhouse.example when you like.", Locale.EN)


def test_a_list_of_phrases_can_be_read_by_a_person() -> None:
    for path in _FILES.glob("*/leaks_*.toml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < _MOST_LINES
