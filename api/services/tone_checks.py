"""The use cases of checking wording that is not stored: a page as it is written, another system before it sends."""

from api.domain.access import Permission
from api.domain.message_review import Message, reviewed
from api.formats import tone_checks, wording_review
from api.services.gate import use_case
from api.services.work import Work
from schemas.wire.checkins import WordingReviewOut
from schemas.wire.tone_checks import ToneCheckIn, ToneCheckOut, ToneHintIn


@use_case(Permission.TONE_CHECK, audit=None)
def check(work: Work, given: ToneCheckIn) -> ToneCheckOut:  # noqa: ARG001  # the gate asks the unit for the right
    """Reads no record and keeps nothing, so the trail has nothing to say about it."""
    return tone_checks.answer(given)


@use_case(Permission.TONE_CHECK, audit=None)
def hint(work: Work, given: ToneHintIn) -> WordingReviewOut:  # noqa: ARG001  # the gate asks the unit for the right
    """A message while it is typed, by the review that a draft gets. Reads no record and keeps nothing."""
    message = Message(
        given.subject, given.body, given.locale, given.may_mention_therapy, kind=given.kind, channel=given.channel
    )
    return wording_review.answer(reviewed(message))
