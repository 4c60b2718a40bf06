"""Finding what a client asked to keep back in what would be told: the same words, never the same matter in others. Pure."""

import re
import unicodedata
from collections.abc import Collection

_RUNS_ON = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters that stand without spaces between words: Thai and Lao, Tibetan, Burmese, Khmer, kana, and the signs of Chinese."""


def lines(words: str | None) -> tuple[str, ...]:
    """Each line is one matter, compared without regard to case and spacing."""
    return tuple(filter(None, (_plain(line) for line in (words or "").splitlines())))


def says_any(words: str, kept: Collection[str]) -> bool:
    """Word by word, so that a short one is not found within others; where a script is written without spaces, anywhere."""
    plain = f" {_plain(words)} "
    return any((line if _RUNS_ON.search(line) else f" {line} ") in plain for line in kept)


def _plain(words: str) -> str:
    """The same letters however they were typed: composed or not, wide or not, with what nobody sees in between."""
    seen = "".join(sign for sign in words if unicodedata.category(sign) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return " ".join("".join(sign if _is_of_a_word(sign) else " " for sign in folded).split())


def _is_of_a_word(sign: str) -> bool:
    """Marks too: in many scripts they are half of the word."""
    return sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc")


def without(words: str | None, kept: Collection[str]) -> str | None:
    """None where they say a matter that is kept back."""
    return None if words is None or says_any(words, kept) else words
