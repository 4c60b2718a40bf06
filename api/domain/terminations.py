"""What a termination note has to say before anybody signs it, who may sign, and what an ending asks for.

A draft may be as unfinished as it likes. Signing is the moment at which each required part is asked for, with the reason
why it is required, so that nobody has to guess and nothing is made up to fill a field.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain.errors import AccessDenied, FieldProblem
from api.domain.note_record import Record
from schemas.vocabulary import ClosingSession, EndingKind, GoalsBasis, NoteForm, NoteState

_ALWAYS_WITH = frozenset({EndingKind.AGREED})
_ALWAYS_WITHOUT = frozenset({EndingKind.WITHOUT_CONVERSATION, EndingKind.CLIENT_DIED})
# Who decides alone owes a reason; so does an ending for a cause outside the work.
_WANTS_REASON = {
    EndingKind.CLINICIAN_DECIDED: "The decision was not the client's: say what it rests on.",
    EndingKind.ADMINISTRATIVE: "Say what ended the work, since the work itself did not.",
}
_WANTS_REFERRAL = "Say to whom the care goes, so that nobody is left between two places."


class GoalParts(Protocol):
    """What the rules ask of one goal for continued growth."""

    @property
    def why(self) -> str | None: ...

    @property
    def next_step(self) -> str | None: ...


class NoteParts(Protocol):
    """What the rules ask of a note. The wire shape has it all; the rules see no more than this."""

    @property
    def form(self) -> NoteForm: ...

    @property
    def how_it_ended(self) -> EndingKind | None: ...

    @property
    def reason(self) -> str | None: ...

    @property
    def ended_on(self) -> date | None: ...

    @property
    def closing_session(self) -> ClosingSession | None: ...

    @property
    def work_reviewed(self) -> str | None: ...

    @property
    def goals_basis(self) -> GoalsBasis | None: ...

    @property
    def goals_agreed_on(self) -> date | None: ...

    @property
    def growth_goals(self) -> Sequence[GoalParts]: ...

    @property
    def safety(self) -> str | None: ...

    @property
    def referrals(self) -> str | None: ...


def usual_form(how: EndingKind) -> NoteForm:
    """The form to begin with. For what may be either, the one that asks for less to be remembered."""
    with_one = {EndingKind.AGREED, EndingKind.CLIENT_TOLD_US, EndingKind.CLINICIAN_DECIDED, EndingKind.TRANSFERRED}
    return NoteForm.WITH_CONVERSATION if how in with_one else NoteForm.WITHOUT_CONVERSATION


def required_parts(form: NoteForm, how: EndingKind | None) -> dict[str, str]:
    """Field by field, what has to be there before signing, and why (DOMAIN 8; APA 10.10, ACA A.11, NASW 1.17, AAMFT 1.11)."""
    without = form is NoteForm.WITHOUT_CONVERSATION
    parts = {
        "how_it_ended": "Every ending has a kind: say which this was.",
        "closing_session": "Say whether a closing session was offered, and what came of it.",
        "work_reviewed": "Look back on the work: it is the part that is a goodbye, also when nobody could say one.",
        "goals_basis": (
            "Say which goals were last agreed and when, or that none were discussed. None is made up afterwards."
            if without
            else "Say which goals for continued growth there are, or that none were discussed."
        ),
        "safety": (
            "Say what is known of the client's safety, when it was last known, and what is not known."
            if without
            else "Say how safe the client is at the end of the work, and what was done about it."
        ),
    }
    if how in _WANTS_REASON:
        parts["reason"] = _WANTS_REASON[how]
    if how is EndingKind.TRANSFERRED:
        parts["referrals"] = _WANTS_REFERRAL
    return parts


def gaps(note: NoteParts, *, today: date) -> tuple[FieldProblem, ...]:
    """What stands between this draft and a signature; `today` is the day on the client's calendar. Empty: nothing."""
    absent = [
        FieldProblem(f"/{name}", why)
        for name, why in required_parts(note.form, note.how_it_ended).items()
        if not getattr(note, name)
    ]
    return (*absent, *_contradictions(note), *_of_goals(note), *_of_days(note, today))


def _contradictions(note: NoteParts) -> Iterator[FieldProblem]:
    how, without = note.how_it_ended, note.form is NoteForm.WITHOUT_CONVERSATION
    if how in _ALWAYS_WITH and without:
        yield FieldProblem("/how_it_ended", "An agreed ending was talked about: use the form for it.")
    if how in _ALWAYS_WITHOUT and not without:
        yield FieldProblem("/how_it_ended", "This ending had no conversation: use the form for it.")
    if note.closing_session is ClosingSession.HELD and without:
        yield FieldProblem(
            "/closing_session", "A closing session that was held was a conversation: use the form for it."
        )


def _of_goals(note: NoteParts) -> Iterator[FieldProblem]:
    basis, goals = note.goals_basis, note.growth_goals
    if basis is GoalsBasis.NOT_DISCUSSED:
        if goals:
            yield FieldProblem("/growth_goals", "Goals that were not discussed are not listed.")
        if note.how_it_ended is EndingKind.AGREED:
            yield FieldProblem("/goals_basis", "An agreed ending has at least one goal for continued growth.")
        return
    if basis is not None and not goals:
        yield FieldProblem("/growth_goals", "Write down at least one goal, or say that none were discussed.")
    if basis is GoalsBasis.LAST_AGREED and note.goals_agreed_on is None:
        yield FieldProblem("/goals_agreed_on", "Say on which day these goals were last agreed.")
    if basis is GoalsBasis.AT_CLOSING:
        if note.form is NoteForm.WITHOUT_CONVERSATION:
            detail = "Without a conversation nothing was agreed at the end: name those last agreed, with their day."
            yield FieldProblem("/goals_basis", detail)
        yield from _of_each_goal(goals)


def _of_each_goal(goals: Sequence[GoalParts]) -> Iterator[FieldProblem]:
    """What was talked about at the end can be said in full; of what was agreed long ago, as much as there is."""
    for place, goal in enumerate(goals):
        if not goal.why:
            yield FieldProblem(f"/growth_goals/{place}/why", "Say why this goal matters to the client.")
        if not goal.next_step:
            yield FieldProblem(f"/growth_goals/{place}/next_step", "Say what the next small step is.")


def _of_days(note: NoteParts, today: date) -> Iterator[FieldProblem]:
    if note.goals_agreed_on is not None and note.goals_agreed_on > today:
        yield FieldProblem("/goals_agreed_on", "This day has not come yet.")
    if note.ended_on is not None and note.ended_on > today:
        yield FieldProblem("/ended_on", "This day has not come yet.")


def out_of_order(ended_on: date | None, record: Record, zone: ZoneInfo) -> tuple[FieldProblem, ...]:
    """An ending does not come before the work did; compared as days on the client's calendar."""
    if ended_on is None:
        return ()
    if record.last_session_at is not None and ended_on < record.last_session_at.astimezone(zone).date():
        return (FieldProblem("/ended_on", "There was a session after this day."),)
    # Sessions that were imported may lie before the day on which the episode was begun here.
    began = min((at for at in (record.started_at, record.first_session_at) if at is not None), default=None)
    if began is not None and ended_on < began.astimezone(zone).date():
        return (FieldProblem("/ended_on", "The work began after this day."),)
    return ()


def ended_at(ended_on: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """The end of the day that was named, on the client's clock; now, where it is today or none was."""
    if ended_on is None:
        return now
    midnight = datetime.combine(ended_on + timedelta(days=1), time(), zone)
    return min(now, midnight.astimezone(UTC) - timedelta(microseconds=1))


def review_is_missing(reviewed_at: datetime | None, raised_at: Collection[datetime]) -> bool:
    """Whether a flag of harm stands that nobody has looked at since it was raised (DOMAIN 5.4).

    `raised_at` are the instants of the open ones. A review made before the newest of them says nothing about it.
    """
    return bool(raised_at) and (reviewed_at is None or reviewed_at < max(raised_at))


def after_signing(*, supervised: bool) -> NoteState:
    """A trainee's signature alone ends no care: their note waits for a supervisor's."""
    return NoteState.AWAITING_COSIGN if supervised else NoteState.SIGNED


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Who wants to cosign, as far as it matters here."""

    member_id: UUID
    supervises_author: bool
    leads_practice: bool


def require_cosigner(author_id: UUID, cosigner: Cosigner) -> None:
    """A supervisor of the author, or the practice lead; nobody their own note, however many roles they hold."""
    if cosigner.member_id == author_id:
        raise AccessDenied("Nobody cosigns a note of their own.", code="own_note")
    if not (cosigner.supervises_author or cosigner.leads_practice):
        raise AccessDenied("A supervisor of its author cosigns this note.", code="not_their_supervisor")
