"""What documents are told, for tests and for the pictures in the documentation: a whole note, and a whole course of attempts.

Everybody in it is made up.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from api.formats.documents.paper import Size
from api.formats.documents.told import (
    ActTold,
    AddedTold,
    ContactTold,
    DecisionTold,
    MessageTold,
    NoteTold,
    PackTold,
    ReplyTold,
    Setting,
    SignedTold,
    StepTold,
)
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    GivenReason,
    Locale,
    NoteState,
    Recipient,
    ReplyAnswer,
    ReplyHandling,
    RiskReview,
    SignaturePart,
)
from schemas.wire.terminations import (
    AttemptOut,
    GrowthGoal,
    LastContactOut,
    MeasureScores,
    NoteContent,
    NoteRecord,
)

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
CLINICIAN, SUPERVISOR = "Daniel Okafor", "Helena Brandt"


def setting(locale: Locale = Locale.EN, size: Size = Size.A4) -> Setting:
    return Setting("Riverside Practice", locale, ZoneInfo("Europe/Madrid"), size)


def content() -> NoteContent:
    return NoteContent.model_validate(
        {
            "form": "without_conversation",
            "how_it_ended": EndingKind.WITHOUT_CONVERSATION,
            "ended_on": date(2026, 3, 3),
            "closing_session": "not_answered",
            "work_reviewed": (
                "Sixteen sessions on sleep and on grief after her mother's death. We looked at what keeps the nights long, made"
                " room for the anger beside the sadness, and found a way of ending the day that is hers.\n\n"
                "She went back to the choir in November. The last sessions were about the first Christmas."
            ),
            "goals_basis": "last_agreed",
            "goals_agreed_on": date(2026, 1, 8),
            "growth_goals": [
                GrowthGoal(
                    goal="Sleep without the light on",
                    why="To feel at home in her own room again.",
                    next_step="Twenty minutes with the lamp in the hall only.",
                    supports="Her sister, who rings on Sundays.",
                ),
                GrowthGoal(goal="Sing at the spring concert", next_step="One rehearsal in March."),
            ],
            "safety": "No risk was known in January. What is true today is not known; the letter names where help is.",
            "risk_review": RiskReview.FROM_THE_RECORD,
            "risk_review_words": "Looked through all sessions since September; no thoughts of harm were told.",
            "client_words": "I did not think I would ever laugh about her again. I did, on Tuesday.",
            "helped": "Writing to her mother. The evening walk.",
            "did_not_help": "The sleep diary: it made the nights into a test.",
            "scores": [
                MeasureScores(measure="PHQ-9", first=15, first_on=date(2025, 9, 2), last=8, last_on=date(2026, 1, 8)),
                MeasureScores(measure="GAD-7", first=11, first_on=date(2025, 9, 2), last=5.5),
            ],
            "early_signs": "Nights under five hours for a week: ring the practice, or her doctor.",
            "return_path": "A message or a call is enough. Nothing has to be explained.",
        }
    )


def record() -> NoteRecord:
    return NoteRecord(
        drawn_at=AT,
        started_at=AT - timedelta(days=183),
        first_session_at=AT - timedelta(days=183),
        last_session_at=AT - timedelta(days=55),
        session_count=16,
        last_contact=LastContactOut(
            at=AT - timedelta(days=9),
            direction=ContactDirection.OUTBOUND,
            channel=Channel.PHONE,
            outcome=ContactOutcome.VOICEMAIL,
        ),
        attempts=[
            AttemptOut(at=AT - timedelta(days=30), channel=Channel.EMAIL, outcome=ContactOutcome.SENT),
            AttemptOut(at=AT - timedelta(days=9), channel=Channel.PHONE, outcome=ContactOutcome.VOICEMAIL),
        ],
    )


def note(state: NoteState = NoteState.SIGNED, *, said: NoteContent | None = None) -> NoteTold:
    author, cosigner = (
        SignedTold(SignaturePart.AUTHOR, CLINICIAN, AT),
        SignedTold(SignaturePart.COSIGNER, SUPERVISOR, AT),
    )
    signed = state is NoteState.SIGNED
    return NoteTold(
        client="Ana García",
        author=CLINICIAN,
        state=state,
        content=said or content(),
        record=record(),
        dated=AT + timedelta(days=61) if signed else AT,
        locked_at=AT + timedelta(days=1) if signed else None,
        signatures=[author, replace(cosigner, at=AT + timedelta(days=1))] if signed else [author],
        addenda=[
            AddedTold(
                "She wrote from Lisbon. The record was sent to her doctor there.", CLINICIAN, AT + timedelta(days=61)
            )
        ]
        if signed
        else [],
        fingerprint="4be1f07c92" * 6 + "a1d3" if state is not NoteState.DRAFT else None,
        risk_reviewed=ActTold(CLINICIAN, AT - timedelta(hours=1)),
    )


def sent() -> MessageTold:
    at = AT - timedelta(days=30)
    return MessageTold(
        at=at,
        kind=CheckInKind.CHECK_IN,
        channel=Channel.EMAIL,
        state=CheckInState.SENT,
        subject="A note from Daniel",
        body=(
            "Hello Ana,\n\nI have been thinking of you and hope you are well. If you like, we can find another time. No answer is fine"
            " too.\n\nDaniel"
        ),
        written_by=CLINICIAN,
        written_at=at - timedelta(hours=1),
        approved_by=CLINICIAN,
        approved_at=at - timedelta(minutes=4),
        decisions=[
            DecisionTold(at - timedelta(minutes=4), Asked.APPROVING, allowed=True, reasons=[]),
            DecisionTold(at, Asked.SENDING, allowed=True, reasons=[]),
        ],
        steps=[
            StepTold(at, "Handed over to the mail server."),
            StepTold(at, "The mail server took it."),
        ],
    )


def held_back() -> MessageTold:
    at = AT - timedelta(days=16)
    refused = ["The last message was not long ago: leave some time between two.", "Paused by the practice."]
    return replace(
        sent(),
        at=at,
        state=CheckInState.REVOKED,
        body="Hello Ana,\n\nA second hello from me. There is a place for you here on Thursdays, should you want it.\n\nDaniel",
        written_at=at - timedelta(hours=2),
        approved_at=at - timedelta(hours=1),
        kept_because="She and I always wrote to each other like this.",
        decisions=[
            DecisionTold(at - timedelta(hours=1), Asked.APPROVING, allowed=True, reasons=[]),
            DecisionTold(at, Asked.SENDING, allowed=False, reasons=refused),
        ],
        steps=[
            StepTold(at, "It was not sent: something on record spoke against it."),
        ],
    )


def reply() -> ReplyTold:
    return ReplyTold(
        at=AT - timedelta(days=27),
        answer=ReplyAnswer.TAKE_A_BREAK,
        reasons=[GivenReason.TIME_OR_TRAVEL],
        words="Thank you. It is a lot at the moment, I will be in touch.",
        spoken_by=Recipient.CLIENT,
        handled=ReplyHandling.WROTE,
        handled_by=CLINICIAN,
        handled_at=AT - timedelta(days=26),
    )


def call() -> ContactTold:
    return ContactTold(
        at=AT - timedelta(days=9),
        direction=ContactDirection.OUTBOUND,
        channel=Channel.PHONE,
        outcome=ContactOutcome.VOICEMAIL,
        note="Said my name and number, nothing else.",
        recorded_by=CLINICIAN,
    )


def pack(state: NoteState = NoteState.SIGNED) -> PackTold:
    return PackTold(note(state), AT + timedelta(days=70), [sent(), reply(), held_back(), call()])
