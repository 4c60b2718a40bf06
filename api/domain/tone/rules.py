"""The rules that a list of phrases cannot hold: negation, quoting, polite ultimatums, neutral policy, form.

Each takes the text as read and says what it found, or what it lifts. What they look for is in the files of phrases.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from api.domain.tone import grade
from api.domain.tone.phrases import Group, Lexicon, Match
from api.domain.tone.reading import Reading
from schemas.vocabulary import Channel, ToneFamily

_NEGATION_REACHES = 3
_DEMAND = "demand"
_SAYING_REACHES = 6
_SHORT_QUOTE = 3
_MOST_WORDS = 60
_MOST_LETTERS = 320
# Below stand signs of ordinary writing, such as those of degrees and copyright.
_FIRST_PICTURE = "\u2190"
_POSSESSIVES = frozenset({"your", "so-called", "called", "tu", "tus", "su", "llamada", "llamado"})
# What a quotation of the client's own words is not about. Exposing them stays exposing them.
_NOT_LIFTED_BY_QUOTING = frozenset(
    {ToneFamily.PRIVACY_LEAK, ToneFamily.FEE_THREAT, ToneFamily.MONEY, ToneFamily.THERAPY_WORD}
)
_LIFTED_BY_POLICY = frozenset(
    {ToneFamily.PRESSURE, ToneFamily.CONDITIONAL_CARE, ToneFamily.HIDDEN_DEMAND, ToneFamily.COERCIVE_AUTHORITY}
)
# Words that tell of therapy in one sense only: "don't panic about parking" lifts this panic, and nothing else in the message.
_HARMLESS = "harmless"
_LIFTED_AS_HARMLESS = frozenset({ToneFamily.PRIVACY_LEAK, ToneFamily.THERAPY_WORD})
_LIFTED_BY_CHOICE = frozenset({ToneFamily.HIDDEN_DEMAND})


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text as written, and what it is. `stands`: told whatever surrounds it."""

    family: ToneFamily
    start: int
    end: int
    gentler: str
    advise: bool = False
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A text, as read, and the setting it is for."""

    text: str
    reading: Reading
    lexicon: Lexicon
    channel: Channel
    may_mention_therapy: bool
    cues: Mapping[str, list[tuple[int, int]]]


def look_at(text: str, reading: Reading, lexicon: Lexicon, *, channel: Channel, may_mention_therapy: bool) -> Message:
    cues: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in lexicon.cues.matches(reading.words):
        if match.means != _DEMAND or not denied_before(reading, lexicon, match.first):
            cues[match.means].append((match.first, match.past))
    return Message(text, reading, lexicon, channel, may_mention_therapy, cues)


def wording(message: Message) -> Iterator[Found]:
    """Phrases that nothing around them lifts."""
    choices = sentences_with(message, "if_you_like")
    policy = _neutral_policy(message)
    quoted = _quoted(message)
    reported = _reported(message)
    harmless = message.cues.get(_HARMLESS, ())
    for match in message.lexicon.hurtful.matches(message.reading.words):
        group, sentence = match.means, message.reading.words[match.first].sentence
        lifted = (
            (group.unless_allowed and message.may_mention_therapy)
            or (not group.negated and _is_negated(message, match))
            or (group.family in _LIFTED_AS_HARMLESS and _is_within(match, harmless))
            or (group.family in _LIFTED_BY_CHOICE and sentence in choices)
            or (group.family in _LIFTED_BY_POLICY and sentence in policy)
            or (group.family not in _NOT_LIFTED_BY_QUOTING and _is_theirs(match, quoted, reported.get(sentence)))
        )
        if not lifted:
            found = _found(message, group.family, (match.first, match.past), group.gentler, advise=group.advise)
            yield replace(found, stands=group.stands)


def _is_within(match: Match[Group], spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= match.first and match.past <= past for first, past in spans)


def ultimatums(message: Message) -> Iterator[Found]:
    """A limit of time on something the client is to do; also where "no rush" goes before it."""
    spans = message.cues.get("deadline")
    if not spans:
        return
    demanded, soft = sentences_with(message, _DEMAND), sentences_with(message, "soft")
    but, policy = sentences_with(message, "but"), _neutral_policy(message)
    words = message.reading.words
    for first, past in spans:
        sentence = words[first].sentence
        polite = sentence in but and ({sentence, sentence - 1} & soft)
        if sentence not in policy and (sentence in demanded or polite):
            yield replace(_found(message, ToneFamily.PRESSURE, (first, past)), stands=True)


def closings(message: Message) -> Iterator[Found]:
    """What happens if nothing is heard may be said plainly, as long as the way back is said with it."""
    neutral = _neutral_policy(message)
    conditions = sentences_with(message, "condition")
    for first, past in message.cues.get("closing", ()):
        sentence = message.reading.words[first].sentence
        if {sentence, sentence - 1} & conditions and sentence not in neutral:
            yield _found(message, ToneFamily.PRESSURE, (first, past))


def scare_quotes(message: Message) -> Iterator[Found]:
    """A word or two of the client's in quotation marks, and nobody said to have spoken them."""
    words = message.reading.words
    for first, past in message.reading.quotes.values():
        before = words[first - 1].text if first else ""
        if past - first <= _SHORT_QUOTE and before in _POSSESSIVES and not _said_before(message, first):
            yield _found(message, ToneFamily.FALSE_CHEER, (first, past))


def form(message: Message, reading_grade: float | None) -> Iterator[Found]:
    """Length, questions, exclamation marks, pictures, letters that are not what they look like, schooling."""
    text, gentler = message.text, message.lexicon.gentler
    whole = (0, len(text))
    if _is_long(message):
        yield Found(ToneFamily.TOO_LONG, *whole, gentler[ToneFamily.TOO_LONG])
    if reading_grade is not None and reading_grade >= grade.HARD_FROM:
        yield Found(ToneFamily.HARD_TO_READ, *whole, gentler[ToneFamily.HARD_TO_READ])
    for question in list(re.finditer(r"\?+", text))[1:]:
        yield Found(ToneFamily.QUESTIONS, *question.span(), gentler[ToneFamily.QUESTIONS])
    for mark in re.finditer(r"[!\u00a1]+", text):
        yield Found(ToneFamily.EXCLAMATION, *mark.span(), gentler[ToneFamily.EXCLAMATION])
    for index, letter in enumerate(text):
        if letter >= _FIRST_PICTURE and unicodedata.category(letter) in {"So", "Sk"}:
            yield Found(ToneFamily.EMOJI, index, index + 1, gentler[ToneFamily.EMOJI])
    for face in re.finditer(r"(?<!\S)[:;]-?[)(DPp/|](?!\S)", text):
        yield Found(ToneFamily.EMOJI, *face.span(), gentler[ToneFamily.EMOJI])
    for span in message.reading.disguised:
        yield Found(ToneFamily.DISGUISED, *span, gentler[ToneFamily.DISGUISED])


def _is_long(message: Message) -> bool:
    """A text message is paid for and read in characters, an e-mail in words. A letter takes the room it takes."""
    if message.channel is Channel.SMS:
        return len(message.text) > _MOST_LETTERS
    return message.channel is not Channel.LETTER and grade.word_count(message.reading) >= _MOST_WORDS


def _is_negated(message: Message, match: Match[Group]) -> bool:
    """A negation within the phrase's gaps, or shortly before it in the same clause."""
    words, negators = message.reading.words, message.lexicon.negators
    if any(words[index].text in negators for index in match.between):
        return True
    return denied_before(message.reading, message.lexicon, match.first)


def denied_before(reading: Reading, lexicon: Lexicon, first: int) -> bool:
    here = reading.words[first]
    before = reading.words[max(0, first - _NEGATION_REACHES) : first]
    return any(w.text in lexicon.negators and (w.sentence, w.clause) == (here.sentence, here.clause) for w in before)


def _neutral_policy(message: Message) -> frozenset[int]:
    """Sentences that say what will happen if nothing is heard, in a message that also says how to come back."""
    if not message.cues.get("welcome", ()):
        return frozenset()
    conditions = sentences_with(message, "condition")
    closing = sentences_with(message, "closing")
    return frozenset(sentence for sentence in conditions | closing if {sentence, sentence - 1} & conditions)


def _quoted(message: Message) -> tuple[tuple[int, int], ...]:
    """Quotations that somebody is said to have spoken."""
    return tuple(span for span in message.reading.quotes.values() if _said_before(message, span[0]))


def _reported(message: Message) -> dict[int, int]:
    """Per sentence, the word from which on it tells what the client said."""
    found: dict[int, int] = {}
    for first, past in message.cues.get("reported", ()):
        found.setdefault(message.reading.words[first].sentence, past)
    return found


def _is_theirs(match: Match[Group], quoted: tuple[tuple[int, int], ...], reported_from: int | None) -> bool:
    if _is_within(match, quoted):
        return True
    return reported_from is not None and match.first >= reported_from


def _said_before(message: Message, first: int) -> bool:
    return any(first - _SAYING_REACHES <= past <= first for _, past in message.cues.get("reported", ()))


def sentences_with(message: Message, cue: str) -> set[int]:
    return {message.reading.words[first].sentence for first, _ in message.cues.get(cue, ())}


def _found(
    message: Message, family: ToneFamily, span: tuple[int, int], gentler: str | None = None, *, advise: bool = False
) -> Found:
    words = message.reading.words[span[0] : span[1]]
    start, end = min(word.start for word in words), max(word.end for word in words)
    return Found(family, start, end, gentler or message.lexicon.gentler[family], advise)
