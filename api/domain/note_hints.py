"""Words in a termination note that judge, and what may stand there instead. Pure.

The client may read the note. A hint is an offer to whoever writes: nothing is blocked, counted or kept. What is quoted is left
alone, for it is somebody's own word. The knowledge is in note_hints.toml, for a clinical lead to read.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LANGUAGES = ("en", "es")
_QUOTED = re.compile(
    '"[^"\n]*"|\u201c[^\u201d\n]*\u201d|\u00ab[^\u00bb\n]*\u00bb|\u201e[^\u201c\u201d\n]*[\u201c\u201d]'
)
_APOSTROPHES = str.maketrans("\u2019\u02bc\u00b4\u2010\u2011", "'''--")


@dataclass(frozen=True, slots=True)
class Hint:
    """`start` to `end` in characters of the text, `said` what stands there, `instead` what may."""

    start: int
    end: int
    said: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is known of one kind of word. `found` and `left`: sentences that are tried as tests."""

    language: str
    instead: str
    why: str
    phrases: tuple[str, ...]
    found: tuple[str, ...]
    left: tuple[str, ...]


def look_over(text: str) -> list[Hint]:
    """In either language, first to last; where two overlap, the longer one."""
    plain = _plain(text)
    quoted = [one.span() for one in _QUOTED.finditer(text)]
    every = sorted(_every(text, plain), key=lambda hint: (hint.start, -hint.end))
    hints: list[Hint] = []
    for hint in every:
        is_quoted = any(start <= hint.start < end for start, end in quoted)
        if not is_quoted and (not hints or hint.start >= hints[-1].end):
            hints.append(hint)
    return hints


@cache
def groups() -> tuple[Group, ...]:
    known = tomllib.loads(resources.files("api.domain").joinpath("note_hints.toml").read_text(encoding="utf-8"))
    return tuple(
        Group(
            language,
            one["instead"],
            one["why"],
            tuple(one["phrases"]),
            tuple(one["found"]),
            tuple(one["left"]),
        )
        for language in _LANGUAGES
        for one in known[language]
    )


def _every(text: str, plain: str) -> Iterator[Hint]:
    for group, pattern in _patterns():
        for match in pattern.finditer(plain):
            yield Hint(match.start(), match.end(), text[match.start() : match.end()], group.why, group.instead)


@cache
def _patterns() -> tuple[tuple[Group, re.Pattern[str]], ...]:
    return tuple((group, _pattern(group.phrases)) for group in groups())


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Longer phrases first, so that the whole of what is said is marked."""
    ordered = sorted(phrases, key=len, reverse=True)
    bodies = [re.escape(_plain(one)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for one in ordered]
    return re.compile(r"(?<![\w-])(?:" + "|".join(bodies) + r")(?![\w-])")


def _plain(text: str) -> str:
    """Letter by letter, so that places stay: lower case, without accents."""
    letters = (unicodedata.normalize("NFD", letter.lower())[:1] or letter for letter in text.translate(_APOSTROPHES))
    return "".join(letters)
