"""Templates: what ships passes the review for its way and language, and a practice keeps nothing that exposes a client."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from api.domain import check_in_templates, merge_fields
from api.domain.check_in_templates import BuiltIn, Wording
from api.domain.errors import Invalid
from api.domain.merge_fields import EXAMPLES, MergeField
from schemas.vocabulary import Channel, CheckInKind, Locale, Situation, ToneFamily, ToneVerdict

BUILT_IN = check_in_templates.built_in()
PLAIN = Wording(CheckInKind.CHECK_IN, Locale.EN, "A short hello", "Hello {client_first_name}, this is {sender_name}.")


CHANNELS = (Channel.EMAIL, Channel.SMS)
CHECK_INS = [one for one in BUILT_IN if one.wording.kind in (CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY)]
NO_ANSWER = {
    Locale.EN: r"[Nn]o answer is fine|so is no answer|and so is none",
    Locale.ES: r"(?i)no contestar también|y ninguno también",
}


def named(one: BuiltIn) -> str:
    return f"{one.wording.locale}-{one.code}"


@pytest.mark.parametrize("one", BUILT_IN, ids=named)
def test_what_ships_passes_the_review_for_its_way_and_language(one: BuiltIn) -> None:
    """At an address where the work may not be named, too: that is how it is reviewed without a word said otherwise."""
    reviewed = check_in_templates.review(one.wording)
    assert [(f.family, f.why) for f in (*reviewed.of_subject.findings, *reviewed.of_body.findings)] == []
    assert reviewed.of_body.word_count < 60
    assert one.wording.channel in CHANNELS
    assert check_in_templates.overridden(one.wording, None) == []


@pytest.mark.parametrize("one", [one for one in BUILT_IN if one.wording.channel is Channel.SMS], ids=named)
def test_a_text_message_is_neither_curt_nor_long(one: BuiltIn) -> None:
    assert 160 <= len(check_in_templates.review(one.wording).body) <= 320


@pytest.mark.parametrize("one", BUILT_IN, ids=named)
def test_what_ships_says_when_replies_are_read_or_says_goodbye(one: BuiltIn) -> None:
    says = MergeField.REPLY_READ_WHEN in merge_fields.fields_in(one.wording.body)
    assert says is (one.wording.kind is not CheckInKind.CLOSING_LETTER)


@pytest.mark.parametrize("one", CHECK_INS, ids=named)
def test_a_check_in_that_ships_says_who_writes_and_that_no_answer_is_fine(one: BuiltIn) -> None:
    assert MergeField.SENDER_NAME in merge_fields.fields_in(one.wording.body)
    assert re.search(NO_ANSWER[one.wording.locale], one.wording.body)
    assert one.wording.body.count("?") <= 1


def test_a_letter_says_that_one_may_ask_to_start_again_or_look_elsewhere() -> None:
    letters = [one for one in BUILT_IN if one.wording.kind is CheckInKind.CLOSING_LETTER]
    ways = r"ask to start again|somebody else|volver a empezar|otra persona"
    assert len(letters) >= 8
    assert all(re.search(ways, one.wording.body) for one in letters)


def test_there_is_something_for_every_situation_in_both_languages() -> None:
    for locale in Locale:
        mine = [one for one in BUILT_IN if one.wording.locale is locale]
        assert {one.situation for one in mine} == set(Situation)
        kinds = Counter(one.wording.kind for one in mine)
        assert kinds[CheckInKind.CHECK_IN] >= 12
        assert kinds[CheckInKind.CLOSING_LETTER] >= 4
        assert kinds[CheckInKind.ANSWER] >= 3
        assert len({one.code for one in mine}) == len(mine)


def test_both_languages_have_the_same_ones_and_every_kind_has_one() -> None:
    codes = {locale: [one.code for one in BUILT_IN if one.wording.locale is locale] for locale in Locale}
    assert codes[Locale.EN] == codes[Locale.ES]
    assert {one.wording.kind for one in BUILT_IN} == set(CheckInKind)


def test_a_merge_field_that_expands_into_a_topic_is_found() -> None:
    wording = replace(PLAIN, body="Hello, this is {practice_name}.")
    assert check_in_templates.review(wording).verdict is ToneVerdict.OK
    values = {**EXAMPLES[Locale.EN], MergeField.PRACTICE_NAME: "Riverside Psychotherapy"}
    assert check_in_templates.review(wording, values).families == [ToneFamily.PRIVACY_LEAK]


def test_a_subject_never_mentions_therapy_whatever_the_address_allows() -> None:
    wording = replace(PLAIN, subject="Your therapy", may_mention_therapy=True)
    assert check_in_templates.review(wording).verdict is ToneVerdict.BLOCK
    wording = replace(PLAIN, body="Your therapy can go on.", may_mention_therapy=True)
    assert check_in_templates.review(wording).verdict is ToneVerdict.OK
    assert check_in_templates.review(wording, may_mention_therapy=False).verdict is ToneVerdict.BLOCK


def test_what_blocks_cannot_be_kept_for_any_reason() -> None:
    for body in ("Your invoice is open.", "How is the depression?"):
        with pytest.raises(Invalid) as refused:
            check_in_templates.overridden(replace(PLAIN, body=body), "I have my reasons")
        assert refused.value.code == "wording_blocks"
        assert {problem.pointer for problem in refused.value.problems} == {"/body"}


def test_what_is_advised_against_needs_a_reason() -> None:
    wording = replace(PLAIN, body="Please reply by Friday.")
    with pytest.raises(Invalid) as refused:
        check_in_templates.overridden(wording, None)
    assert refused.value.code == "reason_needed"
    assert refused.value.problems[0].pointer == "/override_reason"
    kept = check_in_templates.overridden(wording, "The group's room has to be booked by then")
    assert ToneFamily.PRESSURE in kept


def test_an_unknown_field_is_told_before_the_wording() -> None:
    with pytest.raises(Invalid) as refused:
        check_in_templates.overridden(replace(PLAIN, subject="{client_first_name}", body="{topic}"), None)
    assert refused.value.code == "merge_field"
    assert [problem.pointer for problem in refused.value.problems] == ["/subject", "/body"]
