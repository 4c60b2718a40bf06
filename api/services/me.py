"""What the signed-in see of themselves."""

from api.domain.access import Permission
from api.services.gate import use_case
from api.services.work import Work
from api.store import api_keys as api_key_store
from api.store import members as member_store
from api.store.sealing import Place
from schemas.vocabulary import ActorKind
from schemas.wire.sign_ins import MeOut


@use_case(Permission.OWN_READ, audit=None)
def read(work: Work) -> MeOut:
    principal = work.principal
    name = email = None
    member = member_store.get(work.session, work.actor_id) if principal.kind is ActorKind.MEMBER else None
    made = api_key_store.get(work.session, work.actor_id) if principal.kind is ActorKind.KEY else None
    if made is not None:
        name = made.name
    if member is not None:
        key = work.practice_key()
        name = key.open(member.name_sealed, Place("members", "name", member.id))
        if member.email_sealed is not None:
            email = key.open(member.email_sealed, Place("members", "email", member.id))
    return MeOut(
        kind=principal.kind,
        id=work.actor_id,
        name=name,
        email=email,
        roles=sorted(principal.roles),
        permissions=sorted(principal.permissions),
        must_change_password=principal.must_change_password,
    )
