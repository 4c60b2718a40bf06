"""Words after which a person has to look first, today: words that may be about danger to somebody. Pure.

It decides where an answer stands in a list and that the page says where help is now, and nothing else. It is no verdict on the
client, no risk on record and no measure of one: nothing is counted or weighed, and nothing is ever left out because of it.
It errs towards telling. A phrase counts wherever it stands, also where it is denied, quoted, or said of somebody else, for
a person can tell that apart and a list cannot. An answer without such words is no sign that all is well.
"""

import json
import re
import unicodedata
from functools import cache
from importlib import resources

_APOSTROPHES = frozenset("'`\u2019\u00b4")
_LANGUAGES = ("en", "es")
# What stands for some words in between; letters between which nothing but it stands.
_SOME_WORDS = r"(?:\w+ ){0,2}"


def may_be_in_danger(words: str | None) -> bool:
    """In either language, whichever the page was read in."""
    return words is not None and _phrases().search(_plain(words)) is not None


@cache
def _phrases() -> re.Pattern[str]:
    known = json.loads(resources.files("api.domain").joinpath("danger_words.json").read_text(encoding="utf-8"))
    every = sorted({phrase for language in _LANGUAGES for phrase in known[language]})
    return re.compile(
        r"\b(?:" + "|".join(re.escape(one).replace(r"\~\ ", _SOME_WORDS).replace(r"\ ", " ") for one in every) + r")\b"
    )


def _plain(words: str) -> str:
    """Lower case, without accents and punctuation, one space between words; what looks like a letter is that letter."""
    letters = unicodedata.normalize("NFKD", words).casefold()
    kept = "".join(one for one in letters if not unicodedata.combining(one) and one not in _APOSTROPHES)
    return " ".join(re.sub(r"[^\w]+", " ", kept).split())
