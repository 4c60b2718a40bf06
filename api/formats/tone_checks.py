"""A check of wording as it goes over the wire and through the command line: one shape in, one out."""

from api.domain import tone
from schemas.wire.tone_checks import ToneCheckIn, ToneCheckOut, ToneFindingOut


def answer(given: ToneCheckIn) -> ToneCheckOut:
    review = tone.review(
        given.text, channel=given.channel, locale=given.locale, may_mention_therapy=given.may_mention_therapy
    )
    return ToneCheckOut(
        verdict=review.verdict,
        findings=[finding_out(finding) for finding in review.findings],
        reading_grade=review.reading_grade,
    )


def finding_out(finding: tone.Finding) -> ToneFindingOut:
    return ToneFindingOut(
        family=finding.family,
        severity=finding.severity,
        start=finding.start,
        end=finding.end,
        why=finding.why,
        gentler=finding.gentler,
    )
