"""The reading that was learned from labelled messages, beside the phrases: it finds what is only meant.

Weights are data, a folder per language in api/domain/tone/weights, made by `python -m bench wording --write`. Each belongs to
words that can be read. Two readings add up: of the whole message, and of its worst sentence. It advises; it blocks only where it reads that a
message to an address that may not mention therapy tells of it. Its sums are of a text, never of a person, and leave this module only as yes or no.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.domain.tone import features
from api.domain.tone.features import Sentence
from schemas.vocabulary import Locale, ToneFamily

# A text of fewer words says too little to be read as a message.
_FEWEST_WORDS = 6
# In so short a text a phrase is believed, whatever surrounds it.
_FEWEST_TO_LIFT = 15
_FILES = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class Linear:
    bias: float
    weights: Mapping[str, float] = field(repr=False)

    def score(self, seen: frozenset[str]) -> float:
        return self.bias + features.weigh(self.weights, seen)


@dataclass(frozen=True, slots=True)
class Pair:
    """`told_from` is the sum from which on it is told; `also_from` that of a further sentence beside the worst."""

    whole: Linear
    sentence: Linear
    told_from: float
    also_from: float

    def read(self, parts: Sequence[Sentence]) -> "Sums":
        each = tuple(self.sentence.score(part.seen) for part in parts)
        return Sums(self.whole.score(features.of_message(parts)) + max(each, default=0.0), each)

    def told(self, parts: Sequence[Sentence], sums: "Sums") -> Iterator[Sentence]:
        """The worst sentence of a message that is told, and others nearly as bad."""
        if sums.message < self.told_from:
            return
        worst = max(sums.sentences)
        for part, sum_ in zip(parts, sums.sentences, strict=True):
            if sum_ == worst or sum_ >= self.also_from:
                yield part


@dataclass(frozen=True, slots=True)
class Sums:
    message: float
    sentences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """`lifts_below`: what the message must stay below for a phrase in it to be read as kind."""

    tone: Pair
    leaks: Pair
    families: Mapping[ToneFamily, Linear]
    lifts_below: float


@dataclass(frozen=True, slots=True)
class Learned:
    """What was read: where it judges and how, where it tells of therapy, and whether phrases found in it are to be doubted."""

    judging: tuple[tuple[Sentence, ToneFamily], ...]
    leaking: tuple[Sentence, ...]
    plainly_kind: bool


@lru_cache(maxsize=len(Locale))
def load(locale: Locale) -> Weights:
    raw = json.loads((_FILES / f"{locale.value}.json").read_text(encoding="utf-8"))
    return weights(raw)


def weights(raw: Mapping[str, Any]) -> Weights:
    families = {ToneFamily(name): _linear(one) for name, one in raw["families"].items()}
    return Weights(_pair(raw["tone"]), _pair(raw["leaks"]), families, raw["tone"]["lifts_below"])


def _pair(raw: Mapping[str, Any]) -> Pair:
    return Pair(_linear(raw["whole"]), _linear(raw["sentence"]), raw["told_from"], raw["also_from"])


def _linear(raw: Mapping[str, Any]) -> Linear:
    return Linear(raw["bias"], raw["weights"])


def read(parts: Sequence[Sentence], known: Weights, *, may_mention_therapy: bool) -> Learned:
    count = sum(len(part.words) for part in parts)
    if count < _FEWEST_WORDS:
        return Learned((), (), plainly_kind=False)
    tone = known.tone.read(parts)
    judging = tuple((part, _family(part, known)) for part in known.tone.told(parts, tone))
    leaking = () if may_mention_therapy else tuple(known.leaks.told(parts, known.leaks.read(parts)))
    return Learned(judging, leaking, plainly_kind=count >= _FEWEST_TO_LIFT and tone.message < known.lifts_below)


def _family(part: Sentence, known: Weights) -> ToneFamily:
    return max(known.families, key=lambda family: known.families[family].score(part.seen))
