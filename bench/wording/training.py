"""Fits the weights: logistic regression with an L2 penalty, by scipy's L-BFGS. Deterministic.

Two readings are fitted and added up: of the whole message, and of its sentences one by one, of which the worst counts.
The same pair is fitted again for what leaks privacy. A third says which family a judging sentence belongs to.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse, special

from api.domain.tone import features
from bench.wording.reading_sets import LEAK, Message

Seen = frozenset[str]
_C = 10.0
_FEWEST = 2
_ROUNDS = 2
_SURELY = 1.5


@dataclass(frozen=True)
class Linear:
    """`score` = bias + the sum of the weights of what is seen, runs and pieces each over the root of how many there are."""

    bias: float
    weights: dict[str, float] = field(repr=False)

    def score(self, seen: Seen) -> float:
        return self.bias + features.weigh(self.weights, seen)

    def pruned(self, most: int, digits: int = 2) -> "Linear":
        strongest = sorted(self.weights, key=lambda one: (-abs(self.weights[one]), one))[:most]
        kept = {one: round(self.weights[one], digits) for one in sorted(strongest)}
        return Linear(round(self.bias, 3), {one: weight for one, weight in kept.items() if weight})


def fit(seen: Sequence[Seen], answers: Sequence[bool], c: float = _C) -> Linear:
    known, rarity = _vocabulary(seen)
    matrix = _matrix(seen, known, rarity)
    signs = np.where(np.array(answers), 1.0, -1.0)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = signs * (matrix @ point[:-1] + point[-1])
        pull = -signs * special.expit(-margin) * c
        value = c * float(np.logaddexp(0, -margin).sum()) + 0.5 * float(point[:-1] @ point[:-1])
        return value, np.append(matrix.T @ pull + point[:-1], pull.sum())

    found = optimize.minimize(loss, np.zeros(len(known) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return Linear(float(found.x[-1]), {one: float(found.x[index]) * rarity[index] for one, index in known.items()})


def _vocabulary(seen: Sequence[Seen]) -> tuple[dict[str, int], list[float]]:
    count = Counter(one for each in seen for one in each)
    known = sorted(one for one, often in count.items() if often >= _FEWEST + features.is_piece(one))
    rarity = [math.log((1 + len(seen)) / (1 + count[one])) + 1 for one in known]
    mean = sum(rarity) / max(1, len(rarity))
    return {one: index for index, one in enumerate(known)}, [one / mean for one in rarity]


def _matrix(seen: Sequence[Seen], known: dict[str, int], rarity: Sequence[float]) -> sparse.csr_matrix:
    rows, columns, values = [], [], []
    for row, each in enumerate(seen):
        shares = features.shares(each)
        for one in sorted(each):
            if (index := known.get(one)) is not None:
                rows.append(row)
                columns.append(index)
                values.append(rarity[index] * shares[features.is_piece(one)])
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(seen), len(known)))


@dataclass(frozen=True)
class Pair:
    """The message as a whole, and the worst of its sentences."""

    whole: Linear
    sentence: Linear

    def score(self, message: Message) -> float:
        worst = max((self.sentence.score(one.seen) for one in message.sentences), default=-9.0)
        return self.whole.score(message.seen) + worst

    def pruned(self, most: int) -> "Pair":
        return Pair(self.whole.pruned(most), self.sentence.pruned(most))


def mark(messages: Sequence[Message], c: float = _C) -> None:
    """Marks the judging sentences where nobody has: what those already marked make likeliest, twice over."""
    unknown = [one for one in messages if one.marks is None]
    known = [one for one in messages if one.marks is not None]
    if not any(one.judging for one in known):
        for message in unknown:
            message.marks = [True] * len(message.sentences)
        known = list(messages)
    for _ in range(_ROUNDS):
        readings = {
            leak: _sentences([one for one in known if not one.judging or one.leak is leak], c) for leak in (False, True)
        }
        for message in unknown:
            scores = [readings[message.leak].score(one.seen) for one in message.sentences]
            message.marks = [score >= max(scores) or score > _SURELY for score in scores]
        known = list(messages)


def _sentences(messages: Sequence[Message], c: float) -> Linear:
    pairs = [(part.seen, mark) for one in messages for part, mark in zip(one.sentences, one.marks or (), strict=True)]
    return fit([seen for seen, _ in pairs], [mark for _, mark in pairs], c)


def tone(messages: Sequence[Message], c: float = _C) -> Pair:
    """What judges, whatever may be mentioned: messages that only leak are left out."""
    used = [one for one in messages if not one.only_leaks]
    return Pair(fit([one.seen for one in used], [one.judging for one in used], c), _sentences(used, c))


def leaks(messages: Sequence[Message], c: float = _C) -> Pair:
    """What tells of therapy, learned where it may not be mentioned."""
    used = [one for one in messages if not one.may_mention_therapy]
    whole = fit([one.seen for one in used], [one.leak for one in used], c)
    sure = [one for one in used if one.leak or not one.judging]
    return Pair(whole, _sentences(sure, c))


def families(messages: Sequence[Message]) -> dict[str, Linear]:
    """One against the rest, over the sentences that judge."""
    pairs = [
        (part.seen, one.families)
        for one in messages
        for part, mark in zip(one.sentences, one.marks or (), strict=True)
        if mark and not one.only_leaks
    ]
    names = sorted({name for _, given in pairs for name in given} - {LEAK})
    seen = [one for one, _ in pairs]
    return {name: fit(seen, [name in given for _, given in pairs], c=3.0) for name in names}
