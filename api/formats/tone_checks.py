"""A check of wording as it goes over the wire and through the command line: one shape in, one out."""

from api.domain import segments, tone
from schemas.vocabulary import Channel
from schemas.wire.tone_checks import TextSizeOut, ToneCheckIn, ToneCheckOut, ToneFindingOut, WholeMessageOut


def answer(given: ToneCheckIn) -> ToneCheckOut:
    review = tone.review(
        given.text, channel=given.channel, locale=given.locale, may_mention_therapy=given.may_mention_therapy
    )
    return ToneCheckOut(
        verdict=review.verdict,
        findings=[finding_out(finding) for finding in review.findings],
        reading_grade=review.reading_grade,
        whole=whole_out(review.whole),
        text_size=text_size_out(given.text) if given.channel is Channel.SMS else None,
    )


def text_size_out(text: str) -> TextSizeOut:
    size = segments.size(text)
    return TextSizeOut(
        alphabet=size.alphabet.value,
        units=size.units,
        parts=size.parts,
        per_part=size.per_part,
        wide=list(size.wide),
    )


def whole_out(whole: tone.Whole) -> WholeMessageOut:
    return WholeMessageOut(
        word_count=whole.word_count,
        question_count=whole.question_count,
        demand_count=whole.demand_count,
        choice_count=whole.choice_count,
        says_no_reply_is_fine=whole.says_no_reply_is_fine,
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
