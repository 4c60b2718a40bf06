"""What a note has to say before it is signed, and why; who may cosign; when an ending took place."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from api.domain import terminations
from api.domain.errors import AccessDenied
from api.domain.note_record import Record
from api.domain.terminations import Cosigner
from schemas.vocabulary import ClosingSession, EndingKind, GoalsBasis, NoteForm, NoteState

TODAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
WITH, WITHOUT = NoteForm.WITH_CONVERSATION, NoteForm.WITHOUT_CONVERSATION


@dataclass(frozen=True)
class Goal:
    why: str | None = "It matters."
    next_step: str | None = "A small step."


@dataclass(frozen=True)
class Note:
    form: NoteForm = WITH
    how_it_ended: EndingKind | None = EndingKind.AGREED
    reason: str | None = None
    ended_on: date | None = None
    closing_session: ClosingSession | None = ClosingSession.HELD
    work_reviewed: str | None = "The work."
    goals_basis: GoalsBasis | None = GoalsBasis.AT_CLOSING
    goals_agreed_on: date | None = None
    growth_goals: Sequence[Goal] = field(default_factory=lambda: [Goal()])
    safety: str | None = "Safe."
    referrals: str | None = None


TALKED = Note()
SILENT = Note(
    form=WITHOUT,
    how_it_ended=EndingKind.WITHOUT_CONVERSATION,
    closing_session=ClosingSession.NOT_ANSWERED,
    goals_basis=GoalsBasis.NOT_DISCUSSED,
    growth_goals=[],
)


def pointers(note: Note) -> list[str]:
    return [gap.pointer for gap in terminations.gaps(note, today=TODAY)]


@pytest.mark.parametrize("note", [TALKED, SILENT], ids=["with", "without"])
def test_a_whole_note_has_no_gap(note: Note) -> None:
    assert pointers(note) == []


@pytest.mark.parametrize("note", [TALKED, SILENT], ids=["with", "without"])
@pytest.mark.parametrize("name", ["how_it_ended", "closing_session", "work_reviewed", "goals_basis", "safety"])
def test_each_part_that_every_ending_has_is_asked_for_with_its_reason(note: Note, name: str) -> None:
    lacking = replace(note, **{name: None})  # type: ignore[arg-type]  # a field of the note
    found = {gap.pointer: gap.detail for gap in terminations.gaps(lacking, today=TODAY)}
    assert found[f"/{name}"] == terminations.required_parts(note.form, lacking.how_it_ended)[name]
    assert len(found[f"/{name}"]) > 20


def test_an_empty_draft_names_every_part_at_once() -> None:
    empty = Note(WITH, None, closing_session=None, work_reviewed=None, goals_basis=None, growth_goals=[], safety=None)
    assert sorted(pointers(empty)) == [
        "/closing_session",
        "/goals_basis",
        "/how_it_ended",
        "/safety",
        "/work_reviewed",
    ]


@pytest.mark.parametrize(("how", "name"), [
    (EndingKind.CLINICIAN_DECIDED, "reason"),
    (EndingKind.ADMINISTRATIVE, "reason"),
    (EndingKind.TRANSFERRED, "referrals"),
])  # fmt: skip
def test_some_endings_owe_a_word_more(how: EndingKind, name: str) -> None:
    for form in NoteForm:
        note = replace(TALKED if form is WITH else SILENT, form=form, how_it_ended=how)
        assert pointers(note) == [f"/{name}"]
        assert pointers(replace(note, **{name: "Said."})) == []  # type: ignore[arg-type]  # a field of the note


@pytest.mark.parametrize("how", list(EndingKind))
def test_every_ending_has_a_form_that_fits_it(how: EndingKind) -> None:
    form = terminations.usual_form(how)
    note = replace(TALKED if form is WITH else SILENT, form=form, how_it_ended=how, reason="x", referrals="x")
    assert pointers(note) == []


def test_the_form_and_the_kind_of_ending_do_not_contradict_one_another() -> None:
    assert pointers(replace(SILENT, how_it_ended=EndingKind.AGREED)) == ["/how_it_ended", "/goals_basis"]
    for how in (EndingKind.WITHOUT_CONVERSATION, EndingKind.CLIENT_DIED):
        assert pointers(replace(TALKED, how_it_ended=how)) == ["/how_it_ended"]
    assert pointers(replace(SILENT, closing_session=ClosingSession.HELD)) == ["/closing_session"]


def test_goals_are_never_made_up_afterwards() -> None:
    assert pointers(replace(SILENT, growth_goals=[Goal()])) == ["/growth_goals"]
    at_closing = replace(SILENT, goals_basis=GoalsBasis.AT_CLOSING, growth_goals=[Goal()])
    assert pointers(at_closing) == ["/goals_basis"]
    last = replace(SILENT, goals_basis=GoalsBasis.LAST_AGREED, growth_goals=[Goal(None, None)])
    assert pointers(last) == ["/goals_agreed_on"]
    assert pointers(replace(last, goals_agreed_on=TODAY)) == []
    assert pointers(replace(last, goals_agreed_on=TODAY, growth_goals=[])) == ["/growth_goals"]
    assert pointers(replace(last, goals_agreed_on=TODAY + timedelta(days=1))) == ["/goals_agreed_on"]


def test_goals_agreed_at_the_end_say_why_they_matter_and_what_comes_next() -> None:
    found = pointers(replace(TALKED, growth_goals=[Goal(), Goal(None, ""), Goal("", "Then.")]))
    assert found == ["/growth_goals/1/why", "/growth_goals/1/next_step", "/growth_goals/2/why"]
    assert pointers(replace(TALKED, growth_goals=[])) == ["/growth_goals"]


def test_who_told_us_by_phone_is_not_made_to_have_goals_and_an_agreed_ending_has_some() -> None:
    told = replace(
        TALKED, how_it_ended=EndingKind.CLIENT_TOLD_US, goals_basis=GoalsBasis.NOT_DISCUSSED, growth_goals=[]
    )
    assert pointers(told) == []
    assert pointers(replace(told, how_it_ended=EndingKind.AGREED)) == ["/goals_basis"]


def record(*, started: int = 100, last: int | None = 7) -> Record:
    session = None if last is None else NOW - timedelta(days=last)
    return Record(NOW, NOW - timedelta(days=started), session, session, 3, None, ())


def test_an_ending_lies_between_the_work_and_today() -> None:
    def wrong(day: date, drawn: Record) -> bool:
        return bool(terminations.out_of_order(day, drawn, MADRID))

    assert pointers(replace(TALKED, ended_on=TODAY + timedelta(days=1))) == ["/ended_on"]
    assert not wrong(TODAY - timedelta(days=7), record())
    assert wrong(TODAY - timedelta(days=8), record())
    assert not wrong(TODAY - timedelta(days=8), record(last=None))
    assert wrong(TODAY - timedelta(days=101), record(last=None))
    assert terminations.out_of_order(None, record(), MADRID) == ()


def test_a_day_is_over_on_the_client_s_clock() -> None:
    assert terminations.ended_at(None, MADRID, NOW) == NOW
    assert terminations.ended_at(TODAY, MADRID, NOW) == NOW
    day_before = terminations.ended_at(TODAY - timedelta(days=1), MADRID, NOW)
    assert day_before == datetime(2026, 3, 3, 22, 59, 59, 999_999, tzinfo=UTC)


def test_a_review_made_before_a_flag_was_raised_says_nothing_about_it() -> None:
    missing = terminations.review_is_missing
    assert not missing(None, [])
    assert missing(None, [NOW])
    assert missing(NOW, [NOW - timedelta(days=9), NOW + timedelta(seconds=1)])
    assert not missing(NOW, [NOW - timedelta(days=9), NOW])


def test_a_trainee_s_signature_alone_ends_nothing() -> None:
    assert terminations.after_signing(supervised=True) is NoteState.AWAITING_COSIGN
    assert terminations.after_signing(supervised=False) is NoteState.SIGNED


def test_nobody_cosigns_their_own_note_and_no_stranger_does() -> None:
    author, other = UUID(int=1), UUID(int=2)
    for supervises in (True, False):
        allowed = Cosigner(other, supervises_author=supervises, leads_practice=not supervises)
        terminations.require_cosigner(author, allowed)
    with pytest.raises(AccessDenied, match="own_note"):
        terminations.require_cosigner(author, Cosigner(author, supervises_author=True, leads_practice=True))
    with pytest.raises(AccessDenied, match="not_their_supervisor"):
        terminations.require_cosigner(author, Cosigner(other, supervises_author=False, leads_practice=False))
