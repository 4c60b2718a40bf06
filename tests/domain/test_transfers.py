"""What a transfer asks for before it is handed over, and what is never in what is handed over."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import kept_back
from api.domain import transfers as rules
from api.domain.errors import Conflict, Invalid
from api.domain.transfers import Asked, Content, Leave, Part
from schemas.vocabulary import ConsentWay, FirstMeeting, TransferConsent, TransferPart, TransferReason, TransferState

TODAY = date(2026, 3, 4)
COLLEAGUE = UUID(int=7)
TOLD = Content(consent_way=ConsentWay.IN_SESSION, parts=(Part(TransferPart.SUMMARY, "Eight sessions about grief."),))

FREELY = Leave(TransferConsent.AGREED, inside=True)
RISK = ("A risk of harm stands since 2026-03-01.", "Risk was looked at on 2026-03-02: Assessed in session.")
"""What stands open, as the record says it."""
ALL = Content(
    parts=(Part(TransferPart.SAFETY, "A plan."), Part(TransferPart.SUMMARY, "Grief.")), words="And her brother."
)
DRAWN = {TransferPart.SAFETY: [*RISK, "He locks the pills away."], TransferPart.SUMMARY: []}


def asked(
    content: Content = TOLD,
    *,
    to_id: UUID | None = COLLEAGUE,
    consent: TransferConsent = TransferConsent.AGREED,
    first_meeting_on: date | None = None,
) -> Asked:
    return Asked(to_id, TransferReason.ROTATION_ENDS, consent, TODAY, first_meeting_on, content)


def pointers(one: Asked) -> set[str]:
    return {problem.pointer for problem in rules.gaps(one, TODAY)}


def test_a_transfer_that_says_it_all_may_go() -> None:
    assert rules.gaps(asked(), TODAY) == ()


def test_an_empty_draft_is_told_all_that_is_missing() -> None:
    bare = Asked(None, None, TransferConsent.NOT_ASKED, None, None, Content())
    assert pointers(bare) == {"/to_id", "/reason", "/consent"}


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (Content(parts=TOLD.parts), "/consent_way"),
        (Content(consent_way=ConsentWay.BY_PHONE), "/parts"),
    ],
)
def test_agreement_says_how_and_to_what(content: Content, missing: str) -> None:
    assert pointers(asked(content)) == {missing}


def test_who_could_not_be_asked_takes_a_word_on_why() -> None:
    assert pointers(asked(Content(), consent=TransferConsent.COULD_NOT_BE_ASKED)) == {"/consent_words"}


def test_without_agreement_a_colleague_learns_what_safety_takes_and_no_more() -> None:
    said = Content(consent_way=ConsentWay.IN_SESSION, consent_words="Would rather stop.")
    safe = replace(said, parts=(Part(TransferPart.SAFETY),))
    more = replace(said, parts=(Part(TransferPart.SUMMARY),), words="More.")
    assert pointers(asked(safe, consent=TransferConsent.DECLINED)) == set()
    assert pointers(asked(more, consent=TransferConsent.DECLINED)) == {"/parts", "/words"}


def test_nothing_leaves_the_practice_without_agreement() -> None:
    content = Content(outside_name="Sol Ortega", consent_words="Moved away without a word.")
    assert pointers(asked(content, to_id=None, consent=TransferConsent.COULD_NOT_BE_ASKED)) == {"/consent"}


def test_a_part_that_is_kept_back_cannot_be_chosen_nor_the_whole_record() -> None:
    both = replace(TOLD, keep_back=(TransferPart.SUMMARY,))
    whole = Content(consent_way=ConsentWay.IN_SESSION, parts=(Part(TransferPart.WHOLE_RECORD),), keep_back_words="Him.")
    assert pointers(asked(both)) == {"/parts"}
    assert pointers(asked(whole)) == {"/parts"}


def test_what_is_written_may_not_say_what_is_kept_back() -> None:
    said = replace(TOLD, words="We spoke of The  Affair, too.", keep_back_words="the affair\n\n")
    assert pointers(asked(said)) == {"/words"}


@pytest.mark.parametrize("days", [-1, 184])
def test_a_first_meeting_is_to_come_and_soon(days: int) -> None:
    assert pointers(asked(first_meeting_on=TODAY + timedelta(days=days))) == {"/first_meeting_on"}


def test_a_line_of_the_record_about_what_is_kept_back_is_left_out() -> None:
    content = Content(
        parts=(Part(TransferPart.GOALS), Part(TransferPart.SCORES, "As above.")), keep_back_words="Her brother."
    )
    drawn = {TransferPart.GOALS: ["Travel alone.", "Speak with her BROTHER again."]}
    told = rules.handed(content, drawn, FREELY)
    assert [(one.part, one.lines, one.words) for one in told.sections] == [
        (TransferPart.GOALS, ("Travel alone.",), None),
        (TransferPart.SCORES, (), "As above."),
    ]


def test_a_short_word_is_not_found_within_others() -> None:
    assert not kept_back.says_any("The brotherhood", kept_back.lines("her"))
    assert kept_back.says_any("Ask her.", kept_back.lines("her"))


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("Jos\u00e9", "Speak with Jose\u0301."),
        ("Jose\u0301", "Speak with Jos\u00e9."),
        ("her brother", "Speak with her bro\u00adther."),
        ("her brother", "Speak with her\u00a0bro\u200bther."),
        ("brother", "\uff42\uff52\uff4f\uff54\uff48\uff45\uff52"),
        ("\u5979\u7684\u5144\u5f1f", "\u548c\u5979\u7684\u5144\u5f1f\u8c08\u8bdd"),
        ("Stra\u00dfe 9", "STRASSE 9"),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902"),
        (
            "\u0e1e\u0e35\u0e48\u0e0a\u0e32\u0e22",
            "\u0e04\u0e38\u0e22\u0e01\u0e31\u0e1a\u0e1e\u0e35\u0e48\u0e0a\u0e32\u0e22\u0e02\u0e2d\u0e07\u0e40\u0e18\u0e2d",
        ),
    ],
)
def test_the_same_words_are_found_however_they_were_typed(kept: str, said: str) -> None:
    assert kept_back.says_any(said, kept_back.lines(kept))


def test_a_mark_tells_two_words_apart() -> None:
    assert not kept_back.says_any("\u0915\u093f", kept_back.lines("\u0915\u0940"))


@given(st.text(min_size=1, max_size=30), st.text(max_size=40), st.text(max_size=40))
def test_no_words_hide_what_is_kept_back(kept: str, before: str, after: str) -> None:
    """Whatever stands around it, with a space between, in whatever case."""
    line = next(iter(kept_back.lines(kept)), None)
    if line is None:
        return
    content = Content(
        parts=(Part(TransferPart.SUMMARY, f"{before} {line.upper()} {after}"),), words=line, keep_back_words=kept
    )
    if line.upper().casefold() == line:
        told = rules.handed(content, {TransferPart.SUMMARY: [line]}, FREELY)
        assert (told.words, told.sections) == (None, ())


@pytest.mark.parametrize("consent", [one for one in TransferConsent if one is not TransferConsent.AGREED])
def test_without_agreement_a_draft_prints_safety_for_a_colleague_and_nothing_for_anybody_else(
    consent: TransferConsent,
) -> None:
    told = rules.handed(ALL, DRAWN, Leave(consent, inside=True, risk=RISK))
    assert ([one.part for one in told.sections], told.words) == ([TransferPart.SAFETY], None)
    assert rules.handed(ALL, DRAWN, Leave(consent, inside=False)) == rules.Handed()


@pytest.mark.parametrize(
    "content",
    [
        Content(keep_back=(TransferPart.SAFETY,)),
        Content(parts=(Part(TransferPart.SAFETY),), keep_back_words="risk\nharm\nsession\npills"),
    ],
)
@pytest.mark.parametrize("consent", TransferConsent)
def test_open_risk_is_told_to_a_colleague_whatever_is_kept_back(content: Content, consent: TransferConsent) -> None:
    told = rules.handed(content, DRAWN, Leave(consent, inside=True, risk=RISK))
    assert [(one.part, one.lines) for one in told.sections] == [(TransferPart.SAFETY, RISK)]


def test_a_part_of_which_all_is_kept_back_does_not_say_that_there_was_nothing() -> None:
    content = Content(parts=(Part(TransferPart.SAFETY),), keep_back_words="risk\npills")
    assert rules.handed(content, DRAWN, Leave(TransferConsent.AGREED, inside=False)).sections == ()


def test_a_look_at_risk_is_refused_and_not_cut_where_it_says_what_is_kept_back() -> None:
    parts = (Part(TransferPart.SAFETY),)
    said = replace(TOLD, parts=parts, risk_review_words="Her brother has the pills.", keep_back_words="her brother")
    assert pointers(asked(said)) == {"/risk_review_words"}


def test_what_is_sealed_comes_back_as_it_was() -> None:
    content = Content(
        outside_name="Sol",
        consent_way=ConsentWay.BY_PHONE,
        parts=(Part(TransferPart.GOALS, "أمل"),),
        keep_back=(TransferPart.SCORES,),
        goodbye_on=TODAY,
    )
    assert rules.content_from_json(rules.content_to_json(content)) == content
    told = rules.handed(content, {TransferPart.GOALS: ["One"]}, FREELY)
    assert rules.handed_from_json(rules.handed_to_json(told)) == told


def test_it_goes_here_or_elsewhere_and_each_part_once() -> None:
    with pytest.raises(Invalid):
        rules.require_sound(Content(outside_name="Sol"), to_id=COLLEAGUE)
    with pytest.raises(Invalid):
        rules.require_sound(Content(parts=(Part(TransferPart.GOALS), Part(TransferPart.GOALS))), to_id=None)


@pytest.mark.parametrize(
    ("state", "inside", "refused"),
    [
        (TransferState.DRAFT, True, False),
        (TransferState.HANDED_OVER, True, True),
        (TransferState.RECEIVED, True, True),
        (TransferState.HANDED_OVER, False, False),
        (TransferState.RECEIVED, False, False),
        (TransferState.WITHDRAWN, False, True),
    ],
)
def test_what_a_colleague_has_is_not_withdrawn(state: TransferState, *, inside: bool, refused: bool) -> None:
    if not refused:
        rules.require_may_withdraw(state, inside=inside, ended=False)
        return
    with pytest.raises(Conflict):
        rules.require_may_withdraw(state, inside=inside, ended=False)


def test_once_the_work_has_ended_only_a_draft_is_withdrawn() -> None:
    rules.require_may_withdraw(TransferState.DRAFT, inside=False, ended=True)
    with pytest.raises(Conflict) as refused:
        rules.require_may_withdraw(TransferState.RECEIVED, inside=False, ended=True)
    assert refused.value.code == "transfer_part_ended"


def test_a_death_and_a_withdrawal_are_said_elsewhere() -> None:
    for outcome in FirstMeeting:
        if outcome in rules.MEETING_BY_A_PERSON:
            rules.require_by_a_person(outcome)
        else:
            with pytest.raises(Invalid):
                rules.require_by_a_person(outcome)


def test_everybody_who_takes_part_is_told() -> None:
    rules.require_everybody([UUID(int=1)], [UUID(int=1), UUID(int=2)])
    with pytest.raises(Conflict):
        rules.require_everybody([UUID(int=1), UUID(int=2)], [UUID(int=1)])
