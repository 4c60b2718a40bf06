"""Matching explains itself in words, the same whatever the order of the directory, and weighs nothing."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import referral_matching as matching
from api.domain import referral_providers, referral_words
from api.domain.errors import Invalid
from api.domain.referral_matching import Wishes, match
from api.domain.referral_providers import Facts, from_json, to_json
from schemas.vocabulary import Accepting, EpisodeFormat, Meeting, Wish, WishOutcome

TODAY = date(2026, 3, 4)
MET, NOT_MET, UNKNOWN = WishOutcome.MET, WishOutcome.NOT_MET, WishOutcome.UNKNOWN
FULL = Facts(
    name="Rosa Lindt",
    specialisations=("Eating disorders in adolescents", "No couples in crisis"),
    therapies=("EMDR", "Terapia cognitivo-conductual"),
    qualifications=("Psicóloga general sanitaria",),
    languages=("en", "español"),
    formats=(EpisodeFormat.INDIVIDUAL, EpisodeFormat.COUPLE),
    insurances=("Sanitas",),
    fee_from=60,
    fee_to=90,
    currency="EUR",
    sliding_scale=False,
    free_talk=True,
    accepting=True,
    accepting_checked_on=TODAY,
    in_person=True,
    place="Madrid, Chamberí",
    online=False,
)
SILENT = Facts(name="Somebody")


def told(facts: Facts, wishes: Wishes) -> list[tuple[Wish, WishOutcome, str]]:
    (found,) = match([(UUID(int=1), facts)], wishes, TODAY)
    return [(one.wish, one.outcome, one.text) for one in found.wishes]


@pytest.mark.parametrize(
    ("wishes", "outcome", "text"),
    [
        (Wishes(languages=("Spanish",)), MET, "Works in Spanish."),
        (Wishes(languages=("Catalan", "English")), MET, "Works in English."),
        (Wishes(languages=("Catalan",)), NOT_MET, "Works in English and Spanish."),
        (Wishes(format=EpisodeFormat.COUPLE), MET, "Sees couples."),
        (Wishes(format=EpisodeFormat.GROUP), NOT_MET, "Sees one person alone and couples."),
        (Wishes(therapies=("CBT",)), MET, "Offers: Terapia cognitivo-conductual."),
        (
            Wishes(therapies=("DBT",)),
            NOT_MET,
            "The directory does not list this. Offers: EMDR and Terapia cognitivo-conductual.",
        ),
        (Wishes(specialisations=("eating disorders",)), MET, "Works with: Eating disorders in adolescents."),
        (Wishes(qualifications=("psicologa sanitaria",)), MET, "Holds: Psicóloga general sanitaria."),
        (Wishes(insurance="sanitas"), MET, "Takes Sanitas."),
        (Wishes(insurance="Adeslas"), NOT_MET, "Takes Sanitas."),
        (Wishes(most_to_pay=60, currency="EUR"), MET, "Asks 60 to 90 EUR."),
        (Wishes(most_to_pay=59, currency="EUR"), NOT_MET, "Asks 60 to 90 EUR."),
        (Wishes(most_to_pay=99, currency="USD"), UNKNOWN, "The fee is in another currency: 60 to 90 EUR."),
        (Wishes(meeting=Meeting.ONLINE), NOT_MET, "Does not meet online."),
        (Wishes(meeting=Meeting.IN_PERSON), MET, "Meets in person."),
        (Wishes(meeting=Meeting.IN_PERSON, place="madrid"), MET, "Meets in person in Madrid, Chamberí."),
        (Wishes(meeting=Meeting.IN_PERSON, place="Toledo"), NOT_MET, "Meets in person in Madrid, Chamberí."),
        (Wishes(free_talk=True), MET, "Offers a free talk on the phone first."),
    ],
)
def test_each_wish_is_answered_in_words(wishes: Wishes, outcome: WishOutcome, text: str) -> None:
    ((_, found, said),) = told(FULL, wishes)
    assert (found, said) == (outcome, text)


def test_what_is_excluded_meets_no_wish() -> None:
    ((_, outcome, _),) = told(FULL, Wishes(specialisations=("couples",)))
    assert outcome is NOT_MET


def test_a_sliding_scale_is_a_reason_to_ask_and_no_promise() -> None:
    facts = Facts(name="A", fee_from=90, currency="EUR", sliding_scale=True)
    ((_, outcome, text),) = told(facts, Wishes(most_to_pay=50, currency="EUR"))
    assert (outcome, text) == (UNKNOWN, "Asks from 90 EUR, with a sliding scale: ask.")


def test_what_the_directory_does_not_say_is_left_open_and_never_counted_against_anybody() -> None:
    wishes = Wishes(
        languages=("English",),
        format=EpisodeFormat.FAMILY,
        therapies=("CBT",),
        specialisations=("grief",),
        qualifications=("MSc",),
        insurance="Sanitas",
        most_to_pay=80,
        currency="EUR",
        meeting=Meeting.IN_PERSON,
        place="Madrid",
        free_talk=True,
    )
    found = told(SILENT, wishes)
    assert {wish for wish, _, _ in found} == set(Wish)
    assert {outcome for _, outcome, _ in found} == {UNKNOWN}
    assert all("directory does not say" in text for _, _, text in found)


@pytest.mark.parametrize(
    ("accepting", "days_ago", "state"),
    [
        (True, 0, Accepting.ACCEPTING),
        (True, 90, Accepting.ACCEPTING),
        (True, 91, Accepting.NOT_KNOWN),
        (False, 5, Accepting.NOT_ACCEPTING),
        (False, 200, Accepting.NOT_KNOWN),
        (None, None, Accepting.NOT_KNOWN),
    ],
)
def test_a_word_on_taking_new_clients_grows_old(accepting: bool | None, days_ago: int | None, state: Accepting) -> None:
    checked_on = None if days_ago is None else TODAY - timedelta(days=days_ago)
    facts = Facts(name="A", accepting=accepting, accepting_checked_on=checked_on)
    assert referral_providers.accepting(facts, TODAY) is state
    assert matching.accepting_in_words(facts, TODAY)


def test_the_order_is_the_one_that_the_page_states() -> None:
    def one(name: str, *, accepting: bool | None = True, **more: object) -> Facts:
        checked_on = None if accepting is None else TODAY
        return Facts(name=name, accepting=accepting, accepting_checked_on=checked_on, **more)  # type: ignore[arg-type]  # any fact by name

    english, french = ("English",), ("French",)
    directory = [
        one("takes nobody, fits", accepting=False, languages=english, free_talk=True),
        one("open", languages=english),
        one("nobody asked, fits", accepting=None, languages=english, free_talk=True),
        one("unmet", languages=french, free_talk=True),
        one("Émile fits", languages=english, free_talk=True),
        one("Doro fits", languages=english, free_talk=True),
    ]
    asked = Wishes(languages=english, free_talk=True)
    found = match([(UUID(int=at), facts) for at, facts in enumerate(directory)], asked, TODAY)
    assert [one.facts.name for one in found] == [
        "Doro fits",
        "Émile fits",
        "open",
        "unmet",
        "nobody asked, fits",
        "takes nobody, fits",
    ]


lists = st.none() | st.lists(st.sampled_from(["CBT", "EMDR", "grief", "Spanish", "en"]), max_size=3).map(tuple)
anybody = st.builds(
    Facts,
    name=st.sampled_from(["Ana", "ANA", "Bo", "Zoë"]),
    languages=lists,
    therapies=lists,
    free_talk=st.none() | st.booleans(),
    accepting=st.none() | st.booleans(),
    accepting_checked_on=st.none() | st.just(TODAY),
)


@given(st.lists(anybody, max_size=8), st.randoms())
def test_the_same_directory_gives_the_same_answer_in_whatever_order_it_is_read(
    directory: list[Facts], chance: random.Random
) -> None:
    rows = [(UUID(int=at), facts) for at, facts in enumerate(directory)]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    wishes = Wishes(languages=("Spanish",), therapies=("CBT",), free_talk=True)
    assert match(rows, wishes, TODAY) == match(shuffled, wishes, TODAY)


@pytest.mark.parametrize("facts", [FULL, SILENT, Facts(name="No insurance", insurances=())])
def test_what_is_kept_of_a_provider_comes_back_as_it_was(facts: Facts) -> None:
    assert from_json(to_json(facts)) == facts


@pytest.mark.parametrize(
    ("wishes", "pointer"),
    [
        (Wishes(most_to_pay=50), "/currency"),
        (Wishes(place="Madrid"), "/place"),
        (Wishes(specialisations=("grief", "F32.1")), "/specialisations/1"),
        (Wishes(specialisations=("6A70",)), "/specialisations/0"),
        (Wishes(specialisations=("296.32",)), "/specialisations/0"),
    ],
)
def test_a_wish_that_makes_no_sense_or_is_a_diagnosis_is_refused(wishes: Wishes, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        matching.require_sound(wishes, "/wishes")
    assert [one.pointer for one in refused.value.problems] == [f"/wishes{pointer}"]


@pytest.mark.parametrize("wish", ["18-25", "EMDR", "LGBTQ", "B2 Spanish", "over 60", "D&D"])
def test_what_is_no_code_of_a_diagnosis_is_let_through(wish: str) -> None:
    assert not referral_words.looks_like_a_diagnosis_code(wish)


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        (Facts(name="A", fee_from=90, fee_to=60, currency="EUR"), "/fee_to"),
        (Facts(name="A", fee_from=90), "/currency"),
        (Facts(name="A", accepting_checked_on=TODAY), "/accepting"),
        (Facts(name="A", accepting=True, accepting_checked_on=TODAY + timedelta(days=1)), "/accepting_checked_on"),
        (Facts(name="A", in_person=False, place="Madrid"), "/place"),
    ],
)
def test_facts_that_do_not_fit_together_are_named(facts: Facts, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        referral_providers.require_sound(facts, TODAY)
    assert [one.pointer for one in refused.value.problems] == [pointer]


def test_searching_finds_by_the_beginnings_of_words_whatever_the_accents() -> None:
    assert referral_providers.holds(FULL, "chamberi eat")
    assert referral_providers.holds(FULL, "PSICÓ")
    assert not referral_providers.holds(FULL, "chamberi gardening")
