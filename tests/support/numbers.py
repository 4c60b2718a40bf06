"""Looks through an answer for a number that could pass for a property of a client."""

import re
from collections.abc import Iterator

_INNOCENT = re.compile(
    r"\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?"
    r"|(?:about )?\d+ (?:days|weeks)"
    r"|PHQ-9|GAD-7"
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00))?")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORDS = re.compile(r"probab|score|weight|odds|likel|percent|%|\brisk\b(?! of harm)", re.IGNORECASE)
# The name of a measure, above, is no number; that its results fell is a reason, and says no number either.
_CODES = frozenset({"scores_sliding"})
# What a version is, and what people are called, is no property of a client.
_NOT_LOOKED_AT = frozenset({"model_version", "name"})


def of_a_person(answer: object, where: str = "") -> Iterator[str]:
    """Each place in any JSON at which a number, or a word for one, stands that is no day, distance or identifier."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if _WORDS.search(name):
                yield f"{where}/{name}"
            if name not in _NOT_LOOKED_AT:
                yield from of_a_person(value, f"{where}/{name}")
    elif isinstance(answer, list):
        for index, value in enumerate(answer):
            yield from of_a_person(value, f"{where}/{index}")
    elif _tells(answer):
        yield f"{where}: {answer}"


def _tells(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return False
    if not isinstance(value, str):
        return True
    if value in _CODES or _INSTANT.fullmatch(value) or _ID.fullmatch(value):
        return False
    return bool(re.search(r"\d", _INNOCENT.sub("", value)) or _WORDS.search(value))
