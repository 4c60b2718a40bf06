"""Use cases about API keys: making one, listing them, ending one."""

from datetime import timedelta
from uuid import UUID

from api.domain.access import KEY_SCOPES, Permission, needed_to_give_scopes
from api.domain.audit import Action
from api.domain.errors import FieldProblem, Invalid, NotFound, invalid_field
from api.services.gate import Noun, require_rights, use_case
from api.services.work import Work
from api.store import api_keys as api_key_store
from api.store import sealing
from schemas.tables import ApiKey
from schemas.tables.base import new_id
from schemas.wire.common import Page
from schemas.wire.keys import KeyIn, KeyOut, NewKeyOut

_PREFIX_SHOWN = 10
_LONGEST = timedelta(days=3653)


@use_case(Permission.KEY_EDIT, audit=Action.KEY_ADD, noun=Noun.KEY)
def add(work: Work, given: KeyIn) -> NewKeyOut:
    """The token is in this answer and nowhere else; only its hash is stored. With clinical scopes: practice leads only."""
    scopes = _scopes(given.scopes)
    require_rights(work, needed_to_give_scopes(scopes))
    if given.expires_at is not None and not work.now < given.expires_at <= work.now + _LONGEST:
        raise invalid_field("/expires_at", "A key ends in the future, within ten years.")
    token = api_key_store.new_token(api_key_store.KEY_PREFIX)
    key = ApiKey(
        id=new_id(),
        name=given.name,
        prefix=token[:_PREFIX_SHOWN],
        token_digest=sealing.token_digest(token),
        scopes=" ".join(scopes),
        created_by=work.actor_id,
        created_at=work.now,
        expires_at=given.expires_at,
    )
    api_key_store.add(work.session, key)
    work.about(key.id)
    work.mention(scopes=scopes)
    return NewKeyOut(key=_shown(key), token=token)


@use_case(Permission.KEY_READ, audit=None)
def page(work: Work, *, after: UUID | None, limit: int) -> Page[KeyOut]:
    found = api_key_store.page(work.session, after=after, limit=limit + 1)
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[KeyOut](items=[_shown(key) for key in found[:limit]], next_cursor=cursor)


@use_case(Permission.KEY_EDIT, audit=Action.KEY_END, noun=Noun.KEY, subject="key_id")
def end(work: Work, key_id: UUID) -> None:
    """From its next request on the key opens nothing. Ending it twice is the same as once."""
    key = api_key_store.get(work.session, key_id)
    if key is None:
        raise NotFound
    if key.ended_at is None:
        key.ended_at = work.now


def _scopes(given: list[str]) -> list[str]:
    unknown = [position for position, scope in enumerate(given) if scope not in KEY_SCOPES]
    if unknown:
        raise Invalid(*(FieldProblem(f"/scopes/{position}", "No key can have this scope.") for position in unknown))
    return sorted(set(given))


def _shown(key: ApiKey) -> KeyOut:
    return KeyOut(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=key.scopes.split(),
        created_by=key.created_by,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        expires_at=key.expires_at,
        ended_at=key.ended_at,
    )
