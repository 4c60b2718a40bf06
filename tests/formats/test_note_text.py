"""A note as text that can be pasted: everything it says, in words, and nothing that it does not say."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain.note_wording import PARTS
from api.formats import note_text
from schemas.vocabulary import (
    Channel,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    NoteState,
    RiskReview,
    SignaturePart,
)
from schemas.wire.episodes import PersonOut
from schemas.wire.terminations import (
    AttemptOut,
    GrowthGoal,
    LastContactOut,
    MeasureScores,
    NoteAddendumOut,
    NoteContent,
    NoteRecord,
    NoteSignatureOut,
    TerminationNoteOut,
)
from tests.support import notes

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
ANA, KIM, VERA = (PersonOut(id=UUID(int=place), name=name) for place, name in enumerate(("Ana", "Kim", "Vera")))


def record() -> NoteRecord:
    tried = AttemptOut(at=NOW, channel=Channel.PHONE, outcome=ContactOutcome.VOICEMAIL)
    last = LastContactOut(at=NOW, direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=tried.outcome)
    return NoteRecord(
        drawn_at=NOW,
        started_at=datetime(2025, 9, 1, 22, 30, tzinfo=UTC),
        first_session_at=None,
        last_session_at=None,
        session_count=6,
        last_contact=last,
        attempts=[tried],
    )


def note(content: NoteContent, *, signed: bool = True) -> TerminationNoteOut:
    return TerminationNoteOut(
        id=UUID(int=9),
        episode_id=UUID(int=8),
        client=ANA,
        author=KIM,
        state=NoteState.SIGNED if signed else NoteState.DRAFT,
        how_it_ended=content.how_it_ended,
        created_at=NOW,
        updated_at=NOW,
        signed_at=NOW if signed else None,
        locked_at=NOW if signed else None,
        version=2,
        content=content,
        record=record(),
        required={},
        risk_reviewed_at=None,
        risk_reviewed_by=None,
        risk_review_needed=False,
        needs_cosign=True,
        returned_reason=None,
        returned_by=None,
        returned_at=None,
        returns=[],
        signatures=[
            NoteSignatureOut(part=SignaturePart.AUTHOR, by=KIM, at=NOW),
            NoteSignatureOut(part=SignaturePart.COSIGNER, by=VERA, at=NOW),
        ],
        addenda=[NoteAddendumOut(id=UUID(int=7), words="She wrote\nfrom Lisbon.", by=KIM, at=NOW)],
        fingerprint="ab" * 32 if signed else None,
        hints=[],
    )


def everything() -> NoteContent:
    words = {name: f"Words of {name}." for name in PARTS if NoteContent.model_fields[name].annotation == str | None}
    given = {name: f"Said of {name}." for name in PARTS}
    kept = {
        "form": "with_conversation",
        "how_it_ended": EndingKind.CLINICIAN_DECIDED,
        "ended_on": date(2026, 3, 1),
        "closing_session": "held",
        "goals_basis": "last_agreed",
        "goals_agreed_on": date(2026, 2, 1),
        "growth_goals": [GrowthGoal(goal="Travel.", why="Sister.", next_step="Two stops.", supports="Tom.")],
        "risk_review": RiskReview.BY_PHONE,
        "scores": [MeasureScores(measure="GAD-7", first=15, first_on=date(2025, 9, 2), last=5.5)],
    }
    return NoteContent.model_validate({**given, **words, **kept})


def test_it_says_everything_in_words_and_on_the_clients_clock() -> None:
    text = note_text.plain(note(everything()), MADRID)
    for heading in (heading for name, heading in PARTS.items() if name != "growth_goals"):
        assert f"\n{heading}: " in text, heading
    for line in (
        "Client: Ana",
        "Author: Kim",
        "Began: 2025-09-02",
        "Sessions held: 6",
        "Last contact: 2026-03-04 10:30 (Europe/Madrid), from the practice, telephone, left a voicemail",
        "Attempt to reach the client: 2026-03-04 10:30 (Europe/Madrid), telephone, left a voicemail",
        "How it ended: The clinician decided",
        "Goal 1: Travel.",
        "  Next small step: Two stops.",
        "Scores: GAD-7, first 15 (2025-09-02), last 5.5",
        "Risk review: Assessed by phone",
        "Signed by Kim, 2026-03-04 10:30 (Europe/Madrid)",
        "Cosigned by Vera, 2026-03-04 10:30 (Europe/Madrid)",
        "ADDENDUM by Kim, 2026-03-04 10:30 (Europe/Madrid)",
        "She wrote\nfrom Lisbon.",
        f"Fingerprint (SHA-256 of what is stored): {'ab' * 32}",
    ):
        assert line in text, line


def test_what_was_not_written_is_left_out() -> None:
    text = note_text.plain(note(NoteContent.model_validate(notes.SILENT)), MADRID)
    assert "Progress" not in text
    assert "Referrals" not in text
    assert "None" not in text
    assert "Agreed on: 2026-01-08" in text


def test_a_signed_note_always_says_on_which_day_the_work_ended() -> None:
    undated = NoteContent.model_validate(notes.TALKED)
    assert "Day of the ending: 2026-03-04" in note_text.plain(note(undated), MADRID)
    assert "Day of the ending" not in note_text.plain(note(undated, signed=False), MADRID)
    named = undated.model_copy(update={"ended_on": date(2026, 2, 27)})
    assert "Day of the ending: 2026-02-27" in note_text.plain(note(named), MADRID)


def test_every_part_of_a_note_has_a_place_in_the_text() -> None:
    assert list(PARTS) == list(NoteContent.model_fields)


def test_a_draft_shows_no_signature() -> None:
    text = note_text.plain(note(everything(), signed=False), MADRID)
    assert "State: Draft" in text
    assert "Signed by" not in text
    assert "Fingerprint" not in text
