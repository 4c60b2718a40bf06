"""Every table that holds something about a client, how its rows are found, and how what is sealed in them opens.

One list for whoever hands a record out or takes it apart. A test holds it against the tables: one that refers to clients or
episodes and stands neither here nor in `ELSEWHERE` with its reason fails the build, as does a sealed column that nobody opens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.store import audit
from api.store.sealing import Place
from schemas.tables import (
    Absence,
    Agreement,
    Appointment,
    AppointmentEvent,
    AuditEntry,
    CheckIn,
    Client,
    ClosingAgenda,
    ClosingRecord,
    Consent,
    ConsentAnswer,
    Contact,
    ContactDecision,
    Delivery,
    Episode,
    EpisodeClinician,
    EpisodeKindChange,
    EpisodeParticipant,
    ExternalId,
    Flag,
    FlagReview,
    FollowUp,
    FormerClinician,
    Goal,
    ImportFormerValue,
    ItemAnswer,
    Letter,
    NoteAddendum,
    NoteSignature,
    OfferedTime,
    OutreachPlan,
    OutreachStep,
    Referral,
    ReferralOption,
    ReferralProgress,
    Reply,
    Score,
    Snooze,
    Task,
    TerminationNote,
)
from schemas.vocabulary import FlagKind

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Whose:
    """A client with the doubles merged into them, and the episodes in which they take part or did."""

    client_ids: frozenset[UUID]
    episode_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Opening:
    """How a sealed column opens: by whose key, and at which place. The names are read from the row."""

    key_of: str = "client_id"
    place: Callable[[str, str, Any], Place] = lambda table, column, row: Place(table, column, row.id)


class OnErasure(StrEnum):
    """What becomes of the rows when the client is erased. Whatever is kept is unreadable where it is sealed, and says no name."""

    DELETED = "deleted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Belonging:
    """`title` says to people what the rows are. `kept_back` names columns that are not handed out, with the reason.

    `hides` names those of one row. Bytes that are not sealed (digests, tokens) are never handed out. `on_erasure` says what becomes
    of the rows; of those that are kept, `blanks` says which columns are written over, and with what: digests always are.
    `not_to_clinicians`: what a client told about whoever treats them is not handed out by one who does.
    """

    model: type[Any]
    title: str
    mine: Callable[[Whose], Condition]
    on_erasure: OnErasure
    opens: Mapping[str, Opening] = field(default_factory=dict)
    kept_back: Mapping[str, str] = field(default_factory=dict)
    blanks: Mapping[str, object] = field(default_factory=dict)
    not_to_clinicians: bool = False
    hides: Callable[[Any], frozenset[str]] = lambda _row: frozenset()

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)


def by_client(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    return lambda whose: col(model.client_id).in_(whose.client_ids)


def by_episode(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    return lambda whose: col(model.episode_id).in_(whose.episode_ids)


def by_episode_or_client(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    """Of a couple, family or group: what is about all together, and about the client; nothing about the others alone."""

    def mine(whose: Whose) -> Condition:
        theirs = sa.and_(col(model.episode_id).in_(whose.episode_ids), col(model.client_id).is_(None))
        return sa.or_(col(model.client_id).in_(whose.client_ids), theirs)

    return mine


def _events(whose: Whose) -> Condition:
    appointments = sa.select(col(Appointment.id)).where(by_episode_or_client(Appointment)(whose))
    return col(AppointmentEvent.appointment_id).in_(appointments)


def by_message(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    def mine(whose: Whose) -> Condition:
        return col(model.check_in_id).in_(sa.select(col(CheckIn.id)).where(by_client(CheckIn)(whose)))

    return mine


def by_note(model: Any) -> Callable[[Whose], Condition]:  # noqa: ANN401  # a mapped class
    def mine(whose: Whose) -> Condition:
        return col(model.note_id).in_(sa.select(col(TerminationNote.id)).where(by_client(TerminationNote)(whose)))

    return mine


def _entries(whose: Whose) -> Condition:
    """What was done with the client's record, and with what is about the client alone or about all together."""
    appointments = sa.select(col(Appointment.id)).where(by_episode_or_client(Appointment)(whose))
    about = sa.or_(
        col(AuditEntry.subject_id).in_(whose.client_ids | whose.episode_ids),
        col(AuditEntry.subject_id).in_(appointments),
    )
    return sa.and_(about, sa.not_(audit.of_a_hold()))


def _looks(whose: Whose) -> Condition:
    holds = sa.select(col(Flag.id)).where(by_client(Flag)(whose), col(Flag.kind) == FlagKind.PRACTICE_HOLD)
    return sa.and_(by_client(FlagReview)(whose), col(FlagReview.flag_id).not_in(holds))


def _of_a_hold(row: Flag) -> frozenset[str]:
    """Else a hold because of what was told in confidence could be told from the others here."""
    is_hold = row.kind is FlagKind.PRACTICE_HOLD
    return frozenset({"note_sealed", "raised_by", "cleared_by"}) if is_hold else frozenset()


def _external(table: str, column: str, row: ExternalId) -> Place:
    return Place(table, column, row.target_id)


def _former(table: str, _column: str, row: ImportFormerValue) -> Place:
    return Place(table, row.noun, row.target_id)


_WORKING = "a working value of noticing, in a couple also about the other"
_A_WORKERS = "it names a worker for a moment"
_OWN = Opening(key_of="id")
_KEPT, _DELETED = OnErasure.KEPT, OnErasure.DELETED
BELONGINGS: tuple[Belonging, ...] = (
    Belonging(
        Client,
        "The client",
        lambda whose: col(Client.id).in_(whose.client_ids),
        _KEPT,
        opens={"name_sealed": _OWN, "emergency_contact_sealed": _OWN, "keep_reason_sealed": _OWN},
        kept_back={"legal_hold_reason_sealed": "it is between the practice and its legal advice"},
        blanks={
            "name_sealed": b"",
            "emergency_contact_sealed": None,
            "legal_hold_reason_sealed": None,
            "keep_reason_sealed": None,
            "keep_until": None,
            "locale": None,
            "adult_on": None,
            "client_contacts_us": False,
        },
    ),
    Belonging(
        ExternalId,
        "What other systems call the client",
        lambda whose: sa.and_(col(ExternalId.noun) == "client", col(ExternalId.target_id).in_(whose.client_ids)),
        _DELETED,
        opens={"external_id_sealed": Opening(key_of="target_id", place=_external)},
    ),
    Belonging(
        Consent,
        "Addresses, and what may be done with them",
        by_client(Consent),
        _DELETED,
        opens={"address_sealed": Opening(), "sender_name_sealed": Opening()},
    ),
    Belonging(ConsentAnswer, "What the client said about each address", by_client(ConsentAnswer), _DELETED),
    Belonging(
        Flag,
        "What keeps messages back",
        by_client(Flag),
        _DELETED,
        opens={"note_sealed": Opening()},
        hides=_of_a_hold,
    ),
    Belonging(FlagReview, "Each look at what keeps messages back", _looks, _DELETED, opens={"note_sealed": Opening()}),
    Belonging(
        Episode,
        "Episodes of care",
        lambda whose: col(Episode.id).in_(whose.episode_ids),
        _KEPT,
        kept_back={
            "evidence": _WORKING,
            "model_version": _WORKING,
            "attention_at": _WORKING,
            "put_off_until": _WORKING,
            "revisit_at": _WORKING,
        },
    ),
    Belonging(EpisodeKindChange, "How each episode was paced, and since when", by_episode(EpisodeKindChange), _KEPT),
    Belonging(EpisodeParticipant, "The client's part in each episode", by_client(EpisodeParticipant), _KEPT),
    Belonging(EpisodeClinician, "Who worked with the client", by_episode(EpisodeClinician), _KEPT),
    Belonging(FormerClinician, "Who worked with the client before", by_episode(FormerClinician), _KEPT),
    Belonging(Appointment, "Booked times", by_episode_or_client(Appointment), _KEPT),
    Belonging(AppointmentEvent, "What the record learned about each time", _events, _KEPT),
    Belonging(
        Contact,
        "Contacts outside the room",
        by_episode_or_client(Contact),
        _KEPT,
        opens={"note_sealed": Opening()},
        blanks={"note_sealed": None, "fact_digest": None},
    ),
    Belonging(Absence, "Pauses, and times away", by_episode(Absence), _KEPT, blanks={"fact_digest": None}),
    Belonging(
        Agreement,
        "What was agreed about the course of the work",
        by_episode(Agreement),
        _KEPT,
        blanks={"fact_digest": None},
    ),
    Belonging(Score, "Results of the client's own measures", by_episode_or_client(Score), _DELETED),
    Belonging(
        FollowUp,
        "Messages that the client asked for",
        by_client(FollowUp),
        _DELETED,
        opens={"words_sealed": Opening()},
    ),
    Belonging(
        ItemAnswer,
        "Answers beside a result, and who looked at them",
        by_client(ItemAnswer),
        _DELETED,
        opens={"answer_sealed": Opening(), "assessed_words_sealed": Opening()},
    ),
    Belonging(
        Goal,
        "The client's goals for continued growth",
        by_client(Goal),
        _DELETED,
        opens={"words_sealed": Opening()},
    ),
    Belonging(
        Snooze,
        "What was put off, and why",
        by_episode_or_client(Snooze),
        _KEPT,
        opens={"words_sealed": Opening()},
        blanks={"words_sealed": None},
    ),
    Belonging(
        CheckIn,
        "Messages to the client",
        by_client(CheckIn),
        _KEPT,
        opens={
            "subject_sealed": Opening(),
            "body_sealed": Opening(),
            "typed_sealed": Opening(),
            "override_sealed": Opening(),
        },
        blanks={
            "subject_sealed": b"",
            "body_sealed": b"",
            "typed_sealed": None,
            "override_sealed": None,
            "consent_id": None,
            "address_digest": None,
            "terms_digest": None,
            "token_digest": None,
        },
    ),
    Belonging(
        Delivery,
        "How each message was handed over",
        by_message(Delivery),
        _KEPT,
        kept_back={"lease_token": _A_WORKERS, "lease_until": _A_WORKERS},
    ),
    Belonging(ContactDecision, "Whether each message might go, and why", by_message(ContactDecision), _KEPT),
    Belonging(OutreachPlan, "Sketches of how to reach out", by_client(OutreachPlan), _KEPT),
    Belonging(OutreachStep, "The notes of each sketch", by_client(OutreachStep), _KEPT),
    Belonging(OfferedTime, "Times that messages offered", by_client(OfferedTime), _KEPT),
    Belonging(
        ClosingAgenda,
        "The page for a last meeting",
        by_client(ClosingAgenda),
        _DELETED,
        opens={"parts_sealed": Opening()},
    ),
    Belonging(ClosingRecord, "What became of a closing session", by_client(ClosingRecord), _KEPT),
    Belonging(
        Reply,
        "What the client answered",
        by_client(Reply),
        _KEPT,
        opens={"words_sealed": Opening()},
        blanks={"words_sealed": None, "reasons": []},
    ),
    Belonging(
        TerminationNote,
        "Notes about how the work ended",
        by_client(TerminationNote),
        _KEPT,
        opens={"content_sealed": Opening(), "record_sealed": Opening(), "returned_reason_sealed": Opening()},
    ),
    Belonging(Letter, "The closing letter of each note", by_note(Letter), _KEPT),
    Belonging(NoteSignature, "Who signed them", by_note(NoteSignature), _KEPT),
    Belonging(
        NoteAddendum,
        "What was added to them",
        by_note(NoteAddendum),
        _KEPT,
        opens={"words_sealed": Opening(key_of="note_id")},
    ),
    Belonging(
        Referral,
        "Helping the client on to somebody else",
        by_client(Referral),
        _DELETED,
        opens={"content_sealed": Opening()},
    ),
    Belonging(
        ReferralOption,
        "Who was suggested to them",
        by_client(ReferralOption),
        _DELETED,
        opens={"called_sealed": Opening()},
    ),
    Belonging(
        ReferralProgress,
        "How it went with each",
        by_client(ReferralProgress),
        _DELETED,
        opens={"words_sealed": Opening()},
    ),
    Belonging(Task, "What somebody had to do", by_episode_or_client(Task), _DELETED),
    Belonging(
        ImportFormerValue,
        "What was on record before a file changed it",
        by_client(ImportFormerValue),
        _DELETED,
        opens={"former_sealed": Opening(place=_former)},
    ),
    Belonging(
        AuditEntry,
        "Who looked at the record or changed it",
        _entries,
        _KEPT,
        kept_back={"details": "it names by identifier whatever else the same act was about"},
    ),
)

# Tables that refer to clients or episodes and are not handed out, with the reason.
ELSEWHERE: Mapping[str, str] = {
    "concerns": "told to one reader, who alone sees that there is one; it takes the client's key to open",
    "concern_notes": "of the same reader alone, about such a concern; it takes the client's key to open",
    "client_keys": "the key itself; what it opens is handed out opened",
    "audit_seals": "links of the chain over the whole trail",
    "audit_unsealed": "which entries still wait to be linked",
}
