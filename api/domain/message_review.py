"""The wording of a whole message: its subject, which stands on many a screen for anybody to see, and its body."""

from dataclasses import dataclass

from api.domain import tone
from api.domain.errors import Conflict
from schemas.vocabulary import Channel, Locale, ToneFamily, ToneVerdict

_ORDER = (ToneVerdict.OK, ToneVerdict.ADVISE, ToneVerdict.BLOCK)


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    body: str
    locale: Locale
    may_mention_therapy: bool


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
    """A subject never mentions therapy, whatever the client allowed for the rest."""
    subject = tone.review(message.subject, channel=Channel.EMAIL, locale=message.locale, may_mention_therapy=False)
    body = tone.review(
        message.body,
        channel=Channel.EMAIL,
        locale=message.locale,
        may_mention_therapy=message.may_mention_therapy,
    )
    return MessageReview(subject, body)


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
