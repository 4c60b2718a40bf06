"""The closing letter: how it begins, what of a note gets into it, and when it may be written, changed and approved."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import letters as rules
from api.domain import merge_fields
from api.domain.errors import Conflict, Invalid
from api.domain.letters import Goal, Said, Standing
from api.domain.merge_fields import EXAMPLES, MergeField
from api.domain.message_review import Message, reviewed
from schemas.vocabulary import (
    Channel,
    CheckInKind,
    CheckInState,
    EndingKind,
    LetterState,
    Locale,
    NoteForm,
    NoteState,
    ToneFamily,
)

FULL = Said((Goal("Travel", "Two stops"),), "Call the desk.", "Bo Lind")
BARE = Said((), None, None)
BOTH = [(form, locale) for form in NoteForm for locale in Locale]


@pytest.mark.parametrize(("form", "locale"), BOTH)
@pytest.mark.parametrize("said", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("may_mention_therapy", [True, False])
def test_what_it_begins_with_passes_the_review(
    form: NoteForm, locale: Locale, said: Said, *, may_mention_therapy: bool
) -> None:
    typed = rules.proposal(said, form, locale, may_mention_therapy=may_mention_therapy)
    body = merge_fields.expand(typed, EXAMPLES[locale], allowed=merge_fields.IN_A_BODY, pointer="/body")
    message = Message("A note from Marta", body, locale, may_mention_therapy, CheckInKind.CLOSING_LETTER)
    assert [(one.family, one.why) for one in reviewed(message).body.findings] == []


@pytest.mark.parametrize(("form", "locale"), BOTH)
def test_it_asks_for_nothing_that_the_note_does_not_say_or_the_address_may_not_show(
    form: NoteForm, locale: Locale
) -> None:
    of_the_note = {MergeField.GROWTH_GOALS, MergeField.RETURN_PATH, MergeField.REFERRALS}
    for said, may_mention, wanted in ((FULL, True, of_the_note), (FULL, False, set()), (BARE, True, set())):
        typed = rules.proposal(said, form, locale, may_mention_therapy=may_mention)
        assert merge_fields.fields_in(typed) & of_the_note == wanted


def test_a_letter_by_mail_takes_what_it_takes_and_a_text_message_does_not() -> None:
    body = "Hello Ana, thank you for the time we had together. " * 12
    for kind, channel, told in (
        (CheckInKind.CLOSING_LETTER, Channel.EMAIL, False),
        (CheckInKind.CLOSING_LETTER, Channel.SMS, True),
        (CheckInKind.CHECK_IN, Channel.EMAIL, True),
    ):
        found = reviewed(Message("A note", body, Locale.EN, may_mention_therapy=True, kind=kind, channel=channel))
        assert (ToneFamily.TOO_LONG in found.families) is told


def test_only_what_is_for_the_clients_own_use_is_read_from_a_note() -> None:
    content = {
        "growth_goals": [{"goal": " A\n b ", "why": "Why", "next_step": None, "supports": "S"}, {"goal": "  "}],
        "return_path": " Back ",
        "referrals": "",
        "safety": "Safety",
        "did_not_help": "Not",
    }
    said = rules.said_in(json.dumps(content))
    assert said == Said((Goal("A b", ""),), "Back", None)
    assert rules.fields(said, Locale.EN) == {MergeField.GROWTH_GOALS: "- A b", MergeField.RETURN_PATH: "Back"}
    assert rules.said_in("{}") == BARE


@given(st.text(max_size=400), st.text(max_size=400))
@settings(max_examples=100)
def test_whatever_stands_in_a_goal_is_put_in_as_it_is(goal: str, step: str) -> None:
    said = rules.said_in(json.dumps({"growth_goals": [{"goal": goal, "next_step": step}]}))
    values = rules.fields(said, Locale.ES)
    if not goal.split():
        assert values == {}
        return
    typed = "{growth_goals}"
    filled = merge_fields.expand(typed, values, allowed=merge_fields.IN_A_BODY, pointer="/body")
    assert " ".join(goal.split()) in filled
    assert len(filled.split("\n")) <= 2


def test_what_is_too_long_for_a_letter_is_told() -> None:
    fits = rules.fields(Said((), "x" * rules.MOST, "Bo Lind"), Locale.EN)
    rules.require_room(fits, fits)
    too_long = rules.fields(Said((), "x" * (rules.MOST + 1), "Bo Lind"), Locale.EN)
    assert rules.too_long(too_long) == {MergeField.RETURN_PATH}
    rules.require_room({MergeField.REFERRALS}, too_long)
    with pytest.raises(Invalid):
        rules.require_room({MergeField.RETURN_PATH}, too_long)


@pytest.mark.parametrize(
    ("message", "waits", "state"),
    [
        (CheckInState.DRAFT, False, LetterState.DRAFT),
        (CheckInState.DRAFT, True, LetterState.AWAITING_COSIGN),
        (CheckInState.APPROVED, False, LetterState.APPROVED),
        (CheckInState.SENDING, False, LetterState.APPROVED),
        (CheckInState.SENT, False, LetterState.GONE),
        (CheckInState.DELIVERED, False, LetterState.GONE),
        (CheckInState.UNCERTAIN, False, LetterState.UNCERTAIN),
        (CheckInState.BOUNCED, False, LetterState.NOT_SENT),
        (CheckInState.CANCELLED, True, LetterState.NOT_SENT),
        (CheckInState.REVOKED, False, LetterState.NOT_SENT),
        (CheckInState.FAILED, False, LetterState.NOT_SENT),
    ],
)
def test_where_it_stands(message: CheckInState, state: LetterState, *, waits: bool) -> None:
    assert rules.state(message, waits=waits) is state


@pytest.mark.parametrize("note_state", list(NoteState))
@pytest.mark.parametrize("waits", [True, False])
def test_by_itself_it_goes_only_once_its_note_is_signed_in_full(note_state: NoteState, *, waits: bool) -> None:
    standing = Standing(note_state, waits=waits)
    if note_state is NoteState.SIGNED and not waits:
        rules.require_signed(standing)
        return
    with pytest.raises(Conflict) as refused:
        rules.require_signed(standing)
    assert refused.value.code == ("letter_awaits_cosign" if waits else "letter_with_note")


@pytest.mark.parametrize("state", list(CheckInState))
def test_on_paper_it_is_final_once_it_goes_or_its_note_is_signed_in_full(state: CheckInState) -> None:
    put_aside = {CheckInState.BOUNCED, CheckInState.CANCELLED, CheckInState.REVOKED, CheckInState.FAILED}
    assert rules.is_final(state, NoteState.SIGNED) is (state not in put_aside)
    assert rules.is_final(state, NoteState.AWAITING_COSIGN) is (state not in {*put_aside, CheckInState.DRAFT})
    for locale in Locale:
        assert rules.printed("Hello.", locale, final=True) == "Hello."
        assert rules.printed("Hello.", locale, final=False).endswith("\n\nHello.")


@pytest.mark.parametrize("state", list(LetterState))
def test_one_for_each_ending_unless_it_did_not_go(state: LetterState) -> None:
    rules.require_none_open([])
    if state is LetterState.NOT_SENT:
        rules.require_none_open([state])
        return
    with pytest.raises(Conflict):
        rules.require_none_open([LetterState.NOT_SENT, state])


@pytest.mark.parametrize(("died", "ending"), [(True, None), (False, EndingKind.CLIENT_DIED), (True, EndingKind.AGREED)])
def test_of_a_client_who_died_none_is_written(ending: EndingKind | None, *, died: bool) -> None:
    with pytest.raises(Conflict):
        rules.require_living(died=died, ending=ending)
    rules.require_living(died=False, ending=EndingKind.WITHOUT_CONVERSATION)


@pytest.mark.parametrize(
    "now", [rules.Bound(b"other", b"terms"), rules.Bound(b"address", b"other"), rules.Bound(None, None)]
)
def test_what_waits_is_bound_to_the_address_and_the_terms_it_was_approved_for(now: rules.Bound) -> None:
    approved = rules.Bound(b"address", b"terms")
    rules.require_as_approved(approved, approved)
    with pytest.raises(Conflict) as refused:
        rules.require_as_approved(approved, now)
    assert refused.value.code == "letter_address_changed"
