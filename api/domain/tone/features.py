"""What the learned reading looks at: runs of words and pieces of words, sentence by sentence, as the text shows them.

The same for training (bench/wording) and for reading. Every one of them can be read: `i would have thought`, `^ no rush`,
`~hurt`. Nothing here knows who writes or to whom.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.domain.tone.reading import Reading, Word

_LONGEST_RUN = 3
_PIECES = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Its words as they are shown, where it stands in the text as written, and all that can be looked up in it."""

    number: int
    start: int
    end: int
    words: tuple[str, ...]
    seen: frozenset[str]


def sentences(text: str, reading: Reading) -> list[Sentence]:
    found: list[list[Word]] = []
    for word in reading.words:
        if found and found[-1][0].sentence == word.sentence:
            found[-1].append(word)
        else:
            found.append([word])
    return [_sentence(number, words, text) for number, words in enumerate(found)]


def _sentence(number: int, words: Sequence[Word], text: str) -> Sentence:
    start, end = min(word.start for word in words), max(word.end for word in words)
    shown = tuple("#" if word.text[0].isdigit() else word.text for word in words)
    asks = text[end : end + 3].lstrip("\"')").startswith("?")
    return Sentence(number, start, end, shown, frozenset(_seen(shown, "?" if asks else ".")))


def _seen(words: Sequence[str], ending: str) -> Iterator[str]:
    padded = ("^", *words, ending)
    for length in range(1, _LONGEST_RUN + 1):
        for first in range(len(padded) - length + 1):
            yield " ".join(padded[first : first + length])
    for word in set(words):
        framed = f"<{word}>"
        for length in _PIECES:
            for first in range(len(framed) - length + 1):
                yield "~" + framed[first : first + length]


def is_piece(one: str) -> bool:
    return one[0] == "~"


def of_message(parts: Iterable[Sentence]) -> frozenset[str]:
    return frozenset().union(*(part.seen for part in parts))


def shares(seen: frozenset[str]) -> tuple[float, float]:
    """What one run and one piece count for: less, the more there are, so that a long text is not guiltier than a short one."""
    pieces = sum(map(is_piece, seen))
    return max(1, len(seen) - pieces) ** -0.5, max(1, pieces) ** -0.5


def weigh(weights: Mapping[str, float], seen: frozenset[str]) -> float:
    """`fsum` is exact, so the order in which a set is read makes no difference to the last digit."""
    runs: list[float] = []
    pieces: list[float] = []
    for one in seen:
        weight = weights.get(one)
        if weight is not None:
            (pieces if is_piece(one) else runs).append(weight)
    run, piece = shares(seen)
    return math.fsum(runs) * run + math.fsum(pieces) * piece
