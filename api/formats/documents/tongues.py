"""The language of a document: our own sentences, days and times. What people wrote stays as they wrote it.

Sentences are written in English where they are used; `es.json` has the Spanish of each. A test finds the ones it lacks.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from api.domain.months import MONTHS
from schemas.vocabulary import Locale

_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")
_PART = re.compile(r"{(\w+)}")
_CODE = re.compile(r" \(code ([\d.]+)\)\.$")


@dataclass(frozen=True, slots=True)
class Tongue:
    locale: Locale
    zone: ZoneInfo

    def say(self, sentence: str, **parts: str) -> str:
        """`parts` go where braces name them, in one go: what is in them is neither looked up nor filled in."""
        said = sentence if self.locale is Locale.EN else _spanish().get(sentence, sentence)
        return _PART.sub(lambda found: parts.get(found[1], found[0]), said)

    def tell(self, text: str) -> str:
        """What another part of the product put together of its own sentences: each by itself, where the whole is none."""
        whole = self.say(text)
        if whole != text or self.locale is Locale.EN:
            return whole
        return " ".join(self._told(sentence) for sentence in _SENTENCES.split(text))

    def _told(self, sentence: str) -> str:
        code = _CODE.search(sentence)
        if code is None:
            return self.say(sentence)
        return f"{self.say(_CODE.sub('.', sentence)).rstrip('.')} (código {code[1]})."

    def day(self, value: date) -> str:
        month = MONTHS[self.locale][value.month - 1]
        return (
            f"{value.day} de {month} de {value.year}"
            if self.locale is Locale.ES
            else f"{value.day} {month} {value.year}"
        )

    def on(self, at: datetime) -> str:
        return self.day(at.astimezone(self.zone).date())

    def when(self, at: datetime) -> str:
        return f"{self.on(at)}, {at.astimezone(self.zone):%H:%M}"


@lru_cache(maxsize=1)
def _spanish() -> dict[str, str]:
    text = files(__package__).joinpath("es.json").read_text(encoding="utf-8")
    return {str(english): str(spanish) for english, spanish in json.loads(text).items()}
