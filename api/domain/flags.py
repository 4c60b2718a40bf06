"""What keeps messages back: what belongs to each kind, who may see and clear it, when it asks for another look.

The two safety flags ask for opposite things: *unsafe to contact* that nobody writes there, *risk of harm* that a person
reaches the client today. Neither lapses, and neither says anything about drifting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from api.domain import consents
from api.domain.errors import AccessDenied, Conflict, FieldProblem, Invalid
from api.domain.history import KeptBack, Reach
from schemas.vocabulary import FlagKind, StopReason

# When somebody should look again, where nobody says. The others are looked at when somebody wants to.
_REVIEW_AFTER = {FlagKind.RISK_OF_HARM: timedelta(days=7), FlagKind.UNSAFE_TO_CONTACT: timedelta(days=90)}
_HOLDS = frozenset({FlagKind.PRACTICE_HOLD})
_PAUSES = frozenset({FlagKind.PRACTICE_HOLD, FlagKind.CONFIDENTIAL_PROGRAMME})


@dataclass(frozen=True, slots=True)
class Standing:
    """One open flag, as far as rules about it need."""

    kind: FlagKind
    consent_id: UUID | None = None
    since: datetime | None = field(default=None, compare=False)
    raised_by: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looks at the flags of a client. `treats`: is a clinician in an episode of theirs."""

    id: UUID | None
    is_lead: bool
    treats: bool


def require_fitting(
    kind: FlagKind, *, consent_id: UUID | None, owner_id: UUID | None, review_on: date | None, today: date
) -> None:
    """An address goes with what is unsafe, somebody to reach the client with risk. Raises Invalid."""
    problems = []
    if consent_id is not None and kind is not FlagKind.UNSAFE_TO_CONTACT:
        problems.append(FieldProblem("/consent_id", "Only what is unsafe to contact can be about one address."))
    if owner_id is not None and kind is not FlagKind.RISK_OF_HARM:
        problems.append(FieldProblem("/owner_id", "Only a risk of harm is somebody's task."))
    if review_on is not None and review_on < today:
        problems.append(FieldProblem("/review_on", "Choose a day to come."))
    if problems:
        raise Invalid(*problems)


def require_new(
    kind: FlagKind, consent_id: UUID | None, standing: Iterable[Standing], *, author_id: UUID | None = None
) -> None:
    """One of each, and a hold of each who asks for one. Raises Conflict.

    Were there only one hold, a second could come from nobody but an independent reader, and one that cannot be asked
    for would say that the reader had.
    """
    asked = [one for one in standing if kind not in _HOLDS or one.raised_by == author_id]
    if Standing(kind, consent_id) in asked:
        raise Conflict("This is on record already. Look at it again there.", code="flag_stands")


def review_on(kind: FlagKind, wanted: date | None, today: date) -> date | None:
    """Both safety flags have a day on which somebody looks again."""
    after = _REVIEW_AFTER.get(kind)
    return wanted or (None if after is None else today + after)


def stops(kind: FlagKind) -> StopReason:
    """What is said of messages that no longer go. A hold says no more than that there is one."""
    return StopReason.HELD if kind in _HOLDS else StopReason.FLAGGED


def is_open_to(kind: FlagKind, raised_by: UUID | None, onlooker: Onlooker) -> bool:
    """Whether note and author are shown: of a hold to nobody but its author.

    Else a hold that an independent reader asked for, which has no author, could be told from the others.
    """
    return kind not in _HOLDS or (raised_by is not None and raised_by == onlooker.id)


def require_may_clear(kind: FlagKind, raised_by: UUID | None, onlooker: Onlooker, *, author_left: bool) -> None:
    """A hold goes with its author, or with a practice lead who does not treat the client.

    A lead who treats the client clears a hold only where its author has left: whoever asked for the others still
    stands behind them, and one without an author is refused just like those. Raises AccessDenied.
    """
    if not may_clear(kind, raised_by, onlooker, author_left=author_left):
        raise _of_another()


def may_clear(kind: FlagKind, raised_by: UUID | None, onlooker: Onlooker, *, author_left: bool) -> bool:
    if is_open_to(kind, raised_by, onlooker):
        return True
    return onlooker.is_lead and (not onlooker.treats or author_left)


def _of_another() -> AccessDenied:
    return AccessDenied(
        "The practice paused this. Whoever asked for it, or a practice lead who does not work with this client,"
        " can end it.",
        code="hold_of_another",
    )


def require_note(kind: FlagKind, note: str | None) -> None:
    """What was found out about a risk is written down, each time somebody looked. Raises Invalid."""
    if kind is FlagKind.RISK_OF_HARM and note is None:
        raise Invalid(FieldProblem("/note", "Say what was found: assessed in session, or by whom and how."))


@dataclass(frozen=True, slots=True)
class Turning:
    """To whom of an episode the practice may turn, what keeps it back, and whether somebody is to be reached today."""

    reach: Reach
    kept_back: KeptBack
    risk_since: datetime | None
    died_on: date | None


def turning(waits: Mapping[UUID, bool], standing: Mapping[UUID, Sequence[Standing]], died_on: date | None) -> Turning:
    """`waits`: of each who takes part and lives, whether the first word is theirs. Of two causes the quieter one is said."""
    theirs = {one: standing.get(one, ()) for one in waits}
    kept = {one: _kept_back(flags) for one, flags in theirs.items()}
    risks = [flag.since for flags in theirs.values() for flag in flags if flag.kind is FlagKind.RISK_OF_HARM]
    return Turning(
        reach=consents.reach([waits[one] or kept[one] is not KeptBack.NOTHING for one in waits]),
        kept_back=max(kept.values(), key=list(KeptBack).index, default=KeptBack.NOTHING),
        risk_since=min((since for since in risks if since is not None), default=None),
        died_on=died_on,
    )


def _kept_back(flags: Iterable[Standing]) -> KeptBack:
    """One unsafe address leaves the others. A hold and a programme read alike, so that neither can be told by it."""
    kinds = {flag.kind for flag in flags if flag.consent_id is None}
    if kinds & _PAUSES:
        return KeptBack.PAUSED
    return KeptBack.UNSAFE if FlagKind.UNSAFE_TO_CONTACT in kinds else KeptBack.NOTHING


def is_reviewed(raised_at: datetime, reviews: Iterable[datetime]) -> bool:
    """Whether somebody looked at it since. No ending is signed under an open risk that nobody looked at."""
    return any(at >= raised_at for at in reviews)
