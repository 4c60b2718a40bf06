"""The learned reading: what it may do, what it must never do, and how well it does on messages kept out of the fit.

A held-out set is a file `held-out*.jsonl` in tests/domain/wording, a message a line, in the form of bench/wording/sets.
"""

import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from api.domain import check_in_templates, tone
from api.domain.tone import features, learned, phrases, reading
from schemas.vocabulary import Channel, Locale, ToneFamily, ToneSeverity, ToneVerdict

_HELD_OUT = Path(__file__).parent / "wording"
_HANDS = 6


class _Figures(NamedTuple):
    """`beyond_form`: the share of kind messages in which more is told than the form and the money that no check-in is to have."""

    found: float
    disturbed: float
    beyond_form: float
    blocked: float

    def __str__(self) -> str:
        return (
            f"found {self.found:.2f}, kind disturbed {self.disturbed:.2f} ({self.beyond_form:.2f} beyond form and money), "
            f"blocked {self.blocked:.2f}"
        )


# What is reached, a little below. Aimed at are 0.90, 0.05 and 0.95; docs/wording.md says by which hands they are missed, and why.
_LEAST = {Locale.EN: _Figures(0.89, 0.13, 0.08, 0.86), Locale.ES: _Figures(0.88, 0.05, 0.04, 0.90)}
_FORM_AND_MONEY = {
    ToneFamily.EMOJI,
    ToneFamily.EXCLAMATION,
    ToneFamily.FEE_THREAT,
    ToneFamily.HARD_TO_READ,
    ToneFamily.MONEY,
    ToneFamily.QUESTIONS,
    ToneFamily.TOO_LONG,
}
_MEANT = (
    "Hello Bea. I made two teas on Tuesday out of habit, and yours stood there going cold till the hour was up. "
    "I have Thursday at 4 or Friday at 10 if either suits."
)


def review(text: str, channel: Channel = Channel.EMAIL, *, may_mention_therapy: bool = True) -> tone.Review:
    return tone.review(text, channel=channel, locale=Locale.EN, may_mention_therapy=may_mention_therapy)


def test_what_is_only_meant_is_told_with_the_sentence_that_says_it() -> None:
    found = review(_MEANT).findings
    assert [_MEANT[one.start : one.end] for one in found] == [
        "I made two teas on Tuesday out of habit, and yours stood there going cold till the hour was up"
    ]
    assert all(one.severity is ToneSeverity.ADVISE and one.why and one.gentler for one in found)
    assert review(_MEANT).findings == found


@pytest.mark.parametrize(
    "text",
    [
        "Hi Ana, you are not in trouble and there is no need to explain. I have Thursday at 4 if you would like it.",
        "Hello Omar, you wrote that you felt you had let me down. You had not. Monday at 10 is free, and no answer is fine.",
        "Dear Ms Lee, I gave you the wrong date and I am sorry for it. The right one is the 12th at 5. Another day is fine too.",
        "Dear Jo, if I hear nothing I will close your file on 30 May; that ends my part for now, and you are welcome to ask to start again.",
    ],
)
def test_near_misses_are_left_alone(text: str) -> None:
    assert review(text).findings == ()


def test_look_alikes_change_nothing() -> None:
    disguised = _MEANT.replace("teas", "te\u0430s").replace("cold", "c\u043eld")
    assert review(disguised).families - {ToneFamily.DISGUISED} == review(_MEANT).families


def test_only_a_text_message_is_blocked_by_what_was_learned() -> None:
    text = "Hi Wes, Marnie here. If the memories come up again before we speak, ring me between 1 and 2."
    known = learned.load(Locale.EN)
    parts = features.sentences(text, reading.read(text, (), phrases.load(Locale.EN).contractions))
    assert learned.read(parts, known, may_mention_therapy=True).leaking == ()
    assert review(text, Channel.SMS, may_mention_therapy=False).verdict is ToneVerdict.BLOCK


@pytest.mark.parametrize("built_in", check_in_templates.built_in(), ids=lambda one: f"{one.wording.locale}-{one.code}")
def test_what_ships_has_no_finding(built_in: check_in_templates.BuiltIn) -> None:
    reviewed = check_in_templates.review(built_in.wording)
    assert reviewed.verdict is ToneVerdict.OK, reviewed


@pytest.mark.parametrize("locale", list(Locale))
def test_weights_can_be_read_and_stay_small(locale: Locale) -> None:
    path = Path(learned.__file__).parent / "weights" / f"{locale.value}.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["version"]
    assert "invented" in raw["origin"]
    assert path.stat().st_size < 1_000_000
    assert set(learned.load(locale).families) <= set(ToneFamily) - {ToneFamily.PRIVACY_LEAK}


def test_messages_kept_out_of_the_fit(say: Callable[[str], None]) -> None:
    """Each hand is told by itself, and all of them together are held to what they reach."""
    held_out = sorted(_HELD_OUT.glob("held-out*.jsonl"))
    assert len(held_out) >= _HANDS
    judged = [
        (path.stem, row, _reviewed(row))
        for path in held_out
        for row in map(json.loads, filter(None, path.read_text(encoding="utf-8").splitlines()))
    ]
    for locale, least in _LEAST.items():
        theirs = [(hand, row, found) for hand, row, found in judged if row["locale"] == locale.value]
        for hand in dict.fromkeys(one[0] for one in theirs):
            say(f"wording, {hand} {locale.value}: {_figures([one for one in theirs if one[0] == hand])}")
        reached = _figures(theirs)
        say(f"wording, all held out {locale.value}: {reached}")
        assert reached.found >= least.found
        assert reached.disturbed <= least.disturbed
        assert reached.beyond_form <= least.beyond_form
        assert reached.blocked >= least.blocked


def _figures(judged: list[tuple[str, dict[str, str], tone.Review]]) -> "_Figures":
    kind = [found for _, row, found in judged if not row["judging"]]
    leaking = [found for _, row, found in judged if row["leak"] and row["channel"] == "sms"]
    return _Figures(
        found=_share([found.verdict is not ToneVerdict.OK for _, row, found in judged if row["judging"]]),
        disturbed=_share([found.verdict is not ToneVerdict.OK for found in kind]),
        beyond_form=_share([bool(found.families - _FORM_AND_MONEY) for found in kind]),
        blocked=_share([found.verdict is ToneVerdict.BLOCK for found in leaking]),
    )


def _reviewed(row: dict[str, str]) -> tone.Review:
    return tone.review(
        row["text"],
        channel=Channel(row["channel"]),
        locale=Locale(row["locale"]),
        may_mention_therapy=bool(row["may_mention_therapy"]),
    )


def _share(answers: list[bool]) -> float:
    return statistics.fmean(answers) if answers else 1.0
