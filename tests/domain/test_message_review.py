"""A whole message: what its subject may not say, what may not be said of one's own accord, and who may keep what."""

import pytest

from api.domain.errors import Conflict
from api.domain.message_review import Message, require_kind, reviewed
from schemas.vocabulary import CheckInKind, Locale, ToneFamily, ToneVerdict

KIND = "Hello Ana, I am around if you would like another time. No answer is fine too."
MONEY = {
    Locale.EN: "Hello Ana, I am around. I wanted to tell you about our prices. No answer is fine too.",
    Locale.ES: "Hola Ana, aquí estoy. Una hora cuesta 60 euros. También está bien no responder.",
}


def message(body: str, kind: CheckInKind = CheckInKind.CHECK_IN, subject: str = "A short note") -> Message:
    return Message(subject, body, Locale.EN, may_mention_therapy=True, kind=kind)


def test_a_kind_message_passes() -> None:
    review = reviewed(message(KIND))
    assert review.verdict is ToneVerdict.OK
    require_kind(review, None)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("kind", [CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY])
def test_no_check_in_speaks_of_money_for_whatever_reason(locale: Locale, kind: CheckInKind) -> None:
    review = reviewed(Message("Hello", MONEY[locale], locale, may_mention_therapy=True, kind=kind))
    assert ToneFamily.MONEY in review.families
    assert review.verdict is ToneVerdict.BLOCK
    with pytest.raises(Conflict):
        require_kind(review, "They asked for it.")


def test_whoever_asked_about_money_can_be_answered_by_somebody_who_says_why() -> None:
    review = reviewed(message(MONEY[Locale.EN], CheckInKind.ANSWER))
    assert review.verdict is ToneVerdict.ADVISE
    with pytest.raises(Conflict):
        require_kind(review, None)
    require_kind(review, "She asked what is open.")


def test_a_subject_names_no_therapy_even_where_the_body_may() -> None:
    assert reviewed(message("Your therapy can go on whenever you like.")).verdict is not ToneVerdict.BLOCK
    assert reviewed(message(KIND, subject="Your therapy")).verdict is ToneVerdict.BLOCK
