"""The labelled messages: bench/wording/sets, a file per hand, and the sentences that stand alone in en-*.tsv and es-*.tsv.

All are invented; none comes from a real message. `stretches` are the sentences that judge, marked by a person; where
they are missing, the sentence that the other marked ones make likeliest takes the mark (training.mark).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.domain import check_in_templates, tone
from api.domain.tone import features, phrases, reading
from schemas.vocabulary import Channel, Locale, ToneFamily

FOLDER = Path(__file__).parent / "sets"
LEAK = "privacy_leak"
_KIND = "-"


@dataclass(slots=True)
class Message:
    """`marks` says for each sentence whether it judges; None: not known. `leaks` likewise for what tells of therapy."""

    text: str
    channel: str
    may_mention_therapy: bool
    judging: bool
    subtle: bool
    leak: bool
    families: tuple[str, ...]
    sentences: Sequence[features.Sentence]
    marks: list[bool] | None

    @property
    def only_leaks(self) -> bool:
        return self.leak and set(self.families) == {LEAK}

    @property
    def seen(self) -> frozenset[str]:
        return features.of_message(self.sentences)


Hands = dict[str, list[Message]]


def hands(locale: Locale) -> Hands:
    """Whole messages by who wrote them, in the order of the file names."""
    found: Hands = {}
    for path in sorted(FOLDER.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        messages = [_message(row, locale) for row in rows if row["locale"] == locale.value]
        if messages:
            found[path.stem] = messages
    return found


def sentences(locale: Locale) -> list[Message]:
    """Sentences without a message around them, kind and judging; what the review itself offers is kind, and so is what ships."""
    lexicon = phrases.load(locale)
    offered = {group.gentler for found in lexicon.hurtful.by_word.values() for group in (one.means for one in found)}
    templates = (one.wording for one in check_in_templates.built_in() if one.wording.locale is locale)
    shipped = {check_in_templates.review(wording).body for wording in templates}
    kind = sorted(offered | set(lexicon.gentler.values()) | shipped)
    return [_alone(f"{_KIND}\t{' '.join(text.split())}", locale) for text in kind] + [
        _alone(line, locale)
        for path in sorted(FOLDER.glob(f"{locale.value}-*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def _message(row: dict[str, object], locale: Locale) -> Message:
    text, families = str(row["text"]), row["families"]
    assert isinstance(families, list)
    judging, leak = bool(row["judging"]), bool(row["leak"])
    parts = split(text, locale)
    marks = list(_marked(text, parts, row["stretches"])) if "stretches" in row else None
    return Message(
        text=text,
        channel=str(row["channel"]),
        may_mention_therapy=bool(row["may_mention_therapy"]),
        judging=judging,
        subtle=bool(row["subtle"]),
        leak=leak,
        families=tuple(map(str, families)),
        sentences=parts,
        marks=marks if judging else [False] * len(parts),
    )


def _alone(line: str, locale: Locale) -> Message:
    family, text = line.split("\t")
    judging = family != _KIND
    parts = split(text, locale)
    return Message(
        text=text,
        channel="email",
        may_mention_therapy=family != LEAK and (judging or _tells_of_therapy(text, locale)),
        judging=judging,
        subtle=False,
        leak=family == LEAK,
        families=(family,) if judging else (),
        sentences=parts,
        marks=[judging] * len(parts),
    )


def _tells_of_therapy(text: str, locale: Locale) -> bool:
    """By the phrases. What is kind and does not tell of it is so at any address."""
    reviewed = tone.review_by_phrases(text, channel=Channel.EMAIL, locale=locale, may_mention_therapy=False)
    return any(found.family in (ToneFamily.PRIVACY_LEAK, ToneFamily.THERAPY_WORD) for found in reviewed.findings)


def split(text: str, locale: Locale) -> list[features.Sentence]:
    lexicon = phrases.load(locale)
    return features.sentences(text, reading.read(text, lexicon.guarded, lexicon.contractions))


def _marked(text: str, parts: Sequence[features.Sentence], stretches: object) -> Iterator[bool]:
    assert isinstance(stretches, list)
    spans = [(text.index(one), text.index(one) + len(one)) for one in stretches]
    for part in parts:
        yield any(start < part.end and part.start < end for start, end in spans)
