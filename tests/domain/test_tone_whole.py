"""What the review says of a message as a whole: the examples that stand beside the phrases, and the messages that ship."""

import tomllib
from pathlib import Path

import pytest

from api.domain import check_in_templates, tone
from api.domain.tone import phrases
from schemas.vocabulary import Channel, CheckInKind, Locale

_FILES = Path(phrases.__file__).parent / "phrases"
_ASKS_NOTHING = {CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY}


def whole(text: str, locale: Locale = Locale.EN) -> tone.Whole:
    return tone.review(text, channel=Channel.EMAIL, locale=locale, may_mention_therapy=True).whole


def _examples(part: str) -> list[tuple[Locale, str, str]]:
    found = []
    for locale in Locale:
        raw = tomllib.loads((_FILES / locale.value / "whole.toml").read_text(encoding="utf-8"))
        for said, texts in raw["examples"][part].items():
            found += [(locale, said, text) for text in texts]
    return found


@pytest.mark.parametrize(("locale", "said", "text"), _examples("no_reply_is_fine"))
def test_whether_it_says_that_no_reply_is_fine(locale: Locale, said: str, text: str) -> None:
    assert whole(text, locale).says_no_reply_is_fine is (said == "yes")


@pytest.mark.parametrize(("locale", "count", "text"), _examples("choices"))
def test_how_many_choices_it_holds_out(locale: Locale, count: str, text: str) -> None:
    assert whole(text, locale).choice_count == int(count)


@pytest.mark.parametrize(("locale", "count", "text"), _examples("demands"))
def test_how_much_it_asks_for(locale: Locale, count: str, text: str) -> None:
    assert whole(text, locale).demand_count == int(count)


def test_questions_are_counted_and_one_asked_twice_as_loud_is_one() -> None:
    assert whole("How are you?? Shall we talk?").question_count == 2
    assert whole("¿Cómo estás?", Locale.ES).question_count == 1
    assert whole("Hello Ana.").question_count == 0


def test_nothing_at_all_says_nothing() -> None:
    assert whole("") == tone.Whole(0, 0, 0, 0, says_no_reply_is_fine=False)


def test_counts_are_no_findings() -> None:
    """A message may offer nothing and leave an answer unmentioned: it is said, and nobody has to give a reason."""
    assert (
        tone.review(
            "Hello Ana, this is Marta.", channel=Channel.EMAIL, locale=Locale.EN, may_mention_therapy=False
        ).findings
        == ()
    )


@pytest.mark.parametrize("built_in", check_in_templates.built_in(), ids=lambda one: f"{one.wording.locale}-{one.code}")
def test_a_check_in_that_ships_offers_something_and_leaves_an_answer_open(
    built_in: check_in_templates.BuiltIn,
) -> None:
    review = check_in_templates.review(built_in.wording).of_body
    if built_in.wording.kind in _ASKS_NOTHING:
        assert review.whole.says_no_reply_is_fine, built_in.wording.body
        assert review.whole.choice_count >= 1, built_in.wording.body
        assert review.whole.demand_count == 0, built_in.wording.body
