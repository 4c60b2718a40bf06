"""Moving every key from a former master key to the current one. What the keys sealed is not touched.

In slices, each a unit of its own: stopped anywhere, it goes on from there, and a key is never without a wrapping.
"""

from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import keys as key_store

SLICE = 500


@use_case(Permission.INSTALLATION_ROTATE_KEYS, audit=None)
def rewrap_installation(work: Work) -> int:
    """Keys that belong to no practice, so that no practice's trail could tell of it."""
    return key_store.rewrap_installation(work.session, work.keyring)


@use_case(Permission.INSTALLATION_ROTATE_KEYS, audit=Action.KEYS_ROTATE, noun=Noun.PRACTICE)
def rewrap_practice(work: Work) -> int:
    rewrapped = key_store.rewrap_practice(work.session, work.keyring)
    work.about(work.practice_id)
    work.mention(key_count=rewrapped)
    return rewrapped


@use_case(Permission.INSTALLATION_ROTATE_KEYS, audit=Action.KEYS_ROTATE, noun=Noun.CLIENT)
def rewrap_clients(work: Work, *, after: UUID | None) -> tuple[int, UUID | None]:
    """The keys of some clients; how many, and after whom to go on. None: all are done."""
    done = key_store.rewrap_clients(work.session, work.keyring, after=after, limit=SLICE)
    work.mention(key_count=len(done))
    return len(done), done[-1] if len(done) == SLICE else None
