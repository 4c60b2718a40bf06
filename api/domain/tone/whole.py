"""A message as a whole: how much it asks for, how much it offers, and whether it says that no reply is fine.

Counts for whoever writes, and no verdict: none of them is a finding, and none asks for a reason. What they look for is in
phrases/<language>/whole.toml, with examples both ways.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from api.domain.tone import grade
from api.domain.tone.rules import Found, Message, denied_before, sentences_with
from schemas.vocabulary import ToneFamily

_QUESTION = re.compile(r"[?\uff1f]+")
_ALTERNATIVES = 2


@dataclass(frozen=True, slots=True)
class Whole:
    """`choice_count` counts the ways that are held out: two times and "another day" are three."""

    word_count: int
    question_count: int
    demand_count: int
    choice_count: int
    says_no_reply_is_fine: bool


def look(message: Message, by_phrase: Iterable[Found]) -> Whole:
    """`by_phrase`: what the phrases found; of it, what tells the client what to do is a demand, too."""
    return Whole(
        word_count=grade.word_count(message.reading),
        question_count=len(_QUESTION.findall(message.text)),
        demand_count=_demands(message, by_phrase),
        choice_count=_choices(message),
        says_no_reply_is_fine=bool(message.cues.get("no_reply_is_fine")),
    )


def _demands(message: Message, by_phrase: Iterable[Found]) -> int:
    """What is asked for with an "if you like", or what hangs on hearing nothing, is none."""
    words = message.reading.words
    open_ended = sentences_with(message, "if_you_like") | sentences_with(message, "no_reply_is_fine")
    conditions = sentences_with(message, "condition")
    spans = [
        (words[first].start, words[past - 1].end)
        for first, past in message.cues.get("asks", ())
        if words[first].sentence not in open_ended | conditions
        and not denied_before(message.reading, message.lexicon, first)
    ]
    spans += [(one.start, one.end) for one in by_phrase if one.family is ToneFamily.HIDDEN_DEMAND]
    return len(_apart(spans))


def _choices(message: Message) -> int:
    offering = sentences_with(message, "offering") | sentences_with(message, "if_you_like")
    options: dict[int, list[tuple[int, int]]] = {}
    for first, past in message.cues.get("option", ()):
        if not denied_before(message.reading, message.lexicon, first):
            options.setdefault(message.reading.words[first].sentence, []).append((first, past))
    either = sentences_with(message, "either_or")
    counted = {sentence: len(_apart(spans)) for sentence, spans in options.items()}
    return sum(_held_out(sentence, counted.get(sentence, 0), offering, either) for sentence in set(counted) | either)


def _held_out(sentence: int, count: int, offering: Collection[int], either: Collection[int]) -> int:
    """One thing named is an offer only where the sentence offers it; two with an "or" between them are."""
    if sentence in offering:
        return max(count, _ALTERNATIVES) if sentence in either else count
    return count if sentence in either and count >= _ALTERNATIVES else 0


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that overlap are one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
