"""Use cases about the practice itself: setting one up, its settings, the days on which it is closed."""

from dataclasses import dataclass
from uuid import UUID

from api.domain import flag_forecast, weights
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import keys as key_store
from api.store import leave as leave_store
from api.store import members as member_store
from api.store import passwords, tenancy
from api.store import practices as practice_store
from api.store.sealing import Place
from api.store.sign_ins import account_by_email
from schemas.tables import Absence, Member, Practice
from schemas.tables.base import new_id
from schemas.vocabulary import AbsenceKind, Role, Sensitivity
from schemas.wire.common import Page
from schemas.wire.leave import LeaveIn, LeaveOut
from schemas.wire.practices import ExpectedFlagsOut, NoticingOut, PracticeOut, PracticePatch, SensitivityOut

# What noticing expects of everybody, and when it tells.
_NOTICED_BY = frozenset({"default_cadence_days", "sensitivity", "time_zone"})
# Of these a null that was sent takes away what was set.
_MAY_BE_EMPTY = frozenset({"retention_years", "retention_years_of_minors"})


@dataclass(frozen=True, slots=True)
class Founder:
    """Who sets a practice up: may sign in at once and may be everything."""

    name: str
    email: str
    password: str
    must_change_password: bool = False


@use_case(Permission.INSTALLATION_SET_UP, audit=Action.PRACTICE_ADD, noun=Noun.PRACTICE)
def create(work: Work, *, name: str, time_zone: str, founder: Founder) -> UUID:
    """A practice with its key and its first member, who holds every role a person may hold."""
    password_hash = passwords.hashed(founder.password)  # before the first statement takes the lock
    email_digest = work.digest("member e-mail", founder.email.strip().lower())
    if account_by_email(work.session, email_digest) is not None:
        raise Conflict("There is an account with this e-mail address already.", code="account_exists")
    practice = Practice(id=new_id(), name=name, time_zone=time_zone, created_at=work.now)
    practice_store.add(work.session, practice)
    key = key_store.make_for_practice(work.session, work.keyring, practice.id, work.now)
    member_id = new_id()
    member = Member(
        id=member_id,
        name_sealed=key.seal(founder.name, Place("members", "name", member_id)),
        email_sealed=key.seal(founder.email.strip(), Place("members", "email", member_id)),
        email_digest=email_digest,
        password_hash=password_hash,
        must_change_password=founder.must_change_password,
        joined_at=work.now,
    )
    member_store.add(work.session, member, set(Role) - {Role.INTEGRATION, Role.SUPERVISOR})
    work.about(practice.id)
    return practice.id


@use_case(Permission.PRACTICE_READ, audit=None)
def read(work: Work) -> PracticeOut:
    return _shown(practice_store.current(work.session))


@use_case(Permission.PRACTICE_READ, audit=None)
def noticing(work: Work) -> NoticingOut:
    """What each level of sensitivity would mean for as many episodes as are running, and how far a change has come."""
    practice = practice_store.current(work.session)
    running, waiting = _progress(work)
    models = [weights.load(level) for level in Sensitivity]
    return NoticingOut(
        levels=[
            SensitivityOut(
                sensitivity=model.sensitivity,
                chosen=model.sensitivity is practice.sensitivity,
                drifting=_expected(model.expected_flags.drifting, running),
                quiet=_expected(model.expected_flags.quiet, running),
            )
            for model in models
        ],
        running_episode_count=running,
        waiting_count=waiting,
        model_version=models[0].version,
    )


@use_case(Permission.PRACTICE_EDIT, audit=Action.PRACTICE_EDIT, noun=Noun.PRACTICE)
def change(work: Work, given: PracticePatch, *, version: int) -> PracticeOut:
    """What noticing expects may have changed with it, so every running episode is assessed again."""
    practice = practice_store.current(work.session)
    work.about(practice.id)
    if practice.version != version:
        raise VersionMismatch
    sent = given.model_dump(exclude_unset=True)
    wanted = {name: value for name, value in sent.items() if value is not None or name in _MAY_BE_EMPTY}
    changed = {name for name, value in wanted.items() if getattr(practice, name) != value}
    for name in changed:
        setattr(practice, name, wanted[name])
    if changed:
        practice.version += 1
    if changed & _NOTICED_BY:
        _assess_everybody_again(work)
    work.mention(changed=sorted(changed))
    if "sensitivity" in changed:
        work.mention(sensitivity=practice.sensitivity)
    return _shown(practice)


@use_case(Permission.PRACTICE_EDIT, audit=Action.PRACTICE_CLOSE_DAYS, noun=Noun.PRACTICE)
def close_days(work: Work, given: LeaveIn) -> LeaveOut:
    """Silence on closed days says nothing, so every running episode is assessed again."""
    work.about(work.practice_id)
    closure = Absence(
        kind=AbsenceKind.PRACTICE_CLOSED,
        from_on=given.from_on,
        to_on=given.to_on,
        known_at=work.now,
        recorded_by=work.actor_id,
    )
    leave_store.add(work.session, closure)
    _assess_everybody_again(work)
    return _closure_shown(closure)


@use_case(Permission.PRACTICE_READ, audit=None)
def closures(work: Work, *, after: UUID | None, limit: int) -> Page[LeaveOut]:
    found = leave_store.page(work.session, AbsenceKind.PRACTICE_CLOSED, member_id=None, after=after, limit=limit + 1)
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[LeaveOut](items=[_closure_shown(closure) for closure in found[:limit]], next_cursor=cursor)


@use_case(Permission.PRACTICE_EDIT, audit=Action.ABSENCE_WITHDRAW, noun=Noun.ABSENCE, subject="closure_id")
def withdraw_closure(work: Work, closure_id: UUID) -> None:
    """It counts until now, so that looking back stays true."""
    closure = leave_store.get(work.session, closure_id, AbsenceKind.PRACTICE_CLOSED)
    if closure is None:
        raise NotFound
    if closure.withdrawn_at is None:
        closure.withdrawn_at = work.now
        closure.version += 1
        _assess_everybody_again(work)


def _assess_everybody_again(work: Work) -> None:
    """An admin sees no caseload; what changes for the practice changes for all of them."""
    with tenancy.whole_practice(work.session):
        episode_store.mark_all_for_assessment(work.session)


def _progress(work: Work) -> tuple[int, int]:
    """Counts alone: whoever sets this need see no caseload."""
    with tenancy.whole_practice(work.session):
        return assessment_store.progress(work.session)


def _expected(per_100_a_month: float, running: int) -> ExpectedFlagsOut:
    found = flag_forecast.a_month(per_100_a_month, running)
    return ExpectedFlagsOut(
        per_100_a_month=per_100_a_month, a_month=found.about, a_month_from=found.low, a_month_to=found.high
    )


def _closure_shown(closure: Absence) -> LeaveOut:
    return LeaveOut(
        id=closure.id,
        from_on=closure.from_on,
        to_on=closure.to_on,
        member_id=None,
        withdrawn=closure.withdrawn_at is not None,
    )


def _shown(practice: Practice) -> PracticeOut:
    return PracticeOut(
        id=practice.id,
        name=practice.name,
        time_zone=practice.time_zone,
        locale=practice.locale,
        default_cadence_days=practice.default_cadence_days,
        sensitivity=practice.sensitivity,
        help_now_en=practice.help_now_en,
        help_now_es=practice.help_now_es,
        replies_read_en=practice.replies_read_en,
        replies_read_es=practice.replies_read_es,
        country=practice.country,
        retention_years=practice.retention_years,
        retention_years_of_minors=practice.retention_years_of_minors,
        version=practice.version,
    )
