"""What is on record of one message, brought together so that it can be told step by step."""

from collections.abc import Sequence

from api.domain import contact_reasons, message_log
from api.domain.message_log import Asking, Life, Step, Way
from api.store import checkins
from schemas.tables import CheckIn, ContactDecision, Delivery


def told(row: CheckIn, decisions: Sequence[ContactDecision], delivery: Delivery | None) -> list[Step]:
    way = None
    if delivery is not None:
        way = Way(delivery.attempt_count, delivery.failure_code, delivery.handing_over_at, delivery.settled_by)
    life = Life(
        written_at=row.written_at,
        approved_at=row.approved_at,
        state=row.state,
        state_at=row.state_at,
        stopped_by=checkins.why_stopped(row),
        asked=[_asking(one) for one in decisions],
        way=way,
        channel=row.channel,
        by_hand=row.by_hand,
    )
    return message_log.told(life)


def _asking(row: ContactDecision) -> Asking:
    reasons = contact_reasons.told(row.reasons, row.facts)
    return Asking(row.at, row.asked, row.allowed, [one.text for one in reasons])
