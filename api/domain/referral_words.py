"""When an entry of the directory and a wish say the same: by their words, whatever their case, accents and punctuation. Pure.

A language is known by its code and by its names, a type of therapy by its usual short name too; the list is data beside this file.
Nothing is guessed: no likeness, no stems, no ranking.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources

from schemas.vocabulary import Locale

_NOT_A_WORD = re.compile(r"[^\w]+")
# An entry that says what is *not* offered meets a wish for it by no part of its words.
_EXCEPT = frozenset({"no", "not", "none", "never", "except", "without", "excluding", "sin", "excepto", "salvo"})
# A code of ICD-10, ICD-11 or DSM: a wish is said in words of one's own, and never as a diagnosis.
_DIAGNOSIS_CODE = re.compile(r"(?:[A-TV-Z]\d{2}(?:\.\d{1,4})?|\d[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,3})?|\d{3}\.\d{1,2})")


@lru_cache(maxsize=32_768)
def words_of(text: str) -> tuple[str, ...]:
    """Small letters without accents, in their order: "Trauma, y duelo" is trauma, y, duelo."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(word for word in _NOT_A_WORD.split(letters) if word)


def says(entry: str, wish: str) -> bool:
    """Whether the entry holds every word of the wish, and excludes nothing."""
    held, wanted = words_of(entry), words_of(wish)
    if not wanted or held == wanted:
        return bool(wanted)
    return set(wanted) <= set(held) and not _EXCEPT.intersection(held)


def first_saying(entries: Iterable[str], wish: str) -> str | None:
    return next((entry for entry in entries if says(entry, wish)), None)


def language(entries: Iterable[str], wish: str) -> str | None:
    """The entry that names the same language."""
    return _same(entries, wish, _known("languages"))


def language_name(entry: str, locale: Locale) -> str:
    """How the reader calls it; as it stands where the list does not know it."""
    names = _known("languages").get(words_of(entry))
    return entry if names is None else names[2 if locale is Locale.ES else 1]


def therapy(entries: Sequence[str], wish: str) -> str | None:
    """The entry that names the same type of therapy, or holds the words of the wish."""
    return _same(entries, wish, _known("therapies")) or first_saying(entries, wish)


def looks_like_a_diagnosis_code(wish: str) -> bool:
    return _DIAGNOSIS_CODE.fullmatch(wish.strip().upper()) is not None


def _same(entries: Iterable[str], wish: str, known: dict[tuple[str, ...], list[str]]) -> str | None:
    wanted = words_of(wish)
    names = known.get(wanted)
    for entry in entries:
        held = words_of(entry)
        if wanted and (held == wanted or (names is not None and known.get(held) is names)):
            return entry
    return None


@lru_cache(maxsize=2)
def _known(part: str) -> dict[tuple[str, ...], list[str]]:
    """By the words of every name, all names of its line: of a language its code, then in English, then in Spanish."""
    text = resources.files("api.domain").joinpath("referral_words.json").read_text(encoding="utf-8")
    return {words_of(name): names for names in json.loads(text)[part] for name in names}
