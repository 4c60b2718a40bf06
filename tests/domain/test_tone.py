import pytest

from api.domain import tone
from api.domain.tone import families, phrases
from schemas.vocabulary import Channel, Locale, ToneFamily, ToneSeverity, ToneVerdict

BLAME, PRESSURE, PRIVACY = ToneFamily.BLAME, ToneFamily.PRESSURE, ToneFamily.PRIVACY_LEAK
DEMAND = ToneFamily.HIDDEN_DEMAND


def review(text: str, *, locale: Locale = Locale.EN, may_mention_therapy: bool = False) -> tone.Review:
    return tone.review(text, channel=Channel.EMAIL, locale=locale, may_mention_therapy=may_mention_therapy)


def told(text: str, **setting: bool) -> set[ToneFamily]:
    return set(review(text, **setting).families)  # type: ignore[arg-type]  # one setting, a boolean


def test_a_finding_says_where_why_and_what_else_could_be_said() -> None:
    text = "Hello Ana. You missed our last appointment."
    (finding,) = review(text).findings
    assert (finding.family, finding.severity) == (BLAME, ToneSeverity.ADVISE)
    assert text[finding.start : finding.end] == "You missed our last appointment"
    assert finding.why.endswith(".")
    assert finding.gentler.endswith("?")


def test_privacy_leaks_and_fee_threats_block_and_the_others_advise() -> None:
    assert review("You will be charged for today.").verdict is ToneVerdict.BLOCK
    assert review("How is the depression?", may_mention_therapy=True).verdict is ToneVerdict.BLOCK
    assert review("You never answer.").verdict is ToneVerdict.ADVISE
    assert review("Hello Ana, this is Marta.").verdict is ToneVerdict.OK
    blocking = {family for family in ToneFamily if families.severity(family) is ToneSeverity.BLOCK}
    assert blocking == {PRIVACY, ToneFamily.FEE_THREAT}


@pytest.mark.parametrize(
    "text", ["You are not to blame.", "You don't need to decide.", "There is no need for an answer by Friday, or ever."]
)
def test_a_negation_lifts_what_it_denies(text: str) -> None:
    assert told(text) == set()


@pytest.mark.parametrize(
    "text", ["It was not nice that you did not call.", "Not once have you answered: why haven't you?"]
)
def test_a_negation_elsewhere_lifts_nothing(text: str) -> None:
    assert BLAME in told(text)


def test_what_the_client_said_is_theirs_and_what_it_exposes_stays_exposed() -> None:
    assert told('You wrote "I must stop now". That is fine.') == set()
    assert told("You said you must stop now, and that is fine.") == set()
    assert PRIVACY in told('You wrote "my depression is back".')
    assert told('I wrote "you must stop now".') != set()


def test_a_promise_held_against_the_client_is_no_quotation() -> None:
    assert BLAME in told("You said you would come.")


@pytest.mark.parametrize(
    "text",
    [
        "No rush, but by Friday.",
        "Take your time, as long as I hear from you by Monday.",
        "No pressure. I just need an answer by tomorrow.",
        "Please reply before the end of the week.",
    ],
)
def test_a_polite_ultimatum_is_one(text: str) -> None:
    assert PRESSURE in told(text)


@pytest.mark.parametrize(
    ("locale", "text", "family"),
    [
        (Locale.EN, "I hope you are well, Rosa. You must call me. If you like, another time is fine too.", DEMAND),
        (Locale.EN, "I hope you are well. You must call me by Friday. Another time is fine if you like it.", DEMAND),
        (Locale.EN, "I hope you are well. Please let me know by Friday if a time suits. No answer is fine.", PRESSURE),
        (
            Locale.ES,
            "Espero que estés bien, Rosa. Tienes que llamarme. No contestar también está bien, un abrazo.",
            DEMAND,
        ),
    ],
)
def test_kind_words_around_it_do_not_lift_what_is_owed_or_due(locale: Locale, text: str, family: ToneFamily) -> None:
    assert family in review(text, locale=locale).families


@pytest.mark.parametrize(
    "text", ["I will reply by Friday.", "The desk is open until Friday.", "I am away until Monday."]
)
def test_the_clinicians_own_days_press_nobody(text: str) -> None:
    assert told(text) == set()


def test_a_neutral_policy_names_the_way_back() -> None:
    plain = "If I hear nothing, I will close your file on 30 May."
    assert told(plain) == {PRESSURE}
    assert told(f"{plain} That ends my part for now, and you are welcome to ask to start again.") == set()
    assert ToneFamily.MINIMISING in told(f"{plain} It is only paperwork, and you are welcome to start again.")


@pytest.mark.parametrize(
    "text",
    [
        "Your th\u0435r\u0430p\u0443 goes on.",
        "Your the\u200brapy goes on.",
        "Your \uff54\uff48\uff45\uff52\uff41\uff50\uff59 goes on.",
        "Your t h e r a p y goes on.",
        "Your t.h.e.r.a.p.y goes on.",
        "Your the-rapy goes on.",
        "Your th3rapy goes on.",
        "Your th\u00e9rapy goes on.",
        "Your THERAPY goes on.",
    ],
)
def test_a_disguised_word_is_read_as_what_it_shows(text: str) -> None:
    review_of_it = review(text)
    assert PRIVACY in review_of_it.families
    finding = next(one for one in review_of_it.findings if one.family is PRIVACY)
    assert text[finding.start : finding.end] == text.removeprefix("Your ").removesuffix(" goes on.")


def test_hidden_letters_are_told_and_a_family_of_one_alphabet_is_not() -> None:
    assert ToneFamily.DISGUISED in told("Hello A\u200bna.")
    assert ToneFamily.DISGUISED in told("Hello \u0410na.")
    assert told("Hello \u0410\u043d\u043d\u0430, Jos\u00e9 and Zo\u00eb.") == set()


def test_therapy_is_named_only_where_the_address_allows_it() -> None:
    assert told("Your therapy can go on.") == {PRIVACY}
    assert told("Your therapy can go on.", may_mention_therapy=True) == set()
    assert told("We could meet for a last session.") == {PRIVACY}
    assert ToneFamily.THERAPY_WORD in told("The patients come at noon.")
    assert review("The patients come at noon.").verdict is ToneVerdict.ADVISE


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Hi Sam, it's Jo, your CPN. I am near you on Tuesday.", ToneVerdict.BLOCK),
        ("Hi Sam, the others find it easier since they tell their stories. Wednesday at seven.", ToneVerdict.BLOCK),
        ("Hi Sam, keep noting the dark thoughts and bring them on the 9th.", ToneVerdict.BLOCK),
        ("Hi Sam, I spoke with Dr Osei. Thursday at two is free.", ToneVerdict.BLOCK),
        ("Hi Sam, no worries about today. Thursday at two is free.", ToneVerdict.OK),
        ("Hi Sam, the heavy door sticks, so push. Thursday at two is free.", ToneVerdict.OK),
        ("Hi Sam, the story about the bus made me laugh. Thursday at two is free.", ToneVerdict.OK),
    ],
)
def test_what_tells_of_such_a_room_without_naming_it_blocks_a_text_message(text: str, verdict: ToneVerdict) -> None:
    found = tone.review_by_phrases(text, channel=Channel.SMS, locale=Locale.EN, may_mention_therapy=False)
    assert found.verdict is verdict


def test_the_form_of_a_message() -> None:
    assert told("Hello!") == {ToneFamily.EXCLAMATION}
    assert told("Hello :)") == {ToneFamily.EMOJI}
    assert told("Hello \U0001f600") == {ToneFamily.EMOJI}
    assert told("How are you? Shall we talk?") == {ToneFamily.QUESTIONS}
    assert told("How are you?") == set()
    assert told("It costs forty euros.") >= {ToneFamily.MONEY}
    assert told("the room is on the left. " * 9) == set()
    assert told("the room is on the left. " * 10) == {ToneFamily.TOO_LONG}


def test_a_letter_takes_the_room_it_takes_and_ordinary_signs_are_no_pictures() -> None:
    text = "the room is on the left at 20 \u00b0C. " * 20
    review_of_it = tone.review(text, channel=Channel.LETTER, locale=Locale.EN, may_mention_therapy=False)
    assert review_of_it.families == set()


def test_a_text_message_is_measured_in_characters() -> None:
    def found(count: int) -> bool:
        text = ("word " * 70)[:count]
        review_of_it = tone.review(text, channel=Channel.SMS, locale=Locale.EN, may_mention_therapy=False)
        return ToneFamily.TOO_LONG in review_of_it.families

    assert (found(320), found(321)) == (False, True)


def test_a_merge_field_is_not_a_word() -> None:
    assert told("Hello {client_name}, this is {clinician_name}.") == set()


def test_scare_quotes_mock() -> None:
    """To an address that may know of the work; elsewhere an emergency also tells what the client came for."""
    assert told('I hope that your "emergency" is over.', may_mention_therapy=True) == {ToneFamily.FALSE_CHEER}
    assert told('You called it your "small emergency".', may_mention_therapy=True) == set()


@pytest.mark.parametrize("locale", list(Locale))
def test_what_ships_can_be_read_and_every_family_has_phrases(locale: Locale) -> None:
    lexicon = phrases.load(locale)
    indexes = (*lexicon.hurtful.by_word.values(), *lexicon.hurtful.by_stem.values())
    groups = {phrase.means for found in indexes for phrase in found}
    from_phrases = {group.family for group in groups}
    assert from_phrases | set(lexicon.gentler) == set(ToneFamily)
    assert set(families.WHY) == set(ToneFamily)


@pytest.mark.parametrize("locale", list(Locale))
def test_the_wording_that_is_offered_passes_the_review_itself(locale: Locale) -> None:
    lexicon = phrases.load(locale)
    offered = {phrase.means.gentler for found in lexicon.hurtful.by_word.values() for phrase in found}
    offered |= set(lexicon.gentler.values())
    assert [text for text in offered if review(text, locale=locale).verdict is ToneVerdict.BLOCK] == []


def test_a_phrase_that_could_begin_anywhere_is_not_taken() -> None:
    for bad in (".. you", "!you they", "th*"):
        with pytest.raises(ValueError, match=r"phrase|stem"):
            list(phrases._beginnings(phrases.compiled(bad, {})))
