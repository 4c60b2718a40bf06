"""Use cases about the practice itself: setting one up, its settings, the days on which it is closed."""

from dataclasses import dataclass
from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, VersionMismatch
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import episodes as episode_store
from api.store import keys as key_store
from api.store import members as member_store
from api.store import passwords
from api.store import practices as practice_store
from api.store.sealing import Place
from api.store.sign_ins import account_by_email
from schemas.tables import Member, Practice
from schemas.tables.base import new_id
from schemas.vocabulary import Role
from schemas.wire.practices import PracticeOut, PracticePatch


@dataclass(frozen=True, slots=True)
class Founder:
    """Who sets a practice up: may sign in at once and may be everything."""

    name: str
    email: str
    password: str


@use_case(Permission.INSTALLATION_SET_UP, audit=Action.PRACTICE_ADD, noun=Noun.PRACTICE)
def create(work: Work, *, name: str, time_zone: str, founder: Founder) -> UUID:
    """A practice with its key and its first member, who holds every role a person may hold."""
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
        password_hash=passwords.hashed(founder.password),
        joined_at=work.now,
    )
    member_store.add(work.session, member, set(Role) - {Role.INTEGRATION, Role.SUPERVISOR})
    work.about(practice.id)
    return practice.id


@use_case(Permission.PRACTICE_READ, audit=None)
def read(work: Work) -> PracticeOut:
    return _shown(practice_store.current(work.session))


@use_case(Permission.PRACTICE_EDIT, audit=Action.PRACTICE_EDIT, noun=Noun.PRACTICE)
def change(work: Work, given: PracticePatch, *, version: int) -> PracticeOut:
    """What noticing expects may have changed with it, so every running episode is assessed again."""
    practice = practice_store.current(work.session)
    work.about(practice.id)
    if practice.version != version:
        raise VersionMismatch
    wanted = {name: value for name, value in given.model_dump(exclude_unset=True).items() if value is not None}
    changed = {name for name, value in wanted.items() if getattr(practice, name) != value}
    for name in changed:
        setattr(practice, name, wanted[name])
    if changed:
        practice.version += 1
    if changed & {"default_cadence_days", "time_zone"}:
        episode_store.mark_all_for_assessment(work.session)
    work.mention(changed=sorted(changed))
    return _shown(practice)


def _shown(practice: Practice) -> PracticeOut:
    return PracticeOut(
        id=practice.id,
        name=practice.name,
        time_zone=practice.time_zone,
        locale=practice.locale,
        default_cadence_days=practice.default_cadence_days,
        version=practice.version,
    )
