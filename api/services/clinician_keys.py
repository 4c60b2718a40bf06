"""Use cases about what other systems call the clinicians: saying who that is, before or after a file named them.

An import adds whom it has only a key for as a member known by name alone. Said to be somebody who has an account, all
that names them names that member, and they are no more.
"""

from uuid import UUID

from api.domain import episodes as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clinician_keys as key_store
from api.store import episodes as episode_store
from api.store import members as member_store
from api.store.sealing import Place
from schemas.tables import ExternalId, Member
from schemas.wire.members import ClinicianKeyIn


@use_case(Permission.CLINICAL_GRANT, audit=Action.MEMBER_TIE, noun=Noun.MEMBER)
def tie(work: Work, source: str, external_id: str, given: ClinicianKeyIn) -> None:
    """From now on the source's key means this member. The same call twice changes nothing the second time.

    A key of somebody who left brings their running episodes along; one of a colleague with an account brings nothing.
    """
    member_store.lock_roles(work.session)
    member = _clinician(work, given)
    work.about(member.id)
    digest = work.digest("member external id", source, external_id)
    row = key_store.get(work.session, source, digest)
    if row is None:
        key_store.add(work.session, _called(work, member, source, external_id, digest))
        return
    former = member_store.get(work.session, row.target_id)
    if former is None or former.id == member.id:
        return
    _point(work, row, member)
    if _is_only_named(former):
        _become(work, former, member)
    elif former.left_at is not None:
        episode_count = member_store.hand_over(work.session, former.id, member.id, work.now)
        work.mention(from_id=str(former.id), episode_count=episode_count)


@use_case(Permission.CLINICAL_GRANT, audit=Action.MEMBER_TIE, noun=Noun.MEMBER)
def tie_member(work: Work, named_id: UUID, given: ClinicianKeyIn) -> None:
    """The same for somebody whom an import named, whatever keys they have."""
    member_store.lock_roles(work.session)
    named = member_store.get(work.session, named_id)
    if named is None:
        raise NotFound
    work.about(named.id)
    if not _is_only_named(named):
        raise Conflict("This member is more than a name from an import.", code="not_only_named")
    member = _clinician(work, given)
    if member.id == named.id:
        raise invalid_field("/member_id", "There is no such clinician in this practice.")
    work.about(member.id)
    _become(work, named, member)


def _clinician(work: Work, given: ClinicianKeyIn) -> Member:
    """Somebody who may be responsible for an episode; the key brings them some, today or with the next file."""
    member = member_store.get(work.session, given.member_id)
    here = {member.id} if member is not None and member.left_at is None else set()
    rules.require_clinicians("/member_id", [given.member_id], member_store.roles(work.session, here))
    if member is None:
        raise NotFound
    return member


def _is_only_named(member: Member) -> bool:
    """They came with a file and never had an address, so they never signed in and nothing here is theirs alone."""
    return member.import_id is not None and member.email_sealed is None


def _become(work: Work, named: Member, member: Member) -> None:
    for row in key_store.of_member(work.session, named.id):
        _point(work, row, member)
    named_id = named.id
    work.session.expunge(named)
    episode_count = key_store.become(work.session, named_id, member.id, work.now)
    episode_store.mark_all_for_assessment(work.session, member_id=member.id)
    work.mention(from_id=str(named_id), episode_count=episode_count)


def _called(work: Work, member: Member, source: str, external_id: str, digest: bytes) -> ExternalId:
    sealed = work.practice_key().seal(external_id, Place("external_ids", "external_id", member.id))
    return ExternalId(noun="member", source=source, digest=digest, target_id=member.id, external_id_sealed=sealed)


def _point(work: Work, row: ExternalId, member: Member) -> None:
    """Said by somebody, so that undoing the import that brought the key does not unsay it."""
    key = work.practice_key()
    opened = key.open(row.external_id_sealed, Place("external_ids", "external_id", row.target_id))
    row.external_id_sealed = key.seal(opened, Place("external_ids", "external_id", member.id))
    row.target_id, row.import_id = member.id, None
    work.session.flush()
