"""The use case of checking wording that is not stored: a page as it is written, another system before it sends."""

from api.domain.access import Permission
from api.formats import tone_checks
from api.services.gate import use_case
from api.services.work import Work
from schemas.wire.tone_checks import ToneCheckIn, ToneCheckOut


@use_case(Permission.TONE_CHECK, audit=None)
def check(work: Work, given: ToneCheckIn) -> ToneCheckOut:  # noqa: ARG001  # the gate asks the unit for the right
    """Reads no record and keeps nothing, so the trail has nothing to say about it."""
    return tone_checks.answer(given)
