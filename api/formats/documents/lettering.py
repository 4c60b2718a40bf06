"""Which characters the embedded fonts can show, and what is done about the others: they are named, never lost.

`letters.json` has the ranges that the fonts inside the library have letters for; a test sets every one of them. A picture or a
letter of another script is written in square brackets, by its Unicode name or its number. Marks that turn the
direction of what follows are written out as well: they could make a signed sentence read as another.
"""

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

# A word that would not fit into its place may break here, by a mark without width; capitals are wide.
_BREAK = "\u200b"
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_WORD = re.compile(r"\S+")
# Most texts are nothing else, and need no second look: Latin letters, line breaks, and the marks that word processors write.
_ORDINARY = re.compile("[\n -~\u00a0-\u024f\u2010-\u201e\u2026]*")
# Joins pictures to one, or says that a character is to look like one.
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u2060\ufeff")
# The end of Cyrillic.
_LAST_PLAIN = 0x04FF
_STRONG = {"L": False, "R": True, "AL": True}


@dataclass(frozen=True, slots=True)
class _Place:
    """Up to `longest` letters a word stays whole; a longer one may break after each `stretch`."""

    longest: int
    stretch: int

    def fitted(self, word: re.Match[str]) -> str:
        letters = word[0]
        if len(letters) <= self.longest:
            return letters
        return _BREAK.join(letters[at : at + self.stretch] for at in range(0, len(letters), self.stretch))


_PLACE, _PLACE_OF_A_LABEL = _Place(30, 24), _Place(16, 12)


@dataclass(slots=True)
class Lettering:
    """`named`: some character had to be written by its name. `plain`: whatever is no Latin, Greek or Cyrillic letter is."""

    named: bool = False
    plain: bool = False

    def line(self, text: str) -> dict[str, object]:
        return self._run(" ".join(_LINE_ENDS.sub("\n", text).split()), _PLACE)

    def label(self, text: str) -> dict[str, object]:
        return self._run(" ".join(_LINE_ENDS.sub("\n", text).split()), _PLACE_OF_A_LABEL)

    def paragraphs(self, text: str) -> list[dict[str, object]]:
        whole = _LINE_ENDS.sub("\n", text).strip("\n")
        return [self._run(one, _PLACE) for one in _BETWEEN_PARAGRAPHS.split(whole) if one.strip()]

    def _run(self, text: str, place: "_Place") -> dict[str, object]:
        shown = text if _ORDINARY.fullmatch(text) else "".join(self._shown(text))
        return {"text": _WORD.sub(place.fitted, shown), "rtl": runs_from_the_right(text)}

    def _shown(self, text: str) -> Iterator[str]:
        names: list[str] = []
        for character in text:
            if character == "\t":
                yield "    "
            elif character in "\n " or (has_letter(character) and not (self.plain and ord(character) > _LAST_PLAIN)):
                if names and character in _JOINERS:
                    continue
                if names:
                    yield _in_brackets(names)
                    names = []
                yield character
            else:
                self.named = True
                names.append(character)
        if names:
            yield _in_brackets(names)


def has_letter(character: str) -> bool:
    starts, ends = _ranges()
    place = bisect_right(starts, ord(character)) - 1
    return place >= 0 and ord(character) <= ends[place]


def runs_from_the_right(text: str) -> bool:
    """As its first letter does that says so."""
    return next(
        (way for way in (_STRONG.get(unicodedata.bidirectional(one)) for one in text) if way is not None), False
    )


def _in_brackets(characters: list[str]) -> str:
    return f"[{', '.join(_named(one) for one in characters)}]"


def _named(character: str) -> str:
    """Ideographs are named by their number anyhow."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}" if not name or name.endswith(f"-{ord(character):X}") else name.lower()


@lru_cache(maxsize=1)
def _ranges() -> tuple[list[int], list[int]]:
    """First and last code points, in order."""
    found = json.loads(files(__package__).joinpath("letters.json").read_text(encoding="utf-8"))["ranges"]
    return [int(first, 16) for first, _ in found], [int(last, 16) for _, last in found]
