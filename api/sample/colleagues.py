"""The people of the sample practice get their accounts: the imported clinicians, the supervisor, the admin."""

from uuid import UUID

from api.domain.access import Principal, member_principal
from api.sample.staff import (
    ADMIN,
    CLINICIANS,
    DANIEL,
    ELIF,
    FORMER_TRAINEE,
    LEAD,
    PASSWORD,
    SUPERVISOR,
    YUKI,
    Colleague,
)
from api.services import covers, leave, members, sign_ins
from api.services.work import Runtime, unit
from schemas.tables.base import new_id
from schemas.wire.covers import CoverIn
from schemas.wire.members import LeavePracticeIn, MemberIn, MemberOut, MemberPatch, SuperviseesIn

_HERE = "127.0.0.1"


def sign_in(runtime: Runtime, colleague: Colleague, password: str) -> Principal:
    with unit(runtime) as work:
        sign_ins.sign_in(work, colleague.email, password, _HERE)
        return work.principal


def welcome(runtime: Runtime, lead: Principal) -> None:
    """The file named the clinicians; now they can sign in. A trainee whose rotation has ended hands over and leaves."""
    for newcomer in (ADMIN, SUPERVISOR):
        with unit(runtime, lead) as work:
            given = MemberIn(name=newcomer.name, email=newcomer.email, roles=sorted(newcomer.roles))
            added = members.add(work, given)
        _choose_password(runtime, lead, added.member, added.one_time_password)
    for clinician in CLINICIANS:
        known = _member(runtime, lead, clinician.name)
        with unit(runtime, lead) as work:
            wanted = MemberPatch(email=clinician.email, roles=sorted(clinician.roles))
            changed = members.change(work, known.id, wanted, version=known.version)
            one_time = members.reset_password(work, known.id)
        _choose_password(runtime, lead, changed, one_time)
    trainee, former = _member(runtime, lead, YUKI.name), _member(runtime, lead, FORMER_TRAINEE)
    supervisor = _member(runtime, lead, SUPERVISOR.name)
    with unit(runtime, lead) as work:
        members.set_supervisees(work, supervisor.id, SuperviseesIn(member_ids=[trainee.id]), version=supervisor.version)
    with unit(runtime, lead) as work:
        members.leave_practice(work, former.id, LeavePracticeIn(hand_over_to=trainee.id))


def name_cover(runtime: Runtime, lead: Principal) -> None:
    """Somebody is away next week, and a colleague stands in."""
    absent, covering = _member(runtime, lead, ELIF.name), _member(runtime, lead, DANIEL.name)
    with unit(runtime, lead) as work:
        for away in leave.page(work, absent.id, after=None, limit=9).items:
            if away.to_on is not None:
                given = CoverIn(covering_id=covering.id, from_on=away.from_on, to_on=away.to_on)
                covers.name(work, absent.id, given)


def settle(runtime: Runtime) -> None:
    """The founder keeps the role she works in; the admin sees to it."""
    admin = sign_in(runtime, ADMIN, PASSWORD)
    founder = _member(runtime, admin, LEAD.name)
    with unit(runtime, admin) as work:
        members.change(work, founder.id, MemberPatch(roles=sorted(LEAD.roles)), version=founder.version)


def ids(runtime: Runtime, who: Principal) -> dict[str, UUID]:
    """By name."""
    with unit(runtime, who) as work:
        return {member.name: member.id for member in members.page(work, after=None, limit=200).items}


def _member(runtime: Runtime, who: Principal, name: str) -> MemberOut:
    with unit(runtime, who) as work:
        found = members.page(work, after=None, limit=200).items
    return next(member for member in found if member.name == name)


def _choose_password(runtime: Runtime, lead: Principal, member: MemberOut, one_time: str | None) -> None:
    """As whoever has signed in with a one-time password may, and nothing else."""
    newcomer = member_principal(
        member.id,
        lead.practice_id or member.id,
        frozenset(member.roles),
        frozenset(),
        sign_in_id=new_id(),
        must_change_password=True,
    )
    with unit(runtime, newcomer, read_only=True) as work:
        own = sign_ins.own_password(work)
    chosen = own.choose(one_time or "", PASSWORD)
    with unit(runtime, newcomer) as work:
        sign_ins.change_password(work, chosen)
