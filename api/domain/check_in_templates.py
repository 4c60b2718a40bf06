"""Templates of messages: what one may say, and those that ship with the product.

A template that would expose a client or threaten with a fee cannot be kept. One with other findings can, by somebody who
says why. It is reviewed filled in with plain examples; the message made of it is reviewed again with what is true then.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from api.domain import merge_fields, tone
from api.domain.errors import FieldProblem, Invalid
from api.domain.merge_fields import MergeField
from api.domain.message_review import as_of_kind
from schemas.vocabulary import Channel, CheckInKind, Locale, Situation, ToneFamily, ToneVerdict

_FILES = Path(__file__).parent / "built_in_templates"
_PARTS = ("", "_check_ins", "_texts", "_answers", "_letters")
SUBJECT, BODY = "/subject", "/body"


@dataclass(frozen=True, slots=True)
class Wording:
    """`may_mention_therapy`: meant only for addresses where that is allowed. A subject never mentions it; a text message has none,
    and keeps one for the page alone.
    """

    kind: CheckInKind
    locale: Locale
    subject: str
    body: str
    may_mention_therapy: bool = False
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """`code` is stable: a practice may have chosen it as the one to begin with."""

    code: str
    name: str
    wording: Wording
    situation: Situation = Situation.GENERAL


@dataclass(frozen=True, slots=True)
class Only:
    """Which templates to show; None: of any."""

    situation: Situation | None = None
    channel: Channel | None = None
    locale: Locale | None = None

    def admits(self, situation: Situation, channel: Channel, locale: Locale) -> bool:
        wanted = (self.situation, self.channel, self.locale)
        return all(one in (None, is_) for one, is_ in zip(wanted, (situation, channel, locale), strict=True))


EVERY = Only()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The two texts a client would read, and what the review says of each."""

    subject: str
    body: str
    of_subject: tone.Review
    of_body: tone.Review

    @property
    def verdict(self) -> ToneVerdict:
        order = list(ToneVerdict)
        return max(self.of_subject.verdict, self.of_body.verdict, key=order.index)

    @property
    def families(self) -> list[ToneFamily]:
        """In the order of the vocabulary, each once."""
        found = self.of_subject.families | self.of_body.families
        return [family for family in ToneFamily if family in found]


@lru_cache(maxsize=1)
def built_in() -> tuple[BuiltIn, ...]:
    """Those that ship with the product, in both languages. A test holds that each passes the review."""
    return tuple(
        _read(one, locale)
        for locale in Locale
        for part in _PARTS
        for one in tomllib.loads((_FILES / f"{locale}{part}.toml").read_text(encoding="utf-8"))["templates"]
    )


def _read(one: Mapping[str, str], locale: Locale) -> BuiltIn:
    channel = Channel(one.get("channel", Channel.EMAIL))
    wording = Wording(CheckInKind(one["kind"]), locale, one["subject"], one["body"].strip(), channel=channel)
    return BuiltIn(one["code"], one["name"], wording, Situation(one["situation"]))


def review(
    wording: Wording,
    values: Mapping[MergeField, str] | None = None,
    *,
    channel: Channel | None = None,
    may_mention_therapy: bool | None = None,
) -> Reviewed:
    """Filled in with `values`, or with examples, for the way and an address that allows therapy to be named, or as the template says.

    Raises Invalid for a merge field that cannot be filled in.
    """
    values = merge_fields.EXAMPLES[wording.locale] if values is None else values
    subject = merge_fields.expand(wording.subject, values, allowed=merge_fields.IN_A_SUBJECT, pointer=SUBJECT)
    body = merge_fields.expand(wording.body, values, allowed=merge_fields.IN_A_BODY, pointer=BODY)
    channel = channel or wording.channel
    allowed = wording.may_mention_therapy if may_mention_therapy is None else may_mention_therapy
    return Reviewed(
        subject,
        body,
        as_of_kind(
            tone.review(subject, channel=channel, locale=wording.locale, may_mention_therapy=False), wording.kind
        ),
        as_of_kind(
            tone.review(body, channel=channel, locale=wording.locale, may_mention_therapy=allowed), wording.kind
        ),
    )


def overridden(wording: Wording, reason: str | None) -> list[ToneFamily]:
    """What somebody keeps for a reason. Raises Invalid where that cannot be, or where the reason is missing."""
    found = list(merge_fields.problems(wording.subject, merge_fields.IN_A_SUBJECT, SUBJECT))
    found += merge_fields.problems(wording.body, merge_fields.IN_A_BODY, BODY)
    if found:
        raise Invalid(*found, code="merge_field")
    reviewed = review(wording)
    if reviewed.verdict is ToneVerdict.BLOCK:
        raise Invalid(
            *_told(reviewed),
            code="wording_blocks",
            message="This wording exposes the client or speaks of money. It cannot be kept.",
        )
    if reviewed.verdict is ToneVerdict.ADVISE and reason is None:
        needed = FieldProblem("/override_reason", "Say why it should stay as it is, or change it.")
        raise Invalid(
            needed,
            *_told(reviewed),
            code="reason_needed",
            message="The review of the wording found something to look at.",
        )
    return reviewed.families


def _told(reviewed: Reviewed) -> list[FieldProblem]:
    return [
        FieldProblem(pointer, f"{finding.why} ({finding.family})")
        for pointer, found in ((SUBJECT, reviewed.of_subject), (BODY, reviewed.of_body))
        for finding in found.findings
    ]
