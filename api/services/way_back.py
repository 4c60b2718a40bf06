"""Use cases about the practice's words for how clients come back after an ending, and who answers."""

from api.domain import way_back as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import VersionMismatch
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import practices as practice_store
from api.store import ways_back as store
from schemas.tables import WayBack
from schemas.vocabulary import Locale
from schemas.wire.way_back import WayBackIn, WayBackOut

_NAMES = ("how_en", "how_es", "who_en", "who_es")


@use_case(Permission.PRACTICE_READ, audit=None)
def read(work: Work) -> WayBackOut:
    return _shown(work, store.current(work.session))


@use_case(Permission.PRACTICE_EDIT, audit=Action.PRACTICE_WAY_BACK, noun=Noun.PRACTICE)
def change(work: Work, given: WayBackIn, *, version: int) -> WayBackOut:
    """The whole of it anew. Raises VersionMismatch where somebody else was faster; 0 is the version of none yet."""
    work.about(practice_store.current(work.session).id)
    row = store.current(work.session)
    if (0 if row is None else row.version) != version:
        raise VersionMismatch
    if row is None:
        row = WayBack(changed_by=work.actor_id, changed_at=work.now, **given.model_dump())
        store.add(work.session, row)
    else:
        for name in _NAMES:
            setattr(row, name, getattr(given, name))
        row.changed_by, row.changed_at, row.version = work.actor_id, work.now, row.version + 1
        work.session.flush()
    return _shown(work, row)


def _shown(work: Work, row: WayBack | None) -> WayBackOut:
    return WayBackOut(
        **{name: getattr(row, name, None) for name in _NAMES},
        shown={one.value: list(rules.shown(one, *store.words(work.session, one))) for one in Locale},
        version=0 if row is None else row.version,
    )
