"""The review over texts nobody would write."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from api.domain import tone
from schemas.vocabulary import Channel, Locale, ToneFamily, ToneVerdict

_PLAIN = (
    "you",
    "missed",
    "never",
    "not",
    "don't",
    "by",
    "Friday",
    "let me know",
    "therapy",
    "fee",
    "tienes que",
    "I",
    "if",
)
_ODD = (
    "\u200b",
    "\u0435",
    "\u00bf",
    "\ufb01",
    "\U0001f600",
    "\u2019",
    "\u201c",
    "\u201d",
    "t h e r a p y",
    "{x}",
    "30",
    "\n",
)
pieces = st.sampled_from((*_PLAIN, *_ODD, '"', "'", ".", "?", "!", ",", "$", "@", "-"))
texts = st.text(max_size=200) | st.lists(pieces, max_size=40).map(" ".join) | st.lists(pieces, max_size=40).map("".join)
locales = st.sampled_from(Locale)


def _review(text: str, locale: Locale = Locale.EN) -> tone.Review:
    return tone.review(text, channel=Channel.EMAIL, locale=locale, may_mention_therapy=False)


@given(texts, locales, st.sampled_from(Channel), st.booleans())
def test_whatever_the_text_each_finding_lies_within_it(
    text: str, locale: Locale, channel: Channel, may_mention_therapy: bool
) -> None:
    review = tone.review(text, channel=channel, locale=locale, may_mention_therapy=may_mention_therapy)
    for finding in review.findings:
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.gentler
    assert (review.verdict is ToneVerdict.OK) is (not review.findings)


@given(texts, locales)
def test_allowing_therapy_to_be_named_never_makes_a_verdict_worse(text: str, locale: Locale) -> None:
    order = list(ToneVerdict)
    allowed = tone.review(text, channel=Channel.EMAIL, locale=locale, may_mention_therapy=True)
    assert order.index(allowed.verdict) <= order.index(_review(text, locale).verdict)


@given(st.text("therapy THERAPY \u200b\u200c\u2060\u00ad", max_size=30), st.integers(0, 7))
def test_what_cannot_be_seen_hides_no_word(noise: str, at: int) -> None:
    unseen = "".join(letter for letter in noise if unicodedata.category(letter) == "Cf")
    word = "therapy"
    assert ToneFamily.PRIVACY_LEAK in _review(f"Your {word[:at]}{unseen}{word[at:]} goes on.").families


@given(st.lists(st.booleans(), min_size=7, max_size=7))
def test_upper_and_full_width_letters_hide_no_word(changed: list[bool]) -> None:
    word = "".join(
        chr(ord(letter) + 0xFEE0) if change else letter.upper()
        for letter, change in zip("therapy", changed, strict=True)
    )
    assert ToneFamily.PRIVACY_LEAK in _review(f"Your {word} goes on.").families
