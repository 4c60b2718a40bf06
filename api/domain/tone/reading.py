"""Reads a message as a person would: which words it shows, where clauses and sentences end, what is quoted.

Look-alike letters, invisible characters, spaced-out and split words are read as the word they show. Every word knows
where it stands in the text as it was written.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

# Possessive throughout: a text made to be slow to read is read in one pass.
_PIECE = re.compile(
    r"(?P<field>\{[^{}\n]*\})"
    r"|(?P<number>\d++(?:[.:,/]\d++)*+(?:am|pm|h|st|nd|rd|th)?+(?![a-z0-9]))"
    r"|(?P<word>[a-z0-9@$]++(?:'[a-z]++)*+)"
    r"|(?P<end>(?<![.!?])[.!?]++(?=[\s\"')]|$)|\n\s*)"
    r"|(?P<clause>[,;:()]|\s-+\s)"
    r"|(?P<quote>\")"
    r"|(?P<single>(?<![a-z0-9])'(?=[a-z0-9])|(?<=[a-z0-9.,!?])'(?![a-z0-9]))"
)
_HAS_LETTER = re.compile("[a-z]")
_SAME = {
    "\u2019": "'",
    "\u2018": "'",
    "\u02bc": "'",
    "\u0060": "'",
    "\u00b4": "'",
    "\u2013": "-",
    "\u2014": "-",
    "\u2026": ".",
}
_QUOTES = dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
_NO_END_AFTER = frozenset({"dr", "dra", "mr", "mrs", "ms", "sr", "sra", "st", "prof", "vs"})
# Fewer single letters in a row are ordinary: "a", "I", initials; in Spanish "y", "o", "e".
_SPACED_OUT_FROM = 4
_PIECES = (3, 2)
_JOINTS = frozenset(" -.\u00b7_*/'")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is what it shows, lower case, without accents. `start` and `end` are offsets in the text as written."""

    text: str
    start: int
    end: int
    sentence: int
    clause: int
    quote: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """`quotes` are (index of the first word, of the one past the last) by number, from 1. `disguised` are the spans of letters that hide a word."""

    words: tuple[Word, ...]
    quotes: Mapping[int, tuple[int, int]]
    disguised: tuple[tuple[int, int], ...]

    @property
    def sentence_count(self) -> int:
        return len({word.sentence for word in self.words})


@lru_cache(maxsize=1)
def _look_alikes() -> tuple[Mapping[str, str], Mapping[int, str]]:
    raw = tomllib.loads((Path(__file__).parent / "phrases" / "look_alikes.toml").read_text(encoding="utf-8"))
    return raw["letters"], str.maketrans(raw["digits"])


@lru_cache(maxsize=4096)
def _shown(letter: str) -> str:
    """The plain letters that one character shows; nothing for what cannot be seen."""
    if letter in _SAME or letter in _QUOTES:
        return _SAME.get(letter) or _QUOTES[letter]
    plain = "".join(
        one
        for one in unicodedata.normalize("NFKD", letter)
        if unicodedata.category(one) not in {"Mn", "Cf", "Cc"} or one in "\n\t"
    )
    letters, _ = _look_alikes()
    return "".join(letters.get(one, one) for one in plain.lower())


def read(text: str, guarded: Collection[str] = (), contractions: Mapping[str, str] | None = None) -> Reading:
    """`guarded` are words found even where they are split; `contractions` what the ends of words with an apostrophe stand for."""
    shown, at = _fold(text)
    words = _contracted(_joined(list(_words(shown, at)), text, guarded), contractions or {})
    quotes: dict[int, tuple[int, int]] = {}
    for index, word in enumerate(words):
        if word.quote:
            quotes[word.quote] = (quotes.get(word.quote, (index, 0))[0], index + 1)
    return Reading(tuple(words), quotes, tuple(_disguises(text)))


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """What the text shows, and for each of its characters, and its end, where it stands in the text."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    pieces, at = [], []
    for index, letter in enumerate(text):
        piece = letter.lower() if letter.isascii() else _shown(letter)
        pieces.append(piece)
        at.extend([index] * len(piece))
    at.append(len(text))
    return "".join(pieces), at


def _words(shown: str, at: Sequence[int]) -> Iterator[Word]:
    sentence = clause = quote = opened = 0
    last = ""
    for piece in _PIECE.finditer(shown):
        kind = piece.lastgroup or ""
        if kind == "end":
            if last in _NO_END_AFTER and piece.group().startswith("."):
                continue
            sentence, clause, quote = sentence + 1, 0, quote if "\n" not in piece.group() else 0
        elif kind == "clause":
            clause += 1
        elif kind in {"quote", "single"}:
            opened, quote = (opened, 0) if quote else (opened + 1, opened + 1)
        elif kind != "word" or _HAS_LETTER.search(piece.group()):
            last = _plain(piece.group(), kind)
            yield Word(last, at[piece.start()], at[piece.end() - 1] + 1, sentence, clause, quote)


def _plain(piece: str, kind: str) -> str:
    if kind == "field":
        return "{}"
    if kind == "word" and not piece.replace("'", "").isalpha():
        return piece.translate(_look_alikes()[1])
    return piece


def _joined(words: list[Word], text: str, guarded: Collection[str]) -> list[Word]:
    """Puts together again what was taken apart to be overlooked."""
    found: list[Word] = []
    index = 0
    while index < len(words):
        count = _letters_in_a_row(words, index)
        if count < _SPACED_OUT_FROM:
            count = next((n for n in _PIECES if _is_split(words[index : index + n], text, guarded)), 1)
        if count > 1:
            parts = words[index : index + count]
            found.append(replace(parts[0], text="".join(part.text for part in parts), end=parts[-1].end))
        else:
            found.append(words[index])
        index += max(1, count)
    return found


def _letters_in_a_row(words: Sequence[Word], index: int) -> int:
    count = 0
    while index + count < len(words) and len(words[index + count].text) == 1 and words[index + count].text.isalpha():
        count += 1
    return count


def _is_split(parts: Sequence[Word], text: str, guarded: Collection[str]) -> bool:
    """Nothing but a space, a hyphen or a dot may stand between the pieces of a word."""
    if len(parts) < 2 or "".join(part.text for part in parts) not in guarded:  # noqa: PLR2004 - two pieces make a split
        return False
    between = (text[one.end : other.start] for one, other in pairwise(parts))
    return all(len(joint) <= 1 and _JOINTS.issuperset(joint) for joint in between)


def _contracted(words: Sequence[Word], contractions: Mapping[str, str]) -> list[Word]:
    """`don't` as `do not`: the pieces keep the place of the whole."""
    if not contractions:
        return list(words)
    found: list[Word] = []
    for word in words:
        whole = contractions.get(word.text)
        if whole is None and "'" in word.text:
            stem, _, ending = word.text.rpartition("'")
            if stem.endswith("n") and ending == "t":
                stem, ending = stem[:-1], "nt"
            whole = f"{stem} {contractions.get(ending, '')}"
        found.extend([word] if whole is None else (replace(word, text=piece) for piece in whole.split()))
    return found


def _disguises(text: str) -> Iterator[tuple[int, int]]:
    """Invisible characters inside a word, and words of more than one alphabet."""
    if text.isascii():
        return
    letters, _ = _look_alikes()
    for found in re.finditer(r"[^\s]+", text):
        word = found.group()
        if word.isascii():
            continue
        foreign = any(one in letters and not unicodedata.name(one, "").startswith("LATIN") for one in word.lower())
        latin = any(one.isascii() and one.isalpha() for one in word)
        unseen = any(unicodedata.category(one) == "Cf" for one in word.strip("\ufeff\u200e\u200f")) and latin
        if (foreign and latin) or unseen:
            yield found.span()
