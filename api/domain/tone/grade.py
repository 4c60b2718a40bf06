"""How much schooling a text takes to read, by published formulas. Both were made for passages of about a hundred words.

English: Flesch-Kincaid grade level, 0.39 x words per sentence + 11.8 x syllables per word - 15.59
(Kincaid, Fishburne, Rogers, Chissom 1975, Research Branch Report 8-75). Spanish: ease by Fernández Huerta 1959,
206.84 - 60 x syllables per word - 1.02 x words per sentence (in the form without the often copied misprint), and his table
of school years. A text of a few words has no grade, and one of some thirty only a rough one.
"""

import re
import unicodedata
from collections.abc import Sequence

from api.domain.tone.reading import Reading
from schemas.vocabulary import Locale

FEWEST_WORDS = 30
HARD_FROM = 9.0
"""About grade six is meant; with so few words the formula errs by a year or two, so only what is clearly above is told."""

_SCHOOL_YEARS = ((90, 4.0), (80, 5.0), (70, 6.0), (60, 7.5))
_BEYOND_THE_TABLE = 10.0
_SILENT = re.compile(
    r"(?:[^aeiouylsxzcg]|[aeiouy][lscgz]|[^aeiouy]c|[nrd]g|rs|ns|ss|ll)e$|(?:[^aeiouysxzcgh]|th)es$|[^aeiouydt]ed$"
)
_SPOKEN_APART = re.compile(
    r"(?<![tscg])i[aou]|[aeou]ing|(?<![gq])ua|(?:qu|cl|sc|^d)ie|^(?:idea|area|creat|poe[mt]|react)|create"
)
_RUN = re.compile(r"[aeiouy]+")
_SPANISH_RUN = re.compile(r"[aeiouáéíóúü]+")
_STRONG = frozenset("aeoáéíóú")


def grade(text: str, reading: Reading, locale: Locale) -> float | None:
    """None for a text too short to say. Half a year is as fine as it gets."""
    words = _spelled(text, reading)
    if len(words) < FEWEST_WORDS:
        return None
    per_sentence = len(words) / max(1, reading.sentence_count)
    if locale is Locale.ES:
        per_word = sum(map(syllables_es, words)) / len(words)
        ease = 206.84 - 60 * per_word - 1.02 * per_sentence
        return next((year for least, year in _SCHOOL_YEARS if ease >= least), _BEYOND_THE_TABLE)
    per_word = sum(map(syllables_en, words)) / len(words)
    return max(0.0, round(0.39 * per_sentence + 11.8 * per_word - 15.59, 1))


def word_count(reading: Reading) -> int:
    """Words as they stand in the text: a contraction is one."""
    return len({word.start for word in reading.words})


def _spelled(text: str, reading: Reading) -> Sequence[str]:
    places = dict.fromkeys((word.start, word.end) for word in reading.words)
    words = (unicodedata.normalize("NFC", text[start:end]).lower() for start, end in places)
    return [word for word in words if any(letter.isalpha() for letter in word) and not word.startswith("{")]


def syllables_en(word: str) -> int:
    """Runs of vowels, less the silent endings, more for vowels that are spoken apart. Right for nine words in ten."""
    word = re.sub(r"[^a-z]", "", word.lower())
    count = len(_RUN.findall(word))
    if count > 1 and _SILENT.search(word):
        count -= 1
    return max(1, count + len(_SPOKEN_APART.findall(word)))


def syllables_es(word: str) -> int:
    """Spanish spells its syllables: two strong vowels, or a weak one with an accent beside another, are two."""
    word = re.sub(r"(?<=[gq])u(?=[eiéí])", "", word.lower())
    word = re.sub(r"y(?![aeiouáéíóú])", "i", word)
    count = 0
    for run in _SPANISH_RUN.findall(word):
        nuclei = sum(letter in _STRONG for letter in run)
        count += max(1, nuclei)
    return max(1, count)
