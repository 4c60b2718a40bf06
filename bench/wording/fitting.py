"""Makes the weights file of a language, and says first how well such weights do on each hand that they have not read."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from api.domain import tone
from bench.wording import reading_sets, training
from bench.wording.reading_sets import Hands, Message
from schemas.vocabulary import Channel, Locale, ToneVerdict

WEIGHTS = Path(tone.__file__).parent / "weights"
VERSION = "1"
_MOST_OF_A_FAMILY = 120
_LIFTS = 1.2
_FEWEST = 4


@dataclass(frozen=True)
class Setting:
    """How freely the weights follow the messages (`c`), how many are kept of each reading, and what share of the kind messages of
    hands not read may lie above its limit. Chosen on hands that were left out.
    """

    c: float
    most: int
    most_of_leaks: int
    disturbed: float
    leaks_disturbed: float


_SETTINGS = {
    Locale.EN: Setting(20.0, 12000, most_of_leaks=12000, disturbed=0.035, leaks_disturbed=0.035),
    Locale.ES: Setting(20.0, 8000, most_of_leaks=4000, disturbed=0.035, leaks_disturbed=0.035),
}


@dataclass(frozen=True)
class Figures:
    """Of one hand, read by weights that have not seen it. Sums, what they should have said, what phrases alone said."""

    hand: str
    sums: NDArray[np.float64]
    judging: NDArray[np.bool_]
    phrases: NDArray[np.bool_]


def run(*, write: bool) -> None:
    for locale in Locale:
        hands, alone = reading_sets.hands(locale), reading_sets.sentences(locale)
        training.mark([message for one in hands.values() for message in one] + alone, _SETTINGS[locale].c)
        tone_figures = [_tone(hand, hands, alone, locale) for hand in hands]
        leak_figures = [_leaks(hand, hands, alone, locale) for hand in hands]
        told = _limit(tone_figures, _SETTINGS[locale].disturbed)
        leaked = _limit(leak_figures, _SETTINGS[locale].leaks_disturbed)
        _say(f"{locale.value}: what judges", tone_figures, told, lifts=_LIFTS)
        _say(f"{locale.value}: what tells of therapy", leak_figures, leaked, lifts=math.inf)
        if write:
            everything = [message for one in hands.values() for message in one] + alone
            _write(locale, everything, told, leaked)


def _tone(hand: str, hands: Hands, alone: Sequence[Message], locale: Locale) -> Figures:
    setting = _SETTINGS[locale]
    learned = training.tone(_others(hand, hands, alone), setting.c).pruned(setting.most)
    read = [one for one in hands[hand] if not one.only_leaks]
    verdicts = [_by_phrases(one, locale) for one in read]
    return _figures(
        hand,
        [learned.score(one) for one in read],
        [one.judging for one in read],
        [one is not ToneVerdict.OK for one in verdicts],
    )


def _leaks(hand: str, hands: Hands, alone: Sequence[Message], locale: Locale) -> Figures:
    setting = _SETTINGS[locale]
    learned = training.leaks(_others(hand, hands, alone), setting.c).pruned(setting.most_of_leaks)
    read = [one for one in hands[hand] if not one.may_mention_therapy]
    verdicts = [_by_phrases(one, locale) for one in read]
    return _figures(
        hand,
        [learned.score(one) for one in read],
        [one.leak for one in read],
        [one is ToneVerdict.BLOCK for one in verdicts],
    )


def _others(hand: str, hands: Hands, alone: Sequence[Message]) -> list[Message]:
    return [message for name, one in hands.items() if name != hand for message in one] + list(alone)


def _by_phrases(message: Message, locale: Locale) -> ToneVerdict:
    return tone.review_by_phrases(
        message.text, channel=Channel(message.channel), locale=locale, may_mention_therapy=message.may_mention_therapy
    ).verdict


def _figures(hand: str, sums: Sequence[float], judging: Sequence[bool], phrases: Sequence[bool]) -> Figures:
    return Figures(hand, np.array(sums), np.array(judging, dtype=bool), np.array(phrases, dtype=bool))


def _limit(figures: Sequence[Figures], disturbed: float) -> float:
    """The sum above which as few kind messages of hands not read lie."""
    kind = np.concatenate([one.sums[~one.judging] for one in figures])
    return round(float(np.quantile(kind, 1 - disturbed)), 3)


def _say(title: str, figures: Sequence[Figures], told_from: float, *, lifts: float) -> None:
    """`lifts`: how far below the limit a message lies when its phrases are no longer believed."""
    table = Table(title=title)
    for heading in (
        "hand left out",
        "found",
        "learned alone",
        "phrases alone",
        "together",
        "kind: learned",
        "phrases alone",
        "together",
    ):
        table.add_column(heading)
    whole = _figures(
        "all",
        *(np.concatenate([getattr(one, name) for one in figures]).tolist() for name in ("sums", "judging", "phrases")),
    )
    for one in (*figures, whole):
        if one.judging.sum() >= _FEWEST:
            learned, kind = one.sums >= told_from, ~one.judging
            both = learned | (one.phrases & (one.sums >= told_from - lifts))
            cells = [
                f"{found[mask].mean():.2f}" for mask in (one.judging, kind) for found in (learned, one.phrases, both)
            ]
            table.add_row(one.hand, f"of {one.judging.sum()}", *cells)
    Console(width=140).print(table)


def _write(locale: Locale, messages: Sequence[Message], told: float, leaked: float) -> None:
    setting = _SETTINGS[locale]
    pair = training.tone(messages, setting.c).pruned(setting.most)
    leaks = training.leaks(messages, setting.c).pruned(setting.most_of_leaks)
    raw = {
        "version": VERSION,
        "origin": f"Fitted by python -m bench wording --write on {len(messages)} invented, labelled messages and sentences.",
        "tone": {**_raw(pair, told), "lifts_below": round(told - _LIFTS, 3)},
        "leaks": _raw(leaks, leaked),
        "families": {
            name: _one(linear.pruned(_MOST_OF_A_FAMILY)) for name, linear in training.families(messages).items()
        },
    }
    WEIGHTS.mkdir(exist_ok=True)
    (WEIGHTS / f"{locale.value}.json").write_text(
        json.dumps(raw, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )


def _raw(pair: training.Pair, told_from: float) -> dict[str, object]:
    return {"told_from": told_from, "also_from": 1.0, "whole": _one(pair.whole), "sentence": _one(pair.sentence)}


def _one(linear: training.Linear) -> dict[str, object]:
    return {"bias": linear.bias, "weights": linear.weights}
