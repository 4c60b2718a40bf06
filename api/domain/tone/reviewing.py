"""Reviews the wording of a message to a client before anybody sends it: what hurts, presses or exposes, why, and what else could be said.

It reduces harm and cannot certify kindness. It looks at the text alone and keeps nothing. Review what the client will
read: after merge fields are filled in, subject and body each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from api.domain.tone import families, features, grade, learned, phrases, reading, rules, whole
from api.domain.tone.whole import Whole
from schemas.vocabulary import Channel, Locale, ToneFamily, ToneSeverity, ToneVerdict

_LEAK = ToneFamily.PRIVACY_LEAK
_EXPOSING = frozenset({_LEAK, ToneFamily.THERAPY_WORD})
_MILDER = {ToneFamily.MONEY: ToneFamily.FEE_THREAT, ToneFamily.THERAPY_WORD: _LEAK}


@dataclass(frozen=True, slots=True)
class Finding:
    """`start` and `end` count characters of the text as written. `gentler` is in the language of the message."""

    family: ToneFamily
    severity: ToneSeverity
    start: int
    end: int
    why: str
    gentler: str


@dataclass(frozen=True, slots=True)
class Review:
    """Findings in the order of the text. `reading_grade` is None where the text is too short for a formula."""

    findings: tuple[Finding, ...]
    reading_grade: float | None
    whole: Whole

    @property
    def word_count(self) -> int:
        return self.whole.word_count

    @property
    def verdict(self) -> ToneVerdict:
        severities = {finding.severity for finding in self.findings}
        if ToneSeverity.BLOCK in severities:
            return ToneVerdict.BLOCK
        return ToneVerdict.ADVISE if severities else ToneVerdict.OK

    @property
    def families(self) -> frozenset[ToneFamily]:
        return frozenset(finding.family for finding in self.findings)


def review(text: str, *, channel: Channel, locale: Locale, may_mention_therapy: bool) -> Review:
    """`may_mention_therapy` is what the client allowed for the address; False wherever that is not known, and for every subject."""
    message = _looked_at(text, channel, locale, may_mention_therapy=may_mention_therapy)
    reading_grade = grade.grade(text, message.reading, locale)
    known = learned.read(
        features.sentences(text, message.reading), learned.load(locale), may_mention_therapy=may_mention_therapy
    )
    by_phrase = [one for one in _by_phrase(message) if not (known.plainly_kind and _may_be_lifted(one, message))]
    found = chain(by_phrase, rules.form(message, reading_grade), _learned(known, by_phrase, message))
    return Review(tuple(_finding(one) for one in _merged(found)), reading_grade, whole.look(message, by_phrase))


def review_by_phrases(text: str, *, channel: Channel, locale: Locale, may_mention_therapy: bool) -> Review:
    """What the phrases and rules say without the learned reading."""
    message = _looked_at(text, channel, locale, may_mention_therapy=may_mention_therapy)
    reading_grade = grade.grade(text, message.reading, locale)
    by_phrase = list(_by_phrase(message))
    found = chain(by_phrase, rules.form(message, reading_grade))
    return Review(tuple(_finding(one) for one in _merged(found)), reading_grade, whole.look(message, by_phrase))


def _looked_at(text: str, channel: Channel, locale: Locale, *, may_mention_therapy: bool) -> rules.Message:
    lexicon = phrases.load(locale)
    read = reading.read(text, lexicon.guarded, lexicon.contractions)
    return rules.look_at(text, read, lexicon, channel=channel, may_mention_therapy=may_mention_therapy)


def _by_phrase(message: rules.Message) -> Iterator[rules.Found]:
    return chain(
        rules.wording(message), rules.ultimatums(message), rules.closings(message), rules.scare_quotes(message)
    )


def _may_be_lifted(one: rules.Found, message: rules.Message) -> bool:
    """A phrase that advises gives way where the whole message reads as plainly kind; what blocks never does.

    Nor does what the client is told they owe, or by when: a polite ultimatum is kind in all its other words. Nor does
    making light of a closing: it ends a responsibility.
    """
    if one.stands:
        return False
    if one.family is ToneFamily.MINIMISING and message.cues.get("closing"):
        return False
    return one.family not in families.BLOCKING and one.family not in _MILDER


def _learned(known: learned.Learned, by_phrase: Sequence[rules.Found], message: rules.Message) -> Iterator[rules.Found]:
    """What the learned reading finds where no phrase stands: the sentence, and what it most resembles.

    It blocks in a text message only, which shows on a locked screen; elsewhere what it reads is advice.
    """
    gentler = message.lexicon.gentler
    for part, family in known.judging:
        if not any(one.start < part.end and part.start < one.end for one in by_phrase):
            yield rules.Found(family, part.start, part.end, gentler[family], advise=True)
    told = [one for one in by_phrase if one.family in _EXPOSING]
    for part in known.leaking:
        if not any(one.start < part.end and part.start < one.end for one in told):
            yield rules.Found(_LEAK, part.start, part.end, gentler[_LEAK], advise=message.channel is not Channel.SMS)


def _merged(found: Iterator[rules.Found]) -> list[rules.Found]:
    """Of one family, a stretch that lies within another is told once; a threat of a fee covers the mere word."""
    kept: list[rules.Found] = []
    told_until: dict[ToneFamily, int] = {}
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if one.start >= told_until.get(one.family, 0):
            kept.append(one)
            told_until[one.family] = one.end
    severer = {family: [one for one in kept if one.family is family] for family in _MILDER.values()}
    return [one for one in kept if not _is_milder(one, severer)]


def _is_milder(one: rules.Found, severer: Mapping[ToneFamily, list[rules.Found]]) -> bool:
    others = severer[_MILDER[one.family]] if one.family in _MILDER else ()
    return any(one.start < other.end and other.start < one.end for other in others)


def _finding(one: rules.Found) -> Finding:
    severity = ToneSeverity.ADVISE if one.advise else families.severity(one.family)
    return Finding(one.family, severity, one.start, one.end, families.WHY[one.family], one.gentler)
