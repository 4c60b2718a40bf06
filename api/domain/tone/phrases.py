"""What is known of hurtful wording, per language: files of phrases, and how one phrase is found among the words of a message.

A phrase is written as words with a space between them:

    word          as it stands            a|b           either
    stem*         any ending              word?         may be missing
    *part*        any beginning and ending, where a phrase begins: web addresses and names run words together
    ..            up to two words between  ...          up to five
    !a|b          not followed by these   #             a number
    ^  $          the sentence begins, ends here
    @name         any word of a set that the file names

Words are lower case without accents, contractions written out. No phrase reaches across the end of a sentence.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from api.domain.tone.reading import Word
from schemas.vocabulary import Locale, ToneFamily

_FILES = Path(__file__).parent / "phrases"
_GAPS = {"..": 2, "...": 5}
_STEM = 3
_Means = TypeVar("_Means")


class _Kind(Enum):
    WORDS = auto()
    GAP = auto()
    NOT = auto()
    BEGIN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: _Kind
    exact: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    most: int = 0
    optional: bool = False
    number: bool = False

    def fits(self, word: str) -> bool:
        if word in self.exact or (self.stems and word.startswith(self.stems)):
            return True
        return (self.number and word[0].isdigit()) or any(part in word for part in self.parts)


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases of one family that share another wording.

    `negated`: a negation before or inside does not lift it. `unless_allowed`: lifted where the address may be written to
    about therapy. `advise`: never blocks, whatever its family does. `stands`: told also where the message as a whole reads as kind.
    """

    family: ToneFamily
    gentler: str
    negated: bool = False
    unless_allowed: bool = False
    advise: bool = False
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Phrase(Generic[_Means]):
    """`means` is the group of a hurtful phrase, or the name of a cue: what a rule looks for, hurtful or not.

    `needs` are words of which one at least stands in any text that it fits; none where exact words cannot tell.
    """

    means: _Means
    pieces: tuple[_Piece, ...]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match(Generic[_Means]):
    """Words from `first` up to, not including, `past`. `between` are the words in its gaps."""

    means: _Means
    first: int
    past: int
    between: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Index(Generic[_Means]):
    """Finds the few phrases that can begin at a word, and leaves those unread that need another which is not there."""

    by_word: Mapping[str, tuple[Phrase[_Means], ...]]
    by_stem: Mapping[str, tuple[Phrase[_Means], ...]]
    by_part: Mapping[str, tuple[Phrase[_Means], ...]]

    def matches(self, words: Sequence[Word]) -> Iterator[Match[_Means]]:
        """Every phrase that stands in the text, at each place where it begins."""
        shown = {word.text for word in words}
        for first, word in enumerate(words):
            for phrase in self._beginning_with(word.text):
                if phrase.needs and phrase.needs.isdisjoint(shown):
                    continue
                found = _fit(phrase.pieces, 0, words, (first, word.sentence))
                if found is not None:
                    yield Match(phrase.means, first, *found)

    def _beginning_with(self, word: str) -> Iterator[Phrase[_Means]]:
        yield from self.by_word.get(word, ())
        if word[0].isdigit():
            yield from self.by_word.get("#", ())
        yield from self.by_stem.get(word[:_STEM], ())
        for part, phrases in self.by_part.items():
            if part in word:
                yield from phrases


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language: what it is like, its hurtful phrases, and the cues by which rules know what surrounds them."""

    negators: frozenset[str]
    guarded: frozenset[str]
    contractions: Mapping[str, str]
    gentler: Mapping[ToneFamily, str]
    hurtful: Index[Group] = field(repr=False)
    cues: Index[str] = field(repr=False)


@lru_cache(maxsize=len(Locale))
def load(locale: Locale) -> Lexicon:
    """The phrases that ship with the product. Raises ValueError for a file that cannot be used; a test reads each."""
    raw = _read(locale)
    sets = {name: words.split() for name, words in raw["sets"].items()}
    hurtful = [phrase for one in raw["phrases"] for phrase in _phrases(one, sets)]
    cues = [_phrase(name, one, sets) for name, phrases in raw["rules"].items() for one in phrases]
    return Lexicon(
        negators=frozenset(raw["negators"].split()),
        guarded=frozenset(raw["guarded"].split()),
        contractions=raw.get("contractions", {}),
        gentler={ToneFamily(name): text for name, text in raw["gentler"].items()},
        hurtful=_indexed(hurtful),
        cues=_indexed(cues),
    )


def _indexed(phrases: Sequence[Phrase[_Means]]) -> Index[_Means]:
    by_word: dict[str, list[Phrase[_Means]]] = {}
    by_stem: dict[str, list[Phrase[_Means]]] = {}
    by_part: dict[str, list[Phrase[_Means]]] = {}
    for phrase in phrases:
        for first in _beginnings(phrase.pieces):
            for word in (*first.exact, *("#" * first.number)):
                by_word.setdefault(word, []).append(phrase)
            for stem in first.stems:
                by_stem.setdefault(stem[:_STEM], []).append(phrase)
            for part in first.parts:
                by_part.setdefault(part, []).append(phrase)
    return Index(*({begins: tuple(found) for begins, found in each.items()} for each in (by_word, by_stem, by_part)))


def _read(locale: Locale) -> dict[str, Any]:
    """`language.toml` has what the language is like, `whole.toml` what rules look for in a message as a whole,
    `harmless.toml` what takes a word's telling sense away; the phrases of all files of the folder belong together.
    """
    folder = _FILES / locale.value
    raw = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8")) | {"phrases": []}
    for path in sorted(folder.glob("*.toml")):
        if path.name != "language.toml":
            more = tomllib.loads(path.read_text(encoding="utf-8"))
            raw["rules"] |= more.get("rules", {})
            raw["phrases"] += more.get("phrases", [])
    return raw


def _phrases(raw: Mapping[str, Any], sets: Mapping[str, Sequence[str]]) -> Iterator[Phrase[Group]]:
    marks = {name: bool(raw.get(name, False)) for name in ("negated", "unless_allowed", "advise", "stands")}
    group = Group(ToneFamily(raw["family"]), raw["gentler"], **marks)
    for text in raw["find"].strip().splitlines():
        yield _phrase(group, text, sets)


def _phrase(means: _Means, text: str, sets: Mapping[str, Sequence[str]]) -> Phrase[_Means]:
    pieces = compiled(text, sets)
    later = [one for one in pieces[1:] if one.kind is _Kind.WORDS and not one.optional]
    exact = [one.exact for one in later if not (one.stems or one.parts or one.number)]
    return Phrase(means, pieces, min(exact, key=len, default=frozenset()))


def compiled(text: str, sets: Mapping[str, Sequence[str]]) -> tuple[_Piece, ...]:
    return tuple(_piece(one, sets) for one in text.split())


def _piece(text: str, sets: Mapping[str, Sequence[str]]) -> _Piece:
    if text in _GAPS:
        return _Piece(_Kind.GAP, most=_GAPS[text])
    if text in {"^", "$"}:
        return _Piece(_Kind.BEGIN if text == "^" else _Kind.END)
    optional, text = text.endswith("?"), text.removesuffix("?")
    kind, text = (_Kind.NOT, text[1:]) if text.startswith("!") else (_Kind.WORDS, text)
    words = [word for part in text.split("|") for word in (sets[part[1:]] if part.startswith("@") else [part])]
    parts = tuple(word.strip("*") for word in words if word.startswith("*"))
    stems = tuple(word[:-1] for word in words if word.endswith("*") and not word.startswith("*"))
    if any(len(stem) < _STEM for stem in stems + parts):
        raise ValueError(f"a stem needs three letters: {text}")
    exact = frozenset(word for word in words if "*" not in word and word != "#")
    return _Piece(kind, exact, stems, parts, optional=optional, number="#" in words)


def _beginnings(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Whatever word a phrase can begin with. Raises ValueError where that could be any."""
    for piece in pieces:
        if piece.kind is _Kind.BEGIN:
            continue
        if piece.kind is not _Kind.WORDS:
            raise ValueError("a phrase begins with a word")
        yield piece
        if not piece.optional:
            return


def _fit(
    pieces: Sequence[_Piece], at: int, words: Sequence[Word], place: tuple[int, int]
) -> tuple[int, tuple[int, ...]] | None:
    """(past, between) of the shortest way in which the pieces from `at` on fit; `place` is (word, its sentence)."""
    if at == len(pieces):
        return place[0], ()
    piece, (index, sentence) = pieces[at], place
    here = words[index] if index < len(words) and words[index].sentence == sentence else None
    if piece.kind is _Kind.WORDS:
        fits = here is not None and piece.fits(here.text)
        found = _fit(pieces, at + 1, words, (index + 1, sentence)) if fits else None
        return _fit(pieces, at + 1, words, place) if found is None and piece.optional else found
    if piece.kind is _Kind.GAP:
        return _fit_gap(pieces, at, words, place)
    if piece.kind is _Kind.NOT:
        holds = here is None or not piece.fits(here.text)
    elif piece.kind is _Kind.END:
        holds = here is None
    else:
        holds = index == 0 or words[index - 1].sentence != sentence
    return _fit(pieces, at + 1, words, place) if holds else None


def _fit_gap(
    pieces: Sequence[_Piece], at: int, words: Sequence[Word], place: tuple[int, int]
) -> tuple[int, tuple[int, ...]] | None:
    index, sentence = place
    for skipped in range(pieces[at].most + 1):
        found = _fit(pieces, at + 1, words, (index + skipped, sentence))
        if found is not None:
            return found[0], (*range(index, index + skipped), *found[1])
        if index + skipped >= len(words) or words[index + skipped].sentence != sentence:
            return None
    return None
