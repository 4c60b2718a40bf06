"""The wording of a whole message: its subject, which stands on many a screen for anybody to see, and its body."""

from dataclasses import dataclass, replace

from api.domain import tone
from api.domain.errors import Conflict
from schemas.vocabulary import Channel, CheckInKind, Locale, ToneFamily, ToneSeverity, ToneVerdict

_ORDER = (ToneVerdict.OK, ToneVerdict.ADVISE, ToneVerdict.BLOCK)
_NOT_ABOUT_MONEY = frozenset({CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY, CheckInKind.FOLLOW_UP})


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    body: str
    locale: Locale
    may_mention_therapy: bool
    kind: CheckInKind = CheckInKind.CHECK_IN
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class MessageReview:
    subject: tone.Review
    body: tone.Review

    @property
    def verdict(self) -> ToneVerdict:
        return max(self.subject.verdict, self.body.verdict, key=_ORDER.index)

    @property
    def families(self) -> frozenset[ToneFamily]:
        return self.subject.families | self.body.families


def reviewed(message: Message) -> MessageReview:
    """A subject never mentions therapy, whatever the client allowed for the rest. A text message has none."""
    line = "" if message.channel is Channel.SMS else message.subject
    subject = tone.review(line, channel=Channel.EMAIL, locale=message.locale, may_mention_therapy=False)
    body = tone.review(
        message.body,
        channel=message.channel,
        locale=message.locale,
        may_mention_therapy=message.may_mention_therapy,
    )
    if message.kind is CheckInKind.CLOSING_LETTER and message.channel is not Channel.SMS:
        body = _as_long_as_it_takes(body)
    return MessageReview(as_of_kind(subject, message.kind), as_of_kind(body, message.kind))


def _as_long_as_it_takes(review: tone.Review) -> tone.Review:
    """A letter says thanks, goals and ways back, also by mail; what is brief by rule is a message that asks to be answered."""
    kept = (one for one in review.findings if one.family is not ToneFamily.TOO_LONG)
    return replace(review, findings=tuple(kept))


def as_of_kind(review: tone.Review, kind: CheckInKind) -> tone.Review:
    """Nobody begins to speak of money, not in a follow-up either; whoever asked about it is answered."""
    if kind not in _NOT_ABOUT_MONEY or ToneFamily.MONEY not in review.families:
        return review
    findings = (
        replace(one, severity=ToneSeverity.BLOCK) if one.family is ToneFamily.MONEY else one for one in review.findings
    )
    return replace(review, findings=tuple(findings))


def require_kind(review: MessageReview, override_reason: str | None) -> None:
    """What blocks, blocks. What is advised against can be kept by somebody who says why. Raises Conflict."""
    if review.verdict is ToneVerdict.BLOCK:
        raise Conflict(
            "The wording exposes the client or speaks of money. Change what the review names.", code="wording_blocked"
        )
    if review.verdict is ToneVerdict.ADVISE and override_reason is None:
        raise Conflict(
            "The review advises another wording. Change it, or say why it stays.", code="wording_needs_reason"
        )
