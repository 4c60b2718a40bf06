"""The gate: the only code that checks a right, and the one that writes the audit entry.

`@use_case(permission, audit=action)` stands on every public function of this package; a contract test
fails on one without it. Writes and reads of client-level data leave one entry in the unit's own
transaction; what was denied, not found or refused leaves its entry after the rollback, with the code of the refusal and
the ids that the request named.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, NotSignedIn, VersionMismatch
from api.services.work import Work
from api.store import audit as audit_store
from api.store import caseload as caseload_store
from schemas.tables import AuditEntry
from schemas.vocabulary import ActorKind, AuditOutcome
from schemas.wire.common import WireIn

# The unit in which an answer is repeated ends without acting, so this entry too is written after the rollback.
_OUTLIVE_THE_UNIT = frozenset({Action.ANSWER_REPEAT})

# What a use case may end with that says something about what it was asked for. Anything else is told by its own code.
_OUTCOMES: dict[type[BaseException], AuditOutcome] = {
    NotFound: AuditOutcome.NOT_FOUND,
    AccessDenied: AuditOutcome.DENIED,
    Conflict: AuditOutcome.REFUSED,
    VersionMismatch: AuditOutcome.REFUSED,
    Invalid: AuditOutcome.REFUSED,
}
_MOST_NAMED = 20

P = ParamSpec("P")
R = TypeVar("R")


class Noun(StrEnum):
    """What the subject of a use case is. Of what belongs to a client or an episode the gate also asks whose caseload it is in."""

    CLIENT = "client"
    EPISODE = "episode"
    APPOINTMENT = "appointment"
    MEMBER = "member"
    IMPORT = "import"
    KEY = "key"
    ABSENCE = "absence"
    CONSENT = "consent"
    TEMPLATE = "template"
    PRACTICE = "practice"
    RELEASE = "release"
    JOB = "job"
    CHECK_IN = "check_in"
    PLAN = "outreach_plan"
    NOTE = "termination_note"
    GOAL = "goal"
    LETTER = "letter"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"
    CONCERN = "concern"
    TASK = "task"
    COVER = "cover"
    TEXT = "text"
    PROVIDER = "referral_provider"
    REFERRAL = "referral"
    TRANSFER = "transfer"


# Whatever else there is belongs to somebody's caseload, also what is added one day.
OF_NO_CASELOAD = frozenset(
    {
        Noun.MEMBER,
        Noun.IMPORT,
        Noun.KEY,
        Noun.TEMPLATE,
        Noun.PRACTICE,
        Noun.RELEASE,
        Noun.JOB,
        Noun.COVER,
        Noun.TEXT,
        Noun.PROVIDER,
    },
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What the gate holds a use case to; kept on the function for the contract tests."""

    permission: Permission
    action: Action | None
    noun: Noun | None
    subject: str | None
    changes: bool


def use_case(
    permission: Permission,
    *,
    audit: Action | None,
    noun: Noun | None = None,
    subject: str | None = None,
    changes: bool = False,
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """`subject` names the parameter that holds the id of the `noun`. `changes`: only within one's own caseload."""
    rule = Rule(permission, audit, noun, subject, changes)

    def decorate(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        position = None if subject is None else list(inspect.signature(function).parameters).index(subject) - 1

        @functools.wraps(function)
        def guarded(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            given = None if position is None else args[position] if position < len(args) else kwargs[subject or ""]
            subject_id = given if isinstance(given, UUID) else None
            work.details, work.subject_id, work.subject_kind, work.each = {}, subject_id, rule.noun, []
            try:
                _admit(work, rule, subject_id)
                answer = function(work, *args, **kwargs)
            except tuple(_OUTCOMES) as error:
                outcome = next(_OUTCOMES[kind] for kind in type(error).__mro__ if kind in _OUTCOMES)
                _explain(work, error, (*args, *kwargs.values()))
                _keep(work, rule, outcome, subject_id if outcome is AuditOutcome.NOT_FOUND else work.subject_id)
                raise
            if rule.action in _OUTLIVE_THE_UNIT:
                _keep(work, rule, AuditOutcome.ALLOWED, work.subject_id)
            elif rule.action is not None:
                audit_store.add_all(work.session, _entries(work, rule))
            return answer

        guarded.__gate__ = rule  # type: ignore[attr-defined]  # read by the contract tests
        return guarded

    return decorate


def _admit(work: Work, rule: Rule, subject_id: UUID | None) -> None:
    if rule.permission not in work.principal.permissions:
        if work.principal.kind is ActorKind.ANONYMOUS:
            raise NotSignedIn
        raise AccessDenied
    if rule.changes and subject_id is not None and _seen_but_not_ones_own(work, rule.noun, subject_id):
        raise AccessDenied(code="not_in_your_caseload")


def require_ones_own(work: Work, noun: Noun, subject_id: UUID) -> None:
    """For what a use case finds by an id in a body or by another system's name. Raises AccessDenied.

    A supervisor reads supervisees' records and does not write in them. What they cannot see stays simply absent.
    """
    if _seen_but_not_ones_own(work, noun, subject_id):
        raise AccessDenied(code="not_in_your_caseload")


def require_rights(work: Work, needed: frozenset[Permission]) -> None:
    """For what takes a further right because of what is asked for: which role, which scope, whose password.

    Raises AccessDenied, which says whose act it would be.
    """
    missing = needed - work.principal.permissions
    if Permission.CLINICAL_GRANT in missing:
        raise AccessDenied("This opens clinical content, so a practice lead has to do it.", code="needs_practice_lead")
    if missing:
        raise AccessDenied("An admin has to do this.", code="needs_admin")


def _seen_but_not_ones_own(work: Work, noun: Noun | None, subject_id: UUID) -> bool:
    changes = work.principal.changes
    if changes is None or changes == work.principal.sees or noun is None:
        return False
    return caseload_store.visible(work.session, noun, subject_id) and not caseload_store.in_caseload_of(
        work.session, noun, subject_id, changes
    )


def _explain(work: Work, error: BaseException, given: Iterable[object]) -> None:
    """Whoever tries ids in a body leaves as much as whoever tries them in an address; whose they are, the trail cannot know."""
    work.mention(code=getattr(error, "code", ""))
    named = list(islice(_named(given), _MOST_NAMED))
    if named:
        work.mention(named=named)


def _named(given: Iterable[object]) -> Iterator[str]:
    """The identifiers in a use case's arguments and in the fields of a body."""
    for value in given:
        if isinstance(value, UUID):
            yield str(value)
        elif isinstance(value, WireIn):
            yield from _named(vars(value).values())
        elif isinstance(value, list | tuple | set | frozenset):
            yield from _named(value)


def _keep(work: Work, rule: Rule, outcome: AuditOutcome, subject_id: UUID | None) -> None:
    if rule.action is None:
        return
    entry = _entry(work, rule, outcome, subject_id)
    work.after_rollback(lambda later: _write(later, entry))


def _write(later: Work, entry: AuditEntry) -> None:
    """What the operator was refused before any practice was known goes where failed sign-ins to no account go."""
    if later.principal.practice_id is None:
        later.act_as(replace(later.principal, practice_id=audit_store.NO_PRACTICE))
    audit_store.add(later.session, entry)


def _entries(work: Work, rule: Rule) -> list[AuditEntry]:
    """One for each that a use case says it was about; else the one."""
    if not work.each:
        return [_entry(work, rule, AuditOutcome.ALLOWED, work.subject_id)]
    entries = []
    for subject_id, details in work.each:
        work.details = details
        entries.append(_entry(work, rule, AuditOutcome.ALLOWED, subject_id))
    return entries


def _entry(work: Work, rule: Rule, outcome: AuditOutcome, subject_id: UUID | None) -> AuditEntry:
    return AuditEntry(
        at=work.now,
        actor_kind=work.principal.kind,
        actor_id=work.principal.id,
        action=rule.action or "",
        outcome=outcome,
        subject_kind=rule.noun,
        subject_id=subject_id,
        request_id=work.request_id,
        details=dict(work.details),
    )
