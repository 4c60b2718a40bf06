"""What the review found in a whole message, as it goes over the wire."""

from typing import Literal

from api.domain import tone
from api.domain.message_review import MessageReview
from api.formats import tone_checks
from schemas.wire.checkins import WordingFindingOut, WordingReviewOut


def answer(review: MessageReview) -> WordingReviewOut:
    """The subject's findings first. What is counted is counted of the body."""
    return WordingReviewOut(
        verdict=review.verdict,
        findings=[
            *(_finding("subject", one) for one in review.subject.findings),
            *(_finding("body", one) for one in review.body.findings),
        ],
        reading_grade=review.body.reading_grade,
        whole=tone_checks.whole_out(review.body.whole),
    )


def _finding(part: Literal["subject", "body"], one: tone.Finding) -> WordingFindingOut:
    return WordingFindingOut(
        part=part,
        family=one.family,
        severity=one.severity,
        start=one.start,
        end=one.end,
        why=one.why,
        gentler=one.gentler,
    )
