"""What a document is told, opened and named: the note, and everything on record about reaching the client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.formats.documents.paper import Size
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    GivenReason,
    Locale,
    NoteState,
    Recipient,
    ReplyAnswer,
    ReplyHandling,
    SignaturePart,
)
from schemas.wire.terminations import NoteContent, NoteRecord


@dataclass(frozen=True, slots=True)
class Setting:
    """For whom it is set: whose practice, in which language, by whose clock, on which paper."""

    practice: str
    locale: Locale
    zone: ZoneInfo
    size: Size = Size.A4


@dataclass(frozen=True, slots=True)
class SignedTold:
    part: SignaturePart
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddedTold:
    words: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ActTold:
    """Something a person did, at an instant: a risk review, a return; with their reason where there is one."""

    name: str
    at: datetime
    words: str | None = None


@dataclass(frozen=True, slots=True)
class NoteTold:
    """`dated` is when it last changed. `signatures` are all there are, also those before a return; `returns` each of them, oldest first."""

    client: str
    author: str
    state: NoteState
    content: NoteContent
    record: NoteRecord
    dated: datetime
    locked_at: datetime | None = None
    signatures: Sequence[SignedTold] = ()
    addenda: Sequence[AddedTold] = ()
    fingerprint: str | None = None
    risk_reviewed: ActTold | None = None
    returns: Sequence[ActTold] = ()


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """`reasons` are sentences."""

    at: datetime
    asked: Asked
    allowed: bool
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class StepTold:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class MessageTold:
    """`at` is when it went, or when it was last decided that it does not."""

    at: datetime
    kind: CheckInKind
    channel: Channel
    state: CheckInState
    subject: str
    body: str
    written_by: str
    written_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    by_hand: bool = False
    kept_because: str | None = None
    decisions: Sequence[DecisionTold] = ()
    steps: Sequence[StepTold] = ()


@dataclass(frozen=True, slots=True)
class ReplyTold:
    """`replaced`: the client sent another in its place before anybody had read it."""

    at: datetime
    answer: ReplyAnswer | None
    reasons: Sequence[GivenReason] = ()
    words: str | None = None
    chosen_time: datetime | None = None
    spoken_by: Recipient | None = None
    opted_out: bool = False
    replaced: bool = False
    handled: ReplyHandling | None = None
    handled_by: str | None = None
    handled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactTold:
    """A call, a letter, a word at the desk; also what came from the client."""

    at: datetime
    direction: ContactDirection
    channel: Channel
    outcome: ContactOutcome | None
    automated: bool = False
    note: str | None = None
    recorded_by: str | None = None


Happened = MessageTold | ReplyTold | ContactTold


@dataclass(frozen=True, slots=True)
class PackTold:
    """`happened`: oldest first. `left_out`: how many older ones did not fit."""

    note: NoteTold
    drawn_at: datetime
    happened: Sequence[Happened]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class LetterTold:
    """`final`: it went, goes, or may be given since its note is signed in full; a draft says on each page that it is one. `dated`: the day that it bears."""

    body: str
    dated: datetime
    final: bool
